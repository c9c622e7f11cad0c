package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/gobwas/ws"
)

// viewer is whose meetings are measured.
var viewer = access.Viewer{Workspace: "ws_bench", Key: "key_bench", Scopes: access.Everything}

// desk is a journal and what stands in front of it.
type desk struct {
	journal  *journal.Journal
	resolver *graph.Resolver
	closes   []func() error
}

func openDesk(ctx context.Context, log *slog.Logger) (*desk, error) {
	folder, err := os.MkdirTemp("", "breakout-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the database: %w", err)
	}
	d := &desk{closes: []func() error{func() error { return os.RemoveAll(folder) }}}
	client, err := journal.OpenDatabase(ctx, "sqlite:"+filepath.Join(folder, "breakout.db"))
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.closes = append(d.closes, client.Close)
	d.journal = journal.New(client, journal.NewBell(), log)
	d.resolver = &graph.Resolver{Client: client, Journal: d.journal, Log: log}
	return d, nil
}

func (d *desk) close() (err error) {
	for _, closePart := range slices.Backward(d.closes) {
		err = errors.Join(err, closePart())
	}
	return err
}

// begin opens a meeting.
func (d *desk) begin(ctx context.Context, id meeting.ID) error {
	created := meeting.MeetingCreated{Title: "Measured", Platform: "simulator", Owner: viewer.Workspace, Options: meeting.DefaultOptions()}
	_, err := d.journal.Append(access.AsSystem(ctx), id, meeting.Event{At: time.Now(), Fact: created})
	return err
}

// announce writes an event down that says when it was made.
func (d *desk) announce(ctx context.Context, id meeting.ID) error {
	now := time.Now()
	_, err := d.journal.Append(access.AsSystem(ctx), id, meeting.Event{
		At: now, Room: &meeting.RoomRef{ID: "room_of_the_measured", Kind: meeting.RoomBreakout, Name: "Red"},
		Fact: meeting.MessageBroadcast{Text: fmt.Sprint(stamp, now.UnixNano())},
	})
	return err
}

// measured is what the subscribers of a bench select of every event.
const measured = `subscription { meetingEvents(meetingId: %q) { cursor sequence at type meetingId
  room { id kind name } participant { id name } bot { id } idempotencyKey ... on BroadcastEvent { text } } }`

// ours is the product's door.
func (d *desk) ours() (http.Handler, func()) {
	door := graph.NewHandler(d.resolver, access.Doorkeeper{Viewer: func(context.Context, string) (access.Viewer, error) { return viewer, nil }})
	return door, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		door.Drain(ctx)
	}
}

// stock is gqlgen's own transport in front of the same resolvers.
func (d *desk) stock() (http.Handler, func()) {
	door := handler.New(gql.NewExecutableSchema(gql.Config{Resolvers: d.resolver}))
	door.AddTransport(transport.Websocket{InitTimeout: time.Minute, PingPongInterval: time.Minute})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		door.ServeHTTP(w, r.WithContext(access.With(r.Context(), viewer)))
	}), func() {}
}

// bare writes a frame that was built ahead to everybody, and knows no GraphQL: what
// the connections themselves cost.
type bare struct {
	journal *journal.Journal
	meeting meeting.ID

	mu      sync.Mutex
	writers map[chan []byte]struct{}
}

// bareFrame is what the others send, as one frame.
func bareFrame(e meeting.Event) []byte {
	const text = `{"id":"1","type":"next","payload":{"data":{"meetingEvents":{"cursor":"bXRnX2JlbmNoX3N0b2NrOjEyMw","sequence":%d,"at":"2026-11-22T00:00:00.000Z","type":"MESSAGE_BROADCAST","meetingId":"mtg_bench_stock","room":{"id":"room_of_the_measured","kind":"BREAKOUT","name":"Red"},"participant":null,"bot":null,"idempotencyKey":null,"text":%q}}}}`
	fact, _ := e.Fact.(meeting.MessageBroadcast) // the first event says nothing
	return ws.MustCompileFrame(ws.NewTextFrame(fmt.Appendf(nil, text, e.Sequence, fact.Text)))
}

// run hands every event to all writers.
func (b *bare) run(ctx context.Context) {
	_ = b.journal.Follow(access.With(ctx, viewer), journal.Topic{Meeting: b.meeting}, 0, func(e meeting.Event) error {
		frame := bareFrame(e)
		b.mu.Lock()
		defer b.mu.Unlock()
		for writer := range b.writers {
			writer <- frame
		}
		return nil
	}) // ends with the context
}

// ServeHTTP acknowledges whatever is said, and writes frames.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, _, _, err := ws.HTTPUpgrader{Protocol: func(string) bool { return true }}.Upgrade(r, w)
	if err != nil {
		return
	}
	frames := make(chan []byte, 64)
	go func() {
		defer func() { _ = conn.Close() }()
		for frame := range frames {
			if _, err := conn.Write(frame); err != nil {
				return
			}
		}
	}()
	for i := 0; ; i++ {
		if _, err := ws.ReadFrame(conn); err != nil {
			b.mu.Lock()
			delete(b.writers, frames)
			b.mu.Unlock()
			close(frames)
			return
		}
		switch i {
		case 0:
			frames <- ws.MustCompileFrame(ws.NewTextFrame([]byte(`{"type":"connection_ack"}`)))
		case 1:
			b.mu.Lock()
			b.writers[frames] = struct{}{}
			b.mu.Unlock()
			frames <- bareFrame(meeting.Event{Sequence: 1})
		}
	}
}

// serve serves a door on a free port until it is told to end.
func serve(ctx context.Context, door http.Handler) (address string, end func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: door, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return listener.Addr().String(), func() error {
		if err := server.Close(); err != nil {
			return err
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, nil
}
