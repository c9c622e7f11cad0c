package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	entdispatch "github.com/breakoutrooms/breakout/gen/ent/dispatch"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	"github.com/breakoutrooms/breakout/meeting"
)

// maxReplay is how many messages one order can have sent again.
const maxReplay = 10000

// Selection says which events are to be delivered again to an endpoint: those of a
// meeting after a sequence number, or those that happened from one moment to another,
// in one meeting or in all. FailedOnly leaves out what was delivered.
type Selection struct {
	Meeting    meeting.ID
	After      int64
	From, To   meeting.Instant
	FailedOnly bool
}

// Redeliver sends one message again, under the same id.
func (s *Service) Redeliver(ctx context.Context, id meeting.DeliveryID) error {
	row, err := s.config.Client.Delivery.Get(ctx, id)
	if ent.IsNotFound(err) {
		return meeting.Refuse(CodeDeliveryNotFound, []string{"deliveryId"}, "There is no delivery %q.", id)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.enabled(ctx, row.EndpointID); err != nil {
		return err
	}
	err = s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error { return queueAgain(ctx, tx, row.ID) })
	if err == nil {
		s.senders[row.EndpointID].ring(row.MeetingID)
	}
	return err
}

// queueAgain has messages sent again from the beginning of their schedule.
func queueAgain(ctx context.Context, tx *ent.Tx, ids ...meeting.DeliveryID) error {
	return tx.Delivery.Update().Where(delivery.IDIn(ids...)).SetState(meeting.DeliveryWaiting).SetTries(0).SetEndedAt(0).
		SetNextAt(meeting.InstantOf(time.Now())).Exec(ctx)
}

// enabled is an endpoint of the viewer's workspace, which is refused when nothing is
// sent to it. The lock is held.
func (s *Service) enabled(ctx context.Context, id meeting.WebhookEndpointID) (*endpoint, error) {
	row, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	to := s.endpoints[row.WorkspaceID][id]
	if to == nil {
		return nil, meeting.Refuse(CodeEndpointDisabled, []string{"endpointId"}, "The endpoint is disabled; enable it first.")
	}
	return to, nil
}

// Replay delivers events again, under the same ids, and says how many messages that
// are. What was never delivered, as the endpoint was disabled or did not exist, is
// delivered for the first time.
func (s *Service) Replay(ctx context.Context, id meeting.WebhookEndpointID, which Selection) (count int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.enabled(ctx, id)
	if err != nil {
		return 0, err
	}
	rows, err := s.selected(ctx, to, which)
	if err != nil {
		return 0, err
	}
	for len(rows) > 0 && err == nil {
		n := min(bulk, len(rows))
		var queued int
		err = s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error {
			queued, err = replay(ctx, tx, rows[:n], which.FailedOnly)
			return err
		})
		count += queued
		s.wake(rows[:n])
		rows = rows[n:]
	}
	return count, err
}

// selected are the messages that a selection means.
func (s *Service) selected(ctx context.Context, to *endpoint, which Selection) (rows []prepared, err error) {
	query := s.config.Client.Event.Query().Where(event.SequenceGT(which.After))
	if which.Meeting != "" {
		query.Where(event.MeetingID(which.Meeting))
	}
	if which.From != 0 {
		query.Where(event.AtGTE(which.From))
	}
	if which.To != 0 {
		query.Where(event.AtLT(which.To))
	}
	lines, err := query.Order(ent.Asc(event.FieldMeetingID, event.FieldSequence)).Limit(maxReplay + 1).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what is to be delivered again: %w", err)
	}
	if len(lines) > maxReplay {
		return nil, meeting.Refuse(meeting.CodeInvalid, nil, "One order can deliver %d events again; these are more. Choose a meeting, or less time.", maxReplay)
	}
	for _, line := range lines {
		e, err := meeting.UnmarshalBody(line.Type, line.Sequence, line.At.Time(), line.Body)
		if err != nil {
			return nil, err
		}
		if !to.wants(line.MeetingID, e) {
			continue
		}
		if rows, err = s.prepare(access.AsSystem(ctx), rows, to, line.MeetingID, e); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// replay queues messages again that there are, and makes those that there are not,
// unless they will be made anyway.
func replay(ctx context.Context, tx *ent.Tx, rows []prepared, failedOnly bool) (int, error) {
	ids := make([]meeting.DeliveryID, len(rows))
	meetings := make(map[meeting.ID]int64)
	for i, row := range rows {
		ids[i] = deliveryID(row.to.row.ID, row.meeting, row.event.Sequence, row.part)
		meetings[row.meeting] = 0
	}
	if err := dispatched(ctx, tx, meetings); err != nil {
		return 0, err
	}
	known, err := tx.Delivery.Query().Where(delivery.IDIn(ids...)).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for deliveries: %w", err)
	}
	there := make(map[meeting.DeliveryID]bool)
	var again []meeting.DeliveryID
	for _, row := range known {
		there[row.ID] = true
		if row.State == meeting.DeliveryFailed || row.State == meeting.DeliveryDelivered && !failedOnly {
			again = append(again, row.ID)
		}
	}
	now := meeting.InstantOf(time.Now())
	var fresh []*ent.DeliveryCreate
	for i, row := range rows {
		if !there[ids[i]] && row.event.Sequence <= meetings[row.meeting] {
			fresh = append(fresh, row.create(tx, now))
		}
	}
	if err := tx.Delivery.CreateBulk(fresh...).Exec(ctx); err != nil {
		return 0, fmt.Errorf("write deliveries down: %w", err)
	}
	return len(fresh) + len(again), queueAgain(ctx, tx, again...)
}

// dispatched fills in how far meetings have been dispatched.
func dispatched(ctx context.Context, tx *ent.Tx, meetings map[meeting.ID]int64) error {
	ids := make([]meeting.ID, 0, len(meetings))
	for id := range meetings {
		ids = append(ids, id)
	}
	rows, err := tx.Dispatch.Query().Where(entdispatch.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("look how far events were dispatched: %w", err)
	}
	for _, row := range rows {
		meetings[row.ID] = row.Sequence
	}
	return nil
}

// SendTest sends an example to an endpoint, once, and gives the delivery.
func (s *Service) SendTest(ctx context.Context, id meeting.WebhookEndpointID) (meeting.DeliveryID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, err := s.enabled(ctx, id)
	if err != nil {
		return "", err
	}
	now := time.Now()
	messages, err := Messages(to.row.Format, "mtg_example", Example(now), nil)
	if err != nil {
		return "", err
	}
	row := meeting.DeliveryID(idPrefix + "test_" + access.NewID())
	err = s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error {
		at := meeting.InstantOf(now)
		return tx.Delivery.Create().SetID(row).SetWorkspaceID(to.row.WorkspaceID).SetEndpointID(id).SetMeetingID("").SetSequence(0).SetPart(0).
			SetType(messages[0].Type).SetBody(string(messages[0].Body)).SetIsTest(true).SetState(meeting.DeliveryWaiting).SetNextAt(at).SetCreatedAt(at).Exec(ctx)
	})
	if err == nil {
		s.senders[id].ring("")
	}
	return row, err
}

// Example is an event for tests: a bot that has entered a room.
func Example(at time.Time) meeting.Event {
	return meeting.Event{
		Sequence: 1, At: at, Room: &meeting.RoomRef{ID: "room_example", Kind: meeting.RoomBreakout, Name: "Room 5"},
		Participant: &meeting.ParticipantRef{ID: 100, Name: "Breakout Bot", Role: meeting.RoleParticipant, IsBot: true},
		Bot:         &meeting.BotRef{ID: "bot_example", Name: "Breakout Bot", Metadata: map[string]string{"example": "true"}},
		Fact:        meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomEntered},
	}
}
