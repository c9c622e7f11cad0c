package meeting

import (
	"slices"
	"strings"
)

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
	MayMute
	MayChat
	MayPoll
	MayShareScreen
	MayRecord
	MayAllowRecording
	MayBroadcastMedia
	MayAdmit
)

var capabilityNames = []string{
	"EDIT_ROOMS", "CONTROL_ROUND", "PLACE_OTHERS", "ENTER_ANY_ROOM", "ENTER_ASSIGNED_ROOM",
	"CHOOSE_ROOM", "RETURN_TO_MAIN", "VIEW_ROOMS", "VIEW_ROSTER", "END_MEETING", "SET_OPTIONS", "SET_ROLES",
	"REMOVE", "BROADCAST", "ASK_FOR_HELP", "ANSWER_HELP", "MUTE", "CHAT", "POLL", "SHARE_SCREEN", "RECORD", "ALLOW_RECORDING", "BROADCAST_MEDIA", "ADMIT",
}

const (
	cohosting = MayEditRooms | MayControlRound | MayPlaceOthers | MayEnterAnyRoom | MayEnterAssignedRoom | MayChooseRoom |
		MayReturnToMain | MayViewRooms | MayViewRoster | MaySetOptions | MayRemove | MayBroadcast | MayAnswerHelp |
		MayMute | MayChat | MayPoll | MayShareScreen | MayRecord | MayAllowRecording | MayBroadcastMedia | MayAdmit
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
	return s.capabilitiesOf(s.People[actor.Participant])
}

// capabilitiesOf computes what somebody may do.
func (s *State) capabilitiesOf(person *Person) Capabilities {
	if person == nil || !person.Present() {
		return 0
	}
	if preset, ok := s.preset(person.Preset); ok {
		may, _ := ParseCapabilities(preset.Capabilities) // was checked when it was saved
		return may &^ s.withheld(person)
	}
	switch person.Role {
	case RoleHost:
		return everything &^ s.withheld(person)
	case RoleCohost:
		return cohosting &^ s.withheld(person)
	}
	return s.ordinary(person) &^ s.withheld(person)
}

// ordinary is what somebody may do by the options, who is neither host nor
// co-host.
func (s *State) ordinary(person *Person) Capabilities {
	may := MayEnterAssignedRoom | MayAskForHelp
	room, _ := s.Room(person.Room)
	for _, one := range []struct {
		let bool
		may Capabilities
	}{
		{s.Options.ChooseRoom, ownChoice},
		{s.Options.AllowReturn, MayReturnToMain},
		{s.Options.ParticipantsBroadcast, MayBroadcast},
		{s.Options.Chat, MayChat},
		{s.Options.Polls, MayPoll},
		{s.Options.ScreenShare, MayShareScreen},
		{s.Options.Recording || room.Recordable || person.MayRecord, MayRecord},
	} {
		if one.let {
			may |= one.may
		}
	}
	return may
}

// withheld is what the platform does not let somebody do, by where they are, what
// they are and by which client.
func (s *State) withheld(person *Person) (withheld Capabilities) {
	if room, ok := s.Room(person.Room); ok && room.Kind == RoomBreakout && !s.Persona.Offers.Has(OffersEditingFromRooms) {
		withheld |= MayEditRooms
	}
	if person.Role == RoleCohost && !s.Persona.Offers.Has(OffersCohostsHelp) {
		withheld |= MayAnswerHelp
	}
	if slices.Contains(s.Persona.CannotManage, person.Device) {
		withheld |= MayEditRooms | MayControlRound | MayPlaceOthers | MaySetOptions | MayBroadcastMedia
	}
	if person.Device == DeviceBasic {
		withheld |= MayEnterAnyRoom | MayEnterAssignedRoom | MayChooseRoom
	}
	return withheld
}
