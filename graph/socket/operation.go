package socket

import (
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// codeTooManyOperations refuses an operation while too many run on a socket.
const codeTooManyOperations = "TOO_MANY_OPERATIONS"

// operation is what a client has subscribed to and not completed.
type operation struct {
	socket *socket
	params graphql.RawParams
	// quotedID is the client's id for it, as JSON, and head how its messages begin.
	quotedID, head []byte
	asked          string
	cancel         context.CancelFunc
	// gone is true when the client wants no more of it.
	gone atomic.Bool

	// Guarded by socket.mu until they are set, by operate.
	source *Source
	feed   *feed
	// again reads events anew from a number on, and joins the feed.
	again func(after int64)

	// position is the number of the last event that was handed to the connection.
	position atomic.Int64
	// isLive is true while what is sent comes from the feed. The writer's own.
	isLive bool
}

// item is what waits for the connection to be free.
type item struct {
	op *operation
	// text is a message, and raw a whole frame.
	text, raw []byte
	// number is that of the event in text, or the place from which to join the feed.
	number int64
	// joins says that the operation takes what follows from its feed, and ends that it
	// is over.
	joins, ends bool
}

// enqueue waits until an item has a place.
func (s *socket) enqueue(ctx context.Context, it item) error {
	select {
	case s.queue <- it:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// say queues a message about no operation.
func (s *socket) say(ctx context.Context, text []byte) error {
	return s.enqueue(ctx, item{text: text})
}

// subscribe begins an operation.
func (s *socket) subscribe(ctx context.Context, m message) error {
	params, err := parseOperation(m.Payload)
	if err != nil {
		return err
	}
	quoted := jsonOf(m.ID)
	op := &operation{socket: s, params: *params, quotedID: quoted, head: append([]byte(`{"id":`), quoted...)}
	s.mu.Lock()
	_, exists := s.operations[m.ID]
	isFull := len(s.operations) >= maxOperations
	if !exists && !isFull && !isClosed(s.transport.draining) {
		ctx, op.cancel = context.WithCancel(ctx)
		s.operations[m.ID] = op
	}
	s.mu.Unlock()
	switch {
	case isClosed(s.transport.draining):
		return nil // it is about to hear so
	case exists:
		return closingf(codeOperationExists, "Subscriber for %.60s already exists", m.ID)
	case isFull:
		return s.say(ctx, errorMessage(quoted, gqlerror.List{{
			Message:    "32 operations run on this socket, which is as many as can. Complete one, or open another socket.",
			Extensions: map[string]any{"code": codeTooManyOperations},
		}}))
	}
	s.running.Go(func() {
		defer s.recovered()
		s.operate(ctx, op)
	})
	return nil
}

func isClosed(events <-chan struct{}) bool {
	select {
	case <-events:
		return true
	default:
		return false
	}
}

// complete ends an operation as its client wants.
func (s *socket) complete(id string) {
	s.mu.Lock()
	op, ok := s.operations[id]
	delete(s.operations, id)
	s.mu.Unlock()
	if ok {
		op.gone.Store(true)
		op.leave()
		s.wake() // the writer forgets it
	}
}

// forget ends an operation that has told its client so.
func (s *socket) forget(op *operation) {
	s.mu.Lock()
	for id, running := range s.operations {
		if running == op {
			delete(s.operations, id)
		}
	}
	s.mu.Unlock()
	op.leave()
}

// leave lets go of what an operation holds.
func (op *operation) leave() {
	op.cancel()
	op.socket.mu.Lock()
	f := op.feed
	op.feed = nil
	op.socket.mu.Unlock()
	if f != nil {
		f.leave(op)
	}
}

// operate runs an operation until its end, or until its feed takes over.
func (s *socket) operate(ctx context.Context, op *operation) {
	e, errs := begin(ctx, s.exec, op.params)
	if len(errs) > 0 {
		s.refuse(ctx, op, errs)
		return
	}
	if e.source == nil {
		s.answer(ctx, op, e)
		return
	}
	viewer, err := access.From(ctx)
	if err != nil {
		s.refuse(ctx, op, gqlerror.List{{Message: err.Error()}})
		return
	}
	op.asked = askedBy(e.operation, op.params)
	op.source = e.source
	op.position.Store(e.source.After)
	f := s.transport.feeds.join(viewer, s.exec, op, e.source)
	op.again = func(after int64) {
		s.running.Go(func() {
			defer s.recovered()
			s.catchUp(ctx, op, f, after)
		})
	}
	s.mu.Lock()
	isWanted := ctx.Err() == nil
	if isWanted {
		op.feed = f
	}
	s.mu.Unlock()
	if !isWanted {
		f.leave(op)
		return
	}
	s.catchUp(ctx, op, f, e.source.After)
}

// refuse tells that an operation did not begin.
func (s *socket) refuse(ctx context.Context, op *operation, errs gqlerror.List) {
	_ = s.enqueue(ctx, item{op: op, text: errorMessage(op.quotedID, errs), ends: true}) // or the socket ends
}

// answer sends all responses to an operation.
func (s *socket) answer(ctx context.Context, op *operation, e *execution) {
	for first := true; ; first = false {
		response := e.responses(ctx)
		if response == nil {
			break
		}
		if first && e.operation.Operation.Operation == ast.Subscription && len(response.Data) == 0 && len(response.Errors) > 0 {
			s.refuse(ctx, op, response.Errors)
			return
		}
		if s.enqueue(ctx, item{op: op, text: op.next(payloadOf(response))}) != nil {
			return
		}
	}
	if ctx.Err() == nil { // it was not ended by us
		_ = s.enqueue(ctx, item{op: op, text: append(answerTo(op.quotedID, typeComplete), '}'), ends: true}) // or the socket ends
	}
}

// next makes the message of a payload.
func (op *operation) next(payload []byte) []byte {
	text := append(append(make([]byte, 0, len(op.head)+len(payload)+32), op.head...), `,"type":"next","payload":`...)
	return append(append(text, payload...), '}')
}

// catchUp sends what was written before the feed's updates begin, and joins it there.
func (s *socket) catchUp(ctx context.Context, op *operation, f *feed, after int64) {
	for ctx.Err() == nil {
		until := f.begins()
		if after >= until {
			_ = s.enqueue(ctx, item{op: op, number: after, joins: true}) // or the socket ends
			return
		}
		sent, err := s.replay(ctx, op, after, until)
		if after = sent; err != nil && ctx.Err() == nil {
			s.transport.config.Log.Warn("a subscription's events could not be read; trying again", "error", err)
			pause(ctx)
		}
	}
}

// replay sends the events after a number, until one included, to one subscriber. It
// returns the number of the last that was sent.
func (s *socket) replay(ctx context.Context, op *operation, after, until int64) (int64, error) {
	e, errs := begin(ctx, s.exec, op.params)
	if len(errs) > 0 {
		return after, errs
	}
	if e.source == nil {
		return after, e.refused(ctx)
	}
	err := e.send(ctx, after, until, func(number int64, payload []byte) error {
		after = number
		return s.enqueue(ctx, item{op: op, text: op.next(payload), number: number})
	})
	if err != nil {
		return after, err
	}
	return until, nil
}
