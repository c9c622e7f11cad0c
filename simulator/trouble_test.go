package simulator_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// arrivals are the packets that a seat hears: when each was said, and when it came.
type arrivals struct {
	mu     sync.Mutex
	said   []time.Time
	came   []time.Time
	number []uint16
}

func (a *arrivals) receive(packet meeting.Packet) {
	stamp, _, ok := simulator.ReadStamp(packet.RTP.Payload)
	a.mu.Lock()
	defer a.mu.Unlock()
	if ok {
		a.said, a.came, a.number = append(a.said, stamp.At), append(a.came, time.Now()), append(a.number, packet.RTP.SequenceNumber)
	}
}

// summary is what became of packets on their way.
type summary struct {
	heard, doubled, late int
	least, most          time.Duration
}

// since is what came of what was said since some time.
func (a *arrivals) since(at time.Time) (s summary) {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := make(map[uint16]bool)
	latest := time.Time{}
	s.least = time.Hour
	for i := range a.said {
		if a.said[i].Before(at) {
			continue
		}
		if seen[a.number[i]] {
			s.doubled++
			continue
		}
		seen[a.number[i]] = true
		s.heard++
		if a.said[i].Before(latest) {
			s.late++
		}
		latest = later(latest, a.said[i])
		took := a.came[i].Sub(a.said[i])
		s.least, s.most = min(s.least, took), max(s.most, took)
	}
	return s
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// listenerOf is a seat that hears one guest, in a meeting of its own.
func listenerOf(t *testing.T) (s *simulator.Simulator, heard *arrivals, seats map[string]meeting.ParticipantID) {
	s = start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000", Seed: 3})
	create(t, s, "mtg_1")
	ada := guest(t, s, simulator.GuestSpec{Meeting: "mtg_1", Name: "Ada"})
	heard = &arrivals{}
	session, err := s.Join(t.Context(), meeting.JoinRequest{Meeting: "mtg_1", Name: "Bot", Bot: "bot_1", Receive: heard.receive})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range session.Signals() {
		}
	}()
	t.Cleanup(func() {
		if err := session.Leave(context.Background()); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(time.Second)
	return s, heard, map[string]meeting.ParticipantID{"Ada": ada.Participant(), "Bot": session.Participant()}
}

// TestTroubles has one thing be wrong at a time for 20 s, of which 1000 packets are said.
func TestTroubles(t *testing.T) {
	for name, c := range map[string]struct {
		trouble simulator.Trouble
		right   func(summary) bool
	}{
		"nothing":   {simulator.Trouble{Who: []string{"Zoe"}, Loss: 1}, func(s summary) bool { return s.heard >= 999 && s.most < time.Millisecond }},
		"loss":      {simulator.Trouble{Who: []string{"Ada"}, Loss: 0.2}, func(s summary) bool { return s.heard > 740 && s.heard < 860 }},
		"bursts":    {simulator.Trouble{Who: []string{"Bot"}, Loss: 0.2, Burst: 10}, func(s summary) bool { return s.heard > 650 && s.heard < 950 }},
		"delay":     {simulator.Trouble{Who: []string{"Bot"}, Delay: 80 * time.Millisecond}, func(s summary) bool { return s.heard > 990 && s.least >= 80*time.Millisecond && s.late == 0 }},
		"both ends": {simulator.Trouble{Delay: 80 * time.Millisecond, Up: true}, func(s summary) bool { return s.least >= 80*time.Millisecond && s.most < 81*time.Millisecond }},
		"all ways":  {simulator.Trouble{Delay: 80 * time.Millisecond}, func(s summary) bool { return s.least >= 160*time.Millisecond && s.most < 161*time.Millisecond }},
		"jitter": {simulator.Trouble{Who: []string{"Ada"}, Jitter: 100 * time.Millisecond}, func(s summary) bool {
			return s.late == 0 && s.most > 80*time.Millisecond && s.least < 20*time.Millisecond
		}},
		"reordering": {simulator.Trouble{Who: []string{"Ada"}, Reordered: 0.1}, func(s summary) bool { return s.heard > 990 && s.late > 60 && s.late < 140 }},
		"doubling":   {simulator.Trouble{Who: []string{"Ada"}, Doubled: 0.1}, func(s summary) bool { return s.heard > 990 && s.doubled+s.late < 140 }},
		"bandwidth": {simulator.Trouble{Who: []string{"Bot"}, Rate: 16000}, func(s summary) bool {
			return s.heard < 950 && s.most > 200*time.Millisecond && s.most < 500*time.Millisecond
		}},
		"partition": {simulator.Trouble{Who: []string{"Bot"}, From: []string{"Ada"}, Loss: 1}, func(s summary) bool { return s.heard == 0 }},
		"only up":   {simulator.Trouble{Who: []string{"Bot"}, Up: true, Loss: 1}, func(s summary) bool { return s.heard > 990 }},
		// Nothing is heard of the way in use, until ICE takes it for lost.
		"checks": {simulator.Trouble{Only: simulator.Checks, Loss: 1}, func(s summary) bool { return s.heard > 450 && s.heard < 700 }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, heard, _ := listenerOf(t)
				if err := s.Trouble("mtg_1", c.trouble, 20*time.Second); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				time.Sleep(20*time.Second - time.Millisecond)
				if got := heard.since(began); !c.right(got) {
					t.Errorf("%+v", got)
				}
				over := time.Now().Add(2 * time.Second)
				time.Sleep(4 * time.Second)
				if got := heard.since(over); got.heard < 95 || got.most > time.Millisecond {
					t.Errorf("when it is over: %+v", got)
				}
			})
		})
	}
}

// TestMediaIsFoundAgain cuts media alone for longer than ICE waits, and has a NAT forget
// a seat: the meeting notices nothing, and media comes back.
func TestMediaIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, heard, seats := listenerOf(t)
		before, _ := s.History("mtg_1")
		for name, c := range map[string]struct {
			harm   func() error
			within time.Duration
		}{
			"media cut for 2 s":  {func() error { return s.CutOnly("mtg_1", seats["Bot"], 2*time.Second, simulator.CutMedia) }, 3 * time.Second},
			"media cut for 90 s": {func() error { return s.CutOnly("mtg_1", seats["Bot"], 90*time.Second, simulator.CutMedia) }, 100 * time.Second},
			"the NAT forgets":    {func() error { return s.Rebind("mtg_1", seats["Bot"]) }, 20 * time.Second},
		} {
			if err := c.harm(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond)
			broken := time.Now()
			time.Sleep(time.Second)
			if got := heard.since(broken); got.heard > 0 {
				t.Errorf("%s: %+v", name, got)
			}
			time.Sleep(c.within)
			now := time.Now()
			time.Sleep(2 * time.Second)
			if got := heard.since(now); got.heard < 98 {
				t.Errorf("%s: afterwards, %+v", name, got)
			}
		}
		if after, _ := s.History("mtg_1"); len(after) != len(before) {
			t.Errorf("the meeting has noticed: %+v", after[len(before):])
		}
	})
}

// TestSignalsAloneAreCut has media go on while no signals pass.
func TestSignalsAloneAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, heard, seats := listenerOf(t)
		if err := s.CutOnly("mtg_1", seats["Bot"], 8*time.Second, simulator.CutSignals); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		time.Sleep(8 * time.Second)
		if got := heard.since(now); got.heard < 390 {
			t.Errorf("%+v", got)
		}
	})
}

// TestNetworksWithoutAWay are those by which nobody can take part: without UDP, without
// ICE's checks, without handshakes.
func TestNetworksWithoutAWay(t *testing.T) {
	for name, trouble := range map[string]simulator.Trouble{
		"no UDP":        {Who: []string{"Late"}, NoSockets: true},
		"no relay":      {Who: []string{"Late"}, Loss: 1},
		"no checks":     {Who: []string{"Late"}, Loss: 1, Only: simulator.Checks},
		"no handshakes": {Who: []string{"Late"}, Loss: 1, Only: simulator.Handshakes},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, _ := listenerOf(t)
				if err := s.Trouble("mtg_1", trouble, 0); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err := s.JoinGuest(t.Context(), simulator.GuestSpec{Meeting: "mtg_1", Name: "Late"})
				if took := time.Since(began); !errors.Is(err, simulator.ErrNoWay) || took > 2*time.Minute {
					t.Errorf("after %s: %v", took, err)
				}
			})
		})
	}
}
