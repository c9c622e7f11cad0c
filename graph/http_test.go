package graph_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/dashboard"
	"github.com/breakoutrooms/breakout/testbed"
)

// request asks /graphql by HTTP, with a valid key: by a method, a query and a body,
// which may be empty, with spaces between them.
func request(t *testing.T, house *testbed.House, asked string, headers ...string) *http.Response {
	t.Helper()
	method, rest, _ := strings.Cut(asked, " ")
	query, body, _ := strings.Cut(rest, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, house.URL+"/graphql"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+house.Key)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := house.Client.HTTP.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func TestHTTPAnswersAsItIsAsked(t *testing.T) {
	const (
		plain, response, stream = "application/json", "application/graphql-response+json", "text/event-stream"
		good, invalid           = `{"query": "{ meetings { nodes { id } } }"}`, `{"query": "{ nonsense }"}`
		changing                = `{"query": "mutation { createMeeting(input: {title: \"x\"}) { userErrors { code } } }"}`
		watching                = `{"query": "subscription { meetingEvents(meetingId: \"x\") { cursor } }"}`
	)
	get := func(query string) string { return "?query=" + url.QueryEscape(query) }
	inHouse(t, func(t *testing.T, house *testbed.House) {
		for name, test := range map[string]struct {
			method, query, accept, kind, body string
			status                            int
			answer, code                      string
		}{
			"JSON for who says nothing":       {"POST", "", "", plain, good, 200, plain, ""},
			"JSON for who takes all":          {"POST", "", "*/*", plain, good, 200, plain, ""},
			"what is preferred":               {"POST", "", plain + ";q=0.5, " + response, plain, good, 200, response, ""},
			"what is preferred, the other":    {"POST", "", plain + ", " + response + "; q=0.1", plain, good, 200, plain, ""},
			"the newer of equals":             {"POST", "", plain + ", " + response, plain, good, 200, response, ""},
			"no stream for who prefers JSON":  {"POST", "", response + ", " + stream, plain, good, 200, response, ""},
			"a query as a stream":             {"POST", "", stream, plain, good, 200, stream, ""},
			"an invalid one as a stream":      {"POST", "", stream, plain, invalid, 200, stream, "GRAPHQL_VALIDATION_FAILED"},
			"an invalid one":                  {"POST", "", response, plain, invalid, 400, response, "GRAPHQL_VALIDATION_FAILED"},
			"an invalid one, by old custom":   {"POST", "", plain, plain, invalid, 200, plain, "GRAPHQL_VALIDATION_FAILED"},
			"a query by GET":                  {"GET", get("{ meetings { nodes { id } } }"), response, "", "", 200, response, ""},
			"a mutation by GET":               {"GET", get(`mutation { createMeeting(input: {title: "x"}) { userErrors { code } } }`), "", "", "", 405, plain, "METHOD_NOT_ALLOWED"},
			"a mutation as a stream by GET":   {"GET", get(`mutation { createMeeting(input: {title: "x"}) { userErrors { code } } }`), stream, "", "", 405, plain, "METHOD_NOT_ALLOWED"},
			"a mutation as a stream":          {"POST", "", stream, plain, changing, 200, stream, ""},
			"a subscription without a stream": {"POST", "", "*/*", plain, watching, 406, plain, "NOT_ACCEPTABLE"},
			"a subscription to nothing":       {"POST", "", stream, plain, watching, 200, stream, "MEETING_NOT_FOUND"},
			"PUT":                             {"PUT", "", "", plain, good, 405, plain, "METHOD_NOT_ALLOWED"},
			"OPTIONS":                         {"OPTIONS", "", "", "", "", 405, plain, "METHOD_NOT_ALLOWED"},
			"XML":                             {"POST", "", "text/xml", plain, good, 406, plain, "NOT_ACCEPTABLE"},
			"JSON, but not at all":            {"POST", "", plain + ";q=0", plain, good, 406, plain, "NOT_ACCEPTABLE"},
			"another charset":                 {"POST", "", plain + "; charset=latin1", plain, good, 406, plain, "NOT_ACCEPTABLE"},
			"a body of another charset":       {"POST", "", "", plain + "; charset=utf-16", good, 415, plain, "UNSUPPORTED_MEDIA_TYPE"},
			"a form":                          {"POST", "", "", "application/x-www-form-urlencoded", "query={x}", 415, plain, "UNSUPPORTED_MEDIA_TYPE"},
			"several forms":                   {"POST", "", "", "multipart/form-data; boundary=x", "--x--", 415, plain, "UNSUPPORTED_MEDIA_TYPE"},
			"a mark of byte order":            {"POST", "", "", plain, "\ufeff" + good, 200, plain, ""},
			"a list of operations":            {"POST", "", "", plain, "[" + good + "," + good + "]", 400, plain, "BAD_REQUEST"},
			"two values":                      {"POST", "", "", plain, good + good, 400, plain, "BAD_REQUEST"},
			"no UTF-8":                        {"POST", "", "", plain, "{\"query\": \"{ __type(name: \\\"\xff\\\") { name } }\"}", 400, plain, "BAD_REQUEST"},
			"2 MiB and a byte":                {"POST", "", "", plain, `{"query": "` + strings.Repeat(" ", 2<<20-10) + `"}`, 413, plain, "BODY_TOO_LARGE"},
			"an address that is not one":      {"GET", "?query=%7B%zz", "", "", "", 400, plain, "BAD_REQUEST"},
			"variables that are no object":    {"GET", get("{ __typename }") + "&variables=%5B%5D", "", "", "", 400, plain, "BAD_REQUEST"},
			"extensions that are no JSON":     {"GET", get("{ __typename }") + "&extensions=x", "", "", "", 400, plain, "BAD_REQUEST"},
		} {
			got := request(t, house, test.method+" "+test.query+" "+test.body, "Accept", test.accept, "Content-Type", test.kind)
			text, err := io.ReadAll(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			kind := got.Header.Get("Content-Type")
			if got.StatusCode != test.status || kind != test.answer+"; charset=utf-8" || !strings.Contains(string(text), `"code":"`+test.code) != (test.code == "") {
				t.Errorf("%s: got %d %s %s, want %d %s and the code %q", name, got.StatusCode, kind, text, test.status, test.answer, test.code)
			}
			if isData := bytes.Contains(text, []byte(`"data"`)); test.code != "" && test.answer != stream && isData {
				t.Errorf("%s: what was not carried out has data: %s", name, text)
			}
		}
	})
}

func TestDocumentsByTheirHash(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		const document = `query ($n: Int) { meetings(first: $n) { nodes { id } } }`
		sum := sha256.Sum256([]byte(document))
		hash := hex.EncodeToString(sum[:])
		long := document + "#" + strings.Repeat("x", 10_000)
		sumOfLong := sha256.Sum256([]byte(long))
		for i, test := range []struct{ query, hash, version, code string }{
			{"", hash, "1", "PERSISTED_QUERY_NOT_FOUND"},
			{document, hash[1:], "1", "PERSISTED_QUERY_INVALID"},
			{document, hash, "2", "PERSISTED_QUERY_INVALID"},
			{document, hash, "1", ""},
			{"", hash, "1", ""},
			{long, hex.EncodeToString(sumOfLong[:]), "1", ""}, // carried out, but not kept
			{"", hex.EncodeToString(sumOfLong[:]), "1", "PERSISTED_QUERY_NOT_FOUND"},
		} {
			extension := fmt.Sprintf(`{"persistedQuery": {"version": %s, "sha256Hash": %q}}`, test.version, test.hash)
			body := fmt.Sprintf(`{"query": %q, "variables": {"n": 1}, "extensions": %s}`, test.query, extension)
			byPost := request(t, house, "POST  "+body, "Content-Type", "application/json")
			byGet := request(t, house, "GET ?query="+url.QueryEscape(test.query)+"&extensions="+url.QueryEscape(extension))
			for _, got := range []*http.Response{byPost, byGet} {
				text, err := io.ReadAll(got.Body)
				if err != nil || strings.Contains(string(text), `"code":"`+test.code) == (test.code == "") {
					t.Errorf("request %d got %s %v, want the code %q", i, text, err, test.code)
				}
			}
		}
	})
}

// TestThePagesDocumentsAreKnown asks for everything that the page asks for by its hash
// alone, which is how the page does it.
func TestThePagesDocumentsAreKnown(t *testing.T) {
	documents, err := dashboard.Documents()
	if err != nil || len(documents) == 0 {
		t.Fatalf("the page asks for %d things: %v", len(documents), err)
	}
	inHouse(t, func(t *testing.T, house *testbed.House) {
		for hash, document := range documents {
			if sum := sha256.Sum256([]byte(document)); hex.EncodeToString(sum[:]) != hash {
				t.Errorf("%s is not the hash of\n%s", hash, document)
			}
			answer := request(t, house, fmt.Sprintf(`POST  {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": %q}}}`, hash), "Content-Type", "application/json")
			text, err := io.ReadAll(answer.Body)
			if err != nil || strings.Contains(string(text), "PERSISTED_QUERY") {
				t.Errorf("%v, %s for\n%s", err, text, document)
			}
		}
	})
}

// events reads server-sent events as https://html.spec.whatwg.org/multipage/server-sent-events.html
// has it: event and data of each, when its empty line comes, and its id. An event without a
// line of data is none.
type events struct {
	*bufio.Scanner
	id string
}

func (e *events) next() (event, data string, more bool) {
	hasData := false
	for e.Scan() {
		name, value, _ := strings.Cut(e.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case e.Text() == "" && hasData:
			return event, data, true
		case name == "id":
			e.id = value
		case name == "event":
			event = value
		case name == "data":
			data, hasData = data+value, true
		}
	}
	return "", "", false
}

func TestEventsAreStreamedAndResumed(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Test")
		m.CreateRooms("Red", "Blue", "Green", "Grey")
		const inFragment = `subscription($id: ID!, $after: String) { ... on Subscription { ...E } } fragment E on Subscription { meetingEvents(meetingId: $id, after: $after) { cursor sequence } }`
		for name, query := range map[string]string{
			"a variable": `subscription($id: ID!, $after: String) { meetingEvents(meetingId: $id, after: $after) { cursor sequence } }`,
			"no after":   `subscription($id: ID!) { e: meetingEvents(meetingId: $id) { cursor sequence } }`,
			"a literal":  `subscription($id: ID!) { meetingEvents(meetingId: $id, after: "") { cursor sequence } }`,
			"a fragment": inFragment,
		} {
			body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"id": m.ID}})
			if err != nil {
				t.Fatal(err)
			}
			variables, last := url.QueryEscape(fmt.Sprintf(`{"id": %q}`, m.ID)), ""
			for sequence := 1; sequence <= 5; sequence++ { // a connection for each event
				headers := []string{"Accept", "text/event-stream", "Content-Type", "application/json", "Last-Event-ID", last}
				response := request(t, house, "POST  "+string(body), headers...)
				if sequence%2 == 0 {
					response = request(t, house, "GET ?query="+url.QueryEscape(query)+"&variables="+variables, headers...)
				}
				e := &events{Scanner: bufio.NewScanner(response.Body)}
				event, data, _ := e.next()
				if event != "next" || !strings.Contains(data, fmt.Sprintf(`"sequence":%d}`, sequence)) || e.id == "" || !strings.Contains(data, e.id) {
					t.Fatalf("%s: event %d came as %s %s with id %q", name, sequence, event, data, e.id)
				}
				last = e.id
				_ = response.Body.Close()
			}
		}
		refused := request(t, house, "GET ?query="+url.QueryEscape(`subscription { meetingEvents(meetingId: "`+m.ID+`") { cursor } }`), "Accept", "text/event-stream", "Last-Event-ID", "nonsense")
		text, err := io.ReadAll(refused.Body)
		if err != nil || !strings.Contains(string(text), "INVALID_CURSOR") || !strings.HasSuffix(string(text), "event: complete\ndata:\n\n") {
			t.Errorf("a cursor of nothing got %s %v", text, err)
		}
	})
}
