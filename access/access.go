// Package access says who is asking: API keys, and the viewer that a context
// carries down to the database's privacy rules.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// ErrBadKey says that a key opens nothing: it never did, or it does no more.
var ErrBadKey = errors.New("the API key is not valid")

// ErrNoViewer says that a context carries nobody who could be asking.
var ErrNoViewer = errors.New("nobody is named as asking")

// Viewer is who is asking. What belongs to another workspace does not exist
// for it.
type Viewer struct {
	// Workspace owns everything that the viewer can see and make.
	Workspace string
	// Key is the id of the API key that was shown, and Hint what can be shown of it.
	Key, Hint string
	// Scopes are what the key allows.
	Scopes Scopes
	// Expires is when the key ends, in UTC; zero for never. What lasts longer than a
	// request ends then.
	Expires time.Time
	// system is the product itself, which sees all workspaces.
	system bool
}

// IsSystem says whether the product itself is asking.
func (v Viewer) IsSystem() bool { return v.system }

// Doorkeeper knows the keys.
type Doorkeeper struct {
	// Viewer tells who a key belongs to; [ErrBadKey] when it opens nothing.
	Viewer func(ctx context.Context, key string) (Viewer, error)
	// Check says whether the key that a viewer has shown opens on; [ErrBadKey] when it
	// does not: what lasts longer than a request then ends. It may be nil, for keys that
	// never end.
	Check func(context.Context, Viewer) error
}

// Ended says that the key which the context's viewer has shown opens nothing any more.
// A key that can't be looked up just now has not ended.
func (d Doorkeeper) Ended(ctx context.Context) bool {
	viewer, err := From(ctx)
	return err == nil && d.Check != nil && errors.Is(d.Check(ctx, viewer), ErrBadKey)
}

type contextKey struct{}

// With returns a context in which the viewer is asking.
func With(ctx context.Context, viewer Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, viewer)
}

// AsSystem returns a context in which the product itself is asking: for work
// that no user asked for, or that a user's request was already checked for.
func AsSystem(ctx context.Context) context.Context {
	return With(ctx, Viewer{system: true})
}

// From tells who is asking, or [ErrNoViewer].
func From(ctx context.Context) (Viewer, error) {
	viewer, ok := ctx.Value(contextKey{}).(Viewer)
	if !ok {
		return Viewer{}, ErrNoViewer
	}
	return viewer, nil
}

// KeyPrefix begins every API key, so that people and secret scanners know one
// when they see it.
const KeyPrefix = "bk_"

// MinKeyLength is the least length of a key that is given from outside.
const MinKeyLength = 20

// NewKey makes an API key of 160 random bits.
func NewKey() string {
	return KeyPrefix + strings.ToLower(rand.Text()) + strings.ToLower(rand.Text()[:6])
}

// HashKey is what is stored of a key. Keys are long and random, so a plain hash
// keeps them; a slow one would only slow every request.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// HintOf is the part of a key that can be shown, to tell keys apart.
func HintOf(key string) string {
	const shown = 8
	if len(key) <= shown {
		return ""
	}
	return key[:shown] + "…"
}

// NewID makes the random part of an id.
func NewID() string { return strings.ToLower(rand.Text()[:16]) }
