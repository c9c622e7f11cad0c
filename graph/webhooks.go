package graph

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	"github.com/breakoutrooms/breakout/gen/ent/deliveryattempt"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

func (r *Resolver) webhookEndpoint(ctx context.Context, id string) (*ent.WebhookEndpoint, error) {
	return r.Client.WebhookEndpoint.Query().Where(webhookendpoint.ID(meeting.WebhookEndpointID(id)), webhookendpoint.DeletedAt(0)).WithSecrets().Only(ctx)
}

func listWebhookEndpoints(ctx context.Context, query *ent.WebhookEndpointQuery, first *int, after *string) (*gql.WebhookEndpointConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(webhookendpoint.DeletedAt(0), p.downwards(webhookendpoint.FieldCreatedAt)).WithSecrets().All(ctx)
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(e *ent.WebhookEndpoint) place { return place{int64(e.CreatedAt), string(e.ID)} },
		func(cursor string, e *ent.WebhookEndpoint) *gql.WebhookEndpointEdge {
			return &gql.WebhookEndpointEdge{Cursor: cursor, Node: e}
		})
	return &gql.WebhookEndpointConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

// deliveryFilter says which deliveries are wanted.
type deliveryFilter struct {
	endpoint, meeting *string
	state             *meeting.DeliveryState
}

func (r *Resolver) deliveries(ctx context.Context, want deliveryFilter, first *int, after *string) (*gql.DeliveryConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	query := r.Client.Delivery.Query()
	if want.endpoint != nil {
		query.Where(delivery.EndpointID(meeting.WebhookEndpointID(*want.endpoint)))
	}
	if want.meeting != nil {
		query.Where(delivery.MeetingID(meeting.ID(*want.meeting)))
	}
	if want.state != nil {
		query.Where(delivery.StateEQ(*want.state))
	}
	rows, err := query.Where(p.downwards(delivery.FieldCreatedAt)).All(ctx)
	if err == nil {
		err = ahead(ctx, load(ctx).attempts, keysOf(rows, func(d *ent.Delivery) meeting.DeliveryID { return d.ID }), "attempts")
	}
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(d *ent.Delivery) place { return place{int64(d.CreatedAt), string(d.ID)} },
		func(cursor string, d *ent.Delivery) *gql.DeliveryEdge {
			return &gql.DeliveryEdge{Cursor: cursor, Node: d}
		})
	return &gql.DeliveryConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

// listAttempts lists the attempts of a delivery. The first page was read ahead.
func listAttempts(ctx context.Context, of *ent.Delivery, first *int, after *string) (*gql.DeliveryAttemptConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	at := func(a *ent.DeliveryAttempt) place { return place{int64(a.Number), a.ID} }
	var rows []*ent.DeliveryAttempt
	if after == nil && p.first < maxPage {
		rows, err = load(ctx).attempts.one(ctx, of.ID)
		rows = cut(p, rows, at)
	} else {
		rows, err = of.QueryAttempts().Where(p.upwards(deliveryattempt.FieldNumber)).All(ctx)
	}
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows, at,
		func(cursor string, a *ent.DeliveryAttempt) *gql.DeliveryAttemptEdge {
			return &gql.DeliveryAttemptEdge{Cursor: cursor, Node: a}
		})
	return &gql.DeliveryAttemptConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

// signingOf is how an endpoint's messages are signed, and by which public key.
func signingOf(ctx context.Context, row *ent.WebhookEndpoint) (meeting.Signing, string, error) {
	secrets := row.Edges.Secrets
	if secrets == nil {
		var err error
		if secrets, err = row.QuerySecrets().All(ctx); err != nil {
			return "", "", err
		}
	}
	signing, key := webhook.SigningOf(secrets)
	return signing, key, nil
}

func nextAttempt(row *ent.Delivery) *meeting.Instant {
	if row.State != meeting.DeliveryWaiting {
		return nil
	}
	return &row.NextAt
}

// numberOf is null for no number.
func numberOf(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func headersOf(headers map[string]string) []*gql.HTTPHeader {
	list := make([]*gql.HTTPHeader, 0, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		list = append(list, &gql.HTTPHeader{Name: name, Value: headers[name]})
	}
	return list
}

// eventTypesOf are the schema's names of types of events, and eventTypesIn the
// journal's.
func eventTypesOf(types []meeting.EventType) []view.EventType {
	names := make([]view.EventType, len(types))
	for i, name := range types {
		names[i] = view.EventType(strings.ToUpper(string(name)))
	}
	return names
}

func eventTypesIn(names []view.EventType) []meeting.EventType {
	types := make([]meeting.EventType, len(names))
	for i, name := range names {
		types[i] = meeting.EventType(strings.ToLower(string(name)))
	}
	return types
}
