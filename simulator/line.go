package simulator

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/transport/v4"
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
	down atomic.Bool
	// address counts the addresses that the participant has had: sockets of an
	// earlier one carry nothing any more.
	address atomic.Int32

	mu sync.Mutex
	// since is when it was cut, and until is for how long it is.
	since, until time.Time
	// changed is closed and replaced when the line is cut or whole again.
	changed chan struct{}
}

func newLine() *line { return &line{changed: make(chan struct{})} }

// state tells since when the line is cut, the zero time when it is whole, and what
// is closed when that changes.
func (l *line) state() (since time.Time, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.down.Load() {
		return time.Time{}, l.changed
	}
	return l.since, l.changed
}

// cut cuts the line for a while. A line that is cut already stays so for as long as
// either cut wants.
func (l *line) cut(now time.Time, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := now.Add(d); until.After(l.until) {
		l.until = until
	}
	if !l.down.Swap(true) {
		l.since = now
		l.turn()
	}
}

// mend makes the line whole when its time has come.
func (l *line) mend(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down.Load() && !now.Before(l.until) {
		l.down.Store(false)
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

// Cut cuts the line of a participant for some time: neither signals nor media pass,
// either way. What becomes of the participant is up to its client and the meeting:
// the client notices after 2 s and gives its connection up after 10 s; the meeting
// takes it for gone after 30 s.
func (s *Simulator) Cut(id meeting.ID, who meeting.ParticipantID, d time.Duration) error {
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
	l.cut(now, d)
	m.cuts = append(m.cuts, Cut{who, now, now.Add(d)})
	m.later(d, func() { l.mend(time.Now()) })
	if connection := person.Connection; person.Present() || person.Waits() {
		m.later(missedAfter, func() { m.miss(who, connection) })
	}
	return nil
}

// Cut is a time during which the line of a participant was cut.
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
	token(seat.moved)
	return nil
}

// lineOf is the line of a participant. The caller holds mu.
func (m *live) lineOf(who meeting.ParticipantID) *line {
	l := m.lines[who]
	if l == nil {
		l = newLine()
		m.lines[who] = l
	}
	return l
}

// lineFor is the line of somebody who joins: the same as before for who comes back.
func (m *live) lineFor(join meeting.Join) *line {
	m.mu.Lock()
	defer m.mu.Unlock()
	if person := m.state.Known(join); person != nil {
		return m.lineOf(person.ID)
	}
	return newLine()
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

// network is what a client reaches the meeting over: packets of a line that is cut
// get lost.
type network struct {
	transport.Net
	line *line
}

func (n network) ListenUDP(name string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := n.Net.ListenUDP(name, address)
	if err != nil {
		return nil, err
	}
	by := way{n.line, n.line.address.Load()}
	if standard, ok := conn.(*net.UDPConn); ok {
		return &socket{standard, by}, nil
	}
	return &conduit{conn, by}, nil
}

// way is a line by one of the participant's addresses.
type way struct {
	line    *line
	address int32
}

// dead says whether nothing passes.
func (w way) dead() bool { return w.line.down.Load() || w.line.address.Load() != w.address }

// socket is a socket of the machine whose line can be cut. Its methods are those
// that pion reads and writes by.
type socket struct {
	*net.UDPConn
	way
}

// ReadFromAddrPort and WriteToAddrPort make it an ice.AddrPortReaderWriter.
func (s *socket) ReadFromAddrPort(b []byte) (n int, from netip.AddrPort, err error) {
	for {
		if n, from, err = s.ReadFromUDPAddrPort(b); err != nil || !s.dead() {
			return n, from, err
		}
	}
}

func (s *socket) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if s.dead() {
		return len(b), nil
	}
	return s.WriteToUDPAddrPort(b, to)
}

// conduit is the same on a network in memory.
type conduit struct {
	transport.UDPConn
	way
}

func (c *conduit) ReadFrom(b []byte) (n int, from net.Addr, err error) {
	for {
		if n, from, err = c.UDPConn.ReadFrom(b); err != nil || !c.dead() {
			return n, from, err
		}
	}
}

func (c *conduit) WriteTo(b []byte, to net.Addr) (int, error) {
	if c.dead() {
		return len(b), nil
	}
	return c.UDPConn.WriteTo(b, to)
}
