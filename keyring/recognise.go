package keyring

import (
	"context"
	"crypto/subtle"
	"fmt"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/apikey"
	"github.com/breakoutrooms/breakout/gen/ent/predicate"
)

const (
	// fresh is for how long a key is taken to be what it was: to look it up is a tenth
	// of a small request. A key that another process revokes opens for as long.
	fresh = time.Second
	// maxKnown bounds how many keys are known at a time.
	maxKnown = 1000
)

// Viewer tells who shows a key, or [access.ErrBadKey].
func (k *Keyring) Viewer(ctx context.Context, key string) (access.Viewer, error) {
	if key == "" {
		return access.Viewer{}, access.ErrBadKey
	}
	hash := access.HashKey(key)
	row, err := k.row(ctx, hash, apikey.Hash(hash))
	switch {
	case err != nil:
		return access.Viewer{}, err
	case subtle.ConstantTimeCompare([]byte(row.Hash), []byte(hash)) != 1:
		return access.Viewer{}, access.ErrBadKey
	}
	scopes, err := access.ParseScopes(row.Scopes)
	if err != nil {
		return access.Viewer{}, fmt.Errorf("read the scopes of key %s: %w", row.ID, err)
	}
	return access.Viewer{Workspace: row.WorkspaceID, Key: row.ID, Hint: row.Hint, Scopes: scopes, Expires: row.ExpiresAt.Time()}, nil
}

// Check says whether the key that a viewer has shown opens on: nil, or
// [access.ErrBadKey]. What lasts longer than a request asks now and then.
func (k *Keyring) Check(ctx context.Context, viewer access.Viewer) error {
	if viewer.Key == "" { // nobody had to show one
		return nil
	}
	_, err := k.row(ctx, viewer.Key, apikey.ID(viewer.Key))
	return err
}

// row finds the row of a key that has not ended, or [access.ErrBadKey].
func (k *Keyring) row(ctx context.Context, name string, which predicate.APIKey) (*ent.APIKey, error) {
	row, since := k.known.get(name)
	if row == nil {
		found, err := k.client.APIKey.Query().Where(which).Only(access.AsSystem(ctx))
		switch {
		case ent.IsNotFound(err):
			return nil, access.ErrBadKey
		case err != nil:
			return nil, fmt.Errorf("look up a key: %w", err)
		}
		row = found
		k.known.put(name, row, since)
	}
	if ended(row) {
		return nil, access.ErrBadKey
	}
	return row, nil
}

// known are the keys that were looked up a moment ago.
type known struct {
	mu   sync.Mutex
	rows map[string]lookedUp
	// changes counts how often keys were changed, so that what was read before a
	// change is not kept after it.
	changes int
}

type lookedUp struct {
	row *ent.APIKey
	at  time.Time
}

// get gives a row that is fresh, or nothing and what to say to put.
func (k *known) get(name string) (row *ent.APIKey, changes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if found, ok := k.rows[name]; ok && time.Since(found.at) < fresh {
		return found.row, k.changes
	}
	return nil, k.changes
}

// put keeps a row, unless keys have changed since it was asked for.
func (k *known) put(name string, row *ent.APIKey, changes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes != changes {
		return
	}
	if k.rows == nil || len(k.rows) >= maxKnown {
		k.rows = make(map[string]lookedUp)
	}
	k.rows[name] = lookedUp{row, time.Now()}
}

// forget has all keys looked up anew.
func (k *known) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	k.rows = nil
}
