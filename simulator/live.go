package simulator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// live is one meeting that is being held. Commands to it are carried out in
// their order: decide by the rules, record, then act. Those that come while
// others are being recorded are recorded together.
type live struct {
	simulator *Simulator
	forwarder *forwarder
	// videos forward what can be seen, in the order of videoKinds.
	videos [2]*forwarder

	queue   sync.Mutex
	waiting []*order

	mu      sync.Mutex
	state   *meeting.State
	history []Past
	seats   map[meeting.ParticipantID]*seat
	lines   map[meeting.ParticipantID]*line
	cuts    []Cut
	// known are all lines, of those who join too; troubles are what is wrong with them,
	// and begun counts these.
	known    []*line
	troubles []*trouble
	begun    int
	// listeners hear rooms without being in them.
	listeners map[meeting.ListenerID]*listener
	// followers are called with each event.
	followers []func(meeting.Event)
	closed    bool
	// partial says that a seat asked for sentences that are not over.
	partial atomic.Bool
	// alarm fires when the rules wait for time to pass.
	alarm   *time.Timer
	alarmed sync.WaitGroup
}

// Past is something that happened in a meeting.
type Past struct {
	meeting.Event
	// Acted is when it took effect on media: after this moment nobody hears
	// where they are not any more. The event itself tells when it was decided;
	// in between it was written down.
	Acted time.Time
}

// order is a command on its way, and what becomes of it.
type order struct {
	command meeting.Command
	// joining is the seat of a newcomer, which is to hear of its own arrival.
	joining *seat
	events  []meeting.Event
	done    bool
	err     error
}

func newLive(s *Simulator) *live {
	return &live{
		simulator: s, forwarder: newForwarder(), videos: [2]*forwarder{newForwarder(), newForwarder()}, state: meeting.New(),
		seats: make(map[meeting.ParticipantID]*seat), lines: make(map[meeting.ParticipantID]*line), listeners: make(map[meeting.ListenerID]*listener),
	}
}

// apply carries out one command.
func (m *live) apply(ctx context.Context, command meeting.Command, joining *seat) ([]meeting.Event, error) {
	o := &order{command: command, joining: joining}
	m.queue.Lock()
	m.waiting = append(m.waiting, o)
	m.queue.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	if !o.done { // nobody before has carried it out along
		m.carryOut(ctx)
	}
	return o.events, o.err
}

// carryOut carries out every command that waits.
func (m *live) carryOut(ctx context.Context) {
	m.queue.Lock()
	orders := m.waiting
	m.waiting = nil
	m.queue.Unlock()
	var events []meeting.Event
	for _, o := range orders {
		o.done = true
		if o.events, o.err = meeting.Apply(m.state, o.command, time.Now()); o.err == nil {
			m.state.Fold(o.events...)
			events = append(events, o.events...)
		}
	}
	if len(events) == 0 {
		return
	}
	// The others' commands must not fail because this caller goes away.
	if err := m.simulator.config.Record(context.WithoutCancel(ctx), m.state.Meeting, events); err != nil {
		m.undo(orders, err)
		return
	}
	for _, o := range orders {
		if o.joining != nil && o.err == nil {
			m.seat(o.joining, o.events)
		}
	}
	m.place(events)
	m.remember(events)
	acted := time.Now()
	for _, event := range events {
		m.history = append(m.history, Past{event, acted})
	}
	m.announce(events)
	for _, follow := range m.followers {
		for _, event := range events {
			follow(event)
		}
	}
	m.setAlarm()
}

// seat gives a newcomer its seat, and takes the one away that the same participant
// had by another connection.
func (m *live) seat(newcomer *seat, events []meeting.Event) {
	for _, event := range events {
		switch fact := event.Fact.(type) {
		case meeting.ParticipantJoined:
			newcomer.id, newcomer.connection = event.Participant.ID, fact.Connection
		case meeting.ParticipantWaiting:
			newcomer.id, newcomer.connection = event.Participant.ID, fact.Arrival.Connection
		case meeting.ParticipantEnteredRoom:
			if newcomer.arrived == 0 {
				newcomer.arrived = fact.Visit
			}
		}
	}
	if old := m.seats[newcomer.id]; old != nil {
		m.forwarder.place(&old.station, "", 0)
		old.leaveSights()
		old.tell(meeting.Removed{At: events[0].At, Cause: meeting.LeftByReplacement})
	}
	m.seats[newcomer.id], m.lines[newcomer.id] = newcomer, newcomer.line
	for _, t := range m.troubles {
		t.know(newcomer.line.name, newcomer.id)
	}
}

// undo takes back what could not be recorded: it did not happen.
func (m *live) undo(orders []*order, cause error) {
	m.state = meeting.New()
	for _, past := range m.history {
		m.state.Fold(past.Event)
	}
	for _, o := range orders {
		if o.err == nil {
			o.events, o.err = nil, fmt.Errorf("record what follows from %T: %w", o.command, cause)
		}
	}
}

// past is a copy of the history.
func (m *live) past() []Past {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.history)
}

// setAlarm wakes the rules when they wait for time to pass.
func (m *live) setAlarm() {
	m.stopAlarm()
	at, waiting := m.state.Deadline()
	if !waiting {
		return
	}
	m.alarmed.Add(1)
	m.alarm = time.AfterFunc(time.Until(at), func() {
		defer m.alarmed.Done()
		if _, err := m.apply(context.Background(), meeting.Tick{}, nil); err != nil {
			m.simulator.log.Error("the meeting could not take the passing of time", "meeting", m.state.Meeting, "error", err)
		}
	})
}

func (m *live) stopAlarm() {
	if m.alarm != nil && m.alarm.Stop() {
		m.alarmed.Done()
	}
	m.alarm = nil
}

// close ends the meeting and waits for what it started.
func (m *live) close(ctx context.Context) error {
	m.mu.Lock()
	ended := m.state.Ended()
	m.mu.Unlock()
	if !ended {
		if _, err := m.apply(ctx, meeting.End{}, nil); err != nil {
			return fmt.Errorf("end meeting %s: %w", m.state.Meeting, err)
		}
	}
	m.mu.Lock()
	m.closed = true
	m.stopAlarm()
	m.mu.Unlock()
	m.alarmed.Wait()
	return nil
}

// place lets media follow the events: it comes first, so that nobody is heard
// where they are not.
func (m *live) place(events []meeting.Event) {
	for _, id := range movers(events) {
		if seat := m.seats[id]; seat != nil {
			person := m.state.People[id]
			m.forwarder.place(&seat.station, person.Room, person.Visit)
		}
	}
	for _, id := range broadcasters(events) {
		if seat := m.seats[id]; seat != nil {
			m.forwarder.broadcast(&seat.station, m.state.People[id].Broadcasts.Voice)
		}
	}
	m.show(events)
	m.hush(events)
}

// broadcasters are those who are heard in other rooms than before.
func broadcasters(events []meeting.Event) (who []meeting.ParticipantID) {
	for _, event := range events {
		switch event.Fact.(type) {
		case meeting.BroadcastStarted, meeting.BroadcastStopped:
			who = append(who, event.Participant.ID)
		}
	}
	return who
}

// movers are those who are in another room after the events, or in none.
func movers(events []meeting.Event) []meeting.ParticipantID {
	var moved []meeting.ParticipantID
	known := make(map[meeting.ParticipantID]bool)
	for _, event := range events {
		switch event.Fact.(type) {
		case meeting.ParticipantEnteredRoom, meeting.ParticipantLeft, meeting.ParticipantWaiting:
			if id := event.Participant.ID; !known[id] {
				known[id] = true
				moved = append(moved, id)
			}
		}
	}
	return moved
}
