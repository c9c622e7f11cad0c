package meeting

import (
	"strings"
	"time"
	"unicode/utf8"
)

// MainRoomName is what the main room is called.
const MainRoomName = "Main room"

func (d *decision) create(c Create) error {
	var problems Refusals
	problems = append(problems, checkName(c.Title, "title", "A meeting's title")...)
	problems = append(problems, checkOptions(c.Options)...)
	if c.Meeting == "" {
		problems = append(problems, Refuse(CodeInvalid, []string{"id"}, "A meeting needs an id.")...)
	}
	if len(problems) > 0 {
		return problems
	}
	c.Title = strings.TrimSpace(c.Title)
	d.emit(nil, nil, MeetingCreated{Meeting: c.Meeting, Title: c.Title, Platform: c.Platform, Owner: c.Owner, Options: c.Options})
	main := &RoomRef{ID: d.state.roomID(c.Meeting, 0), Kind: RoomMain, Name: MainRoomName}
	d.emit(main, nil, RoomCreated{Ordinal: 0})
	return nil
}

// checkName refuses a name that is empty or too long.
func checkName(name, field, what string) Refusals {
	length := utf8.RuneCountInString(strings.TrimSpace(name))
	switch {
	case length == 0:
		return Refuse(CodeInvalid, []string{field}, "%s must not be empty.", what)
	case length > MaxNameLength:
		return Refuse(CodeInvalid, []string{field}, "%s can have %d characters; this one has %d.", what, MaxNameLength, length)
	}
	return nil
}

func checkOptions(o Options) Refusals {
	if o.ClosingCountdown < 0 || o.ClosingCountdown > MaxClosingCountdown {
		return Refuse(CodeInvalid, []string{"options", "closingCountdown"},
			"A closing countdown takes between 0 s and %s; %s was asked for.", MaxClosingCountdown, o.ClosingCountdown)
	}
	return nil
}

func (d *decision) createRooms(c CreateRooms) error {
	if err := d.editable(); err != nil {
		return err
	}
	existing := len(d.state.BreakoutRooms())
	if len(c.Names) == 0 {
		return Refuse(CodeInvalid, []string{"names"}, "Name at least one room to create.")
	}
	if total := existing + len(c.Names); total > MaxRooms {
		return Refuse(CodeTooManyRooms, []string{"names"}, "A meeting can have %d breakout rooms; this would make %d.", MaxRooms, total)
	}
	if problems := d.checkRoomNames(c.Names); len(problems) > 0 {
		return problems
	}
	d.prepareRound()
	for i, name := range c.Names {
		ordinal := existing + 1 + i
		room := &RoomRef{ID: d.state.roomID(d.state.Meeting, ordinal), Kind: RoomBreakout, Name: strings.TrimSpace(name)}
		d.emit(room, nil, RoomCreated{Ordinal: ordinal})
	}
	return nil
}

// checkRoomNames finds every fault of the names of new rooms.
func (d *decision) checkRoomNames(names []string) Refusals {
	var problems Refusals
	taken := make(map[string]bool)
	for _, room := range d.state.Rooms {
		taken[strings.ToLower(room.Name)] = true
	}
	for _, name := range names {
		problems = append(problems, checkName(name, "names", "A room's name")...)
		key := strings.ToLower(strings.TrimSpace(name))
		if key != "" && taken[key] {
			problems = append(problems, Refuse(CodeRoomNameTaken, []string{"names"},
				"There is a room called %q already; give each room a name of its own.", strings.TrimSpace(name))...)
		}
		taken[key] = true
	}
	return problems
}

// editable refuses while rooms are open or closing.
func (d *decision) editable() error {
	switch d.state.Round.State {
	case RoundStateOpen, RoundStateClosing:
		return RefuseForNow(CodeRoundAlreadyOpen, nil, "Round %d is running; close its rooms first.", d.state.Round.Ordinal)
	}
	return nil
}

// prepareRound begins a new round unless one is being prepared.
func (d *decision) prepareRound() int {
	if d.state.Round.State == RoundStateEdit {
		return d.state.Round.Ordinal
	}
	round := d.state.Round.Ordinal + 1
	d.emit(nil, nil, RoundPrepared{Round: round})
	return round
}

func (d *decision) openRooms() error {
	s := d.state
	switch s.Round.State {
	case RoundStateOpen:
		return Refuse(CodeRoundAlreadyOpen, nil, "The rooms of round %d are open since %s.", s.Round.Ordinal, s.Round.OpenedAt.UTC().Format(time.RFC3339))
	case RoundStateClosing:
		return RefuseForNow(CodeRoundClosing, nil, "The rooms of round %d are closing; open them again when they have closed.", s.Round.Ordinal)
	}
	if len(s.BreakoutRooms()) == 0 {
		return Refuse(CodeNoRooms, nil, "The meeting has no breakout room; create rooms first.")
	}
	round := d.prepareRound()
	d.emit(nil, nil, RoundOpened{Round: round})
	for _, room := range s.BreakoutRooms() {
		d.emit(room.Ref(), nil, RoomOpened{})
	}
	for _, person := range s.Roster() {
		if room, ok := s.Room(person.Assigned); ok && person.Present() {
			d.send(person, room, LeftByMove)
		}
	}
	return nil
}

func (d *decision) closeRooms(c CloseRooms) error {
	s := d.state
	countdown := s.Options.ClosingCountdown
	if c.Countdown != nil {
		countdown = *c.Countdown
	}
	switch {
	case s.Round.State == RoundStateClosing:
		d.closeRound(ClosedByHost)
	case s.Round.State != RoundStateOpen:
		return Refuse(CodeRoundNotOpen, nil, "No breakout room is open, so none can be closed.")
	case countdown < 0 || countdown > MaxClosingCountdown:
		return Refuse(CodeInvalid, []string{"countdown"}, "A closing countdown takes between 0 s and %s; %s was asked for.", MaxClosingCountdown, countdown)
	case countdown == 0:
		d.closeRound(ClosedByHost)
	default:
		d.emit(nil, nil, RoundClosing{Round: s.Round.Ordinal, ClosesAt: d.now.Add(countdown)})
		d.cancelInvitations()
	}
	return nil
}

// tick closes the round when its countdown has run out.
func (d *decision) tick() {
	if at, waiting := d.state.Deadline(); waiting && !d.now.Before(at) {
		d.closeRound(ClosedByHost)
	}
}

// closeRound brings everybody back to main and closes every room.
func (d *decision) closeRound(cause CloseCause) {
	d.cancelInvitations()
	for _, person := range d.state.Roster() {
		if room, ok := d.state.Room(person.Room); ok && room.Kind == RoomBreakout {
			d.relocate(person, d.state.Main(), LeftByRoundClose)
		}
	}
	d.roundClosed(cause)
}

func (d *decision) roundClosed(cause CloseCause) {
	for _, room := range d.state.BreakoutRooms() {
		if room.State == RoomStateOpen || room.State == RoomStateClosing {
			d.emit(room.Ref(), nil, RoomClosed{})
		}
	}
	d.emit(nil, nil, RoundClosed{Round: d.state.Round.Ordinal, Cause: cause})
}

// cancelInvitations ends what is still waiting for an answer: rooms that close
// take nobody in.
func (d *decision) cancelInvitations() {
	for _, person := range d.state.Roster() {
		if person.Invitation.State == InvitationPending {
			d.resolve(person, InvitationCancelled)
		}
	}
}

func (d *decision) end(cause LeaveCause) {
	s := d.state
	closed := ClosedByMeetingEnd
	switch cause {
	case "":
		cause = LeftByMeetingEnd
	case LeftByInterruption:
		closed = ClosedByInterruption
	}
	d.cancelInvitations()
	for _, person := range s.Roster() {
		if person.Present() {
			d.part(person, cause)
		}
	}
	if s.Round.State == RoundStateOpen || s.Round.State == RoundStateClosing {
		d.roundClosed(closed)
	}
	d.emit(nil, nil, MeetingEnded{Cause: cause})
}
