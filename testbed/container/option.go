package container

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/breakoutrooms/breakout/testbed/sink"
	"github.com/testcontainers/testcontainers-go"
)

// sinkHost is what a container calls the machine that the test runs on.
const sinkHost = "host.testcontainers.internal"

// private are the networks in which that machine can be for a container.
const private = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"

// Option is a setting of ours. Those of testcontainers-go can be given beside.
type Option func(*settings)

// Customize makes it an option of testcontainers-go; what it sets, Run has looked at.
func (Option) Customize(*testcontainers.GenericContainerRequest) error { return nil }

// WithKey has the server begin with an API key of yours, of 20 characters or more.
// Defaults to one of the test's own.
func WithKey(key string) Option { return func(s *settings) { s.key = key } }

// WithAddress is the IP address at which the engine's host is reached, for the doors and
// for media, where that is not 127.0.0.1: as with an engine on another machine.
func WithAddress(address string) Option { return func(s *settings) { s.address = address } }

// WithWebhooks has the server send every event to a sink in the test's own process. The
// sink listens on a port of all addresses, and takes only what is signed with its secret.
func WithWebhooks(to *sink.Sink) Option {
	return func(s *settings) {
		s.sink = to
		s.env["BREAKOUT_ALLOW_PRIVATE_ADDRESSES"] = private
	}
}

// openSink serves the sink, if there is one.
func (c *Container) openSink() error {
	if c.settings.sink == nil {
		return nil
	}
	address, end, err := c.settings.sink.Listen("0.0.0.0:0")
	if err != nil {
		return err
	}
	at, err := netip.ParseAddrPort(address.String())
	c.endSink, c.settings.sinkPort = end, at.Port()
	return err
}

// createEndpoint has the server send to the sink.
func (c *Container) createEndpoint(ctx context.Context) error {
	if c.settings.sink == nil {
		return nil
	}
	asked, err := json.Marshal(map[string]any{
		"query": `mutation($url: String!, $secret: String!) {
		  createWebhookEndpoint(input: {url: $url, secret: $secret, ordered: true}) { userErrors { message } }
		}`,
		"variables": map[string]string{
			"url":    "http://" + net.JoinHostPort(sinkHost, strconv.Itoa(int(c.settings.sinkPort))) + "/",
			"secret": c.settings.sink.Secret(),
		},
	})
	if err != nil {
		return err
	}
	answer, err := c.post(ctx, bytes.NewReader(asked))
	if err != nil {
		return fmt.Errorf("create the webhook endpoint: %w", err)
	}
	var told struct {
		Errors []struct{ Message string }
		Data   struct {
			CreateWebhookEndpoint struct{ UserErrors []struct{ Message string } }
		}
	}
	if err := json.Unmarshal(answer, &told); err != nil || len(told.Errors)+len(told.Data.CreateWebhookEndpoint.UserErrors) > 0 {
		return fmt.Errorf("create the webhook endpoint: the server answered %s", answer)
	}
	return nil
}
