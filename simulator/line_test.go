package simulator_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// listener notes when packets came, and lets their absence be measured.
type listener struct {
	mu      sync.Mutex
	last    time.Time
	longest time.Duration
	count   int
}

func (l *listener) receive(meeting.Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); !l.last.IsZero() {
		l.longest = max(l.longest, now.Sub(l.last))
	}
	l.last = time.Now()
	l.count++
}

// heard is how many packets came since it was last asked, and the longest time
// without one.
func (l *listener) heard() (n int, longest time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, longest = l.count, l.longest
	l.count, l.longest = 0, 0
	return n, longest
}

// TestANewAddressIsFoundWithoutJoiningAnew has a listener and a speaker change their
// networks: some media is lost, and nothing else happens.
func TestANewAddressIsFoundWithoutJoiningAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 50 * time.Millisecond
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000", Delay: func(meeting.ParticipantID) time.Duration { return delay }})
		m := create(t, s, "mtg_1")
		ada := guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ada"})
		l := &listener{}
		session, err := s.Join(t.Context(), meeting.JoinRequest{Meeting: m.ID, Name: "Bot", Bot: "bot_1", Receive: l.receive})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for range session.Signals() {
			}
		}()
		time.Sleep(5 * time.Second)
		before, _ := s.History(m.ID)
		l.heard()
		for name, who := range map[string]meeting.ParticipantID{"the listener": session.Participant(), "the speaker": ada.Participant()} {
			if err := s.ChangeAddress(m.ID, who); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
			n, longest := l.heard()
			t.Logf("%s: %d packets, the longest silence is %s", name, n, longest)
			if longest < 2*delay || longest > time.Second {
				t.Errorf("when %s has another address, nothing is heard for %s", name, longest)
			}
		}
		if after, _ := s.History(m.ID); len(after) != len(before) {
			t.Errorf("the meeting has noticed: %+v", after[len(before):])
		}
		if err := session.Leave(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
