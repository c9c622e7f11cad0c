package meeting

import "strings"

// Capabilities is the set of things that a participant may do here and now.
type Capabilities uint16

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
)

var capabilityNames = []string{
	"EDIT_ROOMS", "CONTROL_ROUND", "PLACE_OTHERS", "ENTER_ANY_ROOM", "ENTER_ASSIGNED_ROOM",
	"CHOOSE_ROOM", "RETURN_TO_MAIN", "VIEW_ROOMS", "VIEW_ROSTER", "END_MEETING",
}

const (
	everything = MayEditRooms | MayControlRound | MayPlaceOthers | MayEnterAnyRoom | MayEnterAssignedRoom |
		MayChooseRoom | MayReturnToMain | MayViewRooms | MayViewRoster | MayEndMeeting
	ownChoice = MayChooseRoom | MayViewRooms | MayViewRoster
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
	person := s.People[actor.Participant]
	if person == nil || !person.Present() {
		return 0
	}
	if person.Role == RoleHost || person.Role == RoleCohost {
		return everything
	}
	may := MayEnterAssignedRoom
	if s.Options.ChooseRoom {
		may |= ownChoice
	}
	if s.Options.AllowReturn {
		may |= MayReturnToMain
	}
	return may
}
