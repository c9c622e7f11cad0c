package server

import (
	"cmp"
	"context"
	"os"
	"path/filepath"

	"github.com/breakoutrooms/breakout/webhook"
)

// openWebhooks begins to deliver events. It ends after bots and meetings have.
func (s *Server) openWebhooks(ctx context.Context) error {
	file := cmp.Or(s.config.Webhooks.KeyFile, filepath.Join(s.config.Data, "webhook-secrets.key"))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	key, err := webhook.LoadKey(file)
	if err != nil {
		return err
	}
	s.webhooks, err = webhook.Open(ctx, webhook.Config{
		Client: s.client, Journal: s.journal, Bell: s.bell, Outbound: s.config.Outbound,
		HTTP: s.config.Webhooks.HTTP, Key: key, Keep: s.config.Webhooks.Keep, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.metrics.registry.MustRegister(deliveries(s.webhooks.Stats)...)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- s.webhooks.Run(running) }()
	s.parts.add("stop delivering", func(context.Context) error { stop(); return <-done })
	return nil
}

// Webhooks is what delivers events, for those who count.
func (s *Server) Webhooks() *webhook.Service { return s.webhooks }
