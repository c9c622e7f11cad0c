package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/dashboard"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/recall"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/seat/door"
	"github.com/breakoutrooms/breakout/whip"
)

const (
	// headerTimeout bounds how long a client may take to say what it wants.
	headerTimeout = 10 * time.Second
	// idleTimeout is how long a connection is kept between requests.
	idleTimeout = 2 * time.Minute
	// doorsTimeout is for good-byes, and for requests that run.
	doorsTimeout = time.Second
	// maxHeader bounds the head of a request, in bytes; a query by GET stands in it.
	maxHeader = 64 << 10
)

// listen takes the address that the doors will be at.
func (s *Server) listen() (err error) {
	if s.listener = s.config.Listener; s.listener == nil {
		if s.listener, err = net.Listen("tcp", s.config.Listen); err != nil {
			return fmt.Errorf("listen on %s: %w; choose another address with --listen", s.config.Listen, err)
		}
	}
	if s.baseURL = s.config.PublicURL; s.baseURL == "" {
		s.baseURL = "http://" + s.listener.Addr().String()
	}
	return nil
}

// openDoors begins to serve HTTP.
func (s *Server) openDoors(ctx context.Context) error {
	s.openScenarios()
	handler, err := s.routes(ctx)
	if err != nil {
		return err
	}
	// Subscriptions outlive Shutdown, which does not know of hijacked
	// connections: their context ends first.
	base, end := context.WithCancel(context.Background())
	s.endRequests = end
	s.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return base },
	}
	s.serving.Go(func() {
		if err := s.http.Serve(s.limited(s.listener)); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serve HTTP: %w", err)
		}
	})
	return nil
}

// closeDoors waits for requests that run, and cuts off those that do not end.
func (s *Server) closeDoors(ctx context.Context) error {
	switch {
	case s.listener == nil:
		return nil
	case s.http == nil: // the doors never opened
		return s.listener.Close()
	}
	defer s.serving.Wait()
	ctx, cancel := context.WithTimeout(ctx, doorsTimeout)
	defer cancel()
	s.api.Drain(ctx) // while requests are still answered
	s.endRequests()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

func (s *Server) routes(ctx context.Context) (http.Handler, error) {
	page, err := dashboard.Handler()
	if err != nil {
		return nil, err
	}
	documents, err := dashboard.Documents()
	if err != nil {
		return nil, err
	}
	key, err := s.signingKey(ctx, signsRecordings)
	if err != nil {
		return nil, err
	}
	seatKey, err := s.signingKey(ctx, signsSeats)
	if err != nil {
		return nil, err
	}
	seats := access.Links{Base: s.baseURL, Key: seatKey}
	links := recording.Links{Base: s.baseURL, Key: key}
	doorkeeper := access.Doorkeeper{Viewer: s.keys.Viewer, Check: s.keys.Check}
	s.api = graph.NewHandler(&graph.Resolver{
		Client: s.client, Fleet: s.fleet, Journal: s.journal, Links: links, Seats: seats, Webhooks: s.webhooks, Keys: s.keys, Documents: documents, Log: s.log,
		Clock: s.config.Clock, Scenarios: s.scenarios,
		Observer: graph.Observer{Subscribed: s.metrics.subscribed, HandedOver: s.metrics.handedOver},
	}, doorkeeper)
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.identified(s.api))
	mux.Handle(recall.Prefix, recall.NewHandler(recall.Config{
		Client: s.client, Fleet: s.fleet, Journal: s.journal, Links: links, Doorkeeper: doorkeeper, PerMinute: s.config.RESTPerMinute, Log: s.log,
	}))
	s.openSeats(mux, seats, doorkeeper)
	mux.Handle("GET "+recording.PathPrefix, s.store.Serve(links, s.prepare))
	// Metrics tell of all workspaces.
	mux.Handle("GET /metrics", s.identified(requireScope(access.ScopeAdmin, "/metrics", s.metricsDoor())))
	s.addHealth(mux)
	mux.Handle("GET "+graph.ReportPath+"{run}", s.reports(seats))
	mux.Handle("/", page)
	return s.guarded(http.NewCrossOriginProtection().Handler(mux)), nil
}

// openSeats serves the doors of WebRTC.
func (s *Server) openSeats(mux *http.ServeMux, links access.Links, doorkeeper access.Doorkeeper) {
	doors := whip.NewHandler(whip.Config{Client: s.client, Simulator: s.simulator, Links: links, Doorkeeper: doorkeeper, Log: s.log})
	s.parts.add("let guests and listeners go", func(context.Context) error { doors.Close(); return nil })
	seats := door.NewHandler(door.Config{Client: s.client, Simulator: s.simulator, Links: links, Doorkeeper: doorkeeper, Log: s.log})
	s.parts.add("have seats from outside given up", func(context.Context) error { seats.Close(); return nil })
	mux.Handle("GET "+seat.Path+"{meeting}", s.identified(seats))
	mux.Handle(whip.GuestPath, s.identified(doors))
	mux.Handle(whip.ListenPath, s.identified(doors))
}

// prepare sees to it that a file of a recording can be played, and logs why not.
func (s *Server) prepare(ctx context.Context, name string) error {
	err := s.fleet.Prepare(ctx, name)
	expected := errors.Is(err, recording.ErrDeleted) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fleet.ErrStopping)
	if err != nil && !expected && ctx.Err() == nil {
		s.log.Error("a file can't be made ready", "file", name, "error", err)
	}
	return err
}
