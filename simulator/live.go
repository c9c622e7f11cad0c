package simulator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// live is one meeting that is being held. Commands to it are carried out in
// their order: decide by the rules, record, then act. Those that come while
// others are being recorded are recorded together.
type live struct {
	simulator *Simulator
	forwarder *forwarder

	queue   sync.Mutex
	waiting []*order

	mu      sync.Mutex
	state   *meeting.State
	history []Past
	seats   map[meeting.ParticipantID]*seat
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
		simulator: s, forwarder: newForwarder(), state: meeting.New(),
		seats: make(map[meeting.ParticipantID]*seat),
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
			o.joining.id = o.events[0].Participant.ID
			m.seats[o.joining.id] = o.joining
		}
	}
	m.place(events)
	acted := time.Now()
	for _, event := range events {
		m.history = append(m.history, Past{event, acted})
	}
	m.announce(events)
	m.setAlarm()
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
}

// movers are those who are in another room after the events, or in none.
func movers(events []meeting.Event) []meeting.ParticipantID {
	var moved []meeting.ParticipantID
	known := make(map[meeting.ParticipantID]bool)
	for _, event := range events {
		switch event.Fact.(type) {
		case meeting.ParticipantEnteredRoom, meeting.ParticipantLeft:
			if id := event.Participant.ID; !known[id] {
				known[id] = true
				moved = append(moved, id)
			}
		}
	}
	return moved
}

// announce tells seats of the events.
func (m *live) announce(events []meeting.Event) {
	now := placement{moved: make(map[meeting.ParticipantID]bool), inside: make(map[meeting.RoomID][]*meeting.Person)}
	for _, id := range movers(events) {
		now.moved[id] = true
	}
	for _, person := range m.state.Roster() {
		if person.Present() {
			now.inside[person.Room] = append(now.inside[person.Room], person)
		}
	}
	for _, event := range events {
		m.signal(event, now)
	}
}

// placement is who has moved by some events, and who is where after them.
type placement struct {
	moved  map[meeting.ParticipantID]bool
	inside map[meeting.RoomID][]*meeting.Person
}

// signal tells seats of one event. Those who moved are told of their new room as
// a whole, and so need not hear who else came with them.
func (m *live) signal(e meeting.Event, now placement) {
	switch fact := e.Fact.(type) {
	case meeting.ParticipantEnteredRoom:
		if seat := m.seats[e.Participant.ID]; seat != nil {
			seat.tell(meeting.EnteredRoom{At: e.At, Visit: fact.Visit, Room: *e.Room, Roster: roster(now.inside[e.Room.ID], e.Participant.ID)})
		}
		m.tellRoom(e.Room.ID, now, meeting.SomebodyEntered{At: e.At, Participant: *e.Participant})
	case meeting.ParticipantLeftRoom:
		m.tellRoom(e.Room.ID, now, meeting.SomebodyLeft{At: e.At, Participant: *e.Participant})
	case meeting.ParticipantJoined:
		m.listRooms(e)
	case meeting.ParticipantLeft:
		m.dismiss(e.Participant.ID, meeting.Removed{At: e.At, Cause: fact.Cause})
	case meeting.InvitationSent:
		m.tell(e.Participant.ID, meeting.Invited{At: e.At, Invitation: fact.Invitation, Kind: fact.Kind, Room: *e.Room})
	case meeting.InvitationResolved:
		m.tell(e.Participant.ID, meeting.InvitationEnded{At: e.At, Invitation: fact.Invitation, Outcome: fact.Outcome})
	case meeting.RoomCreated, meeting.RoomRenamed, meeting.RoomOpened, meeting.RoomClosing, meeting.RoomClosed:
		if room, still := m.state.Room(e.Room.ID); still {
			m.tellAble(meeting.MayViewRooms, meeting.RoomListed{At: e.At, Room: *room.Ref(), State: room.State})
		}
	case meeting.RoomDeleted:
		m.tellAble(meeting.MayViewRooms, meeting.RoomListed{At: e.At, Room: *e.Room, State: meeting.RoomStateDeleted})
	case meeting.CapabilitiesChanged:
		m.tell(e.Participant.ID, meeting.CapabilitiesGranted{At: e.At, May: fact.Capabilities})
		m.listRooms(e)
	case meeting.MessageBroadcast:
		for _, room := range fact.Rooms {
			for _, person := range now.inside[room] {
				m.tell(person.ID, meeting.MessageReceived{At: e.At, From: e.Participant, Text: fact.Text})
			}
		}
	case meeting.HelpRequested:
		m.tellAble(meeting.MayAnswerHelp, meeting.HelpWanted{At: e.At, Participant: *e.Participant, Room: *e.Room})
	case meeting.RoundClosing:
		m.tellAll(meeting.RoomsClosing{At: e.At, ClosesAt: fact.ClosesAt})
	}
}

func (m *live) tell(id meeting.ParticipantID, signal meeting.Signal) {
	if seat := m.seats[id]; seat != nil {
		seat.tell(signal)
	}
}

// tellRoom tells everybody in a room but those who have just come.
func (m *live) tellRoom(room meeting.RoomID, now placement, signal meeting.Signal) {
	for _, person := range now.inside[room] {
		if !now.moved[person.ID] {
			m.tell(person.ID, signal)
		}
	}
}

// tellAble tells those who have a capability.
func (m *live) tellAble(need meeting.Capabilities, signal meeting.Signal) {
	for _, person := range m.state.Roster() {
		if m.state.Capabilities(meeting.As(person.ID)).Has(need) {
			m.tell(person.ID, signal)
		}
	}
}

func (m *live) tellAll(signal meeting.Signal) {
	for _, person := range m.state.Roster() {
		m.tell(person.ID, signal)
	}
}

// listRooms tells somebody of every room, if it may see them.
func (m *live) listRooms(e meeting.Event) {
	if !m.state.Capabilities(meeting.As(e.Participant.ID)).Has(meeting.MayViewRooms) {
		return
	}
	for _, room := range m.state.BreakoutRooms() {
		m.tell(e.Participant.ID, meeting.RoomListed{At: e.At, Room: *room.Ref(), State: room.State})
	}
}

// dismiss says the last word to a seat.
func (m *live) dismiss(id meeting.ParticipantID, signal meeting.Removed) {
	if seat := m.seats[id]; seat != nil {
		seat.tell(signal)
		delete(m.seats, id)
	}
}

// roster tells of those who are in a room beside one of them.
func roster(inside []*meeting.Person, except meeting.ParticipantID) []meeting.ParticipantRef {
	var refs []meeting.ParticipantRef
	for _, person := range inside {
		if person.ID != except {
			refs = append(refs, *person.Ref())
		}
	}
	return refs
}
