package meeting

import (
	"slices"
	"time"
)

// Persona is how a meeting platform holds breakout rooms: its limits, what it
// offers, and what it starts with. A simulated meeting takes on one of them, so
// that what works in a simulation works there too.
type Persona struct {
	Name string
	// MaxRooms is how many breakout rooms a meeting can have, and MaxRoomName how
	// long their names can be, in runes.
	MaxRooms, MaxRoomName int
	// Countdowns are the closing countdowns to choose from; any when empty.
	Countdowns []time.Duration
	// CannotManage are the clients by which hosts can't manage rooms.
	CannotManage []Device
	// Offers is what the platform can do beyond opening all rooms, moving people
	// and closing all rooms.
	Offers Offers
	// Defaults are the options of a meeting that says nothing else.
	Defaults Options
}

// Offers is a set of things that a platform can do.
type Offers uint32

// What platforms offer, or do not.
const (
	OffersTimer Offers = 1 << iota
	OffersCapacity
	OffersSpreadingLatecomers
	OffersChoosingRooms
	OffersEditingWhileOpen
	OffersReassigningWhileOpen
	OffersSingleRooms
	OffersCallingBack
	OffersMessages
	OffersMessagesOfParticipants
	OffersHelp
	OffersCohostsHelp
	OffersEditingFromRooms
	OffersVoiceBroadcasts
	OffersScreensToRooms
	OffersAllowingFromOutside
	OffersJoiningRooms
	OffersConnectedMeetings
	OffersMovingBackByConsent
	OffersExchangingWhileOpen
	OffersWaitingRoom
)

// offerNames say what each is, as in "Zoom does not offer …".
var offerNames = []string{
	"timers", "a capacity of rooms", "spreading latecomers over rooms", "letting participants choose rooms",
	"adding, renaming or deleting rooms while rooms are open", "assigning automatically while rooms are open",
	"opening or closing single rooms", "calling people back", "messages to rooms", "messages of participants to rooms",
	"asking for help", "co-hosts answering requests for help", "editing rooms from inside a breakout room",
	"voices to rooms", "screens to rooms", "letting people in open rooms record from outside", "joining rooms directly", "rooms that are meetings of their own",
	"asking people before they move back", "exchanging people while rooms are open", "a waiting room",
}

// Has says whether everything of want is in the set.
func (o Offers) Has(want Offers) bool { return o&want == want }

// Names say what is in the set, in a fixed order.
func (o Offers) Names() (names []string) {
	for i, name := range offerNames {
		if o.Has(1 << i) {
			names = append(names, name)
		}
	}
	return names
}

// OfferNames say all that a platform can offer.
func OfferNames() []string { return slices.Clone(offerNames) }

// The names of personas.
const (
	PersonaIdeal        = "ideal"
	PersonaZoom         = "zoom"
	PersonaDigitalSamba = "digital-samba"
	PersonaRealtimeKit  = "realtimekit"
	PersonaLiveKit      = "livekit"
)

const everyOffer = 1<<21 - 1

// Personas are all personas, the ideal one first. It does everything that any
// platform does.
//
// Sources: the Meeting SDK's breakout rooms, developers.zoom.us; breakout rooms
// in docs.digitalsamba.com; connected meetings in developers.cloudflare.com/realtime;
// rooms and participants in docs.livekit.io. Where a platform leaves the
// orchestration to the application, as LiveKit does, what a room cannot do by
// itself is left out.
func Personas() []Persona {
	return []Persona{
		{
			Name: PersonaIdeal, MaxRooms: MaxRooms, MaxRoomName: MaxNameLength, Offers: everyOffer, Defaults: DefaultOptions(),
		},
		{
			Name: PersonaZoom, MaxRooms: 50, MaxRoomName: 32,
			Countdowns:   []time.Duration{0, 10 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute},
			CannotManage: []Device{DeviceMobile, DeviceRoomSystem, DevicePhone},
			Offers: OffersTimer | OffersChoosingRooms | OffersCallingBack | OffersMessages | OffersHelp | OffersVoiceBroadcasts |
				OffersScreensToRooms | OffersMovingBackByConsent | OffersExchangingWhileOpen | OffersWaitingRoom,
			Defaults: defaults(func(o *Options) { o.MoveInAutomatically, o.MoveBackAutomatically, o.Rejoin = false, false, RejoinMain }),
		},
		{
			Name: PersonaDigitalSamba, MaxRooms: 300, MaxRoomName: MaxNameLength, Countdowns: []time.Duration{0},
			CannotManage: []Device{DevicePhone},
			Offers: OffersTimer | OffersChoosingRooms | OffersReassigningWhileOpen | OffersMessages | OffersMessagesOfParticipants | OffersHelp |
				OffersCohostsHelp | OffersEditingFromRooms | OffersJoiningRooms | OffersAllowingFromOutside | OffersExchangingWhileOpen |
				OffersWaitingRoom,
			Defaults: defaults(func(o *Options) { o.ClosingCountdown = 0 }),
		},
		{
			Name: PersonaRealtimeKit, MaxRooms: MaxRooms, MaxRoomName: MaxNameLength, Countdowns: []time.Duration{0},
			CannotManage: []Device{DevicePhone},
			Offers: OffersChoosingRooms | OffersEditingWhileOpen | OffersReassigningWhileOpen | OffersSingleRooms | OffersMessages |
				OffersMessagesOfParticipants | OffersEditingFromRooms | OffersJoiningRooms | OffersConnectedMeetings | OffersAllowingFromOutside |
				OffersExchangingWhileOpen | OffersWaitingRoom,
			Defaults: defaults(func(o *Options) { o.ClosingCountdown, o.Polls = 0, true }),
		},
		{
			Name: PersonaLiveKit, MaxRooms: MaxRooms, MaxRoomName: MaxNameLength, Countdowns: []time.Duration{0},
			Offers: OffersEditingWhileOpen | OffersReassigningWhileOpen | OffersSingleRooms | OffersMessages | OffersMessagesOfParticipants |
				OffersEditingFromRooms | OffersJoiningRooms | OffersAllowingFromOutside | OffersExchangingWhileOpen,
			Defaults: defaults(func(o *Options) { o.ClosingCountdown, o.AllowReturn, o.Rejoin = 0, false, RejoinMain }),
		},
	}
}

// defaults are the default options, changed as a platform has them.
func defaults(change func(*Options)) Options {
	options := DefaultOptions()
	change(&options)
	return options
}

// PersonaOf finds a persona by its name; no name is the ideal one.
func PersonaOf(name string) (Persona, error) {
	if name == "" {
		name = PersonaIdeal
	}
	var names []string
	for _, persona := range Personas() {
		if persona.Name == name {
			return persona, nil
		}
		names = append(names, persona.Name)
	}
	return Persona{}, Refuse(CodeInvalid, []string{"persona"}, "There is no persona %q; there are %v.", name, names)
}

// Allows says whether options are legal on the platform.
func (p Persona) Allows(options Options) bool { return len(p.checkOptions(options)) == 0 }

// offered refuses what the meeting's platform does not offer.
func (d *decision) offered(what Offers) error {
	if d.state.Persona.Offers.Has(what) {
		return nil
	}
	return d.state.Persona.refuse(nil, what)
}

func (p Persona) refuse(path []string, what Offers) Refusals {
	return Refuse(CodeNotOffered, path, "%s does not offer %s.", p.Name, (what &^ p.Offers).Names()[0])
}

// checkOptions finds every fault of options, and what of them the platform does
// not offer.
func (p Persona) checkOptions(o Options) Refusals {
	problems := checkOptions(o)
	for _, option := range []struct {
		field string
		set   bool
		needs Offers
	}{
		{"roundDuration", o.RoundDuration > 0, OffersTimer},
		{"roomCapacity", o.RoomCapacity > 0, OffersCapacity},
		{"lateJoin", o.LateJoin == LateToFewest, OffersSpreadingLatecomers},
		{"chooseRoom", o.ChooseRoom, OffersChoosingRooms},
		{"participantsBroadcast", o.ParticipantsBroadcast, OffersMessagesOfParticipants},
		{"waitingRoom", o.WaitingRoom != "" && o.WaitingRoom != WaitingRoomOff, OffersWaitingRoom},
		{"moveBackAutomatically", !o.MoveBackAutomatically, OffersMovingBackByConsent},
	} {
		if option.set && !p.Offers.Has(option.needs) {
			problems = append(problems, p.refuse([]string{"options", option.field}, option.needs)...)
		}
	}
	if err := p.checkCountdown(o.ClosingCountdown); err != nil {
		problems = append(problems, Refuse(CodeNotOffered, []string{"options", "closingCountdown"}, "%s", err)...)
	}
	return problems
}

// checkCountdown refuses a countdown that cannot be chosen.
func (p Persona) checkCountdown(countdown time.Duration) error {
	if len(p.Countdowns) == 0 || slices.Contains(p.Countdowns, countdown) {
		return nil
	}
	return Refuse(CodeNotOffered, []string{"countdown"}, "%s closes rooms in one of %v; %s was asked for.", p.Name, p.Countdowns, countdown)
}
