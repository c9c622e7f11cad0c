package meeting

import (
	"slices"
	"time"
)

// Options are the host's settings of breakout rooms.
type Options struct {
	// BreakoutRooms enables breakout rooms at all. Defaults to true.
	BreakoutRooms bool `json:"breakoutRooms"`
	// MoveInAutomatically sends people to their rooms without asking, where
	// their client follows moves. Defaults to true.
	MoveInAutomatically bool `json:"moveInAutomatically"`
	// AllowReturn lets participants go back to main at any time. Defaults to true.
	AllowReturn bool `json:"allowReturn"`
	// ChooseRoom lets participants see the room list and choose a room.
	// Defaults to false.
	ChooseRoom bool `json:"chooseRoom"`
	// ClosingCountdown is how long rooms stay after closing was asked for,
	// 0 to 120 s. Defaults to 60 s.
	ClosingCountdown time.Duration `json:"closingCountdown"`
	// RoundDuration is how long rooms are open before the timer runs out, up to
	// 24 h. Defaults to 0: there is no timer.
	RoundDuration time.Duration `json:"roundDuration,omitempty"`
	// TimerCloses begins to close the rooms when the timer runs out. Otherwise
	// the host is told that time is up. Defaults to true.
	TimerCloses bool `json:"timerCloses"`
	// RoomCapacity is how many people, bots apart, a breakout room holds.
	// Defaults to 0: as many as come.
	RoomCapacity int `json:"roomCapacity,omitempty"`
	// LateJoin says what becomes of people who join while rooms are open.
	// Defaults to [LateToMain].
	LateJoin LateJoin `json:"lateJoin,omitempty"`
	// ParticipantsBroadcast lets everybody send messages to all rooms, not hosts
	// alone. Defaults to false.
	ParticipantsBroadcast bool `json:"participantsBroadcast,omitempty"`
	// MoveBackAutomatically takes people back to main at the end of the closing
	// countdown without asking. Otherwise they are asked when it begins, and go
	// back at its end at the latest. Defaults to true.
	MoveBackAutomatically bool `json:"moveBackAutomatically"`
	// Rejoin says where people go on who have left and come back while rooms are
	// open. Defaults to [RejoinRoom].
	Rejoin Rejoin `json:"rejoin,omitempty"`
	// Chat lets participants chat, not hosts alone. Defaults to true.
	Chat bool `json:"chat"`
	// Polls lets participants start polls, not hosts alone. Defaults to false.
	Polls bool `json:"polls,omitempty"`
	// ScreenShare lets participants share their screens, not hosts alone. Defaults
	// to true.
	ScreenShare bool `json:"screenShare"`
	// Recording lets everybody record on their own machines, in every room.
	// Defaults to false.
	Recording bool `json:"recording,omitempty"`
	// WaitingRoom says who waits, on coming, until a host lets them in. Defaults to
	// [WaitingRoomOff].
	WaitingRoom WaitingRoom `json:"waitingRoom,omitempty"`
	// WaitAgain has those wait again who come back: by another connection, or from
	// a breakout room to main. Defaults to false.
	WaitAgain bool `json:"waitAgain,omitempty"`
	// WaitForRooms has those wait again who go to a breakout room, until a host lets
	// them into it. When the room closes meanwhile, they are back in main. Defaults
	// to false.
	WaitForRooms bool `json:"waitForRooms,omitempty"`
	// WaitForHost refuses everybody who need not wait to be let in until a host
	// has come. Defaults to false.
	WaitForHost bool `json:"waitForHost,omitempty"`
	// Locked refuses everybody but hosts who is not in the meeting. Defaults to false.
	Locked bool `json:"locked,omitempty"`
	// Capacity is how many people and bots the meeting holds, beside hosts that
	// come. Defaults to 0: as many as come.
	Capacity int `json:"capacity,omitempty"`
	// BotsAskToRecord lets bots record where a host has let them, and not
	// everywhere. Defaults to false.
	BotsAskToRecord bool `json:"botsAskToRecord,omitempty"`
}

// Rejoin says where people go on who come back.
type Rejoin string

// Somebody who comes back goes to the room where they should be, if that is
// open, or stays in main until the host assigns them anew.
const (
	RejoinRoom Rejoin = "ROOM"
	RejoinMain Rejoin = "MAIN"
)

// LateJoin says what becomes of people who join while rooms are open.
type LateJoin string

// Latecomers stay in main until the host assigns them, or go to the open room
// with the fewest people.
const (
	LateToMain   LateJoin = "MAIN"
	LateToFewest LateJoin = "FEWEST"
)

// DefaultOptions are the options of a meeting that says nothing else.
func DefaultOptions() Options {
	return Options{BreakoutRooms: true, MoveInAutomatically: true, AllowReturn: true, ClosingCountdown: time.Minute, TimerCloses: true, LateJoin: LateToMain,
		MoveBackAutomatically: true, Rejoin: RejoinRoom, Chat: true, ScreenShare: true, WaitingRoom: WaitingRoomOff}
}

// Bounds of options.
const (
	// MaxClosingCountdown is the longest countdown that a host can ask for.
	MaxClosingCountdown = 2 * time.Minute
	// MaxRoundDuration is the longest time that a timer can run.
	MaxRoundDuration = 24 * time.Hour
	// MaxRoomCapacity bounds how many people a room can be made to hold.
	MaxRoomCapacity = 1000
	// MaxCapacity bounds how many people and bots a meeting can be made to hold.
	MaxCapacity = 10_000
)

func checkOptions(o Options) (problems Refusals) {
	refuse := func(field, format string, args ...any) {
		problems = append(problems, Refuse(CodeInvalid, []string{"options", field}, format, args...)...)
	}
	if o.ClosingCountdown < 0 || o.ClosingCountdown > MaxClosingCountdown {
		refuse("closingCountdown", "A closing countdown takes between 0 s and %s; %s was asked for.", MaxClosingCountdown, o.ClosingCountdown)
	}
	if o.RoundDuration < 0 || o.RoundDuration > MaxRoundDuration {
		refuse("roundDuration", "A round takes up to %s, or 0 s for no timer; %s was asked for.", MaxRoundDuration, o.RoundDuration)
	}
	if o.RoomCapacity < 0 || o.RoomCapacity > MaxRoomCapacity {
		refuse("roomCapacity", "A room holds up to %d people, or 0 for as many as come; %d was asked for.", MaxRoomCapacity, o.RoomCapacity)
	}
	if o.Capacity < 0 || o.Capacity > MaxCapacity {
		refuse("capacity", "A meeting holds up to %d people, or 0 for as many as come; %d was asked for.", MaxCapacity, o.Capacity)
	}
	if o.WaitingRoom != "" && !slices.Contains([]WaitingRoom{WaitingRoomOff, WaitingRoomBots, WaitingRoomEverybody}, o.WaitingRoom) {
		refuse("waitingRoom", "There is no waiting room for %q; choose OFF, BOTS or EVERYBODY.", o.WaitingRoom)
	}
	if o.LateJoin != "" && o.LateJoin != LateToMain && o.LateJoin != LateToFewest {
		refuse("lateJoin", "There is no way to join late called %q; choose MAIN or FEWEST.", o.LateJoin)
	}
	if o.Rejoin != "" && o.Rejoin != RejoinRoom && o.Rejoin != RejoinMain {
		refuse("rejoin", "There is no way to come back called %q; choose ROOM or MAIN.", o.Rejoin)
	}
	return problems
}

// setOptions changes settings, and tells everybody whose capabilities change
// with them.
func (d *decision) setOptions(c SetOptions) error {
	options := d.state.Options
	c.Change(&options)
	if problems := d.state.Persona.checkOptions(options); len(problems) > 0 {
		return problems
	}
	d.emit(nil, nil, OptionsChanged{Options: options})
	world := *d.state
	world.Options = options
	d.recomputeAll(&world)
	return nil
}

// recomputeAll tells of everybody's capabilities that are others in a world that
// differs from the state.
func (d *decision) recomputeAll(world *State) {
	for _, person := range d.state.Roster() {
		d.recompute(person, *person, world)
	}
}

// recompute tells of somebody's capabilities if they are others once the person
// and the world are as given. Who may not record any more stops.
func (d *decision) recompute(before *Person, after Person, world *State) {
	was, is := d.state.capabilitiesOf(before), world.capabilitiesOf(&after)
	if was == is || !after.Present() {
		return
	}
	d.emit(nil, after.Ref(), CapabilitiesChanged{Capabilities: is.Names()})
	if before.Recording.runs() && !is.Has(MayRecord) {
		room, _ := d.state.Room(after.Room)
		d.emit(room.Ref(), after.Ref(), RecordingChanged{State: RecordingEnded})
	}
}
