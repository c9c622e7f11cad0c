package simulator

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// Traffic is a kind of packets, told apart by their first byte (RFC 7983).
type Traffic int

// The kinds of traffic between a participant and the meeting.
const (
	AnyTraffic Traffic = iota
	// Checks are the STUN packets by which ICE finds a way and keeps it (RFC 8445).
	Checks
	// Handshakes are the DTLS packets by which keys are agreed on (RFC 5764).
	Handshakes
)

// Trouble is what is wrong with the network between participants and the meeting.
// Several troubles add up.
type Trouble struct {
	// Who has it, by name; everybody when empty.
	Who []string
	// Up and Down are whether it hits what goes to the meeting, and what comes from it.
	// Neither stands for both.
	Up, Down bool
	// Only bounds it to a kind of packets.
	Only Traffic
	// From bounds it to the media of some, by name: those on the other side of a partition.
	From []string

	// Loss is the share of packets that get lost, 0 to 1, in bursts of so many on
	// average (Gilbert's model). A burst of 0 counts as 1.
	Loss  float64
	Burst int
	// Delay is how much longer packets take, and Jitter bounds what is drawn beside it.
	Delay, Jitter time.Duration
	// Reordered is the share of packets that later ones overtake, and Doubled the share
	// of those that come twice.
	Reordered, Doubled float64
	// Rate is how much passes, in bits a second; 0 for as much as comes. What would have
	// to wait for more than 300 ms gets lost.
	Rate int
	// NoSockets has no UDP socket be opened.
	NoSockets bool
	// Signals is how much longer signals take, each way.
	Signals time.Duration
}

// trouble is one that a meeting has.
type trouble struct {
	Trouble
	number int
	// others are the participants of From. The live meeting's mutex guards writing.
	others sync.Map
}

// Trouble begins a trouble in a meeting, for those who are there and those who come.
// It ends after some time, or with the meeting when that is 0.
func (s *Simulator) Trouble(id meeting.ID, t Trouble, d time.Duration) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s.engine.hub.troubled.Store(true)
	one := &trouble{Trouble: t, number: m.begun}
	m.begun++
	for _, person := range m.state.Roster() {
		one.know(person.Name, person.ID)
	}
	m.troubles = append(m.troubles, one)
	m.afflict()
	if d > 0 {
		m.later(d, func() { m.relieve(one) })
	}
	return nil
}

// know takes note of somebody's number.
func (t *trouble) know(name string, who meeting.ParticipantID) {
	if slices.Contains(t.From, name) {
		t.others.Store(uint32(who), true)
	}
}

func (m *live) relieve(one *trouble) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.troubles = slices.DeleteFunc(m.troubles, func(t *trouble) bool { return t == one })
	m.afflict()
}

// afflict gives every line the troubles that it has. The caller holds mu.
func (m *live) afflict() {
	for _, l := range m.known {
		m.afflictOne(l)
	}
}

func (m *live) afflictOne(l *line) {
	var now []*affliction
	had := l.afflictions()
	for _, t := range m.troubles {
		if len(t.Who) > 0 && !slices.Contains(t.Who, l.name) {
			continue
		}
		if i := slices.IndexFunc(had, func(a *affliction) bool { return a.trouble == t }); i >= 0 {
			now = append(now, had[i])
			continue
		}
		now = append(now, newAffliction(t, m.simulator.config.Seed, l.name))
	}
	l.troubles.Store(&now)
}

// direction is where packets go.
type direction int

const (
	up direction = iota
	down
)

// affliction is a trouble on one line.
type affliction struct {
	*trouble

	mu   sync.Mutex
	ways [2]passage
}

// passage is one direction of it.
type passage struct {
	random *rand.Rand
	// losing says that a burst of losses lasts.
	losing bool
	// busy is until when the line is taken by earlier packets, and last when the latest
	// of them comes.
	busy, last time.Time
}

func newAffliction(t *trouble, seed uint64, name string) *affliction {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // it never fails
	a := &affliction{trouble: t}
	for way := range a.ways {
		a.ways[way].random = rand.New(rand.NewPCG(seed^hash.Sum64(), uint64(2*t.number+way)))
	}
	return a
}
