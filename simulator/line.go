package simulator

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// noticedAfter is after how long a client takes a line that carries nothing for
	// lost, as clients do by the heartbeats of their signalling.
	noticedAfter = 2 * time.Second
	// givenUpAfter is after how long a client gives up a connection whose line is
	// lost. It can join again then.
	givenUpAfter = 10 * time.Second
	// missedAfter is after how long a meeting takes somebody for gone of whom it
	// hears nothing.
	missedAfter = 30 * time.Second
)

// line is the way between a participant and the meeting, for signals and media.
// While it is cut, nothing passes. It outlives the participant's connections.
type line struct {
	// name is whose line it is.
	name string
	// deaf and down say that no signals, and no media, pass.
	deaf, down atomic.Bool
	// reset says that the other side has ended the connection, which is known at once.
	reset atomic.Bool
	// troubles are what is wrong with it beside.
	troubles atomic.Pointer[[]*affliction]
	// address counts the addresses that the participant has had: sockets of an
	// earlier one carry nothing any more.
	address atomic.Int32

	mu sync.Mutex
	// since is when it was cut for signals, and until is for how long they are.
	since, until time.Time
	// silent is until when no media passes.
	silent time.Time
	// changed is closed and replaced when the line is cut for signals or whole again.
	changed chan struct{}
}

func newLine(name string) *line { return &line{name: name, changed: make(chan struct{})} }

// state tells since when the line is cut for signals, the zero time when it is whole, and what
// is closed when that changes.
func (l *line) state() (since time.Time, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.deaf.Load() {
		return time.Time{}, l.changed
	}
	return l.since, l.changed
}

// cut cuts the line for a while. A line that is cut already stays so for as long as
// either cut wants.
func (l *line) cut(now time.Time, d time.Duration, what Cutting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := now.Add(d)
	if what != CutSignals {
		l.silent = later(l.silent, until)
		l.down.Store(true)
	}
	if what == CutMedia {
		return
	}
	l.until = later(l.until, until)
	if !l.deaf.Swap(true) {
		l.since = now
		l.turn()
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// mend makes the line whole when its time has come.
func (l *line) mend(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !now.Before(l.silent) {
		l.down.Store(false)
	}
	if l.deaf.Load() && !now.Before(l.until) {
		l.deaf.Store(false)
		l.reset.Store(false)
		l.turn()
	}
}

// turn tells that the line has changed. The caller holds mu.
func (l *line) turn() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// whole waits until the line is whole.
func (l *line) whole(ctx context.Context) error {
	for {
		since, changed := l.state()
		if since.IsZero() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Cutting is what of a line is cut.
type Cutting int

// What can be cut.
const (
	// CutAll lets nothing pass.
	CutAll Cutting = iota
	// CutSignals lets media alone pass, and CutMedia signals alone.
	CutSignals
	CutMedia
)

// Cut cuts the line of a participant for some time: neither signals nor media pass,
// either way. What becomes of the participant is up to its client and the meeting:
// the client notices after 2 s and gives its connection up after 10 s; the meeting
// takes it for gone after 30 s.
func (s *Simulator) Cut(id meeting.ID, who meeting.ParticipantID, d time.Duration) error {
	return s.CutOnly(id, who, d, CutAll)
}

// CutOnly cuts the line of a participant for some time, for signals alone or for media
// alone.
func (s *Simulator) CutOnly(id meeting.ID, who meeting.ParticipantID, d time.Duration, what Cutting) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	person := m.state.People[who]
	if person == nil || m.state.Ended() {
		return meeting.Refuse(meeting.CodeParticipantNotFound, []string{"participantId"}, "The meeting has no participant %d.", who)
	}
	l, now := m.lineOf(who), time.Now()
	l.cut(now, d, what)
	if what != CutSignals {
		m.cuts = append(m.cuts, Cut{who, now, now.Add(d)})
	}
	m.later(d, func() { l.mend(time.Now()) })
	if connection := person.Connection; what != CutMedia && (person.Present() || person.Waits()) {
		m.later(missedAfter, func() { m.miss(who, connection) })
	}
	return nil
}

// Cut is a time during which the line of a participant let no media pass.
type Cut struct {
	Participant meeting.ParticipantID
	From, To    time.Time
}

// Cuts are the cuts of a meeting's lines so far.
func (s *Simulator) Cuts(id meeting.ID) ([]Cut, error) {
	m, err := s.find(id)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.cuts), nil
}

// ChangeAddress gives a participant another address, as when a phone goes from one
// network to another: what comes to the earlier one is lost. The client finds a new
// way for its media (RFC 8445, section 2.4, ICE restart).
func (s *Simulator) ChangeAddress(id meeting.ID, who meeting.ParticipantID) error {
	return s.readdress(id, who, true)
}

// Rebind has a NAT on the way to a participant forget it (RFC 4787, section 4.3): what
// comes to the address that it had is lost, and the client knows nothing of it until no
// media has come for a while.
func (s *Simulator) Rebind(id meeting.ID, who meeting.ParticipantID) error {
	return s.readdress(id, who, false)
}

func (s *Simulator) readdress(id meeting.ID, who meeting.ParticipantID, noticed bool) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	seat := m.seats[who]
	if seat == nil {
		return meeting.Refuse(meeting.CodeParticipantAbsent, []string{"participantId"}, "Participant %d is not in the meeting.", who)
	}
	seat.line.address.Add(1)
	if noticed {
		token(seat.moved)
	}
	return nil
}

// lineOf is the line of a participant. The caller holds mu.
func (m *live) lineOf(who meeting.ParticipantID) *line {
	l := m.lines[who]
	if l == nil {
		l = m.newLine(m.state.People[who].Name)
		m.lines[who] = l
	}
	return l
}

// newLine is the line of a newcomer, with the troubles that it has. The caller holds mu.
func (m *live) newLine(name string) *line {
	l := newLine(name)
	m.known = append(m.known, l)
	m.afflictOne(l)
	return l
}

// lineFor is the line of somebody who joins: the same as before for who comes back.
func (m *live) lineFor(join meeting.Join) *line {
	m.mu.Lock()
	defer m.mu.Unlock()
	if person := m.state.Known(join); person != nil {
		return m.lineOf(person.ID)
	}
	return m.newLine(join.Name)
}

// abandon says that nobody has the seat any more, without the meeting being told.
func (s *seat) abandon() {
	s.abandoned.Store(true)
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	s.live.later(missedAfter, func() { s.live.miss(s.id, s.connection) })
}

// later does something after some time, unless the meeting is over by then. The
// caller holds mu.
func (m *live) later(d time.Duration, do func()) {
	time.AfterFunc(d, func() {
		if m.enter() {
			defer m.alarmed.Done()
			do()
		}
	})
}

// enter says whether the meeting can still be acted on. If so, closing waits until
// that is done.
func (m *live) enter() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.alarmed.Add(1)
	}
	return !m.closed
}

// miss takes somebody for gone who has not been heard of: who did not come back, gave
// the connection up, or has no line still.
func (m *live) miss(who meeting.ParticipantID, connection meeting.ConnectionID) {
	m.mu.Lock()
	seat := m.seats[who]
	m.mu.Unlock()
	if seat != nil && (seat.connection != connection || !seat.unheard()) {
		return
	}
	// That it has left meanwhile, or came back, is as good.
	_, _ = m.apply(context.Background(), meeting.Leave{Actor: meeting.As(who), Connection: connection, Cause: meeting.LeftByLostLine}, nil)
}

// unheard says whether nothing comes from a seat any more.
func (s *seat) unheard() bool {
	since, _ := s.line.state()
	return s.abandoned.Load() || !since.IsZero() && time.Since(since) >= missedAfter
}
