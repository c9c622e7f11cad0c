// Package server wires the whole product into one process: a database,
// a simulator, the fleet of bots, and the doors over HTTP.
package server

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	randv2 "math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/keyring"
	"github.com/breakoutrooms/breakout/logs"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/transcription"
	"github.com/breakoutrooms/breakout/webhook"
	"github.com/pion/transport/v4"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// DefaultListen is where the server listens unless it is told otherwise: on
// this machine only.
const DefaultListen = "127.0.0.1:8080"

// DefaultData is the folder of everything that is kept.
const DefaultData = "breakout-data"

// stopWithin bounds how long stopping may take.
const stopWithin = 4 * time.Second

// defaultConnections is how many connections the doors hold at a time.
const defaultConnections = 20_000

// Config says how a server runs. The zero value is a server on this machine
// that keeps everything in ./breakout-data.
type Config struct {
	// Listen is the TCP address of the doors over HTTP. Defaults to 127.0.0.1:8080.
	Listen string
	// Listener is used instead of Listen when it is given.
	Listener net.Listener
	// PublicURL is the address that clients reach the server at. Defaults to
	// http:// and the address that it listens on.
	PublicURL string
	// Data is the folder of the database and the recordings. Defaults to
	// breakout-data.
	Data string
	// Database is sqlite:PATH or postgres://…. Defaults to a file in Data.
	Database string
	// InitialKey is the API key that a first start creates. Defaults to a new one.
	InitialKey string
	// Media says how the simulator reaches its seats.
	Media Media
	// ResumeWithin is for how long after its last sign of life a meeting of a process
	// that died is taken up again, with its bots. Defaults to 0: it is over.
	ResumeWithin time.Duration
	// Transcription says which server transcribes what bots hear. Defaults to none.
	Transcription Transcription
	// Outbound guards connections to addresses that callers of the API name. Defaults
	// to public addresses alone.
	Outbound outbound.Guard
	// RESTPerMinute is how many requests a key can make in a minute at the REST door.
	// Defaults to [recall.DefaultPerMinute].
	RESTPerMinute int
	// Webhooks says how events are delivered to others' servers.
	Webhooks Webhooks
	// MetricsListen is a TCP address at which metrics and health are served to whoever
	// reaches it. Defaults to none; the doors serve metrics to keys for admin.
	MetricsListen string
	// MaxConnections is how many connections the doors hold at a time; more wait.
	// Defaults to 20,000.
	MaxConnections int
	// Clock is the meeting clock, where the server runs in a bubble of virtual time.
	// Defaults to that of the world.
	Clock *bubble.Clock
	// Scenarios makes what plays scenarios for those who ask by the API. Defaults to
	// none: the server plays none.
	Scenarios func(*Server) view.Scenarios
	// Traces takes the spans of requests. Defaults to none.
	Traces trace.TracerProvider
	// Seed makes ids and the guests' pauses. Equal seeds make equal runs, and so
	// must have folders of their own; 0, the default, makes each run its own.
	Seed uint64
	// Log defaults to no log.
	Log *slog.Logger
}

// Media says how the simulator reaches its seats: see [simulator.Config].
type Media struct {
	Listen   string
	Announce []string
	Net      transport.Net
	Delay    func(meeting.ParticipantID) time.Duration
}

// Webhooks says how events are delivered to others' servers: see [webhook.Config].
type Webhooks struct {
	// HTTP makes the requests. Defaults to what Outbound connects.
	HTTP http.RoundTripper
	// KeyFile holds the key that secrets are encrypted with, 32 bytes; it is made if
	// there is none. Defaults to webhook-secrets.key in Data.
	KeyFile string
	// Keep is for how long deliveries are kept after their end. Defaults to 30 days.
	Keep time.Duration
}

// Transcription says which server transcribes what bots hear: see
// [transcription.Config].
type Transcription struct {
	// URL is where OpenAI's API for audio is spoken; without one, nothing is
	// transcribed.
	URL string
	// Model defaults to whisper-1.
	Model string
	// Key is sent as a bearer token, unless it is empty.
	Key string
	// HTTP makes the requests. Defaults to a transport of its own.
	HTTP http.RoundTripper
}

// Server is one process of the product.
type Server struct {
	config Config
	log    *slog.Logger
	parts  parts

	client    *ent.Client
	keys      *keyring.Keyring
	bell      *journal.Bell
	journal   *journal.Journal
	store     *recording.Store
	simulator *simulator.Simulator
	fleet     *fleet.Fleet
	webhooks  *webhook.Service
	http      *http.Server
	api       *graph.Handler
	scenarios view.Scenarios
	listener  net.Listener
	newKey    string
	baseURL   string

	metrics    *metrics
	metricsURL string
	// stopping says that nobody new should come.
	stopping atomic.Bool

	// endRequests ends the context of every request and subscription.
	endRequests context.CancelFunc
	serving     sync.WaitGroup
	failed      chan error
	stop        sync.Once
}

// New makes a server. It runs from Start on.
func New(config Config) *Server {
	if config.Listen == "" {
		config.Listen = DefaultListen
	}
	if config.Data == "" {
		config.Data = DefaultData
	}
	if config.Database == "" {
		config.Database = "sqlite:" + filepath.Join(config.Data, "breakout.db")
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.MaxConnections <= 0 {
		config.MaxConnections = defaultConnections
	}
	if config.Traces == nil {
		config.Traces = noop.NewTracerProvider()
	}
	config.Log = slog.New(logs.NewHandler(config.Log.Handler(), config.InitialKey, config.Transcription.Key))
	return &Server{config: config, log: config.Log, metrics: newMetrics(), failed: make(chan error, 1)}
}

// Run starts the server, serves until the context ends, and stops it.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Start(ctx); err != nil {
		return err
	}
	return s.Wait(ctx)
}

// Wait serves until the context ends, and stops the server.
func (s *Server) Wait(ctx context.Context) error {
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-s.failed:
	}
	return errors.Join(failed, s.Stop(context.WithoutCancel(ctx)))
}

// Start returns when the server serves. What it has opened when it fails, it
// closes.
func (s *Server) Start(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if err := s.openStorage(ctx); err != nil {
		return err
	}
	// The doors open last, and close when bots and meetings have ended.
	s.parts.add("close the doors", s.closeDoors)
	if err := s.openWebhooks(ctx); err != nil {
		return err
	}
	if err := s.openFleet(ctx); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	// A start that fails makes no key: nobody would be told of it.
	if s.newKey, err = s.ensureKey(ctx); err != nil {
		return err
	}
	if err := s.openMetrics(); err != nil {
		return err
	}
	return s.openDoors(ctx)
}

// openStorage opens what the server remembers with.
func (s *Server) openStorage(ctx context.Context) (err error) {
	if s.client, err = journal.OpenDatabase(ctx, s.config.Database); err != nil {
		return err
	}
	s.keys = keyring.New(s.client)
	s.parts.add("close the database", func(context.Context) error { return s.client.Close() })
	s.bell = journal.NewBell()
	s.journal = journal.New(s.client, s.bell, s.log)
	s.journal.OnCommit(s.metrics.written)
	s.metrics.registry.MustRegister(newLivingBots(s.client))
	if s.store, err = recording.OpenStore(filepath.Join(s.config.Data, "recordings")); err != nil {
		return err
	}
	s.parts.add("close the recordings", func(context.Context) error { return s.store.Close() })
	return nil
}

// openFleet starts the simulator and the bots, and sets straight what a process
// before left behind.
func (s *Server) openFleet(ctx context.Context) error {
	s.simulator = simulator.New(simulator.Config{
		Listen: s.config.Media.Listen, Announce: s.config.Media.Announce, Net: s.config.Media.Net, Delay: s.config.Media.Delay,
		Seed: s.config.Seed, Log: s.log,
		Record: func(ctx context.Context, id meeting.ID, events []meeting.Event) error {
			_, err := s.journal.Append(ctx, id, events...)
			return err
		},
	})
	if err := s.simulator.Start(); err != nil {
		return err
	}
	s.parts.add("close the simulator", s.simulator.Close)
	transcribes, err := s.transcription()
	if err != nil {
		return err
	}
	s.fleet = fleet.New(fleet.Config{
		Transcription: transcribes, Outbound: s.config.Outbound,
		Client: s.client, Journal: s.journal, Store: s.store, Random: s.random(), Log: s.log, ResumeWithin: s.config.ResumeWithin,
		Platforms: map[string]meeting.Platform{simulator.Name: s.simulator},
	})
	if err := s.fleet.Recover(ctx); err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- s.fleet.Run(running) }()
	s.parts.add("call the bots back", func(context.Context) error { stop(); return <-done })
	return nil
}

// transcription is the server that transcribes, if there is one.
func (s *Server) transcription() (*transcription.Service, error) {
	c := s.config.Transcription
	if c.URL == "" {
		return nil, nil //nolint:nilnil // bots do without
	}
	service, err := transcription.New(transcription.Config{URL: c.URL, Model: c.Model, Key: c.Key, HTTP: c.HTTP, Log: s.log})
	if err != nil {
		return nil, err
	}
	s.parts.add("let go of the server that transcribes", func(context.Context) error { service.Close(); return nil })
	return service, nil
}

// random is where ids come from: the seed, or the system.
func (s *Server) random() io.Reader {
	if s.config.Seed == 0 {
		return rand.Reader
	}
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], s.config.Seed)
	return randv2.NewChaCha8(seed)
}

// Stop ends everything in the order in which it depends on one another: bots
// finish their recordings, meetings end, what happened is written down, and the
// doors close last.
func (s *Server) Stop(ctx context.Context) error {
	var failed error
	s.stop.Do(func() {
		s.stopping.Store(true)
		ctx, cancel := context.WithTimeout(ctx, stopWithin)
		defer cancel()
		failed = s.parts.stop(ctx)
	})
	return failed
}

// URL is the address that clients reach the server at.
func (s *Server) URL() string { return s.baseURL }

// NewKey is the API key that a first start created; empty at every later start.
func (s *Server) NewKey() string { return s.newKey }

// Simulator is the server's simulator, for those who play meetings on it.
func (s *Server) Simulator() *simulator.Simulator { return s.simulator }

// RecordingsFolder is where the recordings lie.
func (s *Server) RecordingsFolder() string { return s.store.Folder() }
