package server_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/server"
)

const given = "a-key-that-was-given-from-outside"

func TestTheFirstStartMakesAKey(t *testing.T) {
	config := server.Config{Data: t.TempDir()}
	s := start(t, config)
	key := s.NewKey()
	if !strings.HasPrefix(key, access.KeyPrefix) || !opens(t, s, key) || opens(t, s, key[:len(key)-1]) {
		t.Errorf("the first key is %q", key)
	}
	stop(t, s)
	again := start(t, config)
	if again.NewKey() != "" || !opens(t, again, key) {
		t.Errorf("the second start made the key %q", again.NewKey())
	}
}

func TestTheFirstKeyCanBeGiven(t *testing.T) {
	config := server.Config{Data: t.TempDir(), InitialKey: given}
	s := start(t, config)
	if s.NewKey() != given || !opens(t, s, given) {
		t.Errorf("the first key is %q", s.NewKey())
	}
	stop(t, s)
	config.InitialKey = "another-key-that-comes-too-late"
	again := start(t, config)
	if again.NewKey() != "" || !opens(t, again, given) || opens(t, again, config.InitialKey) {
		t.Errorf("a later start made the key %q", again.NewKey())
	}
}

// TestAFirstKeyThatIsTooShort is refused, and leaves the folder as new.
func TestAFirstKeyThatIsTooShort(t *testing.T) {
	config := server.Config{Listen: anywhere, Data: t.TempDir(), InitialKey: strings.Repeat("k", access.MinKeyLength-1)}
	err := fails(t, config)
	if text := err.Error(); !strings.Contains(text, "19 characters") || !strings.Contains(text, "at least 20") || strings.Contains(text, config.InitialKey) {
		t.Errorf("got %q", text)
	}
	config.InitialKey = given
	if s := start(t, config); !opens(t, s, given) {
		t.Error("a key that is long enough opens nothing")
	}
}

// TestKeysCanBeMadeWhileTheServerRuns makes one from another process's side, and
// one for another workspace.
func TestKeysCanBeMadeWhileTheServerRuns(t *testing.T) {
	config := server.Config{Data: t.TempDir()}
	s := start(t, config)
	first, err := server.CreateKey(t.Context(), config, server.KeySpec{Workspace: server.DefaultWorkspace, Name: "first"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := server.CreateKey(t.Context(), config, server.KeySpec{Workspace: server.DefaultWorkspace, Name: "first"}) // names may repeat
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := s.IssueKey(t.Context(), "other", "other", 0)
	if err != nil {
		t.Fatal(err)
	}
	if !opens(t, s, first) || !opens(t, s, second) || !opens(t, s, foreign) || first == second {
		t.Error("a key that was made opens nothing")
	}
	var created struct {
		CreateMeeting struct{ Meeting struct{ ID string } }
	}
	if err := caller(s, first).Do(t.Context(), `mutation { createMeeting(input: {title: "Ours"}) { meeting { id } } }`, nil, &created); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{s.NewKey(): 1, second: 1, foreign: 0} {
		var list struct {
			Meetings struct{ Nodes []struct{ ID string } }
		}
		if err := caller(s, key).Do(t.Context(), "{ meetings { nodes { id } } }", nil, &list); err != nil || len(list.Meetings.Nodes) != want {
			t.Errorf("%s… sees %d meetings, want %d (%v)", key[:8], len(list.Meetings.Nodes), want, err)
		}
	}
}

// TestAKeyCanBeMadeBeforeTheFirstStart makes the folder.
func TestAKeyCanBeMadeBeforeTheFirstStart(t *testing.T) {
	config := server.Config{Data: filepath.Join(t.TempDir(), "new", "folder")}
	key, err := server.CreateKey(t.Context(), config, server.KeySpec{Workspace: server.DefaultWorkspace, Name: "early"})
	if err != nil {
		t.Fatal(err)
	}
	if s := start(t, config); !opens(t, s, key) {
		t.Error("the key opens nothing")
	}
}

// TestKeysAreNotStored looks for them in every byte that the server has written,
// while it runs and after.
func TestKeysAreNotStored(t *testing.T) {
	config := server.Config{Data: t.TempDir(), InitialKey: given}
	s := start(t, config)
	made, err := s.IssueKey(t.Context(), "other", "made", 0)
	if err != nil {
		t.Fatal(err)
	}
	look := func(when string) {
		written := everyByte(t, config.Data)
		for _, key := range []string{given, made} {
			if bytes.Contains(written, []byte(key)) || bytes.Contains(written, []byte(strings.TrimPrefix(key, access.KeyPrefix))) {
				t.Errorf("%s, key %s… is stored as it is", when, key[:8])
			}
			if !bytes.Contains(written, []byte(access.HashKey(key))) {
				t.Errorf("%s, the hash of %s… is not stored: this test looks in the wrong place", when, key[:8])
			}
		}
	}
	if !opens(t, s, given) || !opens(t, s, made) {
		t.Error("a key opens nothing")
	}
	look("while the server runs")
	stop(t, s)
	look("after it has stopped")
}

// TestKeysFromBeforeThereWereScopes allow everything: the tables of an older release
// are brought up to date.
func TestKeysFromBeforeThereWereScopes(t *testing.T) {
	config := server.Config{Data: t.TempDir()}
	s := start(t, config)
	key := s.NewKey()
	stop(t, s)
	db, err := sql.Open("sqlite", filepath.Join(config.Data, "breakout.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"scopes", "revoked_at", "replaced_by"} {
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE api_keys DROP COLUMN "+column); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var keys struct{ APIKeys struct{ Nodes []listed } }
	if err := caller(start(t, config), key).Do(t.Context(), `{ apiKeys { nodes { state scopes } } }`, nil, &keys); err != nil {
		t.Fatal(err)
	}
	if old := keys.APIKeys.Nodes[0]; len(old.Scopes) != len(access.AllScopes) || old.State != "ACTIVE" {
		t.Errorf("an old key is %+v", old)
	}
}

// everyByte is all that is in the files of a folder.
func everyByte(t *testing.T, folder string) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
