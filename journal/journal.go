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
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
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
	// writing lets one transaction write at a time: SQLite has one writer, and
	// waiters here are served at once, while its own busy handler sleeps.
	writing sync.Mutex
}

// entry is what one caller of Append wants written.
type entry struct {
	meeting meeting.ID
	events  []meeting.Event
	done    bool
	err     error
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
	e := &entry{meeting: id, events: events}
	j.mu.Lock()
	j.waiting = append(j.waiting, e)
	j.mu.Unlock()
	j.writing.Lock()
	if !e.done { // no caller before has written it along
		j.writeWaiting(access.AsSystem(context.WithoutCancel(ctx)))
	}
	j.writing.Unlock()
	if e.err != nil {
		return nil, fmt.Errorf("append %d events to %s: %w", len(events), id, e.err)
	}
	return e.events, nil
}

// writeWaiting writes everything that waits, in one transaction. Where that
// fails, it writes each entry by itself, so that only those at fault fail.
func (j *Journal) writeWaiting(ctx context.Context) {
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
		if e.done = true; e.err == nil && !rung[e.meeting] {
			rung[e.meeting] = true
			j.bell.Ring(e.meeting)
		}
	}
}

// commit writes entries in one transaction.
func (j *Journal) commit(ctx context.Context, entries []*entry) error {
	tx, err := j.client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	numbered, lines, err := writeAll(ctx, tx, entries)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for i, e := range entries {
		e.events = numbered[i]
	}
	for _, written := range lines {
		j.recent.add(written)
	}
	return nil
}

// writeAll writes the entries of each meeting together, in their order, and
// returns the numbered events of each entry, and the lines of each meeting.
func writeAll(ctx context.Context, tx *ent.Tx, entries []*entry) (numbered [][]meeting.Event, lines [][]line, err error) {
	numbered = make([][]meeting.Event, len(entries))
	for i, e := range entries {
		if numbered[i] != nil {
			continue
		}
		var events []meeting.Event
		for _, other := range entries[i:] {
			if other.meeting == e.meeting {
				events = append(events, other.events...)
			}
		}
		events, written, err := write(ctx, tx, e.meeting, events)
		if err != nil {
			return nil, nil, err
		}
		lines = append(lines, written)
		for k, other := range entries[i:] {
			if other.meeting == e.meeting {
				numbered[i+k], events = events[:len(other.events)], events[len(other.events):]
			}
		}
	}
	return numbered, lines, nil
}

// write numbers the events by the meeting's counter, adds them to the log and
// projects them onto the tables.
func write(ctx context.Context, tx *ent.Tx, id meeting.ID, events []meeting.Event) ([]meeting.Event, []line, error) {
	row, err := count(ctx, tx, id, events)
	if err != nil {
		return nil, nil, err
	}
	numbered := make([]meeting.Event, len(events))
	first := row.HeadSequence - int64(len(events)) + 1
	for i, event := range events {
		event.Sequence = first + int64(i)
		numbered[i] = event
	}
	lines, err := insert(ctx, tx, row, numbered)
	if err != nil {
		return nil, nil, err
	}
	if err := note(ctx, tx, row, numbered); err != nil {
		return nil, nil, err
	}
	return numbered, lines, project(ctx, tx, row, numbered)
}

// counted are the columns of a meeting, beside its id, that writing events asks for.
var counted = []string{entmeeting.FieldWorkspaceID, entmeeting.FieldHeadSequence, entmeeting.FieldPresets, entmeeting.FieldPlans}

// count moves the meeting's counter, which also takes the meeting's row lock.
func count(ctx context.Context, tx *ent.Tx, id meeting.ID, events []meeting.Event) (*ent.Meeting, error) {
	created, isNew := events[0].Fact.(meeting.MeetingCreated)
	if !isNew {
		row, err := tx.Meeting.UpdateOneID(id).AddHeadSequence(int64(len(events))).Select(entmeeting.FieldID, counted...).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("count events: %w", err)
		}
		return row, nil
	}
	row, err := tx.Meeting.Create().SetID(id).SetWorkspaceID(created.Owner).SetTitle(created.Title).
		SetPlatform(created.Platform).SetPersona(created.Persona).SetJoinURL(created.JoinURL).SetOptions(created.Options).SetHeadSequence(int64(len(events))).
		SetCreatedAt(meeting.InstantOf(events[0].At)).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create the meeting: %w", err)
	}
	return row, nil
}

// line is an event as it stands in the log.
type line struct {
	meeting   meeting.ID
	workspace string
	sequence  int64
	at        meeting.Instant
	kind      meeting.EventType
	bot       meeting.BotID
	body      []byte
}

// event reads the line.
func (l line) event() (meeting.Event, error) {
	return meeting.UnmarshalBody(l.kind, l.sequence, l.at.Time(), l.body)
}

// insert adds the events to the log.
func insert(ctx context.Context, tx *ent.Tx, row *ent.Meeting, events []meeting.Event) ([]line, error) {
	lines := make([]line, len(events))
	rows := make([]*ent.EventCreate, len(events))
	for i, event := range events {
		body, err := event.MarshalBody()
		if err != nil {
			return nil, err
		}
		l := line{row.ID, row.WorkspaceID, event.Sequence, meeting.InstantOf(event.At), event.Type(), botOf(event), body}
		lines[i] = l
		rows[i] = tx.Event.Create().SetWorkspaceID(l.workspace).SetMeetingID(l.meeting).SetSequence(l.sequence).
			SetAt(l.at).SetType(l.kind).SetBody(l.body).SetRoomID(roomOf(event)).SetBotID(l.bot)
	}
	return lines, inBulk(rows, func(chunk []*ent.EventCreate) error { return tx.Event.CreateBulk(chunk...).Exec(ctx) })
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
