// Package audit keeps what was done with admin rights, in the transaction in which it
// was done: who, what, to what and when.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// The actions that are kept. The set is open.
const (
	KeyCreated = "api_key.created"
	KeyRotated = "api_key.rotated"
	KeyRevoked = "api_key.revoked"

	WebhookCreated  = "webhook_endpoint.created"
	WebhookUpdated  = "webhook_endpoint.updated"
	WebhookEnabled  = "webhook_endpoint.enabled"
	WebhookDisabled = "webhook_endpoint.disabled"
	WebhookDeleted  = "webhook_endpoint.deleted"
	WebhookRotated  = "webhook_endpoint.secret_rotated"
)

// Act is one thing that was done.
type Act struct {
	// Workspace is the id of the workspace that it was done in.
	Workspace string
	Action    string
	// Target is the id of what it was done to.
	Target string
	// Detail tells more. It holds no secrets.
	Detail map[string]string
}

// Note writes down what the context's viewer does, or whoever runs the server when it
// has none. The rows are those of the transaction in which it is done.
func Note(ctx context.Context, rows *ent.AuditEventClient, act Act) error {
	actor, _ := access.From(ctx) // without one, it is whoever runs the server
	detail := act.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	err := rows.Create().SetID("aud_" + access.NewID()).SetWorkspaceID(act.Workspace).SetAt(meeting.InstantOf(time.Now())).
		SetAction(act.Action).SetActor(actor.Key).SetActorHint(actor.Hint).SetTarget(act.Target).SetDetail(detail).
		Exec(access.AsSystem(ctx))
	if err != nil {
		return fmt.Errorf("note that %s was %s: %w", act.Target, act.Action, err)
	}
	return nil
}
