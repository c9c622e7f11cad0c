// Package journal is the truth about every meeting: an append-only log of
// events, numbered without gaps per meeting, written in the same transaction as
// the rows that follow from them, and followed from a cursor.
//
// Readers read rows after their cursor, then wait for the bell. The bell is a
// hint: a lost one costs a second, never an event.
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// Journal appends to the log and follows it.
type Journal struct {
	client *ent.Client
	bell   *Bell
	log    *slog.Logger
	recent *recent
	// committed is told of what was written.
	committed func([]meeting.Event)

	mu      sync.Mutex
	waiting []*entry
	led     bool // somebody writes what waits, or is about to
	// writing lets one transaction write at a time: SQLite has one writer, and
	// waiters here are served at once, while its own busy handler sleeps.
	writing sync.Mutex
}

// entry is what one caller of Append wants written.
type entry struct {
	meeting meeting.ID
	events  []meeting.Event
	// turn tells its caller once what to do: to write what waits, its own entry
	// included, or, when another has written it along, to go on.
	turn chan bool
	err  error
}

// New makes a journal over a database.
func New(client *ent.Client, bell *Bell, log *slog.Logger) *Journal {
	return &Journal{client: client, bell: bell, log: log, recent: newRecent()}
}

// OnCommit has a function told of all events that are written, after their commit and
// in the order of each meeting. It is set before anything is written, and must not wait.
func (j *Journal) OnCommit(told func([]meeting.Event)) { j.committed = told }

// Append writes events of one meeting and everything that follows from them, in
// one transaction, and returns them with their sequence numbers. The first
// event of a meeting must be [meeting.MeetingCreated].
//
// Callers that wait for the same transaction to end are written together in the
// next one.
func (j *Journal) Append(ctx context.Context, id meeting.ID, events ...meeting.Event) ([]meeting.Event, error) {
	if len(events) == 0 {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("append to %s: %w", id, context.Cause(ctx))
	}
	e := &entry{meeting: id, events: events, turn: make(chan bool, 1)}
	j.mu.Lock()
	j.waiting = append(j.waiting, e)
	if !j.led {
		j.led = true
		e.turn <- true
	}
	j.mu.Unlock()
	if <-e.turn {
		j.writeWaiting(access.AsSystem(context.WithoutCancel(ctx)))
	}
	if e.err != nil {
		return nil, fmt.Errorf("append %d events to %s: %w", len(events), id, e.err)
	}
	return e.events, nil
}

// writeWaiting writes everything that waits, in one transaction. Where that
// fails, it writes each entry by itself, so that only those at fault fail. Then the
// first of those that came meanwhile has its turn, before anybody is told: the
// database is not to wait for them to wake.
func (j *Journal) writeWaiting(ctx context.Context) {
	j.writing.Lock()
	j.mu.Lock()
	entries := j.waiting
	j.waiting = nil
	j.mu.Unlock()
	if err := j.commit(ctx, entries); err != nil {
		for _, e := range entries {
			if len(entries) > 1 {
				err = j.commit(ctx, []*entry{e})
			}
			e.err = err
		}
	}
	rung := make(map[meeting.ID]bool)
	for _, e := range entries {
		if j.committed != nil && e.err == nil {
			j.committed(e.events)
		}
		if e.err == nil && !rung[e.meeting] {
			rung[e.meeting] = true
			j.bell.Ring(e.meeting)
		}
	}
	j.writing.Unlock()
	j.mu.Lock()
	if j.led = len(j.waiting) > 0; j.led {
		j.waiting[0].turn <- true
	}
	j.mu.Unlock()
	for _, e := range entries[1:] { // the first is who writes
		e.turn <- false
	}
}

// share is what one transaction writes about one meeting.
type share struct {
	entries []*entry
	row     *ent.Meeting
	events  []meeting.Event // of all entries, numbered
	lines   []line
}

// commit writes entries in one transaction.
func (j *Journal) commit(ctx context.Context, entries []*entry) error {
	tx, err := j.client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	shares := sharesOf(entries)
	if err := write(ctx, tx, shares); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, s := range shares {
		events := s.events
		for _, e := range s.entries {
			n := len(e.events)
			e.events, events = events[:n:n], events[n:]
		}
		j.recent.add(s.lines)
	}
	return nil
}

// sharesOf puts the entries of each meeting together, in their order.
func sharesOf(entries []*entry) []*share {
	var shares []*share
	known := make(map[meeting.ID]*share)
	for _, e := range entries {
		s := known[e.meeting]
		if s == nil {
			s = &share{}
			known[e.meeting], shares = s, append(shares, s)
		}
		s.entries, s.events = append(s.entries, e), append(s.events, e.events...)
	}
	return shares
}

// write numbers the events by the counters of their meetings, adds them all to the log
// and projects them onto the tables.
func write(ctx context.Context, tx *ent.Tx, shares []*share) (err error) {
	var lines []line
	for _, s := range shares {
		if s.row, err = count(ctx, tx, s.entries[0].meeting, s.events); err != nil {
			return err
		}
		first := s.row.HeadSequence - int64(len(s.events)) + 1
		for i := range s.events {
			s.events[i].Sequence = first + int64(i)
		}
		if s.lines, err = linesOf(s.row, s.events); err != nil {
			return err
		}
		lines = append(lines, s.lines...)
	}
	if err := insert(ctx, tx, lines); err != nil {
		return err
	}
	for _, s := range shares {
		if err := note(ctx, tx, s.row, s.events); err != nil {
			return err
		}
		if err := project(ctx, tx, s.row, s.events); err != nil {
			return err
		}
	}
	return nil
}

func roomOf(event meeting.Event) meeting.RoomID {
	if event.Room == nil {
		return ""
	}
	return event.Room.ID
}

func botOf(event meeting.Event) meeting.BotID {
	if event.Bot == nil {
		return ""
	}
	return event.Bot.ID
}

// bulk is how many rows one statement inserts: databases bound the number of
// its parameters.
const bulk = 500

// inBulk runs insert over the rows, some hundreds at a time.
func inBulk[T any](rows []T, insert func([]T) error) error {
	for len(rows) > 0 {
		n := min(bulk, len(rows))
		if err := insert(rows[:n]); err != nil {
			return fmt.Errorf("insert %d rows: %w", n, err)
		}
		rows = rows[n:]
	}
	return nil
}
