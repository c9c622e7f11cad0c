package scenario

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/server"
)

// InBubbleWithDoor runs a server in virtual time, which others reach over TCP: see
// [bubble.RunWithDoor]. The function is given how the server is to run, starts it, and
// opens the gate when it serves. It listens where the server was to listen.
func InBubbleWithDoor(ctx context.Context, door bubble.Config, config server.Config, serve func(context.Context, server.Config, *bubble.Gate) error) (err error) {
	if config.MetricsListen != "" {
		return errors.New("--metrics-listen works in wall time only; metrics are served at /metrics too, to keys for admin")
	}
	if config.Listen == "" {
		config.Listen = server.DefaultListen
	}
	if door.Listener, err = net.Listen("tcp", config.Listen); err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", config.Listen, err)
	}
	if config.PublicURL == "" {
		config.PublicURL = "http://" + door.Listener.Addr().String()
	}
	return bubble.RunWithDoor(ctx, door, func(ctx context.Context, gate *bubble.Gate) (err error) {
		if config.Media, err = VirtualMedia(); err != nil {
			return err
		}
		config.Clock, config.Listener = gate.Clock, gate.Listener
		if config.Scenarios == nil {
			config.Scenarios = NewPlayhouse(nil)
		}
		config.Outbound.Lookup, config.Outbound.Dial, config.Outbound.Around = gate.Lookup, gate.DialContext, gate.Calls
		config.Transcription.HTTP = gate.Calls("the transcription", &http.Transport{DialContext: gate.DialContext, IdleConnTimeout: time.Minute})
		return serve(ctx, config, gate)
	})
}
