package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/meeting/meetingtest"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/logging"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network is a network in memory, for virtual time.
func network(t testing.TB) transport.Net {
	router, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "10.0.0.0/8", LoggerFactory: logging.NewDefaultLoggerFactory()})
	if err != nil {
		t.Fatal(err)
	}
	network, err := vnet.NewNet(&vnet.NetConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := router.AddNet(network); err != nil {
		t.Fatal(err)
	}
	return network
}

// start starts a simulator that ends with the test.
func start(t testing.TB, config simulator.Config) *simulator.Simulator {
	t.Helper()
	config.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := simulator.New(config)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// guest brings a person into a meeting until the test ends.
func guest(t testing.TB, s *simulator.Simulator, spec simulator.GuestSpec) *simulator.Guest {
	t.Helper()
	g, err := s.JoinGuest(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Leave(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return g
}

func TestContract(t *testing.T) {
	for name, config := range map[string]struct {
		run  func(*testing.T, func(*testing.T))
		make func(*testing.T) simulator.Config
	}{
		"virtual": {
			func(t *testing.T, test func(*testing.T)) { synctest.Test(t, test) },
			func(t *testing.T) simulator.Config {
				return simulator.Config{Net: network(t), Listen: "127.0.0.1:4000", Delay: func(meeting.ParticipantID) time.Duration { return 5 * time.Millisecond }}
			},
		},
		"wall": {
			func(t *testing.T, test func(*testing.T)) { test(t) },
			func(*testing.T) simulator.Config { return simulator.Config{} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			meetingtest.Exercise(t, config.run, func(t *testing.T) meetingtest.Harness {
				s := start(t, config.make(t))
				return meetingtest.Harness{Platform: s, Speak: func(t *testing.T, id meeting.ID, name string) meeting.ParticipantID {
					return guest(t, s, simulator.GuestSpec{Meeting: id, Name: name}).Participant()
				}}
			})
		})
	}
}

// ear counts what a seat hears and checks that each packet is whose it says.
type ear struct {
	mu    sync.Mutex
	heard map[meeting.VisitNumber]map[meeting.ParticipantID]int
	wrong int
}

// place is a visit of a participant.
type place struct {
	who   meeting.ParticipantID
	visit meeting.VisitNumber
}

func newEar() *ear { return &ear{heard: make(map[meeting.VisitNumber]map[meeting.ParticipantID]int)} }

func (e *ear) receive(p meeting.Packet) {
	stamp, _, ok := simulator.ReadStamp(p.RTP.Payload)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !ok || stamp.Participant != p.Participant {
		e.wrong++
	}
	if e.heard[p.Visit] == nil {
		e.heard[p.Visit] = make(map[meeting.ParticipantID]int)
	}
	e.heard[p.Visit][p.Participant]++
}

func (e *ear) voices(visit meeting.VisitNumber) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.heard[visit])
}

// TestARoomCanHaveMoreVoicesThanSlots moves a seat from an empty room into one
// with many people: slots are negotiated while it is there.
func TestARoomCanHaveMoreVoicesThanSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 21
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		room := m.rooms("Full")[0]
		e := newEar()
		bot := m.bot("Bot", e.receive)
		for i := range people {
			g := guest(t, s, simulator.GuestSpec{Meeting: "mtg_1", Name: fmt.Sprintf("Guest %d", i), Voice: i})
			m.do(meeting.Assign{Room: room, Participants: []meeting.ParticipantID{g.Participant()}})
		}
		m.do(meeting.OpenRooms{})
		m.do(meeting.Move{Participant: bot.Participant(), Room: room})
		time.Sleep(time.Second)
		synctest.Wait()
		if got := e.voices(2); got != people || e.wrong != 0 {
			t.Errorf("%d of %d people are heard, %d packets are of somebody else", got, people, e.wrong)
		}
	})
}

// TestNobodyIsHeardWhereTheyAreNot moves people and bots about at random and holds
// every packet of a voice, and every frame of a camera, against where who sent it
// was then.
func TestNobodyIsHeardWhereTheyAreNot(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, func(*testing.T))
		net  bool
	}{
		{"virtual", func(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }, true},
		{"wall", func(t *testing.T, f func(*testing.T)) { f(t) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, func(t *testing.T) {
				config := simulator.Config{}
				if test.net {
					config = simulator.Config{Net: network(t), Listen: "127.0.0.1:4000", Delay: func(p meeting.ParticipantID) time.Duration { return time.Duration(p) * 37 * time.Microsecond }}
				}
				wander(t, start(t, config))
			})
		})
	}
}

func wander(t *testing.T, s *simulator.Simulator) {
	const people, bots, moves = 8, 3, 200
	m := create(t, s, "mtg_1")
	rooms := m.rooms("Red", "Blue", "Green")
	var walkers []meeting.ParticipantID
	for i := range people {
		media := meeting.Media{Microphone: true, Camera: i%2 == 0}
		walkers = append(walkers, guest(t, s, simulator.GuestSpec{Meeting: "mtg_1", Name: fmt.Sprintf("Guest %d", i), Voice: i, Media: &media}).Participant())
	}
	all := &witnesses{heard: make(map[[2]place]hearing)}
	for i := range bots {
		walkers = append(walkers, all.join(m, fmt.Sprintf("Bot %d", i)).Participant())
	}
	m.do(meeting.OpenRooms{})
	for i := range moves {
		who := walkers[(i*7)%len(walkers)]
		if _, err := s.Command(t.Context(), "mtg_1", meeting.Move{Participant: who, Room: rooms[(i*5+i/3)%len(rooms)]}); err != nil {
			if _, refused := errors.AsType[meeting.Refusals](err); !refused { // already there, or not any more
				t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	m.do(meeting.End{})

	all.mu.Lock()
	defer all.mu.Unlock()
	checkHeard(t, s, all.heard)
	if all.frames == 0 {
		t.Error("nobody saw anything")
	}
}

// witnesses are bots that take note of what they hear and see.
type witnesses struct {
	mu     sync.Mutex
	heard  map[[2]place]hearing // by listener and speaker
	frames int
}

// join takes a seat for one of them.
func (w *witnesses) join(m held, name string) (self meeting.Session) {
	ready := make(chan struct{})
	e := newEye()
	self = m.seat(meeting.JoinRequest{Meeting: m.ID, Name: name, Video: both(), Receive: func(p meeting.Packet) {
		<-ready
		w.take(e, self.Participant(), p)
	}})
	close(ready)
	return self
}

func (w *witnesses) take(e *eye, self meeting.ParticipantID, p meeting.Packet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	stamp, _, whole := simulator.ReadStamp(p.RTP.Payload)
	if p.Kind != meeting.KindAudio {
		var frame seen
		if frame, whole = e.put(p); whole {
			w.frames++
		}
		stamp = frame.Stamp
	}
	if whole {
		key := [2]place{{self, p.Visit}, {stamp.Participant, stamp.Visit}}
		h := w.heard[key]
		h.packets, h.last = h.packets+1, stamp.At
		w.heard[key] = h
	}
}

// checkHeard holds what bots heard against who was where.
func checkHeard(t *testing.T, s *simulator.Simulator, heard map[[2]place]hearing) {
	t.Helper()
	history, err := s.History("mtg_1")
	if err != nil {
		t.Fatal(err)
	}
	where := make(map[place]meeting.RoomID)
	left := make(map[place]time.Time)
	for _, event := range history {
		switch fact := event.Fact.(type) {
		case meeting.ParticipantEnteredRoom:
			where[place{event.Participant.ID, fact.Visit}] = event.Room.ID
		case meeting.ParticipantLeftRoom:
			left[place{event.Participant.ID, fact.Visit}] = event.Acted
		}
	}
	total := 0
	for key, h := range heard {
		total += h.packets
		listener, speaker := key[0], key[1]
		if where[listener] != where[speaker] {
			t.Errorf("%+v heard %d packets of %+v, who was in another room", listener, h.packets, speaker)
		}
		if h.last.After(left[listener]) {
			t.Errorf("%+v heard what %+v said %s after it had left", listener, speaker, h.last.Sub(left[listener]))
		}
	}
	if total == 0 {
		t.Error("nobody heard anything")
	}
}

// hearing is what one participant heard of another.
type hearing struct {
	packets int
	last    time.Time // when the latest packet was said
}

// TestWhatIsNotRecordedDidNotHappen lets recording fail: the command fails, and
// the meeting is as it was.
func TestWhatIsNotRecordedDidNotHappen(t *testing.T) {
	broken := errors.New("the disk is full")
	var failing bool
	s := start(t, simulator.Config{Record: func(context.Context, meeting.ID, []meeting.Event) error {
		if failing {
			return broken
		}
		return nil
	}})
	m := create(t, s, "mtg_1")
	m.rooms("Red")
	before, _ := s.History("mtg_1")
	failing = true
	if _, err := s.Command(t.Context(), "mtg_1", meeting.OpenRooms{}); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	failing = false
	after, _ := s.History("mtg_1")
	if len(after) != len(before) {
		t.Errorf("the history grew from %d to %d events", len(before), len(after))
	}
	m.do(meeting.OpenRooms{}) // which would be refused if they were open
}

// held is a meeting under test.
type held struct {
	t testing.TB
	s *simulator.Simulator
	meeting.ID
}

func create(t testing.TB, s *simulator.Simulator, id meeting.ID) held {
	t.Helper()
	if err := s.Create(t.Context(), meeting.Create{Meeting: id, Title: "Test", Options: meeting.DefaultOptions()}); err != nil {
		t.Fatal(err)
	}
	return held{t, s, id}
}

func (m held) do(c meeting.Command) []meeting.Event {
	m.t.Helper()
	events, err := m.s.Command(m.t.Context(), m.ID, c)
	if err != nil {
		m.t.Fatalf("%T: %v", c, err)
	}
	return events
}

func (m held) rooms(names ...string) []meeting.RoomID {
	var ids []meeting.RoomID
	for _, event := range m.do(meeting.CreateRooms{Names: names}) {
		if _, created := event.Fact.(meeting.RoomCreated); created {
			ids = append(ids, event.Room.ID)
		}
	}
	return ids
}

// bot takes a seat that accepts every invitation, until the test ends.
func (m held) bot(name string, receive func(meeting.Packet)) meeting.Session {
	m.t.Helper()
	return m.seat(meeting.JoinRequest{Meeting: m.ID, Name: name, Receive: receive})
}

// seat takes a seat as bot does, as it is asked for.
func (m held) seat(request meeting.JoinRequest) meeting.Session {
	m.t.Helper()
	session, err := m.s.Join(m.t.Context(), request)
	if err != nil {
		m.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for signal := range session.Signals() {
			if invited, ok := signal.(meeting.Invited); ok {
				_ = session.Answer(context.Background(), invited.Invitation, true) // it may be superseded by now
			}
		}
	}()
	m.t.Cleanup(func() {
		if err := session.Leave(context.Background()); err != nil {
			m.t.Error(err)
		}
		<-done
	})
	return session
}
