package overhttp

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// keepAlive is how long a stream is silent at most: proxies close silent ones.
	keepAlive = 15 * time.Second
	// writeTimeout is how long a reader may stall before it is given up.
	writeTimeout = 10 * time.Second
	// comeBackAfter and comeBackWithin say when readers should come back to a server
	// that stops: not all at once.
	comeBackAfter  = 500 * time.Millisecond
	comeBackWithin = 3 * time.Second
)

// lastEventID is the header by which a reader says what it got last, and the
// variable that holds it meanwhile: no operation has one of such a name.
const lastEventID = "Last-Event-ID"

// stream answers an operation by server-sent events.
type stream struct {
	*exchange
	operation *graphql.OperationContext
}

// run sends the results of an operation until there are no more, and says so.
func (s stream) run(ctx context.Context, failed gqlerror.List) {
	header := s.w.Header()
	header.Set("Content-Type", typeStream+"; charset=utf-8")
	header.Set("X-Accel-Buffering", "no") // nginx would wait for more
	control := http.NewResponseController(s.w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }()
	send := func(text string) error {
		// Where no deadline can be set, as in some tests, none is needed.
		_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
		if _, err := s.w.Write([]byte(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	if send(":\n\n") != nil {
		return
	}
	if failed != nil {
		response := s.executor.DispatchError(ctx, failed)
		if send(next(failure{few(response.Errors), response.Extensions}, "")) == nil {
			_ = send(complete)
		}
		return
	}
	if cursor := s.r.Header.Get(lastEventID); cursor != "" {
		resume(s.operation, cursor)
	}
	s.relay(send)
}

// complete ends a stream. A browser's EventSource passes over events without data.
const complete = "event: complete\ndata:\n\n"

// next writes one result as an event.
func next(result any, id string) string {
	text, err := json.Marshal(result)
	if err != nil {
		panic(fmt.Errorf("write a result as JSON: %w", err))
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	return "event: next\n" + id + "data: " + string(text) + "\n\n"
}

// relay sends results as they come, and signs of life in between.
func (s stream) relay(send func(string) error) {
	ctx, cancel := context.WithCancel(s.r.Context())
	results := make(chan string)
	go s.produce(ctx, results)
	defer func() {
		cancel()
		for range results { // ends when the producer has
		}
	}()
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for {
		var err error
		select {
		case result, more := <-results:
			if !more {
				_ = send(farewell(s.r.Context()))
				return
			}
			err = send(result)
		case <-alive.C:
			if s.Ended != nil && s.Ended(ctx) {
				// Who comes back with the same key is refused, and told why.
				_ = send(comeBack())
				return
			}
			err = send(":\n\n")
		}
		if err != nil {
			return
		}
	}
}

// farewell ends a stream: for good, or for now, when the server stops. Without
// `complete`, readers come back and go on where they were.
func farewell(ctx context.Context) string {
	if ctx.Err() == nil {
		return complete
	}
	return comeBack()
}

// comeBack says after how long to come back.
func comeBack() string {
	after := comeBackAfter + rand.N(comeBackWithin-comeBackAfter)
	return fmt.Sprintf("retry: %d\n\n", after.Milliseconds())
}

// produce makes events of the results until there are no more or the context ends.
// A result is good until the next one is asked for.
func (s stream) produce(ctx context.Context, results chan<- string) {
	defer close(results)
	hand := func(result *graphql.Response) bool {
		select {
		case results <- next(result, cursorOf(result)):
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if cause := recover(); cause != nil {
			ctx := graphql.WithOperationContext(ctx, s.operation)
			hand(s.executor.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(s.operation.RecoverFunc(ctx, cause))}))
		}
	}()
	responses, ctx := s.executor.DispatchOperation(ctx, s.operation)
	for result := responses(ctx); result != nil; result = responses(ctx) {
		if !hand(result) {
			return
		}
	}
}

// resume lets a subscription go on after a cursor, whatever its argument `after`
// says. The document is shared with others and stays as it is.
func resume(operation *graphql.OperationContext, cursor string) {
	field := onlyField(operation.Operation.SelectionSet)
	if operation.Operation.Operation != ast.Subscription || field == nil || field.Definition.Arguments.ForName("after") == nil {
		return
	}
	resumed := *field
	resumed.Arguments = slices.DeleteFunc(slices.Clone(field.Arguments), func(a *ast.Argument) bool { return a.Name == "after" })
	resumed.Arguments = append(resumed.Arguments, &ast.Argument{Name: "after", Value: &ast.Value{Kind: ast.Variable, Raw: lastEventID}})
	changed := *operation.Operation
	changed.SelectionSet = ast.SelectionSet{&resumed}
	operation.Operation = &changed
	if operation.Variables == nil {
		operation.Variables = make(map[string]any)
	}
	operation.Variables[lastEventID] = cursor
}

// onlyField is the field of a subscription, which has one, perhaps in a fragment.
func onlyField(selections ast.SelectionSet) *ast.Field {
	for _, selection := range selections {
		switch one := selection.(type) {
		case *ast.Field:
			return one
		case *ast.InlineFragment:
			return onlyField(one.SelectionSet)
		case *ast.FragmentSpread:
			return onlyField(one.Definition.SelectionSet)
		}
	}
	return nil
}

// cursorOf is where a subscription can go on after a result: the field `cursor` of
// what it holds. Without one it is empty, and the reader keeps the last.
func cursorOf(result *graphql.Response) string {
	var data map[string]struct {
		Cursor string `json:"cursor"`
	}
	if len(result.Errors) > 0 || json.Unmarshal(result.Data, &data) != nil || len(data) != 1 {
		return ""
	}
	for _, one := range data {
		if !strings.ContainsAny(one.Cursor, "\r\n\x00") {
			return one.Cursor
		}
	}
	return ""
}
