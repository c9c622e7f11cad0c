// Package overhttp serves GraphQL over HTTP: by POST and GET, with an answer in JSON
// (https://graphql.github.io/graphql-over-http/draft/) or as a stream of server-sent
// events (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, distinct
// connections), as the caller accepts.
package overhttp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The codes of requests that are not carried out.
const (
	codeBadRequest    = "BAD_REQUEST"
	codeMethod        = "METHOD_NOT_ALLOWED"
	codeNotAcceptable = "NOT_ACCEPTABLE"
	codeMediaType     = "UNSUPPORTED_MEDIA_TYPE"
	codeTooLarge      = "BODY_TOO_LARGE"
	codeTimeout       = "REQUEST_TIMEOUT"
	codeUnavailable   = "UNAVAILABLE"
)

// maxErrors is how many errors of a document are told at once.
const maxErrors = 20

// Transport is everything but WebSockets, as gqlgen's server takes it.
type Transport struct {
	// Ended says that the key which the context's viewer has shown opens nothing any
	// more: a stream ends then. It may be nil.
	Ended func(context.Context) bool
}

var _ graphql.Transport = Transport{}

// Supports takes all requests that are not for a WebSocket: what is wrong with them
// is told in the shape of GraphQL's answers.
func (Transport) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do answers one request.
func (t Transport) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept")
	wanted := readAccept(r.Header.Values("Accept"))
	e := exchange{t, w, r, executor, wanted, wanted.best()}
	if refused := e.answer(); refused != nil {
		e.refuse(refused)
	}
}

// exchange is one request and its answer.
type exchange struct {
	Transport
	w        http.ResponseWriter
	r        *http.Request
	executor graphql.GraphExecutor
	wanted   accepted
	as       string // the media type of the answer
}

// answer does what is asked, or tells why not.
func (e *exchange) answer() *refusal {
	params, refused := readRequest(e.w, e.r)
	if refused != nil {
		return refused
	}
	if e.as == "" {
		return &refusal{http.StatusNotAcceptable, codeNotAcceptable, fmt.Sprintf("Answers come as %s, %s or %s. Name one of them in the header Accept.", typeResponse, typeJSON, typeStream)}
	}
	operation, failed := e.executor.CreateOperationContext(e.r.Context(), params)
	if failed == nil {
		if refused := e.suits(operation.Operation.Operation); refused != nil {
			return refused
		}
	}
	ctx := graphql.WithOperationContext(e.r.Context(), operation)
	switch {
	case e.as == typeStream:
		stream{e, operation}.run(ctx, failed)
	case failed != nil:
		e.fail(e.executor.DispatchError(ctx, failed))
	default:
		return e.execute(operation)
	}
	return nil
}

// suits says whether this kind of operation can be asked for in this way.
func (e *exchange) suits(kind ast.Operation) *refusal {
	switch {
	case kind == ast.Mutation && e.r.Method != http.MethodPost:
		e.w.Header().Set("Allow", http.MethodPost)
		return &refusal{http.StatusMethodNotAllowed, codeMethod, "A mutation is asked by POST, as GET changes nothing."}
	case kind == ast.Subscription && e.wanted[typeStream] == 0:
		return &refusal{http.StatusNotAcceptable, codeNotAcceptable, "A subscription is answered by a stream. Send the header Accept: text/event-stream, or use a WebSocket."}
	case kind == ast.Subscription:
		e.as = typeStream
	}
	return nil
}

func (e *exchange) execute(operation *graphql.OperationContext) *refusal {
	responses, ctx := e.executor.DispatchOperation(e.r.Context(), operation)
	response := responses(ctx)
	if response == nil { // nobody waits for it any more, or we can't go on
		return &refusal{http.StatusServiceUnavailable, codeUnavailable, "The server is stopping. Try again in a moment."}
	}
	e.write(http.StatusOK, response)
	return nil
}

// failure is an answer without data: nothing was carried out.
type failure struct {
	Errors     gqlerror.List  `json:"errors"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// few leaves errors out where there are very many of them.
func few(errors gqlerror.List) gqlerror.List {
	if len(errors) > maxErrors {
		return append(errors[:maxErrors:maxErrors], gqlerror.Errorf("There are %d more errors.", len(errors)-maxErrors))
	}
	return errors
}

// fail tells that an operation was not carried out. By the older media type that is
// a success of HTTP.
func (e *exchange) fail(response *graphql.Response) {
	status := http.StatusOK
	if e.as == typeResponse {
		status = http.StatusBadRequest
	}
	e.write(status, failure{few(response.Errors), response.Extensions})
}

// refuse tells what is wrong with a request.
func (e *exchange) refuse(refused *refusal) {
	if e.as != typeResponse {
		e.as = typeJSON
	}
	if refused.status == http.StatusRequestTimeout || refused.status == http.StatusRequestEntityTooLarge {
		e.w.Header().Set("Connection", "close") // the rest of the body is not read
	}
	problem := &gqlerror.Error{Message: refused.message, Extensions: map[string]any{"code": refused.code}}
	e.write(refused.status, failure{Errors: gqlerror.List{problem}})
}

// write sends an answer. Who does not take it is gone.
func (e *exchange) write(status int, answer any) {
	text, err := json.Marshal(answer)
	if err != nil {
		panic(fmt.Errorf("write an answer as JSON: %w", err)) // told by gqlgen's server, as INTERNAL
	}
	e.w.Header().Set("Content-Type", e.as+"; charset=utf-8")
	e.w.WriteHeader(status)
	_, _ = e.w.Write(text)
}
