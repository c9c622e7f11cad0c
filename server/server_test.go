package server_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/server"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// anywhere is any free port of this machine.
const anywhere = "127.0.0.1:0"

// start starts a server that ends with the test.
func start(t *testing.T, config server.Config) *server.Server {
	t.Helper()
	if config.Listen == "" {
		config.Listen = anywhere
	}
	s := server.New(config)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *server.Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// get asks for an address and returns the answer's status.
func get(t *testing.T, address string) int {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// caller calls a server with a key. It keeps no connection.
func caller(s *server.Server, key string) *client.Client {
	return &client.Client{URL: s.URL(), Key: key, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
}

// opens says whether a key opens the server's doors.
func opens(t *testing.T, s *server.Server, key string) bool {
	t.Helper()
	err := caller(s, key).Do(t.Context(), "{ meetings { nodes { id } } }", nil, nil)
	failed, refused := errors.AsType[client.Errors](err)
	if err != nil && (!refused || failed[0].Extensions.Code != "UNAUTHENTICATED") {
		t.Fatal(err)
	}
	return err == nil
}

// fails starts a server that can't start, and returns what it says. Nothing of it
// may run on.
func fails(t *testing.T, config server.Config) error {
	t.Helper()
	before := goleak.IgnoreCurrent()
	s := server.New(config)
	err := s.Start(t.Context())
	if err == nil {
		stop(t, s)
		t.Fatal("the server started")
	}
	goleak.VerifyNone(t, before)
	return err
}

func TestStoppingEndsEverything(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := server.New(server.Config{Listen: anywhere, Data: t.TempDir()})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, door := range []string{"/healthz", "/readyz", "/"} {
		if status := get(t, s.URL()+door); status != http.StatusOK {
			t.Errorf("%s answers %d", door, status)
		}
	}
	stop(t, s)
	stop(t, s) // which has nothing left to do
	goleak.VerifyNone(t, before)
	if conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://")); err == nil {
		_ = conn.Close()
		t.Error("the port is still open")
	}
}

func TestRunServesUntilItsContextEnds(t *testing.T) {
	before := goleak.IgnoreCurrent()
	listener, err := net.Listen("tcp", anywhere)
	if err != nil {
		t.Fatal(err)
	}
	s := server.New(server.Config{Listener: listener, Data: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	if status := get(t, "http://"+listener.Addr().String()+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d", status)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, before)
}

// TestADoorThatBreaksEndsTheServer takes the server's listener away.
func TestADoorThatBreaksEndsTheServer(t *testing.T) {
	listener, err := net.Listen("tcp", anywhere)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, server.Config{Listener: listener, Data: t.TempDir()})
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(t.Context()); !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), "serve HTTP") {
		t.Errorf("the server ended with %v", err)
	}
}

// TestAPortInUse gives the second server no port. Once it has one, it must work
// as if nothing had been: its owner must get to know the first key.
func TestAPortInUse(t *testing.T) {
	listener, err := net.Listen("tcp", anywhere)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address := listener.Addr().String()
	data := t.TempDir()
	err = fails(t, server.Config{Listen: address, Data: data})
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v", err)
	}
	for _, part := range []string{"listen on " + address, "choose another address with --listen"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	s := start(t, server.Config{Data: data})
	if !opens(t, s, s.NewKey()) {
		t.Errorf("the key that the server names is %q: a first start that failed has made one and told nobody", s.NewKey())
	}
}

func TestAMediaPortThatIsNotThere(t *testing.T) {
	err := fails(t, server.Config{Listen: anywhere, Data: t.TempDir(), Media: server.Media{Listen: "203.0.113.1:1"}})
	if !strings.Contains(err.Error(), "listen for media on 203.0.113.1:1") {
		t.Errorf("got %v", err)
	}
}

// TestAFolderThatCannotBeUsed must say which, and why.
func TestAFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	locked := t.TempDir()
	if err := os.Chmod(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(t.TempDir(), "breakout.db")
	if err := os.Mkdir(taken, 0o700); err != nil {
		t.Fatal(err)
	}
	elsewhere := "sqlite:" + filepath.Join(t.TempDir(), "breakout.db")
	for name, test := range map[string]struct {
		config server.Config
		names  string
		why    error
	}{
		"a file":                         {server.Config{Data: file}, file, syscall.ENOTDIR},
		"a file, with a database beside": {server.Config{Data: file, Database: elsewhere}, file, syscall.ENOTDIR},
		"below a file":                   {server.Config{Data: filepath.Join(file, "data")}, file, syscall.ENOTDIR},
		"a folder for the database":      {server.Config{Data: filepath.Dir(taken)}, taken, syscall.EISDIR},
		"a folder that is locked":        {server.Config{Data: locked}, locked, fs.ErrPermission},
		"below a folder that is locked":  {server.Config{Data: filepath.Join(locked, "data")}, locked, fs.ErrPermission},
	} {
		t.Run(name, func(t *testing.T) {
			if errors.Is(test.why, fs.ErrPermission) && os.Geteuid() == 0 {
				t.Skip("no folder is locked for the superuser")
			}
			test.config.Listen = anywhere
			err := fails(t, test.config)
			if !strings.Contains(err.Error(), test.names) || !errors.Is(err, test.why) {
				t.Errorf("got %q, which should name %s and say %q", err, test.names, test.why)
			}
		})
	}
}

func TestADatabaseThatIsNotKnown(t *testing.T) {
	for _, address := range []string{"mysql://me:secret@localhost/db", "postgres://me:secret@127.0.0.1:1/db?connect_timeout=1"} {
		err := fails(t, server.Config{Listen: anywhere, Data: t.TempDir(), Database: address})
		if text := err.Error(); strings.Contains(text, "secret") || !strings.Contains(text, strings.ReplaceAll(address, "secret", "xxxxx")) {
			t.Errorf("got %q", text)
		}
	}
}

func TestThePublicAddress(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir(), PublicURL: "https://rooms.example.org"})
	if s.URL() != "https://rooms.example.org" {
		t.Errorf("the address is %s", s.URL())
	}
}
