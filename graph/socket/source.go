package socket

import (
	"context"
	"errors"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Forever is until when a source sends that does not end by itself.
const Forever = math.MaxInt64

// Source is what a subscription follows: events with growing numbers, which can be
// read again after any of them. A resolver offers one by [Offer], so that a socket
// decides from where on events are read, and by whom.
type Source struct {
	// After is the number that the subscriber goes on after.
	After int64
	// Head is the number of the last event when the subscription began.
	Head int64
	// Send sends the events after a number, until one included, on the channel that the
	// resolver has returned, notes the number of each before it is sent, and closes the
	// channel. It is called once at most.
	Send func(ctx context.Context, after, until int64, note func(int64)) error
	// More says whether there are events after a number.
	More func(ctx context.Context, after int64) (bool, error)
	// Cursor names the place of a number.
	Cursor func(int64) string
}

type offerKey struct{}

// Offer hands a source to the socket that runs the subscription. It says false when
// no socket does: then the resolver has to send by itself.
func Offer(ctx context.Context, source *Source) bool {
	offered, ok := ctx.Value(offerKey{}).(**Source)
	if ok {
		*offered = source
	}
	return ok
}

// execution is one run of an operation.
type execution struct {
	operation *graphql.OperationContext
	responses graphql.ResponseHandler
	// source is what it follows, if its resolver offered it.
	source *Source
	// numbers are those of the events that have not become responses yet.
	numbers chan int64
	done    chan error
}

// begin runs an operation up to its first response. Errors are those of an operation
// that is not legal.
func begin(ctx context.Context, exec graphql.GraphExecutor, params graphql.RawParams) (*execution, gqlerror.List) {
	ctx = graphql.StartOperationTrace(ctx)
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	operation, errs := exec.CreateOperationContext(ctx, &params)
	if len(errs) > 0 {
		return nil, exec.DispatchError(graphql.WithOperationContext(ctx, operation), errs).Errors
	}
	// A resolver sends on a channel that holds one; one is executed, and one waits.
	e := &execution{operation: operation, numbers: make(chan int64, 4), done: make(chan error, 1)}
	responses, inner := exec.DispatchOperation(context.WithValue(ctx, offerKey{}, &e.source), operation)
	e.responses = func(context.Context) *graphql.Response { return responses(inner) }
	return e, nil
}

// refused are the errors for which an operation with a source did not begin.
func (e *execution) refused(ctx context.Context) gqlerror.List {
	if response := e.responses(ctx); response != nil {
		return response.Errors
	}
	return nil
}

// send has the source send, and hands each payload and its number to receive. It
// returns when the source has sent all, or when something fails.
func (e *execution) send(ctx context.Context, after, until int64, receive func(int64, []byte) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		e.done <- e.source.Send(ctx, after, until, func(number int64) {
			select {
			case e.numbers <- number:
			case <-ctx.Done():
			}
		})
	}()
	for {
		response := e.responses(ctx)
		if response == nil {
			return <-e.done
		}
		if err := receive(<-e.numbers, payloadOf(response)); err != nil {
			stop()
			return errors.Join(err, <-e.done)
		}
	}
}
