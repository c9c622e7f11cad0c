package socket

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
)

const (
	// kept is how many updates a feed keeps when everybody has them, and maxKept how
	// many it keeps for those who have not: who is further behind reads events anew.
	kept    = 16
	maxKept = 1024
	// maxKeptBytes bounds the same in bytes.
	maxKeptBytes = 1 << 20
	// again is how long is waited before what failed is tried again.
	again = time.Second
)

// share is what subscribers have in common who share a feed: who asks, as a whole,
// and what is asked, but for where to go on.
type share struct {
	viewer access.Viewer
	asked  string
}

// update is one event as it was executed for all subscribers of a feed: all of the
// message but the beginning, in which the subscriber's own id stands.
type update struct {
	number int64
	tail   []byte
}

// feed executes an operation once for all who asked for the same.
type feed struct {
	feeds *feeds
	key   share
	users int // guarded by feeds.mu
	stop  context.CancelFunc

	mu sync.RWMutex
	// floor is the number after which updates are there, without a gap, and head the
	// number of the last.
	floor, head int64
	updates     []update
	bytes       int
	listeners   map[*operation]struct{}
	more        func(context.Context, int64) (bool, error)
}

// feeds are those that run.
type feeds struct {
	log     *slog.Logger
	mu      sync.Mutex
	running map[share]*feed
	ended   sync.WaitGroup
}

// join finds the feed of what an operation asks for, or begins it.
func (fs *feeds) join(viewer access.Viewer, exec graphql.GraphExecutor, op *operation, source *Source) *feed {
	key := share{viewer, op.asked}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f, ok := fs.running[key]
	if !ok {
		// Nothing of the first subscriber's own may get into what others see.
		ctx, stop := context.WithCancel(access.With(context.Background(), viewer))
		f = &feed{
			feeds: fs, key: key, stop: stop, floor: source.Head, head: source.Head,
			listeners: make(map[*operation]struct{}), more: source.More,
		}
		fs.running[key] = f
		fs.ended.Go(func() { f.run(ctx, exec, op.params) })
	}
	f.users++
	return f
}

// leave ends a feed with its last user.
func (f *feed) leave(op *operation) {
	f.mu.Lock()
	delete(f.listeners, op)
	f.mu.Unlock()
	f.feeds.mu.Lock()
	defer f.feeds.mu.Unlock()
	if f.users--; f.users == 0 {
		f.stop()
		delete(f.feeds.running, f.key)
	}
}

// counts are how many use a feed, and how many of them take what comes.
func (f *feed) counts() (users, listeners int) {
	f.feeds.mu.Lock()
	users = f.users
	f.feeds.mu.Unlock()
	f.mu.RLock()
	defer f.mu.RUnlock()
	return users, len(f.listeners)
}

// all are the feeds that run.
func (fs *feeds) all() (list []*feed) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.running {
		list = append(list, f)
	}
	return list
}

// run executes until everybody has left. What fails is tried again: the events are
// still there.
func (f *feed) run(ctx context.Context, exec graphql.GraphExecutor, params graphql.RawParams) {
	for ctx.Err() == nil {
		err := f.follow(ctx, exec, params)
		if ctx.Err() != nil {
			return
		}
		f.feeds.log.Warn("a subscription's events could not be read; trying again", "error", err)
		pause(ctx)
	}
}

func (f *feed) follow(ctx context.Context, exec graphql.GraphExecutor, params graphql.RawParams) error {
	e, errs := begin(ctx, exec, params)
	if len(errs) > 0 {
		return errs
	}
	if e.source == nil {
		return e.refused(ctx)
	}
	return e.send(ctx, f.reached(), Forever, func(number int64, payload []byte) error {
		f.publish(update{number, append(append([]byte(`,"type":"next","payload":`), payload...), '}')})
		return nil
	})
}

// publish keeps an update and wakes those who wait for it.
func (f *feed) publish(u update) {
	f.mu.Lock()
	f.updates = append(f.updates, u)
	f.bytes += len(u.tail)
	f.head = u.number
	if len(f.updates) >= 2*kept {
		f.trim()
	}
	waiting := make([]*socket, 0, len(f.listeners))
	for op := range f.listeners {
		waiting = append(waiting, op.socket)
	}
	f.mu.Unlock()
	for _, s := range waiting {
		s.wake()
	}
}

// trim drops updates that everybody has, and the oldest when there are too many.
func (f *feed) trim() {
	slowest := f.head
	for op := range f.listeners {
		slowest = min(slowest, op.position.Load())
	}
	drop := 0
	for drop < len(f.updates)-kept {
		u := f.updates[drop]
		if u.number > slowest && len(f.updates)-drop <= maxKept && f.bytes <= maxKeptBytes {
			break
		}
		f.floor = u.number
		f.bytes -= len(u.tail)
		drop++
	}
	if drop > 0 {
		f.updates = append(make([]update, 0, len(f.updates)-drop+kept), f.updates[drop:]...)
	}
}

// listen has an operation's socket woken when there is more.
func (f *feed) listen(op *operation) {
	f.mu.Lock()
	f.listeners[op] = struct{}{}
	f.mu.Unlock()
}

// quiet ends what listen began.
func (f *feed) quiet(op *operation) {
	f.mu.Lock()
	delete(f.listeners, op)
	f.mu.Unlock()
}

// since returns the updates after a number, which nobody may change. It says false
// when some of them are not kept any more.
func (f *feed) since(number int64) ([]update, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if number < f.floor {
		return nil, false
	}
	first := len(f.updates)
	for first > 0 && f.updates[first-1].number > number {
		first--
	}
	return f.updates[first:], true
}

// begins is the number after which updates are kept.
func (f *feed) begins() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.floor
}

// reached is the number of the last update.
func (f *feed) reached() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.head
}

// settle returns when everything that was written is in the feed.
func (f *feed) settle(ctx context.Context) {
	for {
		more, err := f.more(access.With(ctx, f.key.viewer), f.reached())
		if err == nil && !more {
			return
		}
		select {
		case <-time.After(settleEvery):
		case <-ctx.Done():
			return
		}
	}
}

// settleEvery is how often it is looked whether a feed has everything.
const settleEvery = 5 * time.Millisecond

// pause waits before what failed is tried again.
func pause(ctx context.Context) {
	select {
	case <-time.After(again):
	case <-ctx.Done():
	}
}

// askedBy is what an operation asks for but for where to go on: operations for which
// it is the same give the same result.
func askedBy(operation *graphql.OperationContext, params graphql.RawParams) string {
	variables := make(map[string]any, len(params.Variables))
	place := placeVariable(operation)
	for name, value := range params.Variables {
		if name != place {
			variables[name] = value
		}
	}
	asked, err := json.Marshal([]any{params.Query, params.OperationName, variables, params.Extensions})
	if err != nil { // all of it came as JSON
		panic(err)
	}
	return string(asked)
}
