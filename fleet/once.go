package fleet

import (
	"context"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
	"go.opentelemetry.io/otel/trace"
)

// The codes with which orders under a key are refused.
const (
	CodeKeyInvalid  meeting.Code = "IDEMPOTENCY_KEY_INVALID"
	CodeKeyReused   meeting.Code = "IDEMPOTENCY_KEY_REUSED"
	CodeKeyInFlight meeting.Code = "IDEMPOTENCY_KEY_IN_FLIGHT"
)

// maxKey bounds keys, in bytes.
const maxKey = 255

// once carries out an order unless one under the same key was carried out before:
// then it answers with the events that followed. An order that was refused was not
// carried out, and can be given again.
func (f *Fleet) once(ctx context.Context, request meeting.Request, carryOut func() ([]meeting.Event, error)) ([]meeting.Event, error) {
	// Where the request is traced, it shows how long the order itself took.
	_, span := trace.SpanFromContext(ctx).TracerProvider().Tracer("github.com/breakoutrooms/breakout/fleet").Start(ctx, "carry out an order")
	defer span.End()
	if request.Key == "" {
		return carryOut()
	}
	path := []string{"idempotencyKey"}
	if len(request.Key) > maxKey {
		return nil, meeting.Refuse(CodeKeyInvalid, path, "A key has up to %d bytes; this one has %d.", maxKey, len(request.Key))
	}
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	owned := [2]string{viewer.Workspace, request.Key}
	if !f.begin(owned) {
		return nil, meeting.RefuseForNow(CodeKeyInFlight, path, "The order under key %q is being carried out; ask again in a moment.", request.Key)
	}
	defer f.done(owned)
	before, err := f.Journal.Request(ctx, request.Key)
	switch {
	case err != nil:
		return nil, err
	case before == nil:
		return carryOut()
	case before.Digest != request.Digest:
		return nil, meeting.Refuse(CodeKeyReused, path, "Another order was given under key %q; give every order a key of its own.", request.Key)
	}
	return before.Events, nil
}

// begin says whether no order under a key is being carried out, and that one is
// from now on.
func (f *Fleet) begin(owned [2]string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked[owned] {
		return false
	}
	f.asked[owned] = true
	return true
}

func (f *Fleet) done(owned [2]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.asked, owned)
}
