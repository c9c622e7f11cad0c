package simulator

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

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
		if len(person.Broadcasts.Voice)+len(person.Broadcasts.Screen) > 0 {
			now.broadcasting = append(now.broadcasting, person)
		}
	}
	for _, event := range events {
		m.signal(event, now)
	}
	m.permit(events)
}

// permit tells bots that may record from now on, or no longer, where they are. Who
// has just come was told with the room.
func (m *live) permit(events []meeting.Event) {
	at := events[0].At
	for id, seat := range m.seats {
		person := m.state.People[id]
		if may := m.state.LetsRecord(person); person.IsBot && person.Present() && may != seat.records {
			seat.records = may
			seat.tell(meeting.RecordingPermitted{At: at, Allowed: may})
		}
	}
}

// placement is who has moved by some events, and who is where after them.
type placement struct {
	moved  map[meeting.ParticipantID]bool
	inside map[meeting.RoomID][]*meeting.Person
	// broadcasting are those who are heard or seen where they are not.
	broadcasting []*meeting.Person
}

// signal tells seats of one event. Those who moved are told of their new room as
// a whole, and so need not hear who else came with them.
func (m *live) signal(e meeting.Event, now placement) {
	switch fact := e.Fact.(type) {
	case meeting.ParticipantEnteredRoom:
		m.entered(e, fact, now)
	case meeting.ParticipantLeftRoom:
		m.tellRoom(e.Room.ID, now, meeting.SomebodyLeft{At: e.At, Participant: *e.Participant})
	case meeting.ParticipantJoined:
		m.listRooms(e)
	case meeting.ParticipantRenamed, meeting.ParticipantRoleChanged:
		if person := m.state.People[e.Participant.ID]; person != nil && person.Present() {
			m.tellRoom(person.Room, now, meeting.SomebodyChanged{At: e.At, Participant: *e.Participant})
		}
	case meeting.ParticipantLeft:
		m.dismiss(e.Participant.ID, fact.Connection, meeting.Removed{At: e.At, Cause: fact.Cause})
	case meeting.ParticipantWaiting:
		m.tell(e.Participant.ID, meeting.PutInWaitingRoom{At: e.At})
	case meeting.ParticipantDenied:
		m.dismiss(e.Participant.ID, fact.Connection, meeting.Removed{At: e.At, Cause: meeting.LeftByDenial})
	case meeting.ParticipantLeftWaitingRoom:
		m.dismiss(e.Participant.ID, fact.Connection, meeting.Removed{At: e.At, Cause: fact.Cause})
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
	case meeting.HelpRequested:
		m.tellAble(meeting.MayAnswerHelp, meeting.HelpWanted{At: e.At, Participant: *e.Participant, Room: *e.Room})
	case meeting.RoundClosing:
		m.tellAll(meeting.RoomsClosing{At: e.At, ClosesAt: fact.ClosesAt})
	default:
		m.signalInRoom(e, now)
	}
}

// signalInRoom tells seats of what people do in rooms.
func (m *live) signalInRoom(e meeting.Event, now placement) {
	switch fact := e.Fact.(type) {
	case meeting.RecordingRequested:
		m.tellAble(meeting.MayAllowRecording, meeting.RecordingWanted{At: e.At, Participant: *e.Participant, Room: *e.Room})
	case meeting.RecordingAllowed:
		m.denied(e, fact)
	case meeting.MediaChanged:
		shown := meeting.MediaShown{At: e.At, Participant: *e.Participant, Media: fact.Media}
		m.tellInside(e.Room.ID, now, shown)
		if m.state.People[e.Participant.ID].Room != e.Room.ID {
			m.tell(e.Participant.ID, shown) // its screen ended with the room that it has left
		}
	case meeting.ChatSent:
		if fact.To != nil {
			m.tell(fact.To.ID, meeting.ChatReceived{At: e.At, From: e.Participant, Text: fact.Text, Private: true})
			return
		}
		m.tellInside(e.Room.ID, now, meeting.ChatReceived{At: e.At, From: e.Participant, Text: fact.Text})
	case meeting.PollStarted:
		m.tellInside(e.Room.ID, now, meeting.PollAsked{At: e.At, Poll: fact.Poll, Question: fact.Question, Choices: fact.Choices})
	case meeting.MessageBroadcast:
		for _, room := range fact.Rooms {
			m.tellInside(room, now, meeting.MessageReceived{At: e.At, From: e.Participant, Text: fact.Text})
		}
	case meeting.BroadcastStarted:
		for _, room := range fact.Rooms {
			m.tellInside(room, now, meeting.BroadcastHeard{At: e.At, From: *e.Participant, Kind: fact.Kind})
		}
	case meeting.BroadcastStopped: // its rooms are not known any more
		m.tellAll(meeting.BroadcastHeard{At: e.At, From: *e.Participant, Kind: fact.Kind, Ended: true})
	}
}

// entered tells a seat of its new room as a whole, and those who were there of the
// newcomer.
func (m *live) entered(e meeting.Event, fact meeting.ParticipantEnteredRoom, now placement) {
	if seat := m.seats[e.Participant.ID]; seat != nil {
		m.tellRoomTo(seat, e, fact, now)
	}
	m.tellRoom(e.Room.ID, now, meeting.SomebodyEntered{At: e.At, Participant: *e.Participant})
	for _, person := range now.inside[e.Room.ID] {
		if other := m.seats[person.ID]; other != nil && !now.moved[person.ID] {
			m.showMedia(other, e.At, m.state.People[e.Participant.ID])
		}
	}
}

// tellRoomTo tells a seat of the room that it has entered: who is there, what they show,
// and what is broadcast to it. Where rooms are meetings of their own, the seat hears
// that it changes its meeting.
func (m *live) tellRoomTo(seat *seat, e meeting.Event, fact meeting.ParticipantEnteredRoom, now placement) {
	changes := fact.Visit > 1 && m.state.Persona.Offers.Has(meeting.OffersConnectedMeetings)
	connected := m.state.ConnectedMeeting(*e.Room)
	if changes {
		seat.tell(meeting.ChangingMeeting{At: e.At, Meeting: connected})
	}
	seat.records = m.state.LetsRecord(m.state.People[e.Participant.ID])
	into := meeting.EnteredRoom{At: e.At, Visit: fact.Visit, Room: *e.Room, Round: m.state.Round.Ordinal, MayRecord: seat.records}
	if !seat.brief {
		into.Roster = roster(now.inside[e.Room.ID], e.Participant.ID)
	}
	seat.tell(into)
	if changes {
		seat.tell(meeting.MeetingChanged{At: e.At, Meeting: connected})
	}
	m.showMedia(seat, e.At, now.inside[e.Room.ID]...)
	for _, person := range now.broadcasting {
		if slices.Contains(person.Broadcasts.Voice, e.Room.ID) {
			seat.tell(meeting.BroadcastHeard{At: e.At, From: *person.Ref(), Kind: meeting.BroadcastVoice})
		}
		if slices.Contains(person.Broadcasts.Screen, e.Room.ID) {
			seat.tell(meeting.BroadcastHeard{At: e.At, From: *person.Ref(), Kind: meeting.BroadcastScreen})
		}
	}
}

// showMedia tells a seat which cameras and screens others have on already.
func (m *live) showMedia(to *seat, at time.Time, people ...*meeting.Person) {
	for _, person := range people {
		if person != nil && person.ID != to.id && (person.Media.Camera || person.Media.Screen) {
			to.tell(meeting.MediaShown{At: at, Participant: *person.Ref(), Media: person.Media})
		}
	}
}

// tellInside tells everybody in a room.
func (m *live) tellInside(room meeting.RoomID, now placement, signal meeting.Signal) {
	for _, person := range now.inside[room] {
		m.inform(person.ID, signal)
	}
}

// inform tells somebody of others, unless its client makes nothing of that.
func (m *live) inform(id meeting.ParticipantID, signal meeting.Signal) {
	if seat := m.seats[id]; seat != nil && !seat.brief {
		seat.tell(signal)
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
			m.inform(person.ID, signal)
		}
	}
}

// tellAble tells those who have a capability.
func (m *live) tellAble(need meeting.Capabilities, signal meeting.Signal) {
	for _, person := range m.state.Roster() {
		if m.state.Capabilities(meeting.As(person.ID)).Has(need) {
			m.inform(person.ID, signal)
		}
	}
}

func (m *live) tellAll(signal meeting.Signal) {
	for _, person := range m.state.Roster() {
		if !person.Waits() {
			m.inform(person.ID, signal)
		}
	}
}

// denied tells a bot that had nothing to lose that it may not record.
func (m *live) denied(e meeting.Event, fact meeting.RecordingAllowed) {
	if e.Participant == nil || fact.Allowed {
		return
	}
	if seat := m.seats[e.Participant.ID]; seat != nil && e.Participant.IsBot && !seat.records {
		seat.tell(meeting.RecordingPermitted{At: e.At})
	}
}

// listRooms tells somebody of every room, if it may see them.
func (m *live) listRooms(e meeting.Event) {
	if !m.state.Capabilities(meeting.As(e.Participant.ID)).Has(meeting.MayViewRooms) {
		return
	}
	for _, room := range m.state.BreakoutRooms() {
		m.inform(e.Participant.ID, meeting.RoomListed{At: e.At, Room: *room.Ref(), State: room.State})
	}
}

// dismiss says the last word to a seat.
func (m *live) dismiss(id meeting.ParticipantID, connection meeting.ConnectionID, signal meeting.Removed) {
	if seat := m.seats[id]; seat != nil && seat.connection == connection {
		seat.tell(signal)
		delete(m.seats, id)
	}
}

// roster tells of those who are in a room beside one of them.
func roster(inside []*meeting.Person, except meeting.ParticipantID) []meeting.ParticipantRef {
	refs := make([]meeting.ParticipantRef, 0, len(inside))
	for _, person := range inside {
		if person.ID != except {
			refs = append(refs, *person.Ref())
		}
	}
	return refs
}
