package journal

import (
	"context"
	"slices"
	"sync"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// recentMeetings is how many meetings' newest events are kept in memory, and
	// recentEvents how many of each.
	recentMeetings = 500
	recentEvents   = 1000
)

// recent keeps the newest lines of the log in memory: those who follow a meeting
// live read what was just written, all of them the same. It is filled by what
// this process commits. Where another process has written in between, the rows
// are read.
type recent struct{ meetings *lru.Cache[meeting.ID, *tail] }

func newRecent() *recent {
	meetings, err := lru.New[meeting.ID, *tail](recentMeetings)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &recent{meetings: meetings}
}

// tail is the end of one meeting's log: lines without a gap, of which the first
// ones have been read. What was read is shared and never changed.
type tail struct {
	workspace string

	mu     sync.Mutex
	first  int64 // the sequence number of events[0]
	events []meeting.Event
	unread []line
}

// add takes the lines of one meeting that were committed, one commit at a time.
func (r *recent) add(lines []line) {
	t, known := r.meetings.Get(lines[0].meeting)
	if !known {
		t = &tail{workspace: lines[0].workspace, first: lines[0].sequence}
		r.meetings.Add(lines[0].meeting, t)
	}
	t.add(lines)
}

func (t *tail) add(lines []line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if lines[0].sequence != t.next() { // somebody else wrote in between
		t.first, t.events, t.unread = lines[0].sequence, nil, nil
	}
	t.unread = append(t.unread, lines...)
	if over := len(t.events) + len(t.unread) - 2*recentEvents; over > 0 {
		t.forget(over + recentEvents)
	}
}

// next is the sequence number that follows the tail.
func (t *tail) next() int64 { return t.first + int64(len(t.events)+len(t.unread)) }

// forget drops the oldest lines. Those who hold some of them keep them.
func (t *tail) forget(n int) {
	t.first += int64(n)
	read := min(n, len(t.events))
	t.events = slices.Clone(t.events[read:])
	t.unread = slices.Clone(t.unread[n-read:])
}

// after returns the events after a sequence number, up to a limit, if they are
// still known and the viewer may see them. The caller must not change them.
func (r *recent) after(ctx context.Context, topic Topic, sequence int64, limit int) []meeting.Event {
	t, known := r.meetings.Get(topic.Meeting)
	if !known {
		return nil
	}
	if viewer, err := access.From(ctx); err != nil || !viewer.IsSystem() && viewer.Workspace != t.workspace {
		return nil
	}
	events := t.after(sequence)
	if topic.Bot != "" {
		events = slices.DeleteFunc(slices.Clone(events), func(e meeting.Event) bool { return botOf(e) != topic.Bot })
	}
	return events[:min(limit, len(events)):min(limit, len(events))]
}

func (t *tail) after(sequence int64) []meeting.Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := sequence + 1 - t.first
	if from < 0 || sequence+1 >= t.next() || !t.read() {
		return nil
	}
	return t.events[from:]
}

// read reads the lines that nobody has asked for yet.
func (t *tail) read() bool {
	for i, line := range t.unread {
		event, err := line.event()
		if err != nil {
			t.unread = t.unread[i:]
			return false // who reads the row is told
		}
		t.events = append(t.events, event)
	}
	t.unread = nil
	return true
}
