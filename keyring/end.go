package keyring

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/audit"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/apikey"
	"github.com/breakoutrooms/breakout/meeting"
)

// Revoke makes a key open nothing from now on. To revoke one again changes nothing.
func (k *Keyring) Revoke(ctx context.Context, workspace, id string) (row *ent.APIKey, err error) {
	err = k.together(ctx, func(tx *ent.Tx) error {
		if row, err = find(ctx, tx, workspace, id); err != nil || row.RevokedAt != 0 {
			return err
		}
		row, err = row.Update().SetRevokedAt(meeting.InstantOf(time.Now())).Save(access.AsSystem(ctx))
		if err != nil {
			return fmt.Errorf("revoke key %s: %w", id, err)
		}
		return audit.Note(ctx, tx.AuditEvent, audit.Act{Workspace: workspace, Action: audit.KeyRevoked, Target: id, Detail: told(row)})
	})
	k.known.forget()
	return row, err
}

// Rotate makes a key that takes the place of another, with its name and scopes. The
// old one opens on for the overlap, so that whoever uses it has time to change; the
// new one lasts as long as the old one was to last.
func (k *Keyring) Rotate(ctx context.Context, workspace, id string, overlap time.Duration) (key string, row *ent.APIKey, err error) {
	if problems := checkLife("overlapSeconds", overlap); len(problems) > 0 {
		return "", nil, problems
	}
	key = access.NewKey()
	err = k.together(ctx, func(tx *ent.Tx) error {
		old, err := find(ctx, tx, workspace, id)
		if err != nil {
			return err
		}
		if ended(old) || old.ReplacedBy != "" {
			return meeting.Refuse(CodeKeyNotActive, []string{"id"}, "The key %q has expired, was revoked or was rotated before; create another key.", id)
		}
		row, err = replace(ctx, tx, old, key, overlap)
		return err
	})
	k.known.forget()
	return key, row, err
}

// replace writes down a key that takes the place of another.
func replace(ctx context.Context, tx *ent.Tx, old *ent.APIKey, key string, overlap time.Duration) (*ent.APIKey, error) {
	scopes, err := access.ParseScopes(old.Scopes)
	if err != nil {
		return nil, err
	}
	spec := Spec{Workspace: old.WorkspaceID, Name: old.Name, Scopes: scopes}
	if old.ExpiresAt != 0 {
		spec.Lifetime = old.ExpiresAt.Time().Sub(old.CreatedAt.Time())
	}
	row, err := write(ctx, tx, key, spec)
	if err != nil {
		return nil, err
	}
	ends := meeting.InstantOf(time.Now().Add(overlap))
	if old.ExpiresAt != 0 {
		ends = min(ends, old.ExpiresAt)
	}
	old, err = old.Update().SetExpiresAt(ends).SetReplacedBy(row.ID).Save(access.AsSystem(ctx))
	if err != nil {
		return nil, fmt.Errorf("rotate key %s: %w", old.ID, err)
	}
	detail := told(row)
	detail["replaced_by"], detail["old_expires_at"] = row.ID, ends.String()
	return row, audit.Note(ctx, tx.AuditEvent, audit.Act{Workspace: old.WorkspaceID, Action: audit.KeyRotated, Target: old.ID, Detail: detail})
}

// List lists the keys of a workspace, oldest first.
func (k *Keyring) List(ctx context.Context, workspace string) ([]*ent.APIKey, error) {
	rows, err := k.client.APIKey.Query().Where(apikey.WorkspaceID(workspace)).
		Order(ent.Asc(apikey.FieldCreatedAt, apikey.FieldID)).All(access.AsSystem(ctx))
	if err != nil {
		return nil, fmt.Errorf("list the keys of %s: %w", workspace, err)
	}
	return rows, nil
}

// State is what can be said of a key in a word.
func State(row *ent.APIKey) string {
	switch {
	case row.RevokedAt != 0:
		return "revoked"
	case ended(row):
		return "expired"
	case row.ReplacedBy != "":
		return "replaced"
	}
	return "active"
}

// find finds a key of a workspace, or refuses.
func find(ctx context.Context, tx *ent.Tx, workspace, id string) (*ent.APIKey, error) {
	row, err := tx.APIKey.Query().Where(apikey.ID(id), apikey.WorkspaceID(workspace)).Only(access.AsSystem(ctx))
	if ent.IsNotFound(err) {
		return nil, meeting.Refuse(CodeKeyNotFound, []string{"id"}, "There is no API key %q in this workspace.", id)
	}
	if err != nil {
		return nil, fmt.Errorf("find key %s: %w", id, err)
	}
	return row, nil
}
