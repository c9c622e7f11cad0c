package scenario

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/server"
	"github.com/pion/logging"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
)

// HouseConfig says how a house runs.
type HouseConfig struct {
	// Virtual lets the house do without sockets, as it must in a bubble of
	// virtual time.
	Virtual bool
	// Data is the folder of the database and the recordings.
	Data string
	// Seed makes ids and everything that is left to chance.
	Seed uint64
	// Log defaults to no log.
	Log *slog.Logger
	// Change changes how the server runs, in what has no field here.
	Change func(*server.Config)
}

// House is a server of its own, with a client: what scenarios are played on
// and what tests talk to.
type House struct {
	Server *server.Server
	Client *client.Client

	virtual bool
	relay   *Relay
}

// StartHouse starts a house.
func StartHouse(ctx context.Context, c HouseConfig) (*House, error) {
	config := server.Config{Listen: "127.0.0.1:0", Data: c.Data, Seed: c.Seed, Log: c.Log}
	calls := &http.Transport{}
	if c.Virtual {
		media, err := VirtualMedia()
		if err != nil {
			return nil, err
		}
		listener := newPipe()
		config.Listener, calls.DialContext, config.Media = listener, listener.DialContext, media
	}
	if c.Change != nil {
		c.Change(&config)
	}
	var relay *Relay
	if c.Virtual {
		relay = &Relay{Next: config.Webhooks.HTTP}
		config.Webhooks.HTTP = relay
	}
	s := server.New(config)
	if err := s.Start(ctx); err != nil {
		return nil, fmt.Errorf("start the house: %w", err)
	}
	key, err := s.IssueKey(ctx, server.DefaultWorkspace, "house", 0)
	if err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	address := s.URL()
	if config.PublicURL != "" { // which others may reach it at, and this process not
		address, calls.DialContext = "http://doors", s.DialDoors
	}
	return &House{Server: s, Client: &client.Client{URL: address, Key: key, HTTP: &http.Client{Transport: calls}}, virtual: c.Virtual, relay: relay}, nil
}

// Stage is the house as a place to play scenarios.
func (h *House) Stage() Stage {
	return Stage{Simulator: h.Server.Simulator(), Client: h.Client, Recordings: h.Server.RecordingsFolder(), Virtual: h.virtual, Relay: h.relay}
}

// Stop ends the house and returns when nothing of it runs any more.
func (h *House) Stop(ctx context.Context) error {
	h.Client.HTTP.CloseIdleConnections()
	return h.Server.Stop(ctx)
}

// VirtualMedia is how the simulator of a server in a bubble reaches its seats: in
// memory.
func VirtualMedia() (server.Media, error) {
	network, err := virtualNetwork()
	if err != nil {
		return server.Media{}, fmt.Errorf("make the virtual network: %w", err)
	}
	return server.Media{Listen: "127.0.0.1:4000", Net: network, Delay: delay}, nil
}

// virtualNetwork is a network in memory. All seats are on one host of it and
// meet on its loopback, which loses nothing.
func virtualNetwork() (transport.Net, error) {
	router, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "10.0.0.0/8", LoggerFactory: logging.NewDefaultLoggerFactory()})
	if err != nil {
		return nil, err
	}
	network, err := vnet.NewNet(&vnet.NetConfig{})
	if err != nil {
		return nil, err
	}
	return network, router.AddNet(network)
}

// The delay of signals in virtual time, which is another one for each seat.
const (
	leastDelay = 4 * time.Millisecond
	delayStep  = 131 * time.Microsecond
)

// delay is how long signals take to a seat: what seats do in answer to the same
// signal comes at different moments, and so always in the same order.
func delay(who meeting.ParticipantID) time.Duration {
	return leastDelay + time.Duration(who/100)*delayStep
}
