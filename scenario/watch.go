package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/meeting"
)

// Seen is an event as a subscriber of the public API sees it.
type Seen struct {
	Cursor      string    `json:"cursor"`
	Sequence    int64     `json:"sequence"`
	At          time.Time `json:"at"`
	Type        string    `json:"type"`
	Room        *Named    `json:"room"`
	Participant *Numbered `json:"participant"`
	Bot         *Named    `json:"bot"`
	// Code is the status code of a bot's step.
	Code string `json:"code"`
}

// Named is something with an id and a name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Numbered is a participant.
type Numbered struct {
	Number meeting.ParticipantID `json:"number"`
	Name   string                `json:"name"`
	IsBot  bool                  `json:"isBot"`
}

// Is says whether the event has the name: its type, or its status code.
func (s Seen) Is(event string) bool {
	return strings.EqualFold(s.Type, event) || s.Code != "" && s.Code == event
}

// String says in a few words what the event says.
func (s Seen) String() string {
	what := strings.ToLower(s.Type)
	if s.Code != "" {
		what = s.Code
	}
	text := strings.ReplaceAll(what, "_", " ")
	switch {
	case s.Bot != nil:
		text = s.Bot.Name + " " + text
	case s.Participant != nil:
		text = s.Participant.Name + " " + text
	}
	if s.Room != nil {
		text += " · " + s.Room.Name
	}
	return text
}

func (s Seen) meets(c Condition) bool {
	return s.Is(c.Event) && (c.Bot == "" || s.Bot != nil && s.Bot.Name == c.Bot) &&
		(c.Room == "" || s.Room != nil && s.Room.Name == c.Room) &&
		(c.Who == "" || s.Participant != nil && s.Participant.Name == c.Who)
}

const watchQuery = `subscription($meeting: ID!, $after: String) {
  meetingEvents(meetingId: $meeting, after: $after) {
    cursor sequence at type
    room { id name } participant { number name isBot } bot { id name }
    ... on BotEvent { code }
  }
}`

// cutEvery is after how many events a watcher drops its socket, to come back
// with its cursor: what it sees must have no seam. Of long meetings it is seldomer, as
// what comes back reads a page of the log each time.
const (
	cutEvery = 100
	cutShare = 5 // the more have been seen, a part of them more
)

// comeBackAfter is how long a watcher waits before it comes back.
const comeBackAfter = 20 * time.Millisecond

// Watcher follows a meeting over the public API and counts what is wrong with
// the events.
type Watcher struct {
	client  *client.Client
	meeting string
	follow  func(Seen)
	// recast changes an event before it is seen; nil where nothing does.
	recast func(*Seen)

	mu         sync.Mutex
	seen       []Seen
	gaps       int
	duplicates int
	// changed is closed and replaced when something was seen.
	changed chan struct{}
}

// NewWatcher makes a watcher of a meeting. What follows is called with each
// event; it can be nil.
func NewWatcher(c *client.Client, meeting string, follow func(Seen)) *Watcher {
	if follow == nil {
		follow = func(Seen) {}
	}
	return &Watcher{client: c, meeting: meeting, follow: follow, changed: make(chan struct{})}
}

// errCut ends a subscription in order to begin it anew.
var errCut = errors.New("the watcher comes back with its cursor")

// Run watches until the context ends.
func (w *Watcher) Run(ctx context.Context) error {
	var cursor *string
	for {
		n := 0
		err := w.client.Subscribe(ctx, watchQuery, map[string]any{"meeting": w.meeting, "after": cursor}, func(data json.RawMessage) error {
			var answer struct{ MeetingEvents Seen }
			if err := json.Unmarshal(data, &answer); err != nil {
				return fmt.Errorf("read an event: %w", err)
			}
			cursor = &answer.MeetingEvents.Cursor
			w.take(answer.MeetingEvents)
			if n++; n >= cutEvery+w.count()/cutShare {
				return errCut
			}
			return nil
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // whoever ended the watch knows why it broke off
		}
		if !errors.Is(err, errCut) {
			return fmt.Errorf("watch the meeting: %w", err)
		}
		time.Sleep(comeBackAfter)
	}
}

func (w *Watcher) take(event Seen) {
	if w.recast != nil {
		w.recast(&event)
	}
	w.mu.Lock()
	next := int64(1)
	if n := len(w.seen); n > 0 {
		next = w.seen[n-1].Sequence + 1
	}
	switch {
	case event.Sequence > next:
		w.gaps += int(event.Sequence - next)
	case event.Sequence < next:
		w.duplicates++
	}
	w.seen = append(w.seen, event)
	close(w.changed)
	w.changed = make(chan struct{})
	w.mu.Unlock()
	w.follow(event)
}

// count is how many events were seen.
func (w *Watcher) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.seen)
}

// look runs a check on what was seen, and gives a channel that closes when more is.
func (w *Watcher) look(check func([]Seen) bool) (bool, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return check(w.seen), w.changed
}

// until waits until a check on what was seen holds.
func (w *Watcher) until(ctx context.Context, check func([]Seen) bool) error {
	for {
		ok, changed := w.look(check)
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// defaultWait is how long a condition is waited for that names no time.
const defaultWait = 30 * time.Second

// Wait waits for a condition among the events since a time.
func (w *Watcher) Wait(ctx context.Context, c Condition, since time.Time) error {
	within := c.Within
	if within == 0 {
		within = defaultWait
	}
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("waited %s for %s", within, c))
	defer cancel()
	return w.until(ctx, func(seen []Seen) bool { return countOf(seen, c, since) >= max(1, c.Count) })
}

// countOf counts the events since a time that meet a condition.
func countOf(seen []Seen, c Condition, since time.Time) (n int) {
	for _, event := range seen {
		if !event.At.Before(since) && event.meets(c) {
			n++
		}
	}
	return n
}

// Seen are the events so far.
func (w *Watcher) Seen() []Seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}
