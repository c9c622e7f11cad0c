package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	"github.com/breakoutrooms/breakout/gen/ent/deliveryattempt"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// pruneEvery is how often it is looked for what was kept for long enough, and
	// pruned how much of it goes in one transaction.
	pruneEvery = time.Hour
	pruned     = 200
)

// prune forgets deliveries that were kept for long enough.
func (s *Service) prune(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = s.pruneSome(ctx); err != nil && ctx.Err() == nil {
				s.config.Log.Error("old deliveries could not be forgotten", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// pruneSome forgets some, and says whether there are more. What waits for an endpoint
// that was deleted goes at once.
func (s *Service) pruneSome(ctx context.Context) (more bool, err error) {
	before := meeting.InstantOf(time.Now().Add(-s.config.Keep))
	ids, err := s.config.Client.Delivery.Query().Where(delivery.Or(
		delivery.And(delivery.EndedAtGT(0), delivery.EndedAtLT(before)), delivery.HasEndpointWith(webhookendpoint.DeletedAtGT(0)),
	)).Limit(pruned).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	err = s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if _, err := tx.DeliveryAttempt.Delete().Where(deliveryattempt.DeliveryIDIn(ids...)).Exec(ctx); err != nil {
			return fmt.Errorf("forget attempts: %w", err)
		}
		_, err := tx.Delivery.Delete().Where(delivery.IDIn(ids...)).Exec(ctx)
		return err
	})
	return len(ids) == pruned && err == nil, err
}
