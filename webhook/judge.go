package webhook

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// disableAfter is after how long without one message taken an endpoint is disabled.
const disableAfter = 120 * time.Hour

// verdict is that an endpoint is to be disabled, and of what meeting the event was
// that it did not take.
type verdict struct {
	meeting meeting.ID
	meeting.WebhookEndpointDisabled
}

// condemn finds out whether an attempt that failed is one too many.
func (s *sender) condemn(r result) {
	since := s.failing.Time()
	fact := meeting.WebhookEndpointDisabled{Endpoint: s.to.row.ID}
	switch {
	case r.status == http.StatusGone:
		fact.Cause, fact.Message = meeting.DisabledAsGone, "The endpoint answered 410 Gone, which says that it wants no more messages."
	case r.at.Sub(since) >= disableAfter:
		fact.Cause, fact.FailingSince = meeting.DisabledByFailure, since
		fact.Message = fmt.Sprintf("The endpoint has taken no message since %s, for more than %d hours.", since.Format(time.RFC3339), int(disableAfter.Hours()))
	default:
		return
	}
	s.verdict = &verdict{r.delivery.MeetingID, fact}
}

// judge disables the endpoint, if it is to be. That ends the sender.
func (s *sender) judge(ctx context.Context) {
	if s.verdict == nil {
		return
	}
	if err := s.service.disable(ctx, s.to, *s.verdict); err != nil {
		s.troubled("an endpoint could not be disabled", err)
	}
	s.verdict = nil // where it failed, the next failure says so again
}

// disable has nothing sent to an endpoint any more that has not taken an event. The
// meeting of that event is told, in the transaction that disables the endpoint.
func (s *Service) disable(ctx context.Context, to *endpoint, v verdict) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.endpoints[to.row.WorkspaceID][to.row.ID] != to {
		return nil // it was changed meanwhile
	}
	ctx = context.WithoutCancel(ctx)
	var err error
	if v.meeting != "" {
		_, err = s.config.Journal.Append(ctx, v.meeting, meeting.Event{At: time.Now(), Fact: v.WebhookEndpointDisabled})
	} else { // it was a test
		err = s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error {
			return tx.WebhookEndpoint.UpdateOneID(to.row.ID).SetEnabled(false).SetDisabledAt(meeting.InstantOf(time.Now())).
				SetDisabledCause(v.Cause).SetDisabledMessage(v.Message).Exec(ctx)
		})
	}
	if err != nil {
		return err
	}
	s.counts.disabled.Add(1)
	s.config.Log.Warn("a webhook endpoint was disabled", "endpoint", to.row.ID, "cause", v.Cause)
	s.drop(to.row)
	return nil
}
