package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/meeting"
)

// Every order of every meeting moves a counter and adds to the log, so these two
// statements are written by hand: making them anew each time took as long as the
// database takes to run them. Both databases know numbered places.

// moveCounter moves a meeting's counter.
const moveCounter = "UPDATE " + entmeeting.Table + " SET " + entmeeting.FieldHeadSequence + " = " + entmeeting.FieldHeadSequence + " + $1" +
	" WHERE " + entmeeting.FieldID + " = $2 RETURNING " + entmeeting.FieldWorkspaceID + ", " + entmeeting.FieldHeadSequence

// count moves the meeting's counter, which also takes the meeting's row lock.
func count(ctx context.Context, tx *ent.Tx, id meeting.ID, events []meeting.Event) (row *ent.Meeting, err error) {
	if created, isNew := events[0].Fact.(meeting.MeetingCreated); isNew {
		row, err := tx.Meeting.Create().SetID(id).SetWorkspaceID(created.Owner).SetTitle(created.Title).
			SetPlatform(created.Platform).SetPersona(created.Persona).SetJoinURL(created.JoinURL).SetOptions(created.Options).SetHeadSequence(int64(len(events))).
			SetCreatedAt(meeting.InstantOf(events[0].At)).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("create the meeting: %w", err)
		}
		return row, nil
	}
	rows, err := tx.QueryContext(ctx, moveCounter, len(events), string(id))
	if err != nil {
		return nil, fmt.Errorf("count events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if !rows.Next() {
		return nil, fmt.Errorf("count events: %w", errors.Join(sql.ErrNoRows, rows.Err()))
	}
	row = &ent.Meeting{ID: id}
	if err := rows.Scan(&row.WorkspaceID, &row.HeadSequence); err != nil {
		return nil, fmt.Errorf("count events: %w", err)
	}
	return row, rows.Err()
}

// line is an event as it stands in the log.
type line struct {
	meeting   meeting.ID
	workspace string
	sequence  int64
	at        meeting.Instant
	kind      meeting.EventType
	room      meeting.RoomID
	bot       meeting.BotID
	body      []byte
}

// event reads the line.
func (l line) event() (meeting.Event, error) {
	return meeting.UnmarshalBody(l.kind, l.sequence, l.at.Time(), l.body)
}

// linesOf writes the meeting's events as lines.
func linesOf(row *ent.Meeting, events []meeting.Event) ([]line, error) {
	lines := make([]line, len(events))
	for i, e := range events {
		body, err := e.MarshalBody()
		if err != nil {
			return nil, err
		}
		lines[i] = line{row.ID, row.WorkspaceID, e.Sequence, meeting.InstantOf(e.At), e.Type(), roomOf(e), botOf(e), body}
	}
	return lines, nil
}

// columns are those that a line fills, in the order of its fields.
var columns = []string{ //nolint:gochecknoglobals // a constant
	event.FieldMeetingID, event.FieldWorkspaceID, event.FieldSequence, event.FieldAt, event.FieldType, event.FieldRoomID, event.FieldBotID, event.FieldBody,
}

// insert adds lines to the log.
func insert(ctx context.Context, tx *ent.Tx, lines []line) error {
	return inBulk(lines, func(chunk []line) error {
		values := make([]any, 0, len(chunk)*len(columns))
		for _, l := range chunk {
			values = append(values, string(l.meeting), l.workspace, l.sequence, int64(l.at), string(l.kind), string(l.room), string(l.bot), l.body)
		}
		_, err := tx.ExecContext(ctx, insertion(len(chunk)), values...)
		return err
	})
}

// insertion is the statement that adds so many lines.
func insertion(lines int) string {
	var text strings.Builder
	text.WriteString("INSERT INTO " + event.Table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i := range lines * len(columns) {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%len(columns) == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "$%d", i+1)
	}
	text.WriteString(")")
	return text.String()
}
