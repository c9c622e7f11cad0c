package graph

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
)

// maxPage is how many items of a list can be read at once.
const maxPage = 100

// page is the part of a list that was asked for. Every list has an order by one
// number, and by id where that is equal.
type page struct {
	first int
	after *place
}

// place is an item's place in its list.
type place struct {
	key int64
	id  string
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s", p.key, p.id))
}

// readPage checks a list's arguments.
func readPage(first *int, after *string) (page, error) {
	p := page{first: maxPage}
	if first != nil {
		p.first = *first
	}
	if p.first < 1 || p.first > maxPage {
		return page{}, meeting.Refuse(meeting.CodeInvalid, []string{"first"}, "A page has 1 to %d items; %d were asked for.", maxPage, p.first)
	}
	if after == nil {
		return p, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*after)
	number, id, found := strings.Cut(string(text), ":")
	key, parseErr := strconv.ParseInt(number, 10, 64)
	if err != nil || parseErr != nil || !found {
		return page{}, meeting.Refuse(view.CodeInvalidCursor, []string{"after"}, "The cursor %q is not one that this list gave.", *after)
	}
	p.after = &place{key, id}
	return p, nil
}

// upwards selects the page of a list that ascends by a column.
func (p page) upwards(column string) func(*sql.Selector) {
	return p.selects(column, sql.CompositeGT, sql.Asc)
}

// downwards selects the page of a list that descends by a column.
func (p page) downwards(column string) func(*sql.Selector) {
	return p.selects(column, sql.CompositeLT, sql.Desc)
}

func (p page) selects(column string, beyond func([]string, ...any) *sql.Predicate, order func(string) string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		columns := []string{s.C(column), s.C("id")}
		if p.after != nil {
			s.Where(beyond(columns, p.after.key, p.after.id))
		}
		// One more than asked for tells whether there is more.
		s.OrderBy(order(columns[0]), order(columns[1])).Limit(p.first + 1)
	}
}

// cut takes the page of an ascending list that was read as a whole, and one more
// to tell whether there is more.
func cut[N any](p page, rows []*N, at func(*N) place) []*N {
	if p.after != nil {
		beyond := slices.IndexFunc(rows, func(row *N) bool { return at(row).compare(*p.after) > 0 })
		if beyond < 0 {
			return nil
		}
		rows = rows[beyond:]
	}
	return rows[:min(len(rows), p.first+1)]
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.key, other.key), cmp.Compare(p.id, other.id))
}

// connect makes the parts of a connection of the rows of a page.
func connect[N, E any](p page, rows []*N, at func(*N) place, edge func(cursor string, node *N) *E) ([]*E, []*N, *gql.PageInfo) {
	info := &gql.PageInfo{HasPreviousPage: p.after != nil, HasNextPage: len(rows) > p.first}
	rows = rows[:min(len(rows), p.first)]
	edges := make([]*E, len(rows))
	for i, row := range rows {
		cursor := at(row).cursor()
		edges[i] = edge(cursor, row)
		if i == 0 {
			info.StartCursor = &cursor
		}
		info.EndCursor = &cursor
	}
	return edges, rows, info
}
