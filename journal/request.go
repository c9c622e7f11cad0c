package journal

import (
	"context"
	"fmt"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	"github.com/breakoutrooms/breakout/gen/ent/request"
	"github.com/breakoutrooms/breakout/meeting"
)

// Answered is what followed from an order that was given under a key.
type Answered struct {
	Meeting meeting.ID
	Digest  string
	Events  []meeting.Event
}

// Request finds what followed from the order that the viewer's workspace gave under
// a key; nothing, when there was none.
func (j *Journal) Request(ctx context.Context, key string) (*Answered, error) {
	row, err := j.client.Request.Query().Where(request.Key(key)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // no order was given under the key
	}
	if err != nil {
		return nil, fmt.Errorf("look for the order under key %q: %w", key, err)
	}
	rows, err := j.client.Event.Query().Where(event.MeetingID(row.MeetingID), event.SequenceGTE(row.FirstSequence), event.SequenceLTE(row.LastSequence)).
		Order(ent.Asc(event.FieldSequence)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what followed from the order under key %q: %w", key, err)
	}
	answered := &Answered{Meeting: row.MeetingID, Digest: row.Digest}
	for _, line := range rows {
		e, err := meeting.UnmarshalBody(line.Type, line.Sequence, line.At.Time(), line.Body)
		if err != nil {
			return nil, err
		}
		answered.Events = append(answered.Events, e)
	}
	return answered, nil
}

// note writes down the orders that events follow from. A key that was used before
// makes the transaction fail, so that nothing happens twice.
func note(ctx context.Context, tx *ent.Tx, row *ent.Meeting, events []meeting.Event) error {
	for first, event := range events {
		asked := event.Request
		if asked.Digest == "" { // not the first event of an order
			continue
		}
		last := first
		for last+1 < len(events) && events[last+1].Request == (meeting.Request{Key: asked.Key}) {
			last++
		}
		err := tx.Request.Create().SetWorkspaceID(row.WorkspaceID).SetKey(asked.Key).SetDigest(asked.Digest).SetMeetingID(row.ID).
			SetFirstSequence(event.Sequence).SetLastSequence(events[last].Sequence).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note the order under key %q: %w", asked.Key, err)
		}
	}
	return nil
}
