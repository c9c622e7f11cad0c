package server

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/keyring"
)

// openScenarios makes what plays scenarios. Runs end before meetings and bots do.
func (s *Server) openScenarios() {
	if s.config.Scenarios != nil {
		s.scenarios = s.config.Scenarios(s)
		s.parts.add("end the scenarios", s.scenarios.Close)
	}
}

// reports serves the pages of runs to whoever has their addresses.
func (s *Server) reports(links access.Links) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := links.Check(r.URL); err != nil {
			http.Error(w, "The address of the report is not valid or has expired; ask for reportUrl of the run again.", http.StatusForbidden)
			return
		}
		var page []byte
		var err error
		if s.scenarios != nil {
			page, err = s.scenarios.Page(r.PathValue("run"))
		}
		switch {
		case err != nil:
			s.log.ErrorContext(r.Context(), "a report can't be read", "run", r.PathValue("run"), "error", err)
			http.Error(w, "The report can't be read. The failure was logged; tell whoever runs the server.", http.StatusInternalServerError)
		case page == nil:
			http.Error(w, "There is no such report: the server forgets runs when it ends, and keeps the last 100.", http.StatusNotFound)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(page) //nolint:gosec // html/template wrote it, and it has nobody's origin; who has gone reads no more
		}
	})
}

// LendKey makes a key that allows everything in a workspace, of which the id is given,
// until it is given back or its lifetime is over.
func (s *Server) LendKey(ctx context.Context, workspace, name string, lifetime time.Duration) (key string, giveBack func(context.Context) error, err error) {
	keys := s.keys
	key, row, err := keys.Issue(access.AsSystem(ctx), keyring.Spec{Workspace: workspace, Name: name, Scopes: access.Everything, Lifetime: lifetime})
	if err != nil {
		return "", nil, err
	}
	return key, func(ctx context.Context) error {
		_, err := keys.Revoke(access.AsSystem(ctx), workspace, row.ID)
		return err
	}, nil
}

// InVirtualTime says whether the server goes by a clock of its own.
func (s *Server) InVirtualTime() bool { return s.config.Clock != nil }

// DialDoors connects to the server's doors from inside of the process.
func (s *Server) DialDoors(ctx context.Context, _, _ string) (net.Conn, error) {
	if inMemory, ok := s.listener.(interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	}); ok {
		return inMemory.DialContext(ctx, "", "")
	}
	at := s.listener.Addr()
	return new(net.Dialer).DialContext(ctx, at.Network(), at.String())
}

// Scenarios is what plays scenarios on the server; nil when nothing does.
func (s *Server) Scenarios() view.Scenarios { return s.scenarios }

// Workspace is the id of a workspace, which is made if there is none of that name.
func (s *Server) Workspace(ctx context.Context, name string) (string, error) {
	return s.keys.Workspace(ctx, name)
}
