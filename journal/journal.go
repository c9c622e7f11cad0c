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
	// writing lets one transaction write at a time: SQLite has one writer, and
	// waiters here are served at once, while its own busy handler sleeps.
	writing sync.Mutex
}

// New makes a journal over a database.
func New(client *ent.Client, bell *Bell, log *slog.Logger) *Journal {
	return &Journal{client: client, bell: bell, log: log}
}

// Append writes events of one meeting and everything that follows from them, in
// one transaction, and returns them with their sequence numbers. The first
// event of a meeting must be [meeting.MeetingCreated].
func (j *Journal) Append(ctx context.Context, id meeting.ID, events ...meeting.Event) ([]meeting.Event, error) {
	if len(events) == 0 {
		return nil, nil
	}
	numbered, err := j.commit(access.AsSystem(ctx), id, events)
	if err != nil {
		return nil, fmt.Errorf("append %d events to %s: %w", len(events), id, err)
	}
	if err := j.bell.Ring(id); err != nil {
		j.log.Warn("the bell did not ring; followers see the events when they poll", "error", err)
	}
	return numbered, nil
}

func (j *Journal) commit(ctx context.Context, id meeting.ID, events []meeting.Event) ([]meeting.Event, error) {
	j.writing.Lock()
	defer j.writing.Unlock()
	tx, err := j.client.Tx(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	numbered, err := write(ctx, tx, id, events)
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return numbered, nil
}

// write numbers the events by the meeting's counter, adds them to the log and
// projects them onto the tables.
func write(ctx context.Context, tx *ent.Tx, id meeting.ID, events []meeting.Event) ([]meeting.Event, error) {
	row, err := count(ctx, tx, id, events)
	if err != nil {
		return nil, err
	}
	numbered := make([]meeting.Event, len(events))
	first := row.HeadSequence - int64(len(events)) + 1
	for i, event := range events {
		event.Sequence = first + int64(i)
		numbered[i] = event
	}
	if err := insert(ctx, tx, row, numbered); err != nil {
		return nil, err
	}
	return numbered, project(ctx, tx, row, numbered)
}

// count moves the meeting's counter, which also takes the meeting's row lock.
func count(ctx context.Context, tx *ent.Tx, id meeting.ID, events []meeting.Event) (*ent.Meeting, error) {
	created, isNew := events[0].Fact.(meeting.MeetingCreated)
	if !isNew {
		row, err := tx.Meeting.UpdateOneID(id).AddHeadSequence(int64(len(events))).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("count events: %w", err)
		}
		return row, nil
	}
	row, err := tx.Meeting.Create().SetID(id).SetWorkspaceID(created.Owner).SetTitle(created.Title).
		SetPlatform(created.Platform).SetOptions(created.Options).SetHeadSequence(int64(len(events))).
		SetCreatedAt(meeting.InstantOf(events[0].At)).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create the meeting: %w", err)
	}
	return row, nil
}

// insert adds the events to the log.
func insert(ctx context.Context, tx *ent.Tx, row *ent.Meeting, events []meeting.Event) error {
	lines := make([]*ent.EventCreate, len(events))
	for i, event := range events {
		body, err := event.MarshalBody()
		if err != nil {
			return err
		}
		lines[i] = tx.Event.Create().SetWorkspaceID(row.WorkspaceID).SetMeetingID(row.ID).SetSequence(event.Sequence).
			SetAt(meeting.InstantOf(event.At)).SetType(event.Type()).SetBody(body).
			SetRoomID(roomOf(event)).SetBotID(botOf(event))
	}
	return inBulk(lines, func(chunk []*ent.EventCreate) error { return tx.Event.CreateBulk(chunk...).Exec(ctx) })
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
