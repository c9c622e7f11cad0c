package simulator_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// house is a simulator under test.
type house struct {
	t *testing.T
	*simulator.Simulator
}

func start(t *testing.T) house {
	t.Helper()
	level := slog.LevelInfo
	if os.Getenv("DEBUG") != "" {
		level = slog.LevelDebug
	}
	s := simulator.New(simulator.Config{Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return house{t, s}
}

func (h house) do(c meeting.Command) []meeting.Event {
	h.t.Helper()
	events, err := h.Command(h.t.Context(), "mtg_1", c)
	if err != nil {
		h.t.Fatal(err)
	}
	return events
}

func (h house) guest(name string, voice int) *simulator.Guest {
	h.t.Helper()
	g, err := h.JoinGuest(h.t.Context(), simulator.GuestSpec{Meeting: "mtg_1", Name: name, Voice: voice})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := g.Leave(context.Background()); err != nil {
			h.t.Error(err)
		}
	})
	return g
}

type heard struct {
	mu    sync.Mutex
	count map[meeting.VisitNumber]map[meeting.ParticipantID]int
	bad   int
	got   chan struct{}
}

func (h *heard) receive(p meeting.Packet) {
	stamp, _, ok := simulator.ReadStamp(p.RTP.Payload)
	h.mu.Lock()
	defer h.mu.Unlock()
	if !ok || stamp.Participant != p.Participant {
		h.bad++
	}
	if h.count == nil {
		h.count = make(map[meeting.VisitNumber]map[meeting.ParticipantID]int)
	}
	if h.count[p.Visit] == nil {
		h.count[p.Visit] = make(map[meeting.ParticipantID]int)
	}
	h.count[p.Visit][p.Participant]++
	select {
	case h.got <- struct{}{}:
	default:
	}
}

func TestHearing(t *testing.T) {
	h := start(t)
	if err := h.Create(t.Context(), meeting.Create{Meeting: "mtg_1", Title: "T", Options: meeting.DefaultOptions()}); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		h.guest("G", i)
	}
	var ears heard
	ears.got = make(chan struct{}, 1)
	st := time.Now()
	bot, err := h.Join(t.Context(), meeting.JoinRequest{Meeting: "mtg_1", Name: "Bot", Receive: ears.receive})
	if err != nil {
		t.Fatal(err)
	}
	<-ears.got
	t.Log("join to first packet", time.Since(st))
	go func() {
		for s := range bot.Signals() {
			t.Logf("%T %+v", s, s)
			if i, ok := s.(meeting.Invited); ok {
				if err := bot.Answer(context.Background(), i.Invitation, true); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	time.Sleep(time.Second)
	h.do(meeting.CreateRooms{Names: []string{"A", "B"}})
	ev := h.do(meeting.CreateRooms{Names: []string{"C"}})
	room := ev[0].Room.ID
	h.do(meeting.Assign{Room: room, Participants: []meeting.ParticipantID{100, 200, bot.Participant()}})
	h.do(meeting.OpenRooms{})
	time.Sleep(time.Second)
	d := time.Duration(0)
	h.do(meeting.CloseRooms{Countdown: &d})
	time.Sleep(time.Second)
	ears.mu.Lock()
	t.Log(ears.count, ears.bad)
	ears.mu.Unlock()
	if err := bot.Leave(t.Context()); err != nil {
		t.Error(err)
	}
}
