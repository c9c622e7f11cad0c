package keyring_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/keyring"
	"github.com/breakoutrooms/breakout/meeting"
)

// inWorkspace runs a test in virtual time, with two keyrings over one database, as
// two processes have them.
func inWorkspace(t *testing.T, test func(t *testing.T, here, elsewhere *keyring.Keyring, workspace string)) {
	synctest.Test(t, func(t *testing.T) {
		address := "sqlite:" + filepath.Join(t.TempDir(), "breakout.db")
		open := func() *keyring.Keyring {
			database, err := journal.OpenDatabase(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := database.Close(); err != nil {
					t.Error(err)
				}
			})
			return keyring.New(database)
		}
		here, elsewhere := open(), open()
		workspace, err := here.Workspace(t.Context(), "one")
		if err != nil {
			t.Fatal(err)
		}
		test(t, here, elsewhere, workspace)
	})
}

func opens(t *testing.T, k *keyring.Keyring, key string) bool {
	t.Helper()
	viewer, err := k.Viewer(t.Context(), key)
	if err == nil {
		err = k.Check(t.Context(), viewer)
	}
	if err != nil && !errors.Is(err, access.ErrBadKey) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAKeyOpensUntilItIsRevoked(t *testing.T) {
	inWorkspace(t, func(t *testing.T, here, elsewhere *keyring.Keyring, workspace string) {
		key, row, err := here.Issue(t.Context(), keyring.Spec{Workspace: workspace, Name: "one", Scopes: access.Everything})
		if err != nil {
			t.Fatal(err)
		}
		if !opens(t, here, key) || !opens(t, elsewhere, key) || opens(t, here, key+"x") || opens(t, here, "") {
			t.Error("a new key does not open, or another does")
		}
		if _, err := here.Revoke(t.Context(), workspace, row.ID); err != nil {
			t.Fatal(err)
		}
		if opens(t, here, key) {
			t.Error("a key opens on where it was revoked")
		}
		time.Sleep(time.Second)
		if opens(t, elsewhere, key) {
			t.Error("a key opens on elsewhere, a second after it was revoked")
		}
	})
}

func TestARotatedKeyOpensForTheOverlap(t *testing.T) {
	inWorkspace(t, func(t *testing.T, here, _ *keyring.Keyring, workspace string) {
		old, row, err := here.Issue(t.Context(), keyring.Spec{Workspace: workspace, Name: "one", Scopes: access.ScopesOf(access.ScopeControl)})
		if err != nil {
			t.Fatal(err)
		}
		key, next, err := here.Rotate(t.Context(), workspace, row.ID, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		viewer, err := here.Viewer(t.Context(), key)
		if err != nil || viewer.Key != next.ID || viewer.Scopes != access.ScopesOf(access.ScopeControl) {
			t.Errorf("the new key is %+v, %v", viewer, err)
		}
		time.Sleep(time.Hour - time.Millisecond)
		if !opens(t, here, old) {
			t.Error("the old key ended before its time")
		}
		time.Sleep(time.Millisecond)
		if opens(t, here, old) || !opens(t, here, key) {
			t.Error("after the overlap the old key opens, or the new one does not")
		}
		var refused meeting.Refusals
		if _, _, err := here.Rotate(t.Context(), workspace, row.ID, time.Hour); !errors.As(err, &refused) || !refused.Has(keyring.CodeKeyNotActive) {
			t.Errorf("a key was rotated twice: %v", err)
		}
	})
}

func TestKeysOfOtherWorkspacesDoNotExist(t *testing.T) {
	inWorkspace(t, func(t *testing.T, here, _ *keyring.Keyring, workspace string) {
		_, row, err := here.Issue(t.Context(), keyring.Spec{Workspace: workspace, Name: "one", Scopes: access.Everything})
		if err != nil {
			t.Fatal(err)
		}
		other, err := here.Workspace(context.Background(), "other")
		if err != nil {
			t.Fatal(err)
		}
		var refused meeting.Refusals
		if _, err := here.Revoke(t.Context(), other, row.ID); !errors.As(err, &refused) || !refused.Has(keyring.CodeKeyNotFound) {
			t.Errorf("another workspace's key was revoked: %v", err)
		}
		if list, err := here.List(t.Context(), other); err != nil || len(list) != 0 {
			t.Errorf("another workspace lists %v, %v", list, err)
		}
	})
}
