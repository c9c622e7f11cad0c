package meeting

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is everything that the rules know of one meeting. It changes only by
// [State.Fold].
type State struct {
	Meeting   ID
	Title     string
	Platform  string
	Owner     string
	Options   Options
	Persona   Persona
	CreatedAt time.Time
	EndedAt   time.Time

	Round   Round
	Plans   []Plan
	Presets []Preset
	// Polls are all polls that there ever were, by their ids.
	Polls []*Poll
	// Applied is the name of the plan by which newcomers are assigned.
	Applied string
	// Rooms are all rooms that exist, main first, then by ordinal.
	Rooms []Room
	// Listeners hear rooms without being participants.
	Listeners Listeners
	// People are all participants that ever joined.
	People map[ParticipantID]*Person

	index       map[RoomID]int // where each room is among Rooms
	roster      []*Person      // People, in the order of joining
	ordinals    int            // of the latest room; those of deleted rooms are not used again
	connections ConnectionID
	invitations InvitationID
	helps       HelpID
	started     bool // a host has been there
}

// New is the state of a meeting of which nothing has happened yet.
func New() *State {
	return &State{People: make(map[ParticipantID]*Person), index: make(map[RoomID]int)}
}

// Created says whether the meeting exists.
func (s *State) Created() bool { return s.Meeting != "" }

// Ended says whether the meeting is over.
func (s *State) Ended() bool { return !s.EndedAt.IsZero() }

// Main is the main room.
func (s *State) Main() Room { return s.Rooms[0] }

// Room finds a room by its id.
func (s *State) Room(id RoomID) (Room, bool) {
	i, ok := s.index[id]
	if !ok {
		return Room{}, false
	}
	return s.Rooms[i], true
}

// FindRoom finds a room by its id or, without regard to case and surrounding
// space, by its name. A name that several rooms have finds none of them.
func (s *State) FindRoom(idOrName string) (Room, error) {
	if room, ok := s.Room(RoomID(idOrName)); ok {
		return room, nil
	}
	var found []Room
	for _, room := range s.Rooms {
		if strings.EqualFold(room.Name, strings.TrimSpace(idOrName)) {
			found = append(found, room)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Room{}, Refuse(CodeRoomNotFound, []string{"room"},
			"The meeting has no room %q; give the id or the name of one of its rooms.", idOrName)
	}
	return Room{}, Refuse(CodeRoomNameAmbiguous, []string{"room"},
		"%d rooms are called %q; give the room's id.", len(found), idOrName)
}

// BreakoutRooms are the rooms beside main, by ordinal.
func (s *State) BreakoutRooms() []Room {
	if len(s.Rooms) == 0 {
		return nil
	}
	return s.Rooms[1:]
}

// Roster lists everybody that was ever in the meeting, in the order of joining.
// The list must not be changed.
func (s *State) Roster() []*Person { return s.roster }

// In lists who is in a room now, in the order of joining the meeting.
func (s *State) In(room RoomID) []*Person {
	var in []*Person
	for _, person := range s.roster {
		if person.Present() && person.Room == room {
			in = append(in, person)
		}
	}
	return in
}

// openRooms are the breakout rooms that people can enter.
func (s *State) openRooms() (open []Room) {
	for _, room := range s.BreakoutRooms() {
		if room.State == RoomStateOpen {
			open = append(open, room)
		}
	}
	return open
}

// Deadline is when a [Tick] is due, if something waits for time to pass.
func (s *State) Deadline() (at time.Time, waiting bool) {
	if s.Round.State == RoundStateClosing {
		return s.Round.ClosesAt, true
	}
	at = s.Round.EndsAt
	for _, room := range s.BreakoutRooms() {
		if room.State == RoomStateClosing && (at.IsZero() || room.ClosesAt.Before(at)) {
			at = room.ClosesAt
		}
	}
	return at, !at.IsZero()
}

// nextParticipant is the number of the next newcomer.
func (s *State) nextParticipant() ParticipantID { return ParticipantID(len(s.People)+1) * 100 }

// MainRoom is the id of a meeting's main room.
func MainRoom(meeting ID) RoomID { return roomID(meeting, 0) }

// roomID makes the id of the meeting's nth room. It depends on nothing but the
// meeting and the count, so that a replay gives the same ids.
func roomID(meeting ID, ordinal int) RoomID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/room/%d", meeting, ordinal))
	text := base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10])
	return RoomID("room_" + strings.ToLower(text))
}

// Fold takes events into the state. Folding the events of any run, in their
// order, gives the state that the run ended in. Events that the rules did not
// make change nothing.
func (s *State) Fold(events ...Event) {
	for _, event := range events {
		s.fold(event)
	}
}

func (s *State) fold(e Event) {
	switch fact := e.Fact.(type) {
	case MeetingCreated:
		s.Meeting, s.Title, s.Platform, s.Owner, s.Options = fact.Meeting, fact.Title, fact.Platform, fact.Owner, fact.Options
		s.CreatedAt = e.At
		s.Persona, _ = PersonaOf(fact.Persona) // the rules made the event, and know it
	case MeetingEnded:
		s.EndedAt = e.At
		s.Rooms[0].State = RoomStateClosed
	case OptionsChanged:
		s.Options = fact.Options
	case PresetSaved:
		s.Presets = WithPreset(s.Presets, fact.Preset)
	case PresetDeleted:
		s.Presets = WithoutPreset(s.Presets, fact.Name)
	case PollStarted, PollAnswered, PollEnded:
		s.foldPoll(e)
	case RecordingAllowed:
		s.foldRecordingAllowed(e, fact)
	case PlanSaved, PlanDeleted, PlanApplied:
		s.foldPlan(fact)
	case ListeningStarted, ListeningStopped:
		s.foldListening(e)
	case RoundPrepared, RoundOpened, RoundExtended, RoundTimeUp, RoundClosing, RoundClosed:
		s.foldRound(e)
	case RoomCreated, RoomRenamed, RoomDeleted, RoomOpened, RoomClosing, RoomClosed:
		s.foldRoom(e)
	default:
		s.foldPerson(e)
	}
}

func (s *State) foldPlan(fact Fact) {
	switch fact := fact.(type) {
	case PlanSaved:
		s.Plans = WithPlan(s.Plans, fact.Plan)
	case PlanDeleted:
		s.Plans = WithoutPlan(s.Plans, fact.Name)
		if s.Applied == fact.Name {
			s.Applied = ""
		}
	case PlanApplied:
		s.Applied = fact.Name
	}
}

func (s *State) foldRound(e Event) {
	switch fact := e.Fact.(type) {
	case RoundPrepared:
		s.Round = Round{Ordinal: fact.Round, State: RoundStateEdit}
	case RoundOpened:
		s.Round.State, s.Round.OpenedAt, s.Round.EndsAt = RoundStateOpen, e.At, fact.EndsAt
	case RoundExtended:
		s.Round.EndsAt = fact.EndsAt
	case RoundTimeUp:
		s.Round.EndsAt = time.Time{}
	case RoundClosing:
		s.Round.State, s.Round.ClosesAt, s.Round.Cause, s.Round.EndsAt = RoundStateClosing, fact.ClosesAt, fact.Cause, time.Time{}
		for i := range s.Rooms {
			if s.Rooms[i].State == RoomStateOpen && s.Rooms[i].Kind == RoomBreakout {
				s.Rooms[i].State = RoomStateClosing
			}
		}
	case RoundClosed:
		s.Round.State, s.Round.ClosedAt, s.Round.Cause, s.Round.EndsAt = RoundStateClosed, e.At, fact.Cause, time.Time{}
	}
}

func (s *State) foldRoom(e Event) {
	if fact, created := e.Fact.(RoomCreated); created {
		state := RoomStatePrepared
		if e.Room.Kind == RoomMain {
			state = RoomStateOpen
		}
		s.ordinals = max(s.ordinals, fact.Ordinal)
		s.index[e.Room.ID] = len(s.Rooms)
		s.Rooms = append(s.Rooms, Room{ID: e.Room.ID, Kind: e.Room.Kind, Name: e.Room.Name, Ordinal: fact.Ordinal, State: state})
		return
	}
	i, ok := s.index[e.Room.ID]
	if !ok {
		return
	}
	room := &s.Rooms[i]
	switch fact := e.Fact.(type) {
	case RoomRenamed:
		room.Name = e.Room.Name
	case RoomDeleted:
		s.Rooms = slices.Delete(s.Rooms, i, i+1)
		delete(s.index, e.Room.ID)
		for j, after := range s.Rooms[i:] {
			s.index[after.ID] = i + j
		}
	case RoomOpened:
		room.State, room.ClosesAt = RoomStateOpen, time.Time{}
	case RoomClosing:
		room.State, room.ClosesAt = RoomStateClosing, fact.ClosesAt
	case RoomClosed:
		room.State, room.ClosesAt = RoomStateClosed, time.Time{}
	}
}

func (s *State) foldPerson(e Event) {
	if e.Participant == nil {
		return
	}
	if fact, ok := e.Fact.(ParticipantJoined); ok {
		s.foldJoined(e, fact)
		s.started = s.started || e.Participant.Role == RoleHost
		return
	}
	if s.foldWaiting(e) {
		return
	}
	person := s.People[e.Participant.ID]
	if person == nil {
		return
	}
	switch fact := e.Fact.(type) {
	case ParticipantLeft:
		person.Connection = 0
	case ParticipantRenamed:
		person.Name = e.Participant.Name
	case ParticipantRoleChanged:
		person.Role = e.Participant.Role
		s.started = s.started || person.Role == RoleHost
	case HelpRequested:
		s.helps = max(s.helps, fact.Help)
		person.Help = Help{ID: fact.Help, State: HelpRequestedState, At: e.At}
	case HelpAnswered:
		person.Help.State = fact.Outcome
	case ParticipantEnteredRoom:
		person.Room, person.Visit, person.EnteredAt = e.Room.ID, fact.Visit, e.At
	case ParticipantLeftRoom:
		person.Room, person.EnteredAt, person.Asking = "", time.Time{}, false
	case ParticipantAssigned:
		person.Assigned = ""
		if e.Room != nil {
			person.Assigned = e.Room.ID
		}
	case InvitationSent:
		s.invitations = max(s.invitations, fact.Invitation)
		person.Invitation = Invitation{ID: fact.Invitation, Kind: fact.Kind, Room: e.Room.ID, State: InvitationPending}
	case InvitationResolved:
		if person.Invitation.ID == fact.Invitation {
			person.Invitation.State = fact.Outcome
		}
	default:
		person.fold(e.Fact)
	}
}

// fold takes what somebody does and may do.
func (p *Person) fold(fact Fact) {
	switch fact := fact.(type) {
	case PresetGiven:
		p.Preset = fact.Preset
	case RecordingRequested:
		p.Asking = true
	case MediaChanged:
		p.Media = fact.Media
	case RecordingChanged:
		p.Recording = fact.State
	case BroadcastStarted:
		*p.Broadcasts.of(fact.Kind) = fact.Rooms
	case BroadcastStopped:
		*p.Broadcasts.of(fact.Kind) = nil
	}
}

func (s *State) foldRecordingAllowed(e Event, fact RecordingAllowed) {
	if e.Room != nil {
		if i, ok := s.index[e.Room.ID]; ok {
			s.Rooms[i].Recordable = fact.Allowed
		}
		for _, person := range s.In(e.Room.ID) {
			person.Asking = false
		}
		return
	}
	if person := s.People[e.Participant.ID]; person != nil {
		person.MayRecord, person.Asking = fact.Allowed, false
	}
}

func (s *State) foldJoined(e Event, fact ParticipantJoined) {
	ref := e.Participant
	person := s.People[ref.ID]
	if person == nil {
		person = &Person{ID: ref.ID}
		s.People[ref.ID] = person
		s.roster = append(s.roster, person)
	}
	person.Name, person.Role, person.IsBot = ref.Name, ref.Role, ref.IsBot
	person.Bot, person.FollowsMoves, person.Connection = fact.Bot, fact.FollowsMoves, fact.Connection
	person.Email, person.ExternalID = fact.Email, fact.ExternalID
	person.Device, person.Preset, person.Media, person.Outside = fact.Device, fact.Preset, fact.Media, fact.Outside
	s.connections = max(s.connections, fact.Connection)
}
