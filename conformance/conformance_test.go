package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/server"
)

// required says that Node and the packages must be there, and not that a test is
// skipped without them.
const required = "BREAKOUT_TEST_CLIENTS"

// scriptTimeout bounds a script, so that one that hangs says so.
const scriptTimeout = 2 * time.Minute

// run runs a script of this folder by Node, and returns what it printed. Names and
// values of its environment follow in turn.
func run(t *testing.T, script string, environment ...string) []byte {
	t.Helper()
	missing := func(what string) {
		t.Helper()
		if os.Getenv(required) != "" {
			t.Fatalf("%s is set, but %s", required, what)
		}
		t.Skipf("%s; %s was not run", what, script)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("Node is not installed")
	}
	if _, err := os.Stat("node_modules"); errors.Is(err, fs.ErrNotExist) {
		missing("npm ci was not run in the folder conformance")
	}
	ctx, cancel := context.WithTimeout(t.Context(), scriptTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, node, script)
	command.Env = os.Environ()
	for i := 0; i+1 < len(environment); i += 2 {
		command.Env = append(command.Env, environment[i]+"="+environment[i+1])
	}
	var complaints bytes.Buffer
	command.Stderr = &complaints
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", script, err, printed, complaints.Bytes())
	}
	return printed
}

// start starts a server on loopback that ends with the test.
func start(t *testing.T) *server.Server {
	t.Helper()
	s := server.New(server.Config{Listen: "127.0.0.1:0", Data: t.TempDir()})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestGraphQLWS(t *testing.T) {
	s := start(t)
	const want = `[{"data":{"meetings":{"nodes":[]}}}]`
	if got := bytes.TrimSpace(run(t, "graphql-ws.mjs", "BREAKOUT_URL", s.URL(), "BREAKOUT_KEY", s.NewKey())); string(got) != want {
		t.Errorf("npm's graphql-ws got %s, not %s", got, want)
	}
}
