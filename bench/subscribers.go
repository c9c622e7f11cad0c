package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// Subscribing is what a process of subscribers is told to do, as one line of JSON.
type Subscribing struct {
	// Address is where the server listens, and Query what each of so many subscribes to.
	Address     string `json:"address"`
	Query       string `json:"query"`
	Subscribers int    `json:"subscribers"`
	// Distinct gives each subscriber another query.
	Distinct bool `json:"distinct"`
	// Timed measures how long events take: they carry when they were made.
	Timed bool `json:"timed"`
}

// heard is what subscribers tell, as lines of JSON: how many events each of them has
// heard at least, and at the end of their input how long they took.
type heard struct {
	Events int           `json:"events"`
	P50    time.Duration `json:"p50"`
	P99    time.Duration `json:"p99"`
}

// Subscribers subscribe as they are told, in a process of their own, so that what
// they cost is not counted. They end with their input.
func Subscribers(ctx context.Context, in io.Reader, out io.Writer) error {
	var order Subscribing
	lines := bufio.NewReader(in)
	line, err := lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &order)
	}
	if err != nil {
		return fmt.Errorf("read what to subscribe to: %w", err)
	}
	a := &audience{Subscribing: order, out: json.NewEncoder(out)}
	conns, err := a.connect(ctx)
	if err != nil {
		return err
	}
	if err := a.out.Encode(heard{}); err != nil { // all have come
		return err
	}
	var reading sync.WaitGroup
	for _, conn := range conns {
		reading.Go(func() { a.read(conn) })
	}
	_, _ = io.Copy(io.Discard, lines) // until nobody wants more
	for _, conn := range conns {
		_ = conn.Close()
	}
	reading.Wait()
	return a.out.Encode(a.summary())
}

// audience is all subscribers.
type audience struct {
	Subscribing
	out *json.Encoder

	mu      sync.Mutex
	reached []int // by how many events, how many subscribers have heard as many
	took    []time.Duration
}

// connect opens all sockets, some at a time.
func (a *audience) connect(ctx context.Context) ([]net.Conn, error) {
	conns, failed := make([]net.Conn, a.Subscribers), make([]error, a.Subscribers)
	var all sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i := range conns {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			conns[i], failed[i] = a.subscribe(ctx, i)
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return conns, nil
}

// subscribe opens one socket and waits for the first event, which tells that the
// subscription runs.
func (a *audience) subscribe(ctx context.Context, i int) (net.Conn, error) {
	conn, _, _, err := ws.Dialer{Protocols: []string{"graphql-transport-ws"}}.Dial(ctx, "ws://"+a.Address+"/graphql")
	if err != nil {
		return nil, fmt.Errorf("open socket %d: %w", i, err)
	}
	query := a.Query
	if a.Distinct {
		query += " # " + strconv.Itoa(i)
	}
	subscribe, err := json.Marshal(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": query}})
	if err != nil {
		return nil, err
	}
	for _, step := range []struct {
		say  []byte
		want string
	}{
		{[]byte(`{"type":"connection_init","payload":{"key":"bench"}}`), `"connection_ack"`},
		{subscribe, `"next"`},
	} {
		if err := ws.WriteFrame(conn, ws.MaskFrame(ws.NewTextFrame(step.say))); err != nil {
			return nil, fmt.Errorf("speak on socket %d: %w", i, err)
		}
		frame, err := ws.ReadFrame(conn)
		if err != nil || !bytes.Contains(frame.Payload, []byte(step.want)) {
			return nil, fmt.Errorf("socket %d heard %q where %s was due", i, frame.Payload, step.want)
		}
	}
	return conn, nil
}

// read counts what comes on a socket until it ends, and answers pings.
func (a *audience) read(conn net.Conn) {
	in := bufio.NewReader(conn)
	var text []byte
	for events := 0; ; {
		header, err := ws.ReadHeader(in)
		if err != nil {
			return
		}
		text = slices.Grow(text[:0], int(header.Length))[:header.Length]
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		switch {
		case bytes.Contains(text, []byte(`"type":"next"`)):
			events++
			a.count(events, text)
		case bytes.Contains(text, []byte(`"type":"ping"`)):
			if ws.WriteFrame(conn, ws.MaskFrame(ws.NewTextFrame([]byte(`{"type":"pong"}`)))) != nil {
				return
			}
		}
	}
}

// count notes that one more subscriber has heard as many events.
func (a *audience) count(events int, text []byte) {
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.Timed {
		if made, ok := madeAt(text); ok {
			a.took = append(a.took, now.Sub(made))
		}
	}
	for len(a.reached) <= events {
		a.reached = append(a.reached, 0)
	}
	if a.reached[events]++; a.reached[events] == a.Subscribers {
		if err := a.out.Encode(heard{Events: events}); err != nil {
			a.out = json.NewEncoder(io.Discard) // whoever reads it is gone
		}
	}
}

// stamp begins the text of an event that says when it was made.
const stamp = "made at "

func madeAt(text []byte) (time.Time, bool) {
	_, rest, ok := bytes.Cut(text, []byte(stamp))
	digits, _, ended := bytes.Cut(rest, []byte{'"'})
	nanoseconds, err := strconv.ParseInt(string(digits), 10, 64)
	return time.Unix(0, nanoseconds), ok && ended && err == nil
}

// summary is how long events took.
func (a *audience) summary() heard {
	a.mu.Lock()
	defer a.mu.Unlock()
	return heard{Events: -1, P50: percentile(a.took, 50), P99: percentile(a.took, 99)}
}

// percentile is the time that so many of a hundred kept to.
func percentile(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(len(took)-1, len(took)*percent/100)]
}
