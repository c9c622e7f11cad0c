package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	asJSON  = "Content-Type: application/json"
	newest  = "Accept: application/graphql-response+json"
	invalid = "GRAPHQL_VALIDATION_FAILED"
	unread  = "GRAPHQL_PARSE_FAILED"
	tooMuch = "LIMIT_EXCEEDED"
	badBody = "BAD_REQUEST"
)

// post writes a request with a body.
func (h *house) post(body string, headers ...string) string {
	return h.asking("POST", "/graphql", body, append(headers, asJSON, newest)...)
}

// query writes a request with an operation and its variables.
func (h *house) query(document, variables string) string {
	text, err := json.Marshal(document)
	if err != nil {
		h.t.Fatal(err)
	}
	if variables == "" {
		variables = "{}"
	}
	return h.post(fmt.Sprintf(`{"query": %s, "variables": %s}`, text, variables))
}

// many repeats a text, with a number in it where it has one.
func many(n int, text string) string {
	if !strings.Contains(text, "#") {
		return strings.Repeat(text, n)
	}
	all := strings.Builder{}
	for i := range n {
		all.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return all.String()
}

// malformed are bodies that are no requests.
func (h *house) malformed() (attacks []attack) {
	for name, body := range map[string]string{
		"white space":             " \r\n\t ",
		"half an object":          `{"query": "{ meetings`,
		"a value without a name":  `{"query": }`,
		"a comma too many":        `{"query": "{ __typename }",}`,
		"single quotes":           `{'query': '{ __typename }'}`,
		"null":                    `null`,
		"true":                    `true`,
		"a number":                `1`,
		"a string":                `"{ __typename }"`,
		"a list":                  `[{"query": "{ __typename }"}]`,
		"an empty list":           `[]`,
		"an empty object":         `{}`,
		"lists 100,000 deep":      many(100_000, "["),
		"objects 100,000 deep":    many(100_000, `{"a":`),
		"variables 100,000 deep":  `{"query": "{ __typename }", "variables": {"a": ` + many(100_000, "[") + many(100_000, "]") + `}}`,
		"something after it":      `{"query": "{ __typename }"} x`,
		"two objects":             `{"query": "{ __typename }"}{"query": "{ __typename }"}`,
		"bytes that are no UTF-8": "{\"query\": \"{ __typename \xc3\x28 }\"}",
		"UTF-16":                  "\xff\xfe{\x00\"\x00q\x00",
		"zeros":                   "\x00\x00\x00\x00",
		"a zero in a string":      "{\"query\": \"{ __typename }\x00\"}",
		"not a number":            `{"query": "{ __typename }", "variables": {"a": NaN}}`,
		"query as a number":       `{"query": 7}`,
		"query as a list":         `{"query": ["{ __typename }"]}`,
		"query as an object":      `{"query": {"text": "{ __typename }"}}`,
		"query as null":           `{"query": null}`,
		"no query":                `{"operationName": "A"}`,
		"name as a number":        `{"query": "{ __typename }", "operationName": 7}`,
		"name as an object":       `{"query": "{ __typename }", "operationName": {}}`,
		"variables as a string":   `{"query": "{ __typename }", "variables": "{}"}`,
		"variables as a list":     `{"query": "{ __typename }", "variables": [1]}`,
		"variables as a number":   `{"query": "{ __typename }", "variables": 1}`,
		"extensions as a string":  `{"query": "{ __typename }", "extensions": "x"}`,
		"XML":                     `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`,
		"a form":                  `query=%7B__typename%7D`,
	} {
		attacks = append(attacks, attack{name, h.post(body), http.StatusBadRequest, badBody})
	}
	for name, extension := range map[string]string{
		"a hash as a number":       `{"persistedQuery": {"version": 1, "sha256Hash": 7}}`,
		"a hash as an object":      `{"persistedQuery": {"version": 1, "sha256Hash": {}}}`,
		"a hash that is a path":    `{"persistedQuery": {"version": 1, "sha256Hash": "../../etc/passwd"}}`,
		"a hash of nothing":        `{"persistedQuery": {"version": 1}}`,
		"a version of the future":  `{"persistedQuery": {"version": 99, "sha256Hash": "x"}}`,
		"persisted as a list":      `{"persistedQuery": []}`,
		"persisted as text":        `{"persistedQuery": "x"}`,
		"a hash of another's text": `{"persistedQuery": {"version": 1, "sha256Hash": "` + many(64, "0") + `"}}`,
	} {
		attacks = append(attacks, attack{name, h.post(`{"extensions": ` + extension + `}`), http.StatusBadRequest, "PERSISTED_QUERY_"})
		attacks = append(attacks, attack{name + ", with a document", h.post(`{"query": "{ __typename }", "extensions": ` + extension + `}`), http.StatusBadRequest, "PERSISTED_QUERY_INVALID"})
	}
	return attacks
}

// mistyped are variables and literals of other types than are asked for.
func (h *house) mistyped() (attacks []attack) {
	const one, page = `query ($id: ID!) { meeting(id: $id) { id } }`, `query ($n: Int) { meetings(first: $n) { nodes { id } } }`
	for name, variables := range map[string]string{
		"an object for an id": `{"id": {"$ne": null}}`,
		"a list for an id":    `{"id": ["a", "b"]}`,
		"a boolean for an id": `{"id": true}`,
		"null for an id":      `{"id": null}`,
		"no id":               `{}`,
		"another's name":      `{"ID": "x"}`,
	} {
		attacks = append(attacks, attack{name, h.query(one, variables), http.StatusBadRequest, invalid})
	}
	for name, n := range map[string]string{
		"text for a number": `"5"`, "a fraction": `1.5`, "an object for a number": `{}`, "a list for a number": `[1, 2]`, "a boolean for a number": `true`,
		"a great number": `1e400`, "2 to the 64th": `18446744073709551616`,
	} {
		attacks = append(attacks, attack{name, h.query(page, `{"n": `+n+`}`), http.StatusBadRequest, invalid})
	}
	for name, first := range map[string]string{"a page of -1": "-1", "a page of 0": "0", "a page of 101": "101", "a page of two thousand million": "2000000000"} {
		attacks = append(attacks, attack{name, h.query(page, `{"n": `+first+`}`), http.StatusOK, "INVALID_INPUT"})
	}
	for name, document := range map[string]string{
		"an enum that is none":         `mutation { setRole(input: {participantId: "x", role: EMPEROR}) { userErrors { code } } }`,
		"an enum as text":              `mutation { setRole(input: {participantId: "x", role: "HOST"}) { userErrors { code } } }`,
		"a field of an input twice":    `mutation { endMeeting(input: {meetingId: "x", meetingId: "y"}) { userErrors { code } } }`,
		"an input that lacks a field":  `mutation { endMeeting(input: {}) { userErrors { code } } }`,
		"an input with a field more":   `mutation { endMeeting(input: {meetingId: "x", workspaceId: "ws_other"}) { userErrors { code } } }`,
		"a field that is not there":    `{ meetings { nodes { workspace { keys { hash } } } } }`,
		"keys":                         `{ apiKeys { hash } }`,
		"a scalar with fields":         `{ meetings { nodes { id { length } } } }`,
		"an object without fields":     `{ meetings }`,
		"an argument too many":         `{ meeting(id: "x", workspace: "y") { id } }`,
		"a variable of no type":        `query ($a: Nothing) { meeting(id: $a) { id } }`,
		"a variable that is not there": `{ meeting(id: $id) { id } }`,
		"a variable of an output type": `query ($a: Meeting) { meetings { nodes { id } } }`,
		"a directive of no kind":       `{ meetings @system(role: "admin") { nodes { id } } }`,
		"a fragment of no kind":        `{ ...Nothing }`,
		"a fragment that can't be":     `{ meetings { ... on Bot { id } } }`,
		"a fragment in itself":         `{ meetings { nodes { ...A } } } fragment A on Meeting { rooms { nodes { id } } ...A }`,
		"two fragments in each other":  `{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }`,
		"two nameless operations":      `{ __typename } { __typename }`,
		"two of a name":                `query A { __typename } query A { __typename }`,
		"an operation of no name":      `query A { __typename } query B { __typename }`,
		"introspection in itself":      `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
		"interfaces of interfaces":     `{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { name } } } } } } }`,
		"the directive oneOf":          `{ meetings @oneOf { nodes { id } } }`,
		"a type as an operation":       `type Query { all: String }`,
		"a schema":                     `schema { query: Meeting }`,
	} {
		attacks = append(attacks, attack{name, h.query(document, ""), http.StatusBadRequest, "GRAPHQL_"})
	}
	return attacks
}

// excessive are documents that ask for too much.
func (h *house) excessive() (attacks []attack) {
	doubling := " fragment F30 on Query { __typename }"
	for i := range 30 {
		doubling += fmt.Sprintf(" fragment F%d on Query { a%d: meetings { nodes { id } } ...F%d ... on Query { ...F%d } }", i, i, i+1, i+1)
	}
	chain := ""
	for i := range 60 {
		chain += fmt.Sprintf(" fragment F%d on Meeting { a: rooms { nodes { id } } b: rooms { nodes { id } } ...F%d ... { ...F%d } }", i, i+1, i+1)
	}
	chain += " fragment F60 on Meeting { id }"
	for name, document := range map[string]string{
		"100,000 equal fields":      `{ meetings { nodes { ` + many(33_000, "id ") + `} } }`,
		"500 equal fields":          `{ meetings { nodes { ` + many(500, "id ") + `} } }`,
		"1,000 aliases":             `{ meetings { nodes { ` + many(1000, "a#: id ") + `} } }`,
		"100 aliases":               `{ meetings { nodes { ` + many(100, "a#: id ") + `} } }`,
		"100 meetings at once":      `{ ` + many(100, `a#: meeting(id: "x") { id } `) + `}`,
		"100 mutations at once":     `mutation { ` + many(100, `a#: createMeeting(input: {title: "x"}) { userErrors { code } } `) + `}`,
		"100 introspections":        `{ ` + many(100, `a#: __schema { types { name } } `) + `}`,
		"types, 30 times":           `{ ` + many(30, `a#: __type(name: "Query") { fields { name type { fields { name } } } } `) + `}`,
		"500 directives":            `{ meetings { nodes { id ` + many(500, "@skip(if: false) ") + `} } }`,
		"fields 500 deep":           many(500, "{ a") + many(500, "}"),
		"fields 20 deep":            many(20, "{ a") + many(20, "}"),
		"objects 400 deep":          `{ meeting(id: ` + many(1000, "{a:") + `1` + many(1000, "}") + `) { id } }`,
		"inline fragments 600 deep": `{ ` + many(700, "... { ") + `__typename` + many(700, "}") + `}`,
		"types 700 deep":            `query ($a: ` + many(1000, "[") + "Int" + many(1000, "]") + `) { __typename }`,
		"fragments that double":     `{ meetings { nodes { ...F0 } } }` + chain,
		"fragments in fragments":    `{ ...F0 }` + doubling,
		"a million bytes of space":  `{ __typename }` + many(1_000_000, " "),
		"a million commas":          `{ __typename ` + many(1_000_000, ",") + `}`,
		"a comment of a million":    `{ __typename } #` + many(1_000_000, "x"),
		"a name of a million":       `{ ` + many(1_000_000, "x") + ` }`,
		"a string of a million":     `{ meeting(id: "` + many(1_000_000, "x") + `") { id } }`,
		"50 operations":             many(50, "query A# { __typename } "),
		"500 variables":             `query (` + many(700, "$a#: Int ") + `) { __typename }`,
		"pages in pages in pages":   `{ meetings(first: 100) { nodes { rooms(first: 100) { nodes { participants(first: 100) { nodes { id } } } } } } }`,
		"events of everything":      `{ meetings(first: 100) { nodes { bots(first: 100) { nodes { segments(first: 100) { nodes { tracks(first: 100) { nodes { id } } } } } } } } }`,
	} {
		attacks = append(attacks, attack{name, h.query(document, ""), http.StatusBadRequest, tooMuch})
	}
	attacks = append(attacks,
		attack{"100,000 values", h.query(`query ($s: [String!]) { bots(status: $s) { nodes { id } } }`, `{"s": [`+strings.TrimSuffix(many(100_000, `"a",`), ",")+`]}`), http.StatusBadRequest, tooMuch},
		attack{"4 MB", h.post(`{"query": "` + many(4<<20, " ") + `"}`), http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
		attack{"4 MB of variables", h.post(`{"query": "{ __typename }", "variables": {"a": "` + many(4<<20, "x") + `"}}`), http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
		attack{"4 MB in chunks", strings.Replace(h.asking("POST", "/graphql", "", asJSON, "Transfer-Encoding: chunked"), "\r\n\r\n", "\r\n\r\n400000\r\n", 1) + many(4<<20, "x") + "\r\n0\r\n\r\n", http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
		attack{"a document in an address", h.asking("GET", "/graphql?query="+many(500_000, "x"), "", newest), http.StatusRequestHeaderFieldsTooLarge, "Too Large"},
	)
	return attacks
}

// inventive are documents that are not GraphQL.
func (h *house) inventive() (attacks []attack) {
	for name, document := range map[string]string{
		"nothing but space":        "   ",
		"a comment alone":          "# { __typename }",
		"a brace":                  "{",
		"braces":                   "{}",
		"the other brace":          "}",
		"no selection":             "query",
		"a string without end":     `{ meeting(id: "x`,
		"a block without end":      `{ meeting(id: """x`,
		"an escape of no kind":     `{ meeting(id: "\x41") { id } }`,
		"an escape beyond Unicode": `{ meeting(id: "\u{110000}") { id } }`,
		"half an escape":           `{ meeting(id: "\u00") { id } }`,
		"a line in a string":       "{ meeting(id: \"x\ny\") { id } }",
		"a zero":                   "{ meeting(id: \"x\x00y\") { id } \x00 }",
		"signs of no kind":         "{ meetings ; DROP TABLE meetings }",
		"SQL":                      "SELECT * FROM meetings",
		"a template":               "{{7*7}}",
		"a number with zeros":      "{ meetings(first: 007) { nodes { id } } }",
		"a number with letters":    "{ meetings(first: 1x) { nodes { id } } }",
		"a dollar alone":           "query ($) { __typename }",
		"an at alone":              "{ meetings @ { nodes { id } } }",
		"two dots":                 "{ .. on Query { __typename } }",
		"an argument of nothing":   "{ meeting(id: ) { id } }",
		"empty arguments":          "{ meetings() { nodes { id } } }",
		"a name in Cyrillic":       "{ мeetings { nodes { id } } }",
		"lists 40,000 deep":        `{ meeting(id: ` + many(40_000, "[") + many(40_000, "]") + `) { id } }`,
		"text that turns around":   "{ meetings \u202e{ nodes { id } } }",
	} {
		attacks = append(attacks, attack{name, h.query(document, ""), http.StatusBadRequest, `"message"`})
	}
	for name, id := range map[string]string{
		"an id in SQL": `x' OR '1'='1`, "an id that is a path": `../../../etc/passwd`, "an id with a zero": "mtg_\x00", "an id with lines": "mtg_\r\nSet-Cookie: a=b",
		"an empty id": "", "an id of 100 kB": many(100_000, "x"), "an id that turns around": "\u202emtg_", "half a character": "mtg_\ufffd",
	} {
		variables, err := json.Marshal(map[string]string{"id": id})
		if err != nil {
			h.t.Fatal(err)
		}
		attacks = append(attacks, attack{name, h.query(`mutation ($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, string(variables)), http.StatusOK, "MEETING_NOT_FOUND"})
	}
	for name, cursor := range map[string]string{"a cursor of nothing": "x", "a cursor of zeros": "AAAA", "a cursor beyond": "OTk5OTk5OTk5OTk5OTk5OTk5OTk6eA", "a long cursor": many(50_000, "A")} {
		attacks = append(attacks, attack{name, h.query(`{ meetings(after: "`+cursor+`") { nodes { id } } }`, ""), http.StatusOK, "INVALID_CURSOR"})
	}
	return attacks
}

// misdirected are requests that are GraphQL, but not for us to answer.
func (h *house) misdirected() []attack {
	const body = `{"query": "{ meetings { nodes { id } } }"}`
	get := "/graphql?query=" + url.QueryEscape("{ meetings { nodes { id } } }")
	changing := url.QueryEscape(`mutation { createMeeting(input: {title: "x"}) { userErrors { code } } }`)
	strange := func(authorization string) string {
		return strings.Replace(h.asking("POST", "/graphql", body, asJSON), "Bearer "+h.Client.Key, authorization, 1)
	}
	attacks := []attack{
		{"a mutation by GET", h.asking("GET", "/graphql?query="+changing, "", newest), 405, "METHOD_NOT_ALLOWED"},
		{"a mutation as a stream by GET", h.asking("GET", "/graphql?query="+changing, "", "Accept: text/event-stream"), 405, "METHOD_NOT_ALLOWED"},
		{"a page of another site", h.asking("POST", "/graphql", body, asJSON, "Origin: https://evil.example"), 403, "cross-origin"},
		{"a page of no site", h.asking("POST", "/graphql", body, asJSON, "Origin: null"), 403, "cross-origin"},
		{"a browser that tells of another site", h.asking("POST", "/graphql", body, asJSON, "Sec-Fetch-Site: cross-site"), 403, "cross-origin"},
		{"a browser that tells of a sister site", h.asking("POST", "/graphql", body, asJSON, "Sec-Fetch-Site: same-site"), 403, "cross-origin"},
		{"two subscriptions in one", h.asking("GET", "/graphql?query="+url.QueryEscape(`subscription { a: meetingEvents(meetingId: "x") { cursor } b: meetingEvents(meetingId: "y") { cursor } }`), "", "Accept: text/event-stream"), 200, invalid},
		{"a method in disguise", h.asking("GET", "/graphql?query="+changing, "", newest, "X-HTTP-Method-Override: POST"), 405, "METHOD_NOT_ALLOWED"},
		{"no key", strange(""), 401, "UNAUTHENTICATED"},
		{"no scheme", strange(h.Client.Key), 401, "UNAUTHENTICATED"},
		{"another scheme", strange("Basic " + h.Client.Key), 401, "UNAUTHENTICATED"},
		{"half a key", strange("Bearer " + h.Client.Key[:len(h.Client.Key)/2]), 401, "UNAUTHENTICATED"},
		{"a key of 100 kB", strange("Bearer " + many(100_000, "x")), http.StatusRequestHeaderFieldsTooLarge, "Too Large"},
		{"a key in SQL", strange("Bearer ' OR 1=1 --"), 401, "UNAUTHENTICATED"},
		{"a key in the address", strings.Replace(h.asking("GET", get+"&key="+h.Client.Key, ""), "Bearer "+h.Client.Key, "", 1), 401, "UNAUTHENTICATED"},
		{"a socket without its key", h.asking("GET", "/graphql", "", "Upgrade: websocket", "Connection: Upgrade"), 400, ""},
		{"a socket of another site", h.asking("GET", "/graphql", "", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://evil.example"), 403, ""},
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "query"} {
		attacks = append(attacks, attack{method, h.asking(method, "/graphql", body, asJSON), 405, "METHOD_NOT_ALLOWED"})
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql", "application/xml", "application/json; charset=utf-16", "application/json; charset", ", ,", "application/json, text/plain"} {
		attacks = append(attacks, attack{kind, h.asking("POST", "/graphql", body, "Content-Type: "+kind), 415, "UNSUPPORTED_MEDIA_TYPE"})
	}
	for _, accept := range []string{"text/html", "image/*", "application/json;q=0", "application/json; charset=utf-7", ";;;", many(10_000, "a/b,")} {
		attacks = append(attacks, attack{"accepts " + accept[:min(len(accept), 40)], h.asking("POST", "/graphql", body, asJSON, "Accept: "+accept), 406, "NOT_ACCEPTABLE"})
	}
	return attacks
}

// trespassing looks for files that are nobody's business.
func (h *house) trespassing(link *url.URL) (attacks []attack) {
	signed := "?" + link.RawQuery
	for _, way := range []string{
		"..%2f..%2fbreakout.db", "%2e%2e/%2e%2e/breakout.db", "..%5c..%5cbreakout.db", "%252e%252e%252fbreakout.db", "%00", "x%00.ogg", "%2fetc%2fpasswd",
		"C:%5cWindows%5cwin.ini", ".", "", "x.ogg%0d%0aSet-Cookie:%20a=b", many(8000, "a"), many(200, "..%2f"), "file:%2f%2f%2fetc%2fpasswd", "~root/.ssh/id_rsa",
	} {
		status := 403
		if way == "." {
			status = 307 // the server tells the way that is meant
		}
		name := way[:min(len(way), 40)]
		attacks = append(attacks, attack{"the recording " + name, h.asking("GET", "/recordings/"+way+signed, ""), status, ""})
	}
	path := link.EscapedPath()
	for name, query := range map[string]string{
		"no signature": "", "another expiry": strings.Replace(signed, "expires=", "expires=9", 1), "no expiry": "?signature=" + link.Query().Get("signature"),
		"half a signature": signed[:len(signed)-5], "an expiry before time": "?expires=-1&signature=x", "an expiry that is none": "?expires=x&signature=x",
	} {
		attacks = append(attacks, attack{"a recording with " + name, h.asking("GET", path+query, ""), 403, "not valid"})
	}
	for _, way := range []string{"/..%2f..%2fgo.mod", "/assets/..%2f..%2fdashboard.go", "/%2e%2e%2fbreakout.db", "/.git/config", "/.env", "/wp-admin", "/debug/pprof/", "/breakout.db", "/index.html%00.js", "/assets/" + many(8000, "a")} {
		attacks = append(attacks, attack{"the page " + way[:min(len(way), 40)], h.asking("GET", way, ""), 404, ""})
	}
	return append(attacks,
		attack{"a recording by POST", h.asking("POST", path+signed, "x"), 404, ""},
		attack{"a recording deleted", h.asking("DELETE", path+signed, ""), 404, ""},
	)
}

// unspeakable are requests that are no HTTP.
func (h *house) unspeakable() []attack {
	const host = "Host: breakout.memory\r\n"
	return []attack{
		{"noise", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, ""},
		{"a line of nothing", "\r\n\r\n\r\n\r\n", 400, ""},
		{"no version", "GET /healthz\r\n\r\n", 400, ""},
		{"a version of the future", "GET /healthz HTTP/9.9\r\n" + host + "\r\n", 505, ""},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400, ""},
		{"two hosts", "GET /healthz HTTP/1.1\r\n" + host + host + "\r\n", 400, ""},
		{"a host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, ""},
		{"a negative length", "POST /graphql HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400, ""},
		{"two lengths", "POST /graphql HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400, ""},
		{"a length that is text", "POST /graphql HTTP/1.1\r\n" + host + "Content-Length: many\r\n\r\n", 400, ""},
		{"a coding of no kind", "POST /graphql HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, ""},
		{"chunks of no length", h.asking("POST", "/graphql", "", asJSON, "Transfer-Encoding: chunked") + "zz\r\n", 400, "BAD_REQUEST"},
		{"a chunk of 2 to the 70th", h.asking("POST", "/graphql", "", asJSON, "Transfer-Encoding: chunked") + "fffffffffffffffffff\r\n", 400, "BAD_REQUEST"},
		{"a header with a zero", "GET /healthz HTTP/1.1\r\n" + host + "A: \x00\r\n\r\n", 400, ""},
		{"a header without a name", "GET /healthz HTTP/1.1\r\n" + host + ": x\r\n\r\n", 400, ""},
		{"a header that is folded", "GET /healthz HTTP/1.1\r\n" + host + " x\r\n\r\n", 400, ""},
		{"headers of 4 MB", "GET /healthz HTTP/1.1\r\n" + host + "A: " + many(4<<20, "x") + "\r\n\r\n", 431, ""},
		{"100,000 headers", "GET /healthz HTTP/1.1\r\n" + host + many(100_000, "A#: x\r\n") + "\r\n", 431, ""},
		{"an address of 4 MB", "GET /" + many(4<<20, "x") + " HTTP/1.1\r\n" + host + "\r\n", 431, ""},
		{"an address with a bad escape", "GET /%zz HTTP/1.1\r\n" + host + "\r\n", 400, ""},
		{"a tunnel", "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", 404, ""},
		{"an expectation of no kind", h.asking("POST", "/graphql", "x", asJSON, "Expect: a miracle"), 417, ""},
	}
}
