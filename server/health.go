package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"golang.org/x/net/netutil"
)

// readyWithin bounds how long the server may take to find out whether it is ready.
const readyWithin = 2 * time.Second

// addHealth adds the doors that say how the server is, which ask for no key.
func (s *Server) addHealth(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
}

// ready says why the server can't do its work, if it can't: it is stopping, or the
// database does not answer.
func (s *Server) ready(ctx context.Context) error {
	if s.stopping.Load() {
		return errors.New("The server is stopping.") //nolint:staticcheck,revive // it is the whole answer
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if _, err := s.keys.Viewer(ctx, "a key that opens nothing"); !errors.Is(err, access.ErrBadKey) {
		s.log.ErrorContext(ctx, "the database does not answer", "error", err)
		return errors.New("The database does not answer.") //nolint:staticcheck,revive // it is the whole answer
	}
	return nil
}

// limited lets so many connections in at a time; more wait.
func (s *Server) limited(listener net.Listener) net.Listener {
	return netutil.LimitListener(listener, s.config.MaxConnections)
}

// openMetrics serves metrics and health at an address of their own, to whoever
// reaches it.
func (s *Server) openMetrics() error {
	if s.config.MetricsListen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", s.config.MetricsListen)
	if err != nil {
		return fmt.Errorf("listen for metrics on %s: %w; choose another address with --metrics-listen", s.config.MetricsListen, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metricsDoor())
	s.addHealth(mux)
	door := &http.Server{
		Handler: mux, ReadHeaderTimeout: headerTimeout, ReadTimeout: readWithin, WriteTimeout: writeWithin,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	s.metricsURL = "http://" + listener.Addr().String() + "/metrics"
	done := make(chan error, 1)
	go func() { done <- door.Serve(listener) }()
	s.parts.add("close the metrics", func(ctx context.Context) error {
		err := door.Shutdown(ctx)
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
	return nil
}

// MetricsURL is where metrics are served without a key; empty when they are not.
func (s *Server) MetricsURL() string { return s.metricsURL }
