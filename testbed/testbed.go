// Package testbed runs the whole product inside a test: a server, its bots and
// simulated meetings with people who speak over real WebRTC. In virtual time an
// hour of meeting takes seconds.
//
// Only tests import it.
package testbed

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed/sink"
)

// House is a server of the test's own.
type House struct {
	// URL is the server's address. In virtual time it can be called with Client
	// alone.
	URL string
	// Key is an API key of the server.
	Key string
	// Client calls the server.
	Client *client.Client

	t     testing.TB
	house *scenario.House
	seed  uint64
}

// Option changes how a house runs.
type Option func(*options)

// options are how a house runs.
type options struct {
	scenario.HouseConfig
	sinks []*sink.Sink
}

// change changes how the server runs, beside what others change.
func (o *options) change(change func(*server.Config)) {
	before := o.Change
	o.Change = func(c *server.Config) {
		if before != nil {
			before(c)
		}
		change(c)
	}
}

// VirtualTime runs the house in the virtual time of the bubble that the test is
// in: call Start inside [synctest.Test].
func VirtualTime() Option {
	return func(o *options) { o.Virtual = true }
}

// Seed makes ids and everything that is left to chance: equal seeds make equal
// runs. Defaults to 1.
func Seed(seed uint64) Option {
	return func(o *options) { o.Seed = seed }
}

// Change changes how the server of the house runs.
func Change(change func(*server.Config)) Option {
	return func(o *options) { o.change(change) }
}

// Log has the house log to the test from a level on. Defaults to slog.LevelWarn.
func Log(t testing.TB, level slog.Level) Option {
	return func(o *options) {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
	}
}

// Start starts a house, which ends with the test.
func Start(t testing.TB, change ...Option) *House {
	t.Helper()
	config := options{HouseConfig: scenario.HouseConfig{Data: t.TempDir(), Seed: 1}}
	Log(t, slog.LevelWarn)(&config)
	for _, option := range change {
		option(&config)
	}
	if config.Virtual && !inBubble() {
		t.Fatal("testbed.VirtualTime needs a bubble: call testbed.Start inside synctest.Test")
	}
	house, err := scenario.StartHouse(context.Background(), config.HouseConfig)
	if err != nil {
		t.Fatalf("start the house: %v", err)
	}
	t.Cleanup(func() {
		if err := house.Stop(context.Background()); err != nil {
			t.Errorf("stop the house: %v", err)
		}
	})
	h := &House{URL: house.Client.URL, Key: house.Client.Key, Client: house.Client, t: t, house: house, seed: config.Seed}
	h.send(config.sinks)
	return h
}

// inBubble says whether the caller is in a bubble of virtual time.
func inBubble() (is bool) {
	defer func() { is = recover() == nil }()
	synctest.Wait()
	return true
}

// Workspace is the house as another workspace sees it, by a key of its own.
func (h *House) Workspace(name string) *House {
	h.t.Helper()
	key, err := h.house.Server.IssueKey(context.Background(), name, "testbed", 0)
	if err != nil {
		h.t.Fatalf("make a key of workspace %s: %v", name, err)
	}
	other := *h
	other.Key, other.Client = key, &client.Client{URL: h.URL, Key: key, HTTP: h.Client.HTTP}
	return &other
}

// Do runs a query or a mutation and reads its data into result. The test fails
// when the answer has errors.
func (h *House) Do(query string, variables map[string]any, result any) {
	h.t.Helper()
	if err := h.Client.Do(context.Background(), query, variables, result); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
}
