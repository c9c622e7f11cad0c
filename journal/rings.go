package journal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/nats-io/nats.go"
)

// Rings gathers for which meetings the bell rang.
type Rings struct {
	// News holds a token whenever the bell rang since the last look.
	News chan struct{}

	subscription *nats.Subscription
	mu           sync.Mutex
	meetings     map[meeting.ID]bool
}

// ListenAll listens to all meetings. Stop ends it.
func (b *Bell) ListenAll() (*Rings, error) {
	rings := &Rings{News: make(chan struct{}, 1), meetings: make(map[meeting.ID]bool)}
	subscription, err := b.bus.Subscribe(subject("*"), func(m *nats.Msg) {
		rings.add(meeting.ID(strings.TrimPrefix(m.Subject, subject(""))))
	})
	if err != nil {
		return nil, fmt.Errorf("listen to all meetings: %w", err)
	}
	rings.subscription = subscription
	return rings, nil
}

func (r *Rings) add(id meeting.ID) {
	r.mu.Lock()
	r.meetings[id] = true
	r.mu.Unlock()
	select {
	case r.News <- struct{}{}:
	default: // a token waits already
	}
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
func (r *Rings) Stop() { _ = r.subscription.Unsubscribe() } // fails only when the bus is gone
