package meeting

import "strings"

// Capabilities is the set of things that a participant may do here and now.
type Capabilities uint32

// Capabilities are computed from role, room and options whenever they are
// asked for, never stored: they change as people move and hosts set options.
const (
	MayEditRooms Capabilities = 1 << iota
	MayControlRound
	MayPlaceOthers
	MayEnterAnyRoom
	MayEnterAssignedRoom
	MayChooseRoom
	MayReturnToMain
	MayViewRooms
	MayViewRoster
	MayEndMeeting
	MaySetOptions
	MaySetRoles
	MayRemove
	MayBroadcast
	MayAskForHelp
	MayAnswerHelp
)

var capabilityNames = []string{
	"EDIT_ROOMS", "CONTROL_ROUND", "PLACE_OTHERS", "ENTER_ANY_ROOM", "ENTER_ASSIGNED_ROOM",
	"CHOOSE_ROOM", "RETURN_TO_MAIN", "VIEW_ROOMS", "VIEW_ROSTER", "END_MEETING", "SET_OPTIONS", "SET_ROLES",
	"REMOVE", "BROADCAST", "ASK_FOR_HELP", "ANSWER_HELP",
}

const (
	cohosting = MayEditRooms | MayControlRound | MayPlaceOthers | MayEnterAnyRoom | MayEnterAssignedRoom | MayChooseRoom |
		MayReturnToMain | MayViewRooms | MayViewRoster | MaySetOptions | MayRemove | MayBroadcast | MayAnswerHelp
	everything = cohosting | MayEndMeeting | MaySetRoles
	ownChoice  = MayChooseRoom | MayViewRooms | MayViewRoster
)

// Has says whether every capability of want is in the set.
func (c Capabilities) Has(want Capabilities) bool { return c&want == want }

// Names lists the set in a fixed order.
func (c Capabilities) Names() []string {
	var names []string
	for i, name := range capabilityNames {
		if c.Has(1 << i) {
			names = append(names, name)
		}
	}
	return names
}

// String joins the names with commas.
func (c Capabilities) String() string { return strings.Join(c.Names(), ",") }

// Capabilities computes what an actor may do now. The owner, who acts through
// the API, may do everything; somebody who is not in the meeting, nothing.
func (s *State) Capabilities(actor Actor) Capabilities {
	if actor == Owner {
		return everything
	}
	return s.capabilitiesOf(s.People[actor.Participant], s.Options)
}

// capabilitiesOf computes what somebody may do under some options.
func (s *State) capabilitiesOf(person *Person, options Options) Capabilities {
	switch {
	case person == nil || !person.Present():
		return 0
	case person.Role == RoleHost:
		return everything &^ s.withheld(person)
	case person.Role == RoleCohost:
		return cohosting &^ s.withheld(person)
	}
	may := MayEnterAssignedRoom | MayAskForHelp
	if options.ChooseRoom {
		may |= ownChoice
	}
	if options.AllowReturn {
		may |= MayReturnToMain
	}
	if options.ParticipantsBroadcast {
		may |= MayBroadcast
	}
	return may
}

// withheld is what the platform does not let a host or co-host do, by where they
// are and what they are.
func (s *State) withheld(person *Person) (withheld Capabilities) {
	if room, ok := s.Room(person.Room); ok && room.Kind == RoomBreakout && !s.Persona.Offers.Has(OffersEditingFromRooms) {
		withheld |= MayEditRooms
	}
	if person.Role == RoleCohost && !s.Persona.Offers.Has(OffersCohostsHelp) {
		withheld |= MayAnswerHelp
	}
	return withheld
}
