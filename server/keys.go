package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/apikey"
	"github.com/breakoutrooms/breakout/gen/ent/workspace"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// DefaultWorkspace is the name of the workspace that a first start creates.
const DefaultWorkspace = "default"

// errBadKey says that a key opens nothing.
var errBadKey = access.ErrBadKey

// ensureKey gives a fresh database the default workspace and a key, and returns
// the key; it returns nothing when there is that workspace already.
func (s *Server) ensureKey(ctx context.Context) (string, error) {
	ctx = access.AsSystem(ctx)
	exists, err := s.client.Workspace.Query().Where(workspace.Name(DefaultWorkspace)).Exist(ctx)
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
	return key, s.storeKey(ctx, DefaultWorkspace, "initial", key, 0)
}

// IssueKey makes a key of a workspace, which is made if there is none of that
// name. A lifetime of 0 is for ever.
func (s *Server) IssueKey(ctx context.Context, workspaceName, name string, lifetime time.Duration) (string, error) {
	key := access.NewKey()
	return key, s.storeKey(access.AsSystem(ctx), workspaceName, name, key, lifetime)
}

// CreateKey makes a key in the database of a server, which may be running.
func CreateKey(ctx context.Context, config Config, workspaceName, name string) (key string, err error) {
	s := New(config)
	if s.client, err = journal.OpenDatabase(ctx, s.config.Database); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.client.Close()) }()
	return s.IssueKey(ctx, workspaceName, name, 0)
}

// storeKey stores the hash of a key.
func (s *Server) storeKey(ctx context.Context, workspaceName, name, key string, lifetime time.Duration) error {
	owner, err := s.workspace(ctx, workspaceName)
	if err != nil {
		return err
	}
	now := time.Now()
	var expires meeting.Instant
	if lifetime > 0 {
		expires = meeting.InstantOf(now.Add(lifetime))
	}
	err = s.client.APIKey.Create().SetID("key_" + access.NewID()).SetWorkspaceID(owner).SetName(name).
		SetHash(access.HashKey(key)).SetHint(access.HintOf(key)).SetCreatedAt(meeting.InstantOf(now)).SetExpiresAt(expires).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store a key: %w", err)
	}
	return nil
}

// workspace finds a workspace by its name, or makes one.
func (s *Server) workspace(ctx context.Context, name string) (string, error) {
	row, err := s.client.Workspace.Query().Where(workspace.Name(name)).Only(ctx)
	if ent.IsNotFound(err) {
		row, err = s.client.Workspace.Create().SetID("ws_" + access.NewID()).SetName(name).SetCreatedAt(meeting.InstantOf(time.Now())).Save(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("find or make workspace %q: %w", name, err)
	}
	return row.ID, nil
}

// authenticate tells who a key belongs to.
func (s *Server) authenticate(ctx context.Context, key string) (access.Viewer, error) {
	if key == "" {
		return access.Viewer{}, errBadKey
	}
	row, err := s.client.APIKey.Query().Where(apikey.Hash(access.HashKey(key))).Only(access.AsSystem(ctx))
	if ent.IsNotFound(err) {
		return access.Viewer{}, errBadKey
	}
	if err != nil {
		return access.Viewer{}, fmt.Errorf("look up a key: %w", err)
	}
	if row.ExpiresAt != 0 && time.Now().After(row.ExpiresAt.Time()) {
		return access.Viewer{}, errBadKey
	}
	viewer := access.Viewer{Workspace: row.WorkspaceID, Key: row.ID}
	if row.ExpiresAt != 0 {
		viewer.Expires = row.ExpiresAt.Time().UTC()
	}
	return viewer, nil
}

// identified names the viewer of a request that shows a valid key. Doors refuse
// requests without one.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "Bearer") { // RFC 9110, section 11.1
			if viewer, err := s.authenticate(r.Context(), strings.TrimSpace(key)); err == nil {
				r = r.WithContext(access.With(r.Context(), viewer))
			} else if !errors.Is(err, errBadKey) {
				s.log.Error("a key could not be looked up", "error", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
