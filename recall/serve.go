package recall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/access"
)

// maxBody bounds a request, in bytes: a clip of 1 MiB in base64 is the largest.
const maxBody = 2 << 20

// ignoredHeader names what a request said that has no meaning here.
const ignoredHeader = "Breakout-Ignored"

// call is a request by somebody who is known.
type call struct {
	*http.Request
	viewer access.Viewer
	body   []byte
	base   string // the server's own address
}

// id is what the path names.
func (c *call) id() string { return c.PathValue("id") }

// answer is what a request is answered with: a body that can be written as JSON, or
// none.
type answer struct {
	status int
	body   any
	// ignored are the fields of the request that have no meaning here.
	ignored []string
}

// written is an answer as it is sent.
type written struct {
	status int
	header http.Header
	body   []byte
}

// resource serves the methods of one path.
func (d *door) resource(methods map[string]route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		out, err := d.serve(w, r, methods)
		if err != nil {
			out = d.failed(r.Context(), err)
		}
		maps.Copy(w.Header(), out.header)
		w.WriteHeader(out.status)
		if _, err := w.Write(out.body); err != nil {
			d.Log.Debug("an answer could not be sent", "error", err)
		}
	})
}

// serve answers one request: who asks is known first, then how often, then what.
func (d *door) serve(w http.ResponseWriter, r *http.Request, methods map[string]route) (written, error) {
	viewer, err := d.Doorkeeper.Viewer(r.Context(), keyOf(r))
	switch {
	case errors.Is(err, access.ErrBadKey):
		return written{}, errNoKey
	case err != nil:
		return written{}, fmt.Errorf("look up a key: %w", err)
	}
	needed := access.ScopeControl
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		needed = access.ScopeRead
	}
	if err := access.Require(access.With(r.Context(), viewer), needed, r.Method+" "+r.URL.Path); err != nil {
		return written{}, failure{status: http.StatusForbidden, code: "permission_denied", detail: err.Error()}
	}
	if err := d.limits.take(viewer.Key); err != nil {
		return written{}, err
	}
	if methods == nil || !sayable(r.URL.Path) {
		return written{}, errNotFound
	}
	if query, err := url.QueryUnescape(r.URL.RawQuery); err != nil || !sayable(query) {
		return written{}, failure{status: http.StatusBadRequest, code: "parse_error", detail: "What stands behind ? can't be read: it is text in UTF-8, percent-encoded."}
	}
	chosen, allowed := methods[r.Method]
	if !allowed {
		return written{}, methodNotAllowed(slices.Sorted(maps.Keys(methods)))
	}
	body, err := readBody(w, r)
	if err != nil {
		return written{}, err
	}
	c := &call{r.WithContext(access.With(r.Context(), viewer)), viewer, body, d.Links.Base}
	return d.answers.once(c, func() (written, error) {
		a, err := chosen.serve(d, c)
		if err != nil {
			return written{}, err
		}
		return write(a)
	})
}

// sayable says whether a text is one that can be looked for: not every database holds
// the character NUL.
func sayable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// keyOf is the key that a request shows: by the scheme Token, as Bearer, or bare.
func keyOf(r *http.Request) string {
	shown := strings.TrimSpace(r.Header.Get("Authorization"))
	scheme, key, found := strings.Cut(shown, " ")
	if !found {
		return shown
	}
	if strings.EqualFold(scheme, "Token") || strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(key)
	}
	return ""
}

// readBody reads what a request that may have a body says. It is JSON or nothing.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodDelete {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, failure{status: http.StatusBadRequest, code: "parse_error", detail: "The request ended before its body did."}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, errNotJSON
	}
	return body, nil
}

// write makes the bytes of an answer.
func write(a answer) (written, error) {
	header := make(http.Header)
	if len(a.ignored) > 0 {
		header.Set(ignoredHeader, named(a.ignored))
	}
	if a.body == nil {
		return written{a.status, header, nil}, nil
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // addresses have ampersands
	if err := encoder.Encode(a.body); err != nil {
		return written{}, err
	}
	header.Set("Content-Type", "application/json")
	return written{a.status, header, body.Bytes()}, nil
}

const (
	// mostNamed is how many ignored fields are named, and longestName how long a name
	// can be: names are the caller's, and headers are no place for more.
	mostNamed   = 40
	longestName = 100
)

// unsaid is what names in a header are not made of.
var unsaid = regexp.MustCompile("[^A-Za-z0-9_.-]")

// named lists fields for a header.
func named(fields []string) string {
	slices.Sort(fields)
	fields = slices.Compact(fields)
	var names []string
	for _, field := range fields[:min(len(fields), mostNamed)] {
		name := unsaid.ReplaceAllString(field, "?")
		names = append(names, name[:min(len(name), longestName)])
	}
	if more := len(fields) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// failed is the answer to a request that could not be done.
func (d *door) failed(ctx context.Context, err error) written {
	f := failureOf(err)
	if f.status == http.StatusInternalServerError && ctx.Err() == nil {
		d.Log.ErrorContext(ctx, "a request failed", "error", err)
	}
	out, err := write(answer{status: f.status, body: f.shown()})
	if err != nil { // maps of strings can always be written
		panic(err)
	}
	maps.Copy(out.header, f.header)
	return out
}
