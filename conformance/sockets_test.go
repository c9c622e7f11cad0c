package conformance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/server"
)

// followed is a meeting with one room, whose events scripts follow.
type followed struct {
	t      *testing.T
	api    *client.Client
	id     string
	room   string
	told   chan string
	tellAt string
}

// follow makes a meeting, and a place where scripts tell how far they are.
func follow(t *testing.T, s *server.Server, key string) *followed {
	t.Helper()
	f := &followed{t: t, api: &client.Client{URL: s.URL(), Key: key}, told: make(chan string, 100)}
	var made struct {
		CreateMeeting struct{ Meeting struct{ ID string } }
		CreateRooms   struct{ Rooms []struct{ ID string } }
	}
	f.do(`mutation { createMeeting(input: {title: "Followed"}) { meeting { id } } }`, &made)
	f.id = made.CreateMeeting.Meeting.ID
	f.do(fmt.Sprintf(`mutation { createRooms(input: {meetingId: %q, names: ["Red"]}) { rooms { id } } }`, f.id), &made)
	f.room = made.CreateRooms.Rooms[0].ID
	teller := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		f.told <- strings.TrimPrefix(r.URL.Path, "/")
	}))
	t.Cleanup(teller.Close)
	f.tellAt = teller.URL
	return f
}

func (f *followed) do(query string, result any) {
	f.t.Helper()
	if err := f.api.Do(context.Background(), query, nil, result); err != nil {
		f.t.Fatal(err)
	}
}

// rename makes one event.
func (f *followed) rename(i int) {
	f.t.Helper()
	f.do(fmt.Sprintf(`mutation { renameRoom(input: {roomId: %q, name: "Room %d"}) { userErrors { code } } }`, f.room, i), nil)
}

// head is the number and the cursor of the last event.
func (f *followed) head() (cursor string) {
	f.t.Helper()
	var answer struct{ Meeting struct{ Cursor string } }
	f.do(fmt.Sprintf(`{ meeting(id: %q) { cursor } }`, f.id), &answer)
	return answer.Meeting.Cursor
}

// seen is what a script saw.
type seen struct {
	Sequences   []int
	Connections int
	Codes       []int
	Cursor      string
	GoAway      struct {
		GoAway        struct{ RetryAfterMilliseconds int }
		Subscriptions map[string]struct{ Cursor string }
	}
}

// script follows the meeting by npm's graphql-ws in the background.
func (f *followed) script(environment ...string) <-chan seen {
	result := make(chan seen, 1)
	go func() {
		defer close(result)
		printed := run(f.t, "graphql-ws-resume.mjs", append(environment,
			"BREAKOUT_URL", f.api.URL, "BREAKOUT_KEY", f.api.Key, "BREAKOUT_MEETING", f.id, "BREAKOUT_TELL", f.tellAt)...)
		var s seen
		if err := json.Unmarshal(printed, &s); err != nil {
			f.t.Errorf("%s: %v", printed, err)
			return
		}
		for i, sequence := range s.Sequences {
			if sequence != i+1 {
				f.t.Errorf("event %d came where %d was due", sequence, i+1)
				return
			}
		}
		result <- s
	}()
	return result
}

// wait returns when a script is connected.
func (f *followed) wait(result <-chan seen) {
	f.t.Helper()
	select {
	case <-f.told:
	case <-result:
		f.t.Skip("the script did not run") // it has told why
	}
}

// TestGraphQLWSCloseCodes has npm's graphql-ws name the codes.
func TestGraphQLWSCloseCodes(t *testing.T) {
	s := start(t)
	f := follow(t, s, s.NewKey())
	broken := graph.NewHandler(&graph.Resolver{Log: slog.New(slog.DiscardHandler)}, access.Doorkeeper{Viewer: func(context.Context, string) (access.Viewer, error) { panic("broken") }})
	server := httptest.NewServer(broken)
	t.Cleanup(server.Close)
	printed := run(t, "graphql-ws-codes.mjs", "BREAKOUT_URL", s.URL(), "BREAKOUT_KEY", s.NewKey(), "BREAKOUT_MEETING", f.id, "BREAKOUT_BROKEN_URL", server.URL)
	var wrong []string
	if err := json.Unmarshal(printed, &wrong); err != nil || len(wrong) > 0 {
		t.Errorf("%s (%v)", strings.Join(wrong, "\n"), err)
	}
}

// TestGraphQLWSReconnects cuts the socket three times while 200 events are written.
func TestGraphQLWSReconnects(t *testing.T) {
	s := start(t)
	f := follow(t, s, s.NewKey())
	const events = 200
	result := f.script("BREAKOUT_CUTS", "40,90,150", "BREAKOUT_UNTIL", fmt.Sprint(events), "BREAKOUT_CONNECTIONS", "4")
	f.wait(result)
	for i := range events { // some more than are waited for
		f.rename(i)
	}
	got, ok := <-result
	if ok && (len(got.Sequences) < events || got.Connections != 4 || len(got.Codes) != 3) {
		t.Errorf("%d events came over %d connections; those ended with %v", len(got.Sequences), got.Connections, got.Codes)
	}
}

// TestGraphQLWSShutdown stops the server while the meeting is followed, and starts
// another in its place: the client hears everything, where to go on and when, comes
// back by itself, and hears nothing twice.
func TestGraphQLWSShutdown(t *testing.T) {
	config := server.Config{Listen: "127.0.0.1:0", Data: t.TempDir()}
	s := server.New(config)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := follow(t, s, s.NewKey())
	result := f.script("BREAKOUT_UNTIL", "MEETING_ENDED", "BREAKOUT_CONNECTIONS", "2")
	f.wait(result)
	for i := range 100 {
		f.rename(i)
	}
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	config.Listen = strings.TrimPrefix(s.URL(), "http://")
	again := server.New(config)
	if err := again.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := again.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	got, ok := <-result
	if !ok {
		return
	}
	if got.Connections != 2 || !slices.Contains(got.Codes, 1012) || slices.Contains(got.Codes, 1000) {
		t.Errorf("there were %d connections, ended with %v", got.Connections, got.Codes)
	}
	if head := f.head(); len(got.Sequences) < 100 || got.Cursor != head {
		t.Errorf("%d events came, up to %s of %s", len(got.Sequences), got.Cursor, head)
	}
	if got.GoAway.GoAway.RetryAfterMilliseconds < 250 || len(got.GoAway.Subscriptions) != 1 {
		t.Errorf("the good-bye was %+v", got.GoAway)
	}
}
