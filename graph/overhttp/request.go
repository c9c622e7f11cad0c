package overhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// bodyTimeout is how long a caller may take to send a request's body.
const bodyTimeout = 30 * time.Second

// refusal is why a request is not carried out: its HTTP status, its code for
// programs, and a sentence.
type refusal struct {
	status        int
	code, message string
}

func bad(format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, codeBadRequest, fmt.Sprintf(format, args...)}
}

// readRequest reads the parameters of a GraphQL request
// (https://graphql.github.io/graphql-over-http/draft/#sec-Request).
func readRequest(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	params := &graphql.RawParams{}
	params.ReadTime.Start = graphql.Now()
	var refused *refusal
	switch r.Method {
	case http.MethodPost:
		refused = readPost(w, r, params)
	case http.MethodGet:
		refused = readGet(r.URL.RawQuery, params)
	default:
		w.Header().Set("Allow", "GET, POST")
		return nil, &refusal{http.StatusMethodNotAllowed, codeMethod, "GraphQL is asked by POST or GET, not by " + quoted(r.Method) + "."}
	}
	if refused != nil {
		return nil, refused
	}
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return nil, bad("The request has no `query`. Send the operation as the text `query`.")
	}
	params.Headers = r.Header
	params.ReadTime.End = graphql.Now()
	return params, nil
}

func readPost(w http.ResponseWriter, r *http.Request, params *graphql.RawParams) *refusal {
	name, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || name != typeJSON || !isUTF8(parameters["charset"]) {
		return &refusal{http.StatusUnsupportedMediaType, codeMediaType, "A request's body is JSON in UTF-8. Send it with the header Content-Type: application/json."}
	}
	body, refused := readBody(w, r)
	if refused != nil {
		return refused
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // a mark of byte order, which RFC 8259 lets us pass over
	switch first := bytes.TrimLeft(body, " \t\r\n"); {
	case !utf8.Valid(body):
		return bad("The request's body is not UTF-8.")
	case len(first) == 0:
		return bad("The request has no body. Send a JSON object with the text `query`.")
	case first[0] == '[':
		return bad("The request's body is a list. Several operations are not taken at once: send a request for each.")
	}
	return decode(body, params, "The request's body")
}

// readBody reads all of a body, for as long as that may take.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	control := http.NewResponseController(w)
	// Where no deadline can be set, as in some tests, none is needed.
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(r.Body)
	if err == nil {
		_ = control.SetReadDeadline(time.Time{})
		return body, nil
	}
	if tooLarge, is := errors.AsType[*http.MaxBytesError](err); is {
		return nil, &refusal{http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf("A request's body may have %d bytes; this one has more.", tooLarge.Limit)}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &refusal{http.StatusRequestTimeout, codeTimeout, fmt.Sprintf("The request's body did not come within %s.", bodyTimeout)}
	}
	return nil, bad("The request's body did not come whole.")
}

func readGet(query string, params *graphql.RawParams) *refusal {
	values, err := url.ParseQuery(query)
	if err != nil {
		return bad("The address is not encoded as addresses are: escape the values of its parameters.")
	}
	for name := range values {
		if !utf8.ValidString(values.Get(name)) {
			return bad("The parameter %s is not UTF-8.", quoted(name))
		}
	}
	params.Query, params.OperationName = values.Get("query"), values.Get("operationName")
	for name, target := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := values.Get(name); text != "" {
			if refused := decode([]byte(text), target, "The parameter `"+name+"`"); refused != nil {
				return refused
			}
		}
	}
	return nil
}

// decode reads one JSON object, and nothing after it.
func decode(text []byte, target any, what string) *refusal {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(target)
	if mistyped, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		if mistyped.Field != "" {
			what = "`" + mistyped.Field + "`"
		}
		return bad("%s is a JSON %s, where %s was expected.", what, mistyped.Value, kindOf(mistyped))
	}
	if err != nil {
		return bad("%s is not JSON.", what)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return bad("%s goes on after its JSON value.", what)
	}
	return nil
}

func kindOf(mistyped *json.UnmarshalTypeError) string {
	if mistyped.Type.Kind().String() == "string" {
		return "a string"
	}
	return "an object"
}

// quoted shows something that a caller sent, if it is not too long.
func quoted(text string) string {
	const most = 40
	if len(text) > most {
		text = text[:most]
	}
	return fmt.Sprintf("%q", text)
}
