package journal

import (
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/meeting"
)

// disable keeps that nothing is sent to an endpoint any more.
func (p *projection) disable(fact meeting.WebhookEndpointDisabled, at meeting.Instant) {
	p.doOne(p.tx.WebhookEndpoint.Update().Where(webhookendpoint.ID(fact.Endpoint)).
		SetEnabled(false).SetDisabledAt(at).SetDisabledCause(fact.Cause).SetDisabledMessage(fact.Message))
}
