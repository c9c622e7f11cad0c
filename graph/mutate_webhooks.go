package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

func (r *Resolver) createWebhookEndpoint(ctx context.Context, input gql.CreateWebhookEndpointInput) (*gql.CreateWebhookEndpointPayload, error) {
	spec := webhook.Spec{URL: input.URL, EventTypes: eventTypesIn(input.EventTypes), Meeting: meeting.ID(orEmpty(input.MeetingID)), Format: meeting.FormatEvent}
	set(&spec.Description, input.Description)
	set(&spec.Format, input.Format)
	set(&spec.Ordered, input.Ordered)
	set(&spec.SvixHeaders, input.SvixHeaders)
	metadata, err := metadataIn(input.Metadata)
	var signer webhook.Signer
	if err == nil {
		spec.Metadata = metadata
		signer, err = signerOf(input.Signing, input.Secret, meeting.SigningHMAC)
	}
	var id meeting.WebhookEndpointID
	var made *webhook.Signer
	if err == nil {
		id, made, err = r.Webhooks.Create(ctx, spec, signer, requestOf(ctx))
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateWebhookEndpointPayload{UserErrors: refused}, err
	}
	row, err := r.webhookEndpoint(ctx, string(id))
	payload := &gql.CreateWebhookEndpointPayload{Endpoint: row, UserErrors: []*gql.UserError{}}
	if made != nil {
		payload.Secret = verifier(*made)
	}
	return payload, err
}

// verifier is what a receiver verifies with.
func verifier(signer webhook.Signer) *string {
	shown := cmp.Or(signer.PublicKey(), signer.Secret())
	return &shown
}

// signerOf makes a signer, of a secret if there is one.
func signerOf(signing *meeting.Signing, secret *string, otherwise meeting.Signing) (webhook.Signer, error) {
	if signing != nil {
		otherwise = *signing
	}
	if secret == nil {
		return webhook.NewSigner(otherwise), nil
	}
	signer, err := webhook.ParseSecret(*secret)
	if err != nil {
		return webhook.Signer{}, meeting.Refuse(meeting.CodeInvalid, []string{"secret"}, "The secret can't be used: %s.", err)
	}
	return signer, nil
}

func (r *Resolver) updateWebhookEndpoint(ctx context.Context, input gql.UpdateWebhookEndpointInput) (*gql.UpdateWebhookEndpointPayload, error) {
	id := meeting.WebhookEndpointID(input.EndpointID)
	metadata, err := metadataIn(input.Metadata)
	if err == nil {
		err = r.Webhooks.Update(ctx, id, func(spec *webhook.Spec) {
			set(&spec.URL, input.URL)
			set(&spec.Description, input.Description)
			set(&spec.Format, input.Format)
			set(&spec.Ordered, input.Ordered)
			set(&spec.SvixHeaders, input.SvixHeaders)
			if input.EventTypes != nil {
				spec.EventTypes = eventTypesIn(input.EventTypes)
			}
			if input.MeetingID != nil {
				spec.Meeting = meeting.ID(*input.MeetingID)
			}
			if input.Metadata != nil {
				spec.Metadata = metadata
			}
		})
	}
	if err == nil && input.Enabled != nil {
		err = r.Webhooks.Enable(ctx, id, *input.Enabled)
	}
	row, refused, err := r.afterChange(ctx, input.EndpointID, err)
	return &gql.UpdateWebhookEndpointPayload{Endpoint: row, UserErrors: refused}, err
}

// afterChange reads an endpoint as it is after a change, unless that was refused.
func (r *Resolver) afterChange(ctx context.Context, id string, changed error) (*ent.WebhookEndpoint, []*gql.UserError, error) {
	if refused, err := userErrors(changed); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.webhookEndpoint(ctx, id)
	return row, []*gql.UserError{}, err
}

func (r *Resolver) deleteWebhookEndpoint(ctx context.Context, input gql.DeleteWebhookEndpointInput) (*gql.DeleteWebhookEndpointPayload, error) {
	err := r.Webhooks.Delete(ctx, meeting.WebhookEndpointID(input.EndpointID))
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.DeleteWebhookEndpointPayload{UserErrors: refused}, err
	}
	return &gql.DeleteWebhookEndpointPayload{DeletedID: &input.EndpointID, UserErrors: []*gql.UserError{}}, nil
}

func (r *Resolver) rotateWebhookSecret(ctx context.Context, input gql.RotateWebhookSecretInput) (*gql.RotateWebhookSecretPayload, error) {
	before := meeting.SigningHMAC
	if row, err := orNull(r.webhookEndpoint(ctx, input.EndpointID)); err != nil {
		return nil, err
	} else if row != nil { // of one that is not there, Rotate says so
		before, _ = webhook.SigningOf(row.Edges.Secrets)
	}
	signer, err := signerOf(input.Signing, input.Secret, before)
	if err == nil {
		err = r.Webhooks.Rotate(ctx, meeting.WebhookEndpointID(input.EndpointID), signer)
	}
	row, refused, err := r.afterChange(ctx, input.EndpointID, err)
	payload := &gql.RotateWebhookSecretPayload{Endpoint: row, UserErrors: refused}
	if row != nil {
		payload.Secret = verifier(signer)
	}
	return payload, err
}

func (r *Resolver) sendTestEvent(ctx context.Context, input gql.SendTestEventInput) (*gql.SendTestEventPayload, error) {
	id, err := r.Webhooks.SendTest(ctx, meeting.WebhookEndpointID(input.EndpointID))
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.SendTestEventPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Delivery.Get(ctx, id)
	return &gql.SendTestEventPayload{Delivery: row, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) replayDeliveries(ctx context.Context, input gql.ReplayDeliveriesInput) (*gql.ReplayDeliveriesPayload, error) {
	count, err := r.replay(ctx, input)
	refused, err := userErrors(err)
	return &gql.ReplayDeliveriesPayload{Count: count, UserErrors: refused}, err
}

func (r *Resolver) replay(ctx context.Context, input gql.ReplayDeliveriesInput) (int, error) {
	ranged := slices.ContainsFunc([]*string{input.After, input.MeetingID}, func(s *string) bool { return s != nil }) || input.From != nil || input.To != nil
	switch {
	case (input.DeliveryID == nil) == (input.EndpointID == nil), input.DeliveryID != nil && ranged:
		return 0, meeting.Refuse(meeting.CodeInvalid, []string{"deliveryId"}, "Name one delivery, or an endpoint and which events it gets again.")
	case input.DeliveryID != nil:
		return 1, r.Webhooks.Redeliver(ctx, meeting.DeliveryID(*input.DeliveryID))
	case !ranged:
		return 0, meeting.Refuse(meeting.CodeInvalid, []string{"from"}, "Say which events: after a cursor, of a meeting, or from a moment on.")
	}
	which := webhook.Selection{Meeting: meeting.ID(orEmpty(input.MeetingID))}
	set(&which.FailedOnly, input.UndeliveredOnly)
	set(&which.From, input.From)
	set(&which.To, input.To)
	if input.After != nil {
		of, sequence, ok := journal.ParseCursor(*input.After)
		if !ok || which.Meeting != "" && which.Meeting != meeting.ID(of) {
			return 0, meeting.Refuse(view.CodeInvalidCursor, []string{"after"}, "The cursor %q is not that of an event%s.", *input.After, map[bool]string{true: " of the meeting"}[which.Meeting != ""])
		}
		which.Meeting, which.After = meeting.ID(of), sequence
	}
	return r.Webhooks.Replay(ctx, meeting.WebhookEndpointID(*input.EndpointID), which)
}
