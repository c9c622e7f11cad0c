package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/server"
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

	RESTPerMinute int `help:"How many requests each key can make in a minute at the REST door." default:"6000" env:"BREAKOUT_REST_PER_MINUTE"`

	TranscriptionURL   string `help:"A server that transcribes by OpenAI's API, such as https://api.openai.com; its key is read from BREAKOUT_TRANSCRIPTION_KEY." env:"BREAKOUT_TRANSCRIPTION_URL"`
	TranscriptionModel string `help:"The model that it is to use." default:"whisper-1" env:"BREAKOUT_TRANSCRIPTION_MODEL"`
}

func (f serverFlags) config(log *slog.Logger) server.Config {
	return server.Config{
		Listen: f.Listen, PublicURL: f.PublicURL, Data: f.Data, Database: f.Database, Log: log,
		Media:         server.Media{Listen: f.MediaListen, Announce: f.MediaAnnounce},
		RESTPerMinute: f.RESTPerMinute,
		Outbound:      outbound.Guard{Allow: f.AllowPrivateAddresses},
		// A flag would show the key to everybody who may list processes.
		Transcription: server.Transcription{URL: f.TranscriptionURL, Model: f.TranscriptionModel, Key: os.Getenv("BREAKOUT_TRANSCRIPTION_KEY")},
	}
}

// serveCommand runs the server.
type serveCommand struct {
	serverFlags
	InitialKey   string        `help:"The API key that a first start creates; a new one when left out." env:"BREAKOUT_INITIAL_KEY"`
	ResumeWithin time.Duration `help:"For how long after its last sign of life a meeting of a process that died is taken up again, with its bots; 0s for never." default:"10m" env:"BREAKOUT_RESUME_WITHIN"`
}

// Run runs the command.
func (c serveCommand) Run(ctx context.Context, log *slog.Logger) error {
	config := c.config(log)
	config.InitialKey, config.ResumeWithin = c.InitialKey, c.ResumeWithin
	s := server.New(config)
	if err := s.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "Serving on %s\n", s.URL())
	if s.NewKey() != "" && c.InitialKey == "" {
		fmt.Fprintf(os.Stderr, "Your API key, shown this once: %s\nThe page: %s/#key=%s\n", s.NewKey(), s.URL(), s.NewKey())
	}
	return s.Wait(ctx)
}
