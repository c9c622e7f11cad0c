package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/audit"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	entdispatch "github.com/breakoutrooms/breakout/gen/ent/dispatch"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/gen/ent/webhooksecret"
	"github.com/breakoutrooms/breakout/meeting"
)

// overlap is for how long a secret that was rotated goes on to sign.
const overlap = 24 * time.Hour

// Create makes an endpoint of the viewer's workspace, which is sent what happens from
// now on, and gives its signer, whose secret is not to be had again. The signer is
// nil when the order was given before under its key.
func (s *Service) Create(ctx context.Context, spec Spec, signer Signer, request meeting.Request) (meeting.WebhookEndpointID, *Signer, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := s.check(ctx, spec); err != nil {
		return "", nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, err := s.answered(ctx, request); err != nil || known != "" {
		return known, nil, err
	}
	if err := s.room(ctx); err != nil {
		return "", nil, err
	}
	id := meeting.WebhookEndpointID("whe_" + access.NewID())
	err = s.change(ctx, viewer.Workspace, id, func(ctx context.Context, tx *ent.Tx) error {
		err := tx.WebhookEndpoint.Create().SetID(id).SetWorkspaceID(viewer.Workspace).SetURL(spec.URL).SetDescription(spec.Description).
			SetEventTypes(narrowed(spec.EventTypes)).SetMeetingID(spec.Meeting).SetMetadata(spec.Metadata).SetFormat(spec.Format).
			SetOrdered(spec.Ordered).SetSvixHeaders(spec.SvixHeaders).SetCreatedAt(meeting.InstantOf(time.Now())).
			SetIdempotencyKey(request.Key).SetIdempotencyDigest(request.Digest).Exec(ctx)
		if err != nil {
			return fmt.Errorf("create an endpoint: %w", err)
		}
		return s.store(ctx, tx, viewer.Workspace, id, signer)
	}, audit.WebhookCreated)
	if err != nil {
		return "", nil, err
	}
	return id, &signer, nil
}

// answered finds the endpoint that was made by an order under a key.
func (s *Service) answered(ctx context.Context, request meeting.Request) (meeting.WebhookEndpointID, error) {
	switch {
	case request.Key == "":
		return "", nil
	case len(request.Key) > maxKey:
		return "", meeting.Refuse(CodeKeyInvalid, []string{"idempotencyKey"}, "An idempotency key can have %d characters; this one has %d.", maxKey, len(request.Key))
	}
	row, err := s.config.Client.WebhookEndpoint.Query().Where(webhookendpoint.IdempotencyKey(request.Key)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look for the order under a key: %w", err)
	case row.IdempotencyDigest != request.Digest:
		return "", meeting.Refuse(CodeKeyReused, []string{"idempotencyKey"}, "Another order was given under the key %q; give this one a key of its own.", request.Key)
	}
	return row.ID, nil
}

// room refuses more endpoints than a workspace can have.
func (s *Service) room(ctx context.Context) error {
	n, err := s.config.Client.WebhookEndpoint.Query().Where(webhookendpoint.DeletedAt(0)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count endpoints: %w", err)
	}
	if n >= maxEndpoints {
		return meeting.Refuse(CodeTooManyEndpoints, nil, "A workspace can have %d endpoints; delete one first.", maxEndpoints)
	}
	return nil
}

// store keeps a secret of an endpoint.
func (s *Service) store(ctx context.Context, tx *ent.Tx, workspace string, to meeting.WebhookEndpointID, signer Signer) error {
	id := "whs_" + access.NewID()
	err := tx.WebhookSecret.Create().SetID(id).SetWorkspaceID(workspace).SetEndpointID(to).SetSigning(signer.signing).
		SetSealed(s.vault.seal(id, signer.key)).SetPublicKey(signer.PublicKey()).SetCreatedAt(meeting.InstantOf(time.Now())).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store a secret: %w", err)
	}
	return nil
}

// change writes something about an endpoint, and has it sent to as it is then. The
// lock is held. A workspace that had no endpoint is dispatched from now on. What was
// done is kept for audits.
func (s *Service) change(asked context.Context, workspace string, id meeting.WebhookEndpointID, write func(context.Context, *ent.Tx) error, action string) error {
	var row *ent.WebhookEndpoint
	err := s.config.Journal.Write(asked, func(ctx context.Context, tx *ent.Tx) error {
		err := write(ctx, tx)
		if err == nil {
			err = audit.Note(asked, tx.AuditEvent, audit.Act{Workspace: workspace, Action: action, Target: string(id)})
		}
		if err == nil {
			row, err = tx.WebhookEndpoint.Query().Where(webhookendpoint.ID(id)).WithSecrets().Only(ctx)
		}
		if err == nil && row.Enabled && len(s.endpoints[workspace]) == 0 {
			err = catchUp(ctx, tx, workspace)
		}
		return err
	})
	if err != nil {
		return err
	}
	if row = row.Unwrap(); row.Enabled && row.DeletedAt == 0 {
		s.put(s.endpointOf(row))
	} else {
		s.drop(row)
	}
	return nil
}

// catchUp says that all that has happened in a workspace needs no deliveries.
func catchUp(ctx context.Context, tx *ent.Tx, workspace string) error {
	if _, err := tx.Dispatch.Delete().Where(entdispatch.WorkspaceID(workspace)).Exec(ctx); err != nil {
		return fmt.Errorf("begin to dispatch: %w", err)
	}
	for last := meeting.ID(""); ; {
		rows, err := tx.Meeting.Query().Where(entmeeting.WorkspaceID(workspace), entmeeting.IDGT(last)).
			Order(ent.Asc(entmeeting.FieldID)).Limit(bulk).Select(entmeeting.FieldHeadSequence).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		lines := make([]*ent.DispatchCreate, len(rows))
		for i, row := range rows {
			lines[i] = tx.Dispatch.Create().SetID(row.ID).SetWorkspaceID(workspace).SetSequence(row.HeadSequence)
		}
		if err := tx.Dispatch.CreateBulk(lines...).Exec(ctx); err != nil {
			return fmt.Errorf("begin to dispatch: %w", err)
		}
		last = rows[len(rows)-1].ID
	}
}

// find reads an endpoint of the viewer's workspace.
func (s *Service) find(ctx context.Context, id meeting.WebhookEndpointID) (*ent.WebhookEndpoint, error) {
	row, err := s.config.Client.WebhookEndpoint.Query().Where(webhookendpoint.ID(id), webhookendpoint.DeletedAt(0)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, meeting.Refuse(CodeEndpointNotFound, []string{"endpointId"}, "There is no webhook endpoint %q.", id)
	}
	return row, err
}

// onEndpoint changes an endpoint of the viewer's workspace.
func (s *Service) onEndpoint(ctx context.Context, id meeting.WebhookEndpointID, action string, write func(context.Context, *ent.Tx, *ent.WebhookEndpoint) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	return s.change(ctx, row.WorkspaceID, id, func(ctx context.Context, tx *ent.Tx) error { return write(ctx, tx, row) }, action)
}

// Update changes what an endpoint is. What waits to be delivered stays as it was made.
func (s *Service) Update(ctx context.Context, id meeting.WebhookEndpointID, change func(*Spec)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	spec := Spec{
		URL: row.URL, Description: row.Description, EventTypes: row.EventTypes, Meeting: row.MeetingID, Metadata: row.Metadata,
		Format: row.Format, Ordered: row.Ordered, SvixHeaders: row.SvixHeaders,
	}
	change(&spec)
	if err := s.check(ctx, spec); err != nil {
		return err
	}
	return s.change(ctx, row.WorkspaceID, id, func(ctx context.Context, tx *ent.Tx) error {
		return tx.WebhookEndpoint.UpdateOneID(id).SetURL(spec.URL).SetDescription(spec.Description).SetEventTypes(narrowed(spec.EventTypes)).
			SetMeetingID(spec.Meeting).SetMetadata(spec.Metadata).SetFormat(spec.Format).SetOrdered(spec.Ordered).SetSvixHeaders(spec.SvixHeaders).Exec(ctx)
	}, audit.WebhookUpdated)
}

// Enable has an endpoint sent to again, beginning with what waits, or no longer.
// What happens while it is disabled can be had by Replay.
func (s *Service) Enable(ctx context.Context, id meeting.WebhookEndpointID, enabled bool) error {
	action := audit.WebhookDisabled
	if enabled {
		action = audit.WebhookEnabled
	}
	return s.onEndpoint(ctx, id, action, func(ctx context.Context, tx *ent.Tx, row *ent.WebhookEndpoint) error {
		now := meeting.InstantOf(time.Now())
		switch {
		case enabled == row.Enabled:
			return nil
		case !enabled:
			return tx.WebhookEndpoint.UpdateOneID(id).SetEnabled(false).SetDisabledAt(now).SetDisabledCause(meeting.DisabledByRequest).SetDisabledMessage("").Exec(ctx)
		}
		err := tx.Delivery.Update().Where(delivery.EndpointID(id), delivery.StateEQ(meeting.DeliveryWaiting)).SetNextAt(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("make due what waits: %w", err)
		}
		return tx.WebhookEndpoint.UpdateOneID(id).SetEnabled(true).SetDisabledAt(0).SetDisabledCause("").SetDisabledMessage("").SetFailingSince(0).Exec(ctx)
	})
}

// Delete has nothing sent to an endpoint any more, and forgets its secrets at once and
// its deliveries soon.
func (s *Service) Delete(ctx context.Context, id meeting.WebhookEndpointID) error {
	return s.onEndpoint(ctx, id, audit.WebhookDeleted, func(ctx context.Context, tx *ent.Tx, _ *ent.WebhookEndpoint) error {
		if _, err := tx.WebhookSecret.Delete().Where(webhooksecret.EndpointID(id)).Exec(ctx); err != nil {
			return fmt.Errorf("forget the secrets: %w", err)
		}
		return tx.WebhookEndpoint.UpdateOneID(id).SetEnabled(false).SetDeletedAt(meeting.InstantOf(time.Now())).Exec(ctx)
	})
}

// Rotate gives an endpoint a new secret. Those that it had go on to sign for a day,
// so that its receiver can be changed meanwhile.
func (s *Service) Rotate(ctx context.Context, id meeting.WebhookEndpointID, signer Signer) error {
	return s.onEndpoint(ctx, id, audit.WebhookRotated, func(ctx context.Context, tx *ent.Tx, row *ent.WebhookEndpoint) error {
		now := time.Now()
		if _, err := tx.WebhookSecret.Delete().Where(webhooksecret.EndpointID(id), webhooksecret.ExpiresAtGT(0), webhooksecret.ExpiresAtLTE(meeting.InstantOf(now))).Exec(ctx); err != nil {
			return fmt.Errorf("forget secrets that are over: %w", err)
		}
		err := tx.WebhookSecret.Update().Where(webhooksecret.EndpointID(id), webhooksecret.ExpiresAt(0)).SetExpiresAt(meeting.InstantOf(now.Add(overlap))).Exec(ctx)
		if err != nil {
			return fmt.Errorf("let the old secret expire: %w", err)
		}
		return s.store(ctx, tx, row.WorkspaceID, id, signer)
	})
}

// SigningOf is how an endpoint's messages are signed, and the public key of the
// newest secret, if it has one.
func SigningOf(secrets []*ent.WebhookSecret) (signing meeting.Signing, publicKey string) {
	for _, secret := range secrets {
		if secret.ExpiresAt == 0 {
			return secret.Signing, secret.PublicKey
		}
	}
	return "", ""
}
