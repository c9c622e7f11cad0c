package journal

import (
	"github.com/breakoutrooms/breakout/gen/ent/realtimeendpoint"
	"github.com/breakoutrooms/breakout/meeting"
)

// endpoints keeps where a bot sends what it hears.
func (p *projection) endpoints(e meeting.Event, endpoints []meeting.RealtimeEndpoint) {
	for i, endpoint := range endpoints {
		p.do(p.tx.RealtimeEndpoint.Create().SetID(endpoint.ID).SetWorkspaceID(p.row.WorkspaceID).SetBotID(e.Bot.ID).
			SetOrdinal(i).SetURL(endpoint.URL).SetOutputs(endpoint.Outputs))
	}
}

// endpoint keeps how it goes with one of them.
func (p *projection) endpoint(fact meeting.RealtimeEndpointChanged) {
	update := p.tx.RealtimeEndpoint.Update().Where(realtimeendpoint.ID(fact.Endpoint)).SetStatus(fact.Status).SetSent(fact.Sent).SetDropped(fact.Dropped)
	if update.ClearMessage(); fact.Message != "" {
		update.SetMessage(fact.Message)
	}
	p.doOne(update)
}
