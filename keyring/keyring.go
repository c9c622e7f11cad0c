// Package keyring owns the API keys: it issues, recognises, rotates and revokes them.
// Of a key itself nothing is stored but a hash.
package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/audit"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/workspace"
	"github.com/breakoutrooms/breakout/meeting"
)

// The codes with which orders about keys are refused.
const (
	CodeKeyNotFound  meeting.Code = "API_KEY_NOT_FOUND"
	CodeKeyNotActive meeting.Code = "API_KEY_NOT_ACTIVE"
)

const (
	// Overlap is for how long both keys open after a rotation, unless it is told otherwise.
	Overlap = 24 * time.Hour
	// maxName bounds what a key is called, in characters.
	maxName = 100
	// maxLife bounds lifetimes and overlaps, so that a slip of units is noticed.
	maxLife = 10 * 365 * 24 * time.Hour
)

// Keyring keeps the keys of all workspaces in a database.
type Keyring struct {
	client *ent.Client
	known  known
}

// New makes a keyring over a database.
func New(client *ent.Client) *Keyring { return &Keyring{client: client} }

// Spec says which key to issue.
type Spec struct {
	// Workspace is the id of the workspace that it opens.
	Workspace string
	// Name says what it is for.
	Name   string
	Scopes access.Scopes
	// Lifetime is for how long it opens; 0 is for ever.
	Lifetime time.Duration
}

func (s Spec) problems() (problems meeting.Refusals) {
	if n := utf8.RuneCountInString(s.Name); n > maxName || strings.TrimSpace(s.Name) == "" {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "A key's name has 1 to %d characters; this one has %d.", maxName, n)...)
	}
	if s.Scopes == 0 {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"scopes"}, "A key needs scopes; choose from %s.", access.Everything)...)
	}
	return append(problems, checkLife("expiresInSeconds", s.Lifetime)...)
}

func checkLife(field string, life time.Duration) meeting.Refusals {
	if life < 0 || life > maxLife {
		return meeting.Refuse(meeting.CodeInvalid, []string{field}, "A key can last from a second to ten years, or for ever when no time is given; %s was asked for.", life)
	}
	return nil
}

// Issue makes a key. It is told this once.
func (k *Keyring) Issue(ctx context.Context, spec Spec) (key string, row *ent.APIKey, err error) {
	key = access.NewKey()
	row, err = k.Keep(ctx, key, spec)
	return key, row, err
}

// Keep makes a key that was given from outside.
func (k *Keyring) Keep(ctx context.Context, key string, spec Spec) (row *ent.APIKey, err error) {
	if problems := spec.problems(); len(problems) > 0 {
		return nil, problems
	}
	err = k.together(ctx, func(tx *ent.Tx) error {
		if row, err = write(ctx, tx, key, spec); err != nil {
			return err
		}
		return audit.Note(ctx, tx.AuditEvent, audit.Act{Workspace: spec.Workspace, Action: audit.KeyCreated, Target: row.ID, Detail: told(row)})
	})
	return row, err
}

// write writes the row of a new key.
func write(ctx context.Context, tx *ent.Tx, key string, spec Spec) (*ent.APIKey, error) {
	now := time.Now()
	var expires meeting.Instant
	if spec.Lifetime > 0 {
		expires = meeting.InstantOf(now.Add(spec.Lifetime))
	}
	row, err := tx.APIKey.Create().SetID("key_" + access.NewID()).SetWorkspaceID(spec.Workspace).SetName(spec.Name).
		SetHash(access.HashKey(key)).SetHint(access.HintOf(key)).SetScopes(spec.Scopes.String()).
		SetCreatedAt(meeting.InstantOf(now)).SetExpiresAt(expires).Save(access.AsSystem(ctx))
	if err != nil {
		return nil, fmt.Errorf("store a key: %w", err)
	}
	return row, nil
}

// told is what the audit log tells of a key.
func told(row *ent.APIKey) map[string]string {
	detail := map[string]string{"name": row.Name, "hint": row.Hint, "scopes": row.Scopes}
	if row.ExpiresAt != 0 {
		detail["expires_at"] = row.ExpiresAt.String()
	}
	return detail
}

// ended says whether a key opens nothing any more.
func ended(row *ent.APIKey) bool {
	return row.RevokedAt != 0 || row.ExpiresAt != 0 && !time.Now().Before(row.ExpiresAt.Time())
}

// Workspace finds a workspace by its name, or makes one, and returns its id.
func (k *Keyring) Workspace(ctx context.Context, name string) (string, error) {
	ctx = access.AsSystem(ctx)
	row, err := k.client.Workspace.Query().Where(workspace.Name(name)).Only(ctx)
	if ent.IsNotFound(err) {
		row, err = k.client.Workspace.Create().SetID("ws_" + access.NewID()).SetName(name).SetCreatedAt(meeting.InstantOf(time.Now())).Save(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("find or make workspace %q: %w", name, err)
	}
	return row.ID, nil
}

// together does all of something in one transaction, or nothing.
func (k *Keyring) together(ctx context.Context, do func(*ent.Tx) error) error {
	tx, err := k.client.Tx(access.AsSystem(ctx))
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
