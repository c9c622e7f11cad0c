package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/tracing"
	"go.opentelemetry.io/otel"
)

// serverFlags are the flags of a server.
type serverFlags struct {
	Listen        string   `help:"The TCP address to serve HTTP on." default:"127.0.0.1:8080" env:"BREAKOUT_LISTEN"`
	PublicURL     string   `help:"The address that clients reach the server at, where it differs from the one it listens on." env:"BREAKOUT_PUBLIC_URL"`
	Data          string   `help:"The folder of the database and the recordings." default:"breakout-data" env:"BREAKOUT_DATA" type:"path"`
	Database      string   `help:"The database, sqlite:PATH or postgres://…; a file in the data folder when left out." env:"BREAKOUT_DATABASE"`
	MediaListen   string   `help:"The UDP address that media goes over." default:"127.0.0.1:0" env:"BREAKOUT_MEDIA_LISTEN"`
	MediaAnnounce []string `help:"The IP addresses at which clients reach the media port, where they differ from its own." env:"BREAKOUT_MEDIA_ANNOUNCE"`

	AllowPrivateAddresses []netip.Prefix `help:"Networks, such as 127.0.0.0/8, that bots and webhooks may send to although they are not public." env:"BREAKOUT_ALLOW_PRIVATE_ADDRESSES"`

	RESTPerMinute  int    `help:"How many requests each key can make in a minute at the REST door." default:"6000" env:"BREAKOUT_REST_PER_MINUTE"`
	MetricsListen  string `help:"A TCP address at which metrics and health are served without a key, such as 127.0.0.1:9090; at the doors, /metrics asks for a key for admin." env:"BREAKOUT_METRICS_LISTEN"`
	MaxConnections int    `help:"How many connections are held at a time; more wait." default:"20000" env:"BREAKOUT_MAX_CONNECTIONS"`

	TranscriptionURL   string `help:"A server that transcribes by OpenAI's API, such as https://api.openai.com; its key is read from BREAKOUT_TRANSCRIPTION_KEY." env:"BREAKOUT_TRANSCRIPTION_URL"`
	TranscriptionModel string `help:"The model that it is to use." default:"whisper-1" env:"BREAKOUT_TRANSCRIPTION_MODEL"`
}

func (f serverFlags) config(log *slog.Logger) server.Config {
	return server.Config{
		Listen: f.Listen, PublicURL: f.PublicURL, Data: f.Data, Database: f.Database, Log: log,
		Media:         server.Media{Listen: f.MediaListen, Announce: f.MediaAnnounce},
		RESTPerMinute: f.RESTPerMinute,
		Outbound:      outbound.Guard{Allow: f.AllowPrivateAddresses}, MetricsListen: f.MetricsListen, MaxConnections: f.MaxConnections,
		// A flag would show the key to everybody who may list processes.
		Transcription: server.Transcription{URL: f.TranscriptionURL, Model: f.TranscriptionModel, Key: os.Getenv("BREAKOUT_TRANSCRIPTION_KEY")},
	}
}

// serveFlags are what the server can be told.
type serveFlags struct {
	serverFlags
	speedFlags
	InitialKey   string        `help:"The API key that a first start creates; a new one when left out. Give it by the environment, as flags can be seen by all users of a machine." env:"BREAKOUT_INITIAL_KEY" secret:""`
	ResumeWithin time.Duration `help:"For how long after its last sign of life a meeting of a process that died is taken up again, with its bots; 0s for never." default:"10m" env:"BREAKOUT_RESUME_WITHIN"`
}

// serveCommand runs the server.
type serveCommand struct{ serveFlags }

// Run runs the command.
func (c serveCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	config := c.config(log)
	spans, err := tracing.NewProvider(ctx, tracing.Config{Getenv: os.Getenv, HTTP: http.DefaultTransport, Version: thisBuild().Version})
	if err != nil {
		return err
	}
	if spans != nil {
		config.Traces = spans
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("spans are missing", "error", err) }))
		defer func() { err = errors.Join(err, spans.Shutdown(context.WithoutCancel(ctx))) }()
	}
	config.InitialKey, config.ResumeWithin, config.Scenarios = c.InitialKey, c.ResumeWithin, scenario.NewPlayhouse(report.Tell)
	if c.Time != "wall" {
		return c.inBubble(ctx, config)
	}
	return c.serve(ctx, config, func() {})
}

// serve serves until the context ends. The doors are open when open was called.
func (c serveCommand) serve(ctx context.Context, config server.Config, open func()) error {
	s := server.New(config)
	if err := s.Start(ctx); err != nil {
		return err
	}
	open()
	if err := c.playFirst(ctx, s, config.Log); err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	fmt.Fprintf(os.Stderr, "Serving on %s\n", s.URL())
	if s.MetricsURL() != "" {
		fmt.Fprintf(os.Stderr, "Metrics at %s\n", s.MetricsURL())
	}
	if s.NewKey() != "" && c.InitialKey == "" {
		fmt.Fprintf(os.Stderr, "Your API key, shown this once: %s\nThe page: %s/#key=%s\n", s.NewKey(), s.URL(), s.NewKey())
	}
	return s.Wait(ctx)
}
