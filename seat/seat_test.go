package seat_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/meeting/meetingtest"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/seat/door"
	"github.com/breakoutrooms/breakout/simulator"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// remote is a platform whose seats are taken over the protocol: by another program, with
// pion as it comes. Meetings are held by the process that serves the door.
type remote struct {
	*simulator.Simulator
	address string
	links   access.Links
}

func (r remote) Join(ctx context.Context, request meeting.JoinRequest) (meeting.Session, error) {
	link := r.links.To(seat.Path+string(request.Meeting), url.Values{}, time.Now().Add(time.Minute))
	plain := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return seat.Client{HTTP: plain}.Join(ctx, strings.Replace(link, "http://", "ws://", 1), request)
}

// serve opens a simulator with a door.
func serve(t *testing.T) remote {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := simulator.New(simulator.Config{Log: log})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	links := access.Links{Key: []byte("a key of the test")}
	doors := door.NewHandler(door.Config{Simulator: s, Links: links, Log: log})
	mux := http.NewServeMux()
	mux.Handle("GET "+seat.Path+"{meeting}", doors)
	server := httptest.NewServer(mux)
	links.Base = server.URL
	t.Cleanup(func() {
		doors.Close()
		server.Close()
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return remote{s, server.URL, links}
}

// TestContract proves that a seat over the protocol is as good as one in the process.
func TestContract(t *testing.T) {
	meetingtest.Exercise(t, func(t *testing.T, test func(*testing.T)) { test(t) }, func(t *testing.T) meetingtest.Harness {
		r := serve(t)
		return meetingtest.Harness{Platform: r, Speak: func(t *testing.T, id meeting.ID, name string) meeting.ParticipantID {
			guest, err := r.JoinGuest(context.Background(), simulator.GuestSpec{Meeting: id, Name: name, MinPause: time.Millisecond, MaxPause: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := guest.Leave(context.Background()); err != nil {
					t.Error(err)
				}
			})
			return guest.Participant()
		}}
	})
}
