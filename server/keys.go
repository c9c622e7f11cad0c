package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent/workspace"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/keyring"
)

// DefaultWorkspace is the name of the workspace that a first start creates.
const DefaultWorkspace = "default"

// KeySpec says which key to make.
type KeySpec struct {
	// Workspace is the name of the workspace whose doors it opens; it is made if there
	// is none of that name.
	Workspace string
	// Name says what it is for.
	Name string
	// Scopes are what it allows. Defaults to everything.
	Scopes access.Scopes
	// Lifetime is for how long it opens. Defaults to for ever.
	Lifetime time.Duration
}

// ensureKey gives a fresh database the default workspace and a key, and returns
// the key; it returns nothing when there is that workspace already.
func (s *Server) ensureKey(ctx context.Context) (string, error) {
	exists, err := s.client.Workspace.Query().Where(workspace.Name(DefaultWorkspace)).Exist(access.AsSystem(ctx))
	if err != nil {
		return "", fmt.Errorf("look for workspace %q: %w", DefaultWorkspace, err)
	}
	if exists {
		return "", nil
	}
	key := s.config.InitialKey
	if key == "" {
		key = access.NewKey()
	}
	if len(key) < access.MinKeyLength {
		return "", fmt.Errorf("the initial key has %d characters; give one of at least %d, or leave it out to have one made", len(key), access.MinKeyLength)
	}
	owner, err := s.keys.Workspace(ctx, DefaultWorkspace)
	if err != nil {
		return "", err
	}
	_, err = s.keys.Keep(ctx, key, keyring.Spec{Workspace: owner, Name: "initial", Scopes: access.Everything})
	return key, err
}

// IssueKey makes a key that allows everything in a workspace, which is made if there
// is none of that name. A lifetime of 0 is for ever.
func (s *Server) IssueKey(ctx context.Context, workspaceName, name string, lifetime time.Duration) (string, error) {
	return s.MakeKey(ctx, KeySpec{Workspace: workspaceName, Name: name, Lifetime: lifetime})
}

// MakeKey makes a key. It is told this once.
func (s *Server) MakeKey(ctx context.Context, spec KeySpec) (string, error) {
	return spec.issue(ctx, s.keys)
}

func (spec KeySpec) issue(ctx context.Context, keys *keyring.Keyring) (string, error) {
	if spec.Scopes == 0 {
		spec.Scopes = access.Everything
	}
	owner, err := keys.Workspace(ctx, spec.Workspace)
	if err != nil {
		return "", err
	}
	key, _, err := keys.Issue(ctx, keyring.Spec{Workspace: owner, Name: spec.Name, Scopes: spec.Scopes, Lifetime: spec.Lifetime})
	return key, err
}

// WithKeys opens the database of a server, which may be running, for work on its keys.
func WithKeys(ctx context.Context, config Config, work func(*keyring.Keyring) error) (err error) {
	s := New(config)
	if s.client, err = journal.OpenDatabase(ctx, s.config.Database); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.client.Close()) }()
	return work(keyring.New(s.client))
}

// CreateKey makes a key in the database of a server, which may be running.
func CreateKey(ctx context.Context, config Config, spec KeySpec) (key string, err error) {
	err = WithKeys(ctx, config, func(keys *keyring.Keyring) error {
		key, err = spec.issue(ctx, keys)
		return err
	})
	return key, err
}

// isNoViewer says that nobody is named as asking.
func isNoViewer(err error) bool { return errors.Is(err, access.ErrNoViewer) }

// identified names the viewer of a request that shows a valid key. Doors refuse
// requests without one.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "Bearer") { // RFC 9110, section 11.1
			if viewer, err := s.keys.Viewer(r.Context(), strings.TrimSpace(key)); err == nil {
				r = r.WithContext(access.With(r.Context(), viewer))
			} else if !errors.Is(err, access.ErrBadKey) {
				s.log.ErrorContext(r.Context(), "a key could not be looked up", "error", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
