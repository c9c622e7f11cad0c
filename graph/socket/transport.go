// Package socket is the door to GraphQL over WebSocket: the protocol
// graphql-transport-ws, to the letter of its close codes.
//
// Subscribers that ask for the same, as the same viewer, share one execution: a
// [feed]. Each has a place in it, and takes what comes after that place when its
// connection is free. Who falls too far behind reads events anew from its place on
// and joins the feed again, so that nothing is lost and nothing comes twice, and
// nobody waits for a reader that is slow.
package socket

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/access"
	"github.com/gobwas/ws"
)

const (
	// initTimeout is how long a client may take to say who it is.
	initTimeout = 10 * time.Second
	// heartbeat is how often a client hears how things are. It is to answer.
	heartbeat = 15 * time.Second
	// silence is how long a client may say nothing at all.
	silence = 2*heartbeat + 5*time.Second
	// writeTimeout is how long a client may take nothing of what it is sent.
	writeTimeout = 10 * time.Second
	// closeTimeout is for saying why, and for the answer to it.
	closeTimeout = time.Second
	// maxOperations bounds what runs at a time on one socket.
	maxOperations = 32
	// queued is how many messages wait for the connection to be free.
	queued = 16
	// leastDelay is how long clients are asked to stay away when the server stops, and
	// delayEach how much longer for each socket, so that they do not all come at once.
	leastDelay = 250 * time.Millisecond
	delayEach  = time.Millisecond
)

// Config says how sockets are served.
type Config struct {
	// Doorkeeper knows the keys.
	Doorkeeper access.Doorkeeper
	// PublicURL is the address that browsers know the server by, where it is not the
	// one in their requests. Pages of other origins get no socket.
	PublicURL string
	// MaxMessage bounds a message of a client, in bytes. Defaults to 1 MiB.
	MaxMessage int64
	// Log defaults to no log.
	Log *slog.Logger
}

// Transport serves sockets: a [graphql.Transport].
type Transport struct {
	config  Config
	feeds   feeds
	buffers sync.Pool

	mu      sync.Mutex
	sockets map[*socket]struct{}
	running sync.WaitGroup
	// draining is closed when sockets are to end as soon as they have sent everything,
	// and leaving when they are to end at once.
	draining, leaving chan struct{}
	stopped           bool
}

var _ graphql.Transport = (*Transport)(nil)

// New makes a transport. Drain ends what it serves.
func New(config Config) *Transport {
	if config.MaxMessage == 0 {
		config.MaxMessage = 1 << 20
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Transport{
		config: config, sockets: make(map[*socket]struct{}), draining: make(chan struct{}), leaving: make(chan struct{}),
		feeds:   feeds{log: config.Log, running: make(map[share]*feed)},
		buffers: sync.Pool{New: func() any { return new([]byte) }},
	}
}

// Supports says whether a request asks for another protocol.
func (*Transport) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }

// Do makes a socket of a request and returns: the socket lives on, without the
// memory of an HTTP request.
func (t *Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !t.isFromHere(r) {
		refuse(w, http.StatusForbidden, "ORIGIN_NOT_ALLOWED", "Pages of another origin get no WebSocket. Open it from a page of this server, or without the header Origin.")
		return
	}
	if !t.enter() {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "UNAVAILABLE", "The server is stopping. Try again in a moment.")
		return
	}
	upgrader := ws.HTTPUpgrader{Timeout: writeTimeout, Protocol: func(offered string) bool { return offered == Subprotocol }}
	conn, buffered, handshake, err := upgrader.Upgrade(r, w)
	if err != nil {
		t.running.Done()
		if conn != nil {
			_ = conn.Close() // the client has the answer
		}
		t.config.Log.Debug("a request became no WebSocket", "error", err)
		return
	}
	s := newSocket(t, exec, conn, buffered.Reader)
	s.knowsProtocol = handshake.Protocol == Subprotocol
	t.mu.Lock()
	t.sockets[s] = struct{}{}
	t.mu.Unlock()
	ctx := context.WithoutCancel(r.Context())
	go func() {
		defer t.running.Done()
		s.serve(ctx)
		t.mu.Lock()
		delete(t.sockets, s)
		t.mu.Unlock()
	}()
}

// enter counts a socket, unless the server is stopping.
func (t *Transport) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return false
	}
	t.running.Add(1)
	return true
}

// isFromHere says whether a request comes from a page of this server, or from no
// page (RFC 6455, section 10.2).
func (t *Transport) isFromHere(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" {
		return false
	}
	hosts := []string{r.Host}
	if public, err := url.Parse(t.config.PublicURL); err == nil && public.Host != "" {
		hosts = append(hosts, public.Host)
	}
	return slices.ContainsFunc(hosts, func(host string) bool { return strings.EqualFold(host, from.Host) })
}

// refuse answers a request that gets no socket.
func refuse(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(jsonOf(map[string]any{ // who asked may be gone
		"errors": []any{map[string]any{"message": text, "extensions": map[string]any{"code": code}}},
	}))
}

// Drain ends all sockets and lets no new one in. Each sends what was written before,
// says where each subscription is and when to come back, and closes with 1012. When
// the context ends, what has not ended is cut off. It returns when nothing runs.
func (t *Transport) Drain(ctx context.Context) {
	t.mu.Lock()
	wasStopped := t.stopped
	t.stopped = true
	t.mu.Unlock()
	if !wasStopped {
		t.drain(ctx)
	}
	t.running.Wait()
	t.feeds.ended.Wait()
}

func (t *Transport) drain(ctx context.Context) {
	patience, cancel := context.WithCancel(ctx)
	defer cancel()
	if deadline, ok := ctx.Deadline(); ok { // some of the time is for saying good-bye
		patience, cancel = context.WithDeadline(ctx, deadline.Add(-time.Until(deadline)/3))
		defer cancel()
	}
	var settling sync.WaitGroup
	for _, f := range t.feeds.all() {
		settling.Go(func() { f.settle(patience) })
	}
	settling.Wait()
	close(t.draining)
	ended := make(chan struct{})
	go func() { t.running.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-patience.Done():
	}
	close(t.leaving)
	select {
	case <-ended:
	case <-ctx.Done():
		t.cut()
	}
}

// cut ends the connections of those who do not read.
func (t *Transport) cut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.sockets {
		_ = s.conn.Close() // ends what waits for it
	}
}

// delay is for how long a client is asked to stay away when the server stops.
func (t *Transport) delay() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return leastDelay + rand.N(leastDelay+delayEach*time.Duration(len(t.sockets)))
}

// Stats is how much is served.
type Stats struct {
	// Sockets are the connections, Subscriptions those that go by cursors, and Lagging
	// how many of these are being sent what they missed.
	Sockets, Subscriptions, Lagging int
	// Feeds are the executions that the others share.
	Feeds int
}

// Stats counts what is served now.
func (t *Transport) Stats() (stats Stats) {
	t.mu.Lock()
	stats.Sockets = len(t.sockets)
	t.mu.Unlock()
	live := 0
	for _, f := range t.feeds.all() {
		users, listeners := f.counts()
		stats.Feeds++
		stats.Subscriptions += users
		live += listeners
	}
	stats.Lagging = max(0, stats.Subscriptions-live)
	return stats
}
