package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/meeting"
)

// resume finds what a sender before has left, where order is kept.
func (s *sender) resume(ctx context.Context) {
	s.look = true
	if !s.to.row.Ordered {
		return
	}
	ids, err := s.waiting().GroupBy(delivery.FieldMeetingID).Strings(ctx)
	if err != nil {
		s.troubled("what is to be delivered could not be read", err)
		return
	}
	for _, id := range ids {
		s.due[meeting.ID(id)] = time.Now()
	}
}

func (s *sender) troubled(what string, err error) {
	s.service.config.Log.Error(what, "endpoint", s.to.row.ID, "error", err)
	s.by(time.Now().Add(writeRetry))
}

func (s *sender) waiting() *ent.DeliveryQuery {
	return s.service.config.Client.Delivery.Query().Where(delivery.EndpointID(s.to.row.ID), delivery.StateEQ(meeting.DeliveryWaiting))
}

// load reads what is due, and when more will be.
func (s *sender) load(ctx context.Context) {
	s.look = false
	var err error
	if s.to.row.Ordered {
		err = s.loadLanes(ctx)
	} else {
		err = s.loadDue(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.troubled("what is to be delivered could not be read", err)
	}
}

// loadDue reads messages that are due, whatever their meeting.
func (s *sender) loadDue(ctx context.Context) error {
	now := meeting.InstantOf(time.Now())
	flying := make([]meeting.DeliveryID, 0, len(s.flying))
	for id := range s.flying {
		flying = append(flying, meeting.DeliveryID(id))
	}
	rows, err := s.waiting().Where(delivery.IDNotIn(flying...), delivery.NextAtLTE(now)).
		Order(ent.Asc(delivery.FieldNextAt, delivery.FieldSequence)).Limit(pageSize).All(ctx)
	if err != nil {
		return fmt.Errorf("read what is due: %w", err)
	}
	for _, row := range rows {
		s.ready = append(s.ready, lane{string(row.ID), []*ent.Delivery{row}})
	}
	if s.look = len(rows) == pageSize; s.look {
		return nil
	}
	later, err := s.waiting().Where(delivery.NextAtGT(now)).Order(ent.Asc(delivery.FieldNextAt)).First(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err == nil {
		s.by(later.NextAt.Time())
	}
	return err
}

// loadLanes reads what comes next in meetings in which something is due.
func (s *sender) loadLanes(ctx context.Context) error {
	now := time.Now()
	s.mu.Lock()
	for id := range s.rung {
		s.due[id] = now
	}
	clear(s.rung)
	s.mu.Unlock()
	for id, at := range s.due {
		switch {
		case s.flying[string(id)]:
		case at.After(now):
			s.by(at)
		case len(s.ready)+len(s.flying) >= concurrency:
			s.look = true
			return nil
		default:
			if err := s.loadLane(ctx, id, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sender) loadLane(ctx context.Context, id meeting.ID, now time.Time) error {
	rows, err := s.waiting().Where(delivery.MeetingID(id)).Order(ent.Asc(delivery.FieldSequence, delivery.FieldPart)).Limit(lanePage).All(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read what is next in %s: %w", id, err)
	case len(rows) == 0:
		delete(s.due, id)
	case rows[0].NextAt.Time().After(now):
		s.due[id] = rows[0].NextAt.Time()
		s.by(s.due[id])
	default:
		s.ready = append(s.ready, lane{string(id), rows})
	}
	return nil
}

// write begins to write down what became of attempts, unless that goes on already:
// what comes meanwhile is written together the next time.
func (s *sender) write(ctx context.Context) {
	if len(s.done) == 0 || s.written != nil || time.Now().Before(s.writeAfter) {
		return
	}
	s.writing, s.done = s.done, nil
	results, failing, written := s.writing, s.failing, make(chan error, 1)
	s.written = written
	go func() {
		written <- s.service.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error {
			return writeResults(ctx, tx, s.to.row.ID, results, failing)
		})
	}()
}

// wrote takes how the writing ended. What could not be written is written again with
// what comes next.
func (s *sender) wrote(err error) {
	s.written = nil
	if err != nil {
		s.done, s.writeAfter = append(s.writing, s.done...), time.Now().Add(writeRetry)
		s.troubled("what became of deliveries could not be written down", err)
	}
	s.writing = nil
}

// writeResults writes attempts down, where their deliveries are then, and since when
// the endpoint has taken nothing.
func writeResults(ctx context.Context, tx *ent.Tx, to meeting.WebhookEndpointID, results []result, failing meeting.Instant) error {
	now := meeting.InstantOf(time.Now())
	attempts := make([]*ent.DeliveryAttemptCreate, len(results))
	var delivered []meeting.DeliveryID
	for i, r := range results {
		attempts[i] = r.row(tx)
		if r.delivered() {
			delivered = append(delivered, r.delivery.ID)
			continue
		}
		update := tx.Delivery.Update().Where(delivery.ID(r.delivery.ID)).AddAttemptCount(1).AddTries(1)
		if r.lost() {
			update.SetState(meeting.DeliveryFailed).SetEndedAt(now)
		} else {
			update.SetNextAt(meeting.InstantOf(r.next()))
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("write down that a delivery failed: %w", err)
		}
	}
	if len(delivered) > 0 {
		err := tx.Delivery.Update().Where(delivery.IDIn(delivered...)).AddAttemptCount(1).AddTries(1).
			SetState(meeting.DeliveryDelivered).SetEndedAt(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write down what was delivered: %w", err)
		}
	}
	if err := tx.DeliveryAttempt.CreateBulk(attempts...).Exec(ctx); err != nil {
		return fmt.Errorf("write attempts down: %w", err)
	}
	return tx.WebhookEndpoint.Update().Where(webhookendpoint.ID(to), webhookendpoint.FailingSinceNEQ(failing)).SetFailingSince(failing).Exec(ctx)
}
