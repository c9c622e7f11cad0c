package output_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed"
	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a network of one listener, in memory.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}
func (m *memory) Close() error   { close(m.closed); return nil }
func (m *memory) Addr() net.Addr { return &net.TCPAddr{} }
func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case m.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// message is one of those that docs/outputs.md tells of.
type message struct {
	Event string
	Data  struct {
		Data struct {
			Buffer      []byte
			Codec       string
			SampleRate  int `json:"sample_rate"`
			Samples     int
			Timestamp   struct{ Absolute time.Time }
			Participant struct {
				ID   int
				Name string
			}
			Words        []struct{ Text string }
			Connection   int
			Packets      int
			Messages     int
			Participants []struct{ ID, Packets int }
			Data         map[string]string
		}
		Endpoint struct{ ID string } `json:"realtime_endpoint"`
		Bot      struct {
			ID       string
			Metadata map[string]string
		}
		Room    struct{ ID, Name, Kind string }
		Segment struct {
			ID    string
			Visit int
		}
		Recording struct{ ID string }
	}
}

// receiver is a server that bots send to.
type receiver struct {
	t      *testing.T
	memory *memory
	// greet is called with every connection, of which the numbers begin at 1, and says
	// after how long the receiver closes it; 0 is never, and less refuses it.
	greet func(n int) time.Duration

	mu          sync.Mutex
	connections int
	messages    []message
	// gate is closed while the receiver reads.
	gate chan struct{}
}

func startReceiver(t *testing.T, greet func(int) time.Duration) *receiver {
	t.Helper()
	r := &receiver{t: t, greet: greet, memory: &memory{make(chan net.Conn), make(chan struct{})}, gate: make(chan struct{})}
	close(r.gate)
	server := &http.Server{Handler: http.HandlerFunc(r.accept)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(r.memory) }()
	t.Cleanup(func() {
		r.stall(false)
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return r
}

// tried is how often somebody has connected.
func (r *receiver) tried() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.connections
}

func (r *receiver) accept(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	r.connections++
	life := r.greet(r.connections)
	r.mu.Unlock()
	if life < 0 {
		http.Error(w, "Not now.", http.StatusServiceUnavailable)
		return
	}
	conn, err := websocket.Accept(w, request, nil)
	if err != nil {
		r.t.Error(err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	ctx := context.Background()
	if life > 0 {
		timer := time.AfterFunc(life, func() { _ = conn.CloseNow() })
		defer timer.Stop()
	}
	for {
		r.mu.Lock()
		gate := r.gate
		r.mu.Unlock()
		<-gate
		_, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(text, &m); err != nil {
			r.t.Errorf("%s: %v", text, err)
		}
		r.mu.Lock()
		r.messages = append(r.messages, m)
		r.mu.Unlock()
	}
}

// stall has the receiver read nothing, or go on.
func (r *receiver) stall(stalled bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.gate:
		if stalled {
			r.gate = make(chan struct{})
		}
	default:
		if !stalled {
			close(r.gate)
		}
	}
}

// got is what came of an event.
func (r *receiver) got(event string) (list []message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.messages {
		if m.Event == event || event == "" {
			list = append(list, m)
		}
	}
	return list
}

// stage is a house with a meeting of which a bot sends on what it hears.
type stage struct {
	*testbed.House
	*testbed.Meeting
	receiver *receiver
	bot      string
}

// onStage runs a test in virtual time.
func onStage(t *testing.T, greet func(int) time.Duration, outputs []string, test func(t *testing.T, s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		r := startReceiver(t, greet)
		house := testbed.Start(t, testbed.VirtualTime(), testbed.Change(func(c *server.Config) {
			c.Outbound = outbound.Guard{Dial: r.memory.dial, Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr(map[string]string{"receiver.example": "8.8.8.8", "inside.example": "10.0.0.1"}[host])}, nil
			}}
		}))
		s := &stage{House: house, Meeting: house.CreateMeeting("Test"), receiver: r}
		s.Join("Ada", "Ben")
		s.send("wss://inside.example/", outputs) // which is never reached
		s.bot = s.send("ws://receiver.example/audio?token=secret", outputs)
		s.WaitForCount("in_call_recording", 2)
		test(t, s)
	})
}

// send sends a bot with an endpoint.
func (s *stage) send(address string, outputs []string) (bot string) {
	var created struct {
		CreateBot struct {
			Bot struct{ ID string }
		}
	}
	s.Do(`mutation($id: ID!, $to: [RealtimeEndpointInput!]) {
	  createBot(input: {meetingId: $id, realtimeEndpoints: $to, metadata: [{key: "case", value: "7"}]}) { bot { id } userErrors { message } } }`,
		map[string]any{"id": s.ID, "to": []map[string]any{{"url": address, "outputs": outputs}}}, &created)
	return created.CreateBot.Bot.ID
}

// end calls the bot back and waits until it is done.
func (s *stage) end() {
	s.Do(`mutation($id: ID!) { removeBot(input: {botId: $id}) { userErrors { message } } }`, map[string]any{"id": s.bot}, nil)
	s.WaitFor("done")
}

// endpoint is how it went with the bot's endpoint.
type endpoint struct {
	URL, Status   string
	Outputs       []string
	Sent, Dropped int
	Message       *string
}

func (s *stage) endpoint(bot string) endpoint {
	var answer struct {
		Bot struct{ RealtimeEndpoints []endpoint }
	}
	s.Do(`query($id: ID!) { bot(id: $id) { realtimeEndpoints { url status outputs sent dropped message } } }`, map[string]any{"id": bot}, &answer)
	return answer.Bot.RealtimeEndpoints[0]
}

// recorded counts the packets that the bot recorded, by segment, and fails the test
// when any was lost.
func (s *stage) recorded(t *testing.T) (packets map[string]int, all int) {
	packets = make(map[string]int)
	for _, segment := range s.Segments() {
		if segment.Bot.ID != s.bot {
			continue
		}
		for _, track := range segment.Tracks.Nodes {
			packets[segment.ID] += track.Packets
			all += track.Packets
			if track.Lost != 0 {
				t.Errorf("the recording of %s lost %d packets", track.Name, track.Lost)
			}
		}
	}
	return packets, all
}
