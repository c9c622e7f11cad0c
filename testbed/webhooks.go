package testbed

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed/sink"
)

// sinkURL is where a sink is that requests are handed to. No name is looked up.
const sinkURL = "https://webhooks.example/"

// Webhooks has the house send every event to a sink, as one of an application under test.
// No network is used, so that it works in virtual time too.
func Webhooks(s *sink.Sink) Option {
	return func(o *options) {
		o.sinks = append(o.sinks, s)
		o.change(func(c *server.Config) { c.Webhooks.HTTP = s })
	}
}

// send creates the endpoints of the sinks.
func (h *House) send(sinks []*sink.Sink) {
	h.t.Helper()
	for _, s := range sinks {
		var created struct{ CreateWebhookEndpoint struct{ UserErrors refused } }
		h.Do(`mutation($url: String!, $secret: String!) {
		  createWebhookEndpoint(input: {url: $url, secret: $secret, ordered: true}) { userErrors { code message } }
		}`, map[string]any{"url": sinkURL, "secret": s.Secret()}, &created)
		for _, refusal := range created.CreateWebhookEndpoint.UserErrors {
			h.t.Fatalf("createWebhookEndpoint: %s (%s)", refusal.Message, refusal.Code)
		}
	}
}

// webhookPatience is how long a webhook that must come is waited for.
const webhookPatience = 30 * time.Second

// WaitForWebhook waits until a sink was told of an event, by its type or the step of a
// bot, and fails the test after 30 s.
func (h *House) WaitForWebhook(s *sink.Sink, event string) sink.Message {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), webhookPatience)
	defer cancel()
	messages, err := s.Wait(ctx, event, 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return messages[0]
}
