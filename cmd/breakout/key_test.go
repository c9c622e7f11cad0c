package main_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/client"
)

// key runs a command about the keys of a folder and returns what it prints.
func key(t *testing.T, data string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, append(append([]string{"key"}, args...), "--data", data)...).CombinedOutput()
	if err != nil {
		t.Fatalf("key %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestKeysAreManagedFromTheCommandLine does so while the server runs.
func TestKeysAreManagedFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c := serve(t, data)
	opens := func(key string) bool {
		caller := client.Client{URL: c.URL, Key: key}
		return caller.Do(t.Context(), `{ meetings { nodes { id } } }`, nil, nil) == nil
	}
	reader := key(t, data, "create", "--scopes", "read", "--name", "reader", "--expires", "1h")
	var list struct {
		Keys []struct{ ID, Name, Scopes, State string }
	}
	find := func(state string) string {
		if err := json.Unmarshal([]byte(key(t, data, "list", "--json")), &list); err != nil {
			t.Fatal(err)
		}
		for _, listed := range list.Keys {
			if listed.Name == "reader" && listed.State == state && listed.Scopes == "read" {
				return listed.ID
			}
		}
		t.Fatalf("no key is %s: %+v", state, list)
		return ""
	}
	renewed := key(t, data, "rotate", find("active"))
	if find("replaced") == find("active") || !opens(reader) || !opens(renewed) {
		t.Error("after the rotation, not both keys open the doors")
	}
	key(t, data, "revoke", find("active"))
	// The server takes a key for true for a second after it has looked it up.
	inTime(t, "the revoked key opens nothing", func() bool { return !opens(renewed) })
	if !opens(reader) {
		t.Error("not the revoked key alone opens nothing")
	}
	if shown := key(t, data, "list"); !strings.Contains(shown, "revoked") || strings.Contains(shown, reader) {
		t.Errorf("the list is\n%s", shown)
	}
	out, err := exec.Command(program, "key", "create", "--data", data, "--scopes", "all").CombinedOutput()
	if err == nil || !strings.Contains(string(out), `there is no scope "all"; choose from read control simulate admin`) {
		t.Errorf("a scope that is none: %v\n%s", err, out)
	}
}
