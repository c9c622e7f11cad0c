package recall

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/sql"
)

// maxPage is how many items a page of a list has, unless fewer are asked for.
const maxPage = 100

// page is the part of a list that was asked for. Every list descends by one number,
// and by id where that is equal.
type page struct {
	size int
	// beyond is the place where the page before ended, or for a page backwards, where
	// the page after begins.
	beyond    *place
	backwards bool
}

// place is an item's place in its list.
type place struct {
	key int64
	id  string
}

// cursor names a place, and which way to read on from it.
func (p place) cursor(backwards bool) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%t:%d:%s", backwards, p.key, p.id))
}

// pageOf reads which part of a list is asked for.
func pageOf(query url.Values, faults faults) page {
	p := page{size: maxPage}
	if text := query.Get("page_size"); text != "" {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 || size > maxPage {
			faults.add([]string{"page_size"}, "A page has 1 to %d items; %q were asked for.", maxPage, text)
		}
		p.size = size
	}
	cursor := query.Get("cursor")
	if cursor == "" {
		return p
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.SplitN(string(text), ":", 3)
	if err == nil && len(parts) == 3 {
		backwards, badWay := strconv.ParseBool(parts[0])
		if key, badKey := strconv.ParseInt(parts[1], 10, 64); badWay == nil && badKey == nil {
			p.beyond, p.backwards = &place{key, parts[2]}, backwards
			return p
		}
	}
	faults.add([]string{"cursor"}, "The cursor %q is not one that this list gave.", cursor)
	return p
}

// by selects the page of a list that descends by a column.
func (p page) by(column string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		columns := []string{s.C(column), s.C("id")}
		beyond, order := sql.CompositeLT, sql.Desc
		if p.backwards {
			beyond, order = sql.CompositeGT, sql.Asc
		}
		if p.beyond != nil {
			s.Where(beyond(columns, p.beyond.key, p.beyond.id))
		}
		// One more than asked for tells whether there is more.
		s.OrderBy(order(columns[0]), order(columns[1])).Limit(p.size + 1)
	}
}

// list is a page as it is shown.
type list[V any] struct {
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []V     `json:"results"`
}

// turn cuts rows to the page and tells where the pages beside it are.
func turn[N any](p page, rows []*N, at func(*N) place, here string, query url.Values) (cut []*N, next, previous *string) {
	more := len(rows) > p.size
	rows = rows[:min(len(rows), p.size)]
	if p.backwards {
		slices.Reverse(rows)
	}
	if len(rows) == 0 {
		return rows, nil, nil
	}
	address := func(row *N, backwards bool) *string {
		query.Set("cursor", at(row).cursor(backwards))
		text := here + "?" + query.Encode()
		return &text
	}
	if more || p.backwards {
		next = address(rows[len(rows)-1], false)
	}
	if more && p.backwards || !p.backwards && p.beyond != nil {
		previous = address(rows[0], true)
	}
	return rows, next, previous
}

// listed shows a page.
func listed[N, V any](c *call, p page, rows []*N, at func(*N) place, show func([]*N) ([]V, error)) (answer, error) {
	cut, next, previous := turn(p, rows, at, c.base+c.URL.Path+"/", c.URL.Query())
	results, err := show(cut)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: list[V]{next, previous, results}}, nil
}
