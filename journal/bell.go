package journal

import (
	"maps"
	"slices"
	"sync"

	"github.com/breakoutrooms/breakout/meeting"
)

// Bell tells followers within this process that there are new rows. It carries no data:
// whoever hears it reads the rows. What another process writes it does not ring for;
// followers see that when they poll.
type Bell struct {
	mu        sync.Mutex
	listeners map[meeting.ID]map[chan struct{}]struct{}
	all       map[*Rings]struct{}
}

// NewBell makes a bell.
func NewBell() *Bell {
	return &Bell{listeners: make(map[meeting.ID]map[chan struct{}]struct{}), all: make(map[*Rings]struct{})}
}

// Ring tells everybody who listens to the meeting. It waits for nobody.
func (b *Bell) Ring(id meeting.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for tokens := range b.listeners[id] {
		leave(tokens)
	}
	for rings := range b.all {
		rings.add(id)
	}
}

// leave leaves a token, unless one waits already.
func leave(tokens chan struct{}) {
	select {
	case tokens <- struct{}{}:
	default:
	}
}

// Listen returns a channel that holds a token whenever the bell rang since the
// last look, and a function that stops listening.
func (b *Bell) Listen(id meeting.ID) (rang <-chan struct{}, stop func()) {
	tokens := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners[id] == nil {
		b.listeners[id] = make(map[chan struct{}]struct{})
	}
	b.listeners[id][tokens] = struct{}{}
	return tokens, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners[id], tokens)
		if len(b.listeners[id]) == 0 {
			delete(b.listeners, id)
		}
	}
}

// Rings gathers for which meetings the bell rang.
type Rings struct {
	// News holds a token whenever the bell rang since the last look.
	News chan struct{}

	bell     *Bell
	mu       sync.Mutex
	meetings map[meeting.ID]bool
}

// ListenAll listens to all meetings. Stop ends it.
func (b *Bell) ListenAll() *Rings {
	rings := &Rings{News: make(chan struct{}, 1), bell: b, meetings: make(map[meeting.ID]bool)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[rings] = struct{}{}
	return rings
}

func (r *Rings) add(id meeting.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meetings[id] = true
	leave(r.News)
}

// Take gives the meetings that it rang for since the last time.
func (r *Rings) Take() []meeting.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := slices.Sorted(maps.Keys(r.meetings))
	clear(r.meetings)
	return ids
}

// Stop ends the listening.
func (r *Rings) Stop() {
	r.bell.mu.Lock()
	defer r.bell.mu.Unlock()
	delete(r.bell.all, r)
}
