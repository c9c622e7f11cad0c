package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/coder/websocket"
)

// errLookup is what the key "broken" fails with.
var errLookup = errors.New("the database is away")

// testLog keeps quiet.
var testLog = slog.New(slog.DiscardHandler)

// viewers are who the keys of these tests belong to.
var viewers = map[string]access.Viewer{
	"ours":    {Workspace: "ws_a", Key: "key_1", Scopes: access.Everything},
	"second":  {Workspace: "ws_a", Key: "key_2", Scopes: access.Everything},
	"foreign": {Workspace: "ws_b", Key: "key_3", Scopes: access.Everything},
}

// door is /graphql over a journal, in memory, with nothing else of the house.
type door struct {
	t       testing.TB
	client  *ent.Client
	journal *journal.Journal
	api     *graph.Handler
	conns   chan net.Conn
	written int64
}

// openDoor opens a door that ends with the test.
func openDoor(t testing.TB) *door {
	t.Helper()
	client, err := journal.OpenDatabase(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "breakout.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, client: client, journal: journal.New(client, journal.NewBell(), testLog), conns: make(chan net.Conn)}
	d.api = graph.NewHandler(&graph.Resolver{Client: client, Journal: d.journal, Log: testLog}, access.Doorkeeper{Viewer: authenticateTest})
	server := &http.Server{Handler: d.api, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(&memory{d.conns, make(chan struct{}), sync.Once{}}) }()
	t.Cleanup(func() {
		d.drain()
		_ = server.Close()
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	d.append(meeting.MeetingCreated{Title: "Test", Platform: "simulator", Owner: "ws_a", Options: meeting.DefaultOptions()})
	return d
}

func authenticateTest(_ context.Context, key string) (access.Viewer, error) {
	switch viewer, ok := viewers[key]; {
	case ok:
		return viewer, nil
	case key == "broken":
		return viewer, errLookup
	case key == "short": // it ends in a minute
		return access.Viewer{Workspace: "ws_a", Key: "key_4", Scopes: access.Everything, Expires: time.Now().Add(time.Minute).UTC()}, nil
	case key == "panic":
		panic("no key does this")
	}
	return access.Viewer{}, access.ErrBadKey
}

// memory is a listener without a network.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error   { m.once.Do(func() { close(m.closed) }); return nil }
func (m *memory) Addr() net.Addr { return &net.IPAddr{} }

func (d *door) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	d.api.Drain(ctx)
}

const testMeeting meeting.ID = "mtg_test"

// append writes one fact down.
func (d *door) append(fact meeting.Fact) {
	d.t.Helper()
	events, err := d.journal.Append(access.AsSystem(context.Background()), testMeeting, meeting.Event{At: time.Now(), Fact: fact})
	if err != nil {
		d.t.Fatal(err)
	}
	d.written = events[0].Sequence
}

// announce writes some facts down, one by one.
func (d *door) announce(n int) {
	d.t.Helper()
	for range n {
		d.append(meeting.MessageBroadcast{Text: "Hello"})
	}
}

// wire is a client that says and hears every message as it is.
type wire struct {
	*websocket.Conn
	t testing.TB
}

func (d *door) dial(header http.Header) (*wire, *http.Response, error) {
	calls := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		d.conns <- far
		return near, nil
	}}
	protocols := []string{"graphql-transport-ws"}
	if chosen := header["Sec-Websocket-Protocol"]; chosen != nil {
		protocols = chosen
	}
	conn, response, err := websocket.Dial(d.t.Context(), "ws://breakout.test/graphql", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: calls}, Subprotocols: protocols, HTTPHeader: header,
	})
	if err != nil {
		return nil, response, err
	}
	d.t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 22)
	return &wire{conn, d.t}, response, nil
}

func (d *door) mustDial() *wire {
	d.t.Helper()
	w, _, err := d.dial(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return w
}

// enter opens a socket as the viewer of a key.
func (d *door) enter(key string) *wire {
	d.t.Helper()
	w := d.mustDial()
	w.say(fmt.Sprintf(`{"type":"connection_init","payload":{"key":%q}}`, key))
	if m := w.hear(); m.Type != "connection_ack" {
		d.t.Fatalf("the answer to connection_init is %+v", m)
	}
	return w
}

func (w *wire) say(text string) {
	w.t.Helper()
	if err := w.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

// said is a message of the server.
type said struct {
	ID, Type string
	Payload  json.RawMessage
}

// event is the event in an answer.
func (s said) event(t testing.TB) (event struct {
	Sequence int64
	Cursor   string
}) {
	t.Helper()
	var answer struct{ Data map[string]json.RawMessage }
	if err := json.Unmarshal(s.Payload, &answer); err != nil || len(answer.Data) != 1 {
		t.Fatalf("%+v is no answer with an event", s)
	}
	for _, field := range answer.Data {
		if err := json.Unmarshal(field, &event); err != nil {
			t.Fatal(err)
		}
	}
	return event
}

func (w *wire) listen(ctx context.Context) (m said, err error) {
	_, text, err := w.Read(ctx)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// hear waits for a message.
func (w *wire) hear() said {
	w.t.Helper()
	m, err := w.listen(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// hearUntilEnd listens until the server closes, and answers nothing.
func (w *wire) hearUntilEnd() (all []said, end websocket.CloseError) {
	w.t.Helper()
	for {
		m, err := w.listen(w.t.Context())
		if err != nil {
			if !errors.As(err, &end) {
				w.t.Fatalf("the socket ended without a good-bye: %v", err)
			}
			return all, end
		}
		all = append(all, m)
	}
}

// follow subscribes to the events of the meeting after a cursor.
func (w *wire) follow(id, after string) {
	w.t.Helper()
	w.say(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q,"variables":{"id":%q,"after":%q}}}`, id, followQuery, testMeeting, after))
}

const followQuery = `subscription Follow($id: ID!, $after: String) { meetingEvents(meetingId: $id, after: $after) { sequence cursor type at } }`

// take hears events up to a number, each once and in order, and answers pings. It
// returns the cursor of the last.
func (w *wire) take(from, until int64) (cursor string) {
	w.t.Helper()
	for number := from; number <= until; {
		switch m := w.hear(); m.Type {
		case "next":
			event := m.event(w.t)
			if event.Sequence != number {
				w.t.Fatalf("event %d came where %d was due", event.Sequence, number)
			}
			cursor = event.Cursor
			number++
		case "ping":
			w.say(`{"type":"pong"}`)
		default:
			w.t.Fatalf("%+v came where event %d was due", m, number)
		}
	}
	return cursor
}
