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

// defaultWorkspace is the name of the workspace that a first start creates.
const defaultWorkspace = "default"

// errBadKey says that a key opens nothing.
var errBadKey = errors.New("the API key is not valid")

// ensureKey gives a fresh database a workspace and a key, and returns the key;
// it returns nothing when there is a workspace already.
func (s *Server) ensureKey(ctx context.Context) (string, error) {
	ctx = access.AsSystem(ctx)
	if exists, err := s.client.Workspace.Query().Exist(ctx); err != nil || exists {
		return "", err
	}
	key := s.config.InitialKey
	if key == "" {
		key = access.NewKey()
	}
	if len(key) < access.MinKeyLength {
		return "", fmt.Errorf("the initial key has %d characters; give one of at least %d, or leave it out to have one made", len(key), access.MinKeyLength)
	}
	now := meeting.InstantOf(time.Now())
	err := s.client.Workspace.Create().SetID("ws_" + access.NewID()).SetName(defaultWorkspace).SetCreatedAt(now).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("create the first workspace: %w", err)
	}
	return key, storeKey(ctx, s.client, "initial", key, 0)
}

// storeKey stores the hash of a key of the first workspace. A lifetime of 0 is
// for ever.
func storeKey(ctx context.Context, client *ent.Client, name, key string, lifetime time.Duration) error {
	owner, err := client.Workspace.Query().Order(ent.Asc(workspace.FieldCreatedAt)).First(ctx)
	if err != nil {
		return fmt.Errorf("find the workspace of a key: %w", err)
	}
	now := time.Now()
	var expires meeting.Instant
	if lifetime > 0 {
		expires = meeting.InstantOf(now.Add(lifetime))
	}
	err = client.APIKey.Create().SetID("key_" + access.NewID()).SetWorkspaceID(owner.ID).SetName(name).
		SetHash(access.HashKey(key)).SetHint(access.HintOf(key)).SetCreatedAt(meeting.InstantOf(now)).SetExpiresAt(expires).Exec(ctx)
	if err != nil {
		return fmt.Errorf("store a key: %w", err)
	}
	return nil
}

// IssueKey makes a key that opens the server for a while.
func (s *Server) IssueKey(ctx context.Context, name string, lifetime time.Duration) (string, error) {
	key := access.NewKey()
	return key, storeKey(access.AsSystem(ctx), s.client, name, key, lifetime)
}

// CreateKey makes a key in the database of a server, which may be running.
func CreateKey(ctx context.Context, config Config, name string) (key string, err error) {
	s := New(config)
	if s.client, err = journal.OpenDatabase(ctx, s.config.Database); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.client.Close()) }()
	first, err := s.ensureKey(ctx)
	if err != nil || first != "" {
		return first, err
	}
	return s.IssueKey(ctx, name, 0)
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
	return access.Viewer{Workspace: row.WorkspaceID, Key: row.ID}, nil
}

// identified names the viewer of a request that shows a valid key. Doors refuse
// requests without one.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if found {
			if viewer, err := s.authenticate(r.Context(), strings.TrimSpace(key)); err == nil {
				r = r.WithContext(access.With(r.Context(), viewer))
			} else if !errors.Is(err, errBadKey) {
				s.log.Error("a key could not be looked up", "error", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
