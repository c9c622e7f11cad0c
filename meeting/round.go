package meeting

import (
	"strings"
	"time"
)

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
	var shut []Room
	for _, room := range s.BreakoutRooms() {
		if room.State != RoomStateOpen {
			shut = append(shut, room)
		}
	}
	switch {
	case !s.Options.BreakoutRooms:
		return d.enabled()
	case s.Round.State == RoundStateClosing:
		return d.closing()
	case len(s.BreakoutRooms()) == 0:
		return Refuse(CodeNoRooms, nil, "The meeting has no breakout room; create rooms first.")
	case len(shut) == 0:
		return Refuse(CodeRoundAlreadyOpen, nil, "The rooms of round %d are open since %s.", s.Round.Ordinal, s.Round.OpenedAt.UTC().Format(time.RFC3339))
	}
	d.open(shut)
	return nil
}

// openRoom opens one room, and with it a round if none is open.
func (d *decision) openRoom(c OpenRoom) error {
	if err := d.offered(OffersSingleRooms); err != nil {
		return err
	}
	room, err := d.breakoutRoom(c.Room)
	switch {
	case err != nil:
		return err
	case !d.state.Options.BreakoutRooms:
		return d.enabled()
	case d.state.Round.State == RoundStateClosing:
		return d.closing()
	case room.State == RoomStateOpen:
		return Refuse(CodeRoomAlreadyOpen, []string{"roomId"}, "Room %q is open already.", room.Name)
	}
	d.open([]Room{room})
	return nil
}

func (d *decision) closing() error {
	return RefuseForNow(CodeRoundClosing, nil, "The rooms of round %d are closing; open them again when they have closed.", d.state.Round.Ordinal)
}

// open opens rooms and sends those who are assigned to them.
func (d *decision) open(rooms []Room) {
	if d.state.Round.State != RoundStateOpen {
		opened := RoundOpened{Round: d.prepareRound()}
		if duration := d.state.Options.RoundDuration; duration > 0 {
			opened.EndsAt = d.now.Add(duration)
		}
		d.emit(nil, nil, opened)
	}
	opened := make(map[RoomID]Room, len(rooms))
	for _, room := range rooms {
		d.emit(room.Ref(), nil, RoomOpened{})
		opened[room.ID] = room
	}
	for _, person := range d.state.Roster() {
		if room, ok := opened[person.Assigned]; ok && person.Present() {
			d.send(person, room, LeftByMove)
		}
	}
}

func (d *decision) closeRooms(c CloseRooms) error {
	s := d.state
	countdown, err := d.countdown(c.Countdown)
	switch {
	case s.Round.State == RoundStateClosing:
		d.closeRound(s.Round.Cause)
		return nil
	case s.Round.State != RoundStateOpen:
		return Refuse(CodeRoundNotOpen, nil, "No breakout room is open, so none can be closed.")
	case err != nil:
		return err
	}
	d.beginClosing(countdown, ClosedByHost)
	return nil
}

// countdown is how long a closing takes: as was asked for, or as the meeting's
// options say.
func (d *decision) countdown(asked *time.Duration) (time.Duration, error) {
	if asked == nil {
		return d.state.Options.ClosingCountdown, nil
	}
	if *asked < 0 || *asked > MaxClosingCountdown {
		return 0, Refuse(CodeInvalid, []string{"countdown"}, "A closing countdown takes between 0 s and %s; %s was asked for.", MaxClosingCountdown, *asked)
	}
	return *asked, d.state.Persona.checkCountdown(*asked)
}

func (d *decision) beginClosing(countdown time.Duration, cause CloseCause) {
	if countdown == 0 {
		d.closeRound(cause)
		return
	}
	d.emit(nil, nil, RoundClosing{Round: d.state.Round.Ordinal, ClosesAt: d.now.Add(countdown), Cause: cause})
	d.cancelInvitations(everybody)
	if !d.state.Options.MoveBackAutomatically {
		for _, person := range d.state.Roster() {
			if room, ok := d.state.Room(person.Room); ok && room.Kind == RoomBreakout {
				d.invite(person, d.state.Main())
			}
		}
	}
}

// closeRoom closes one room; with the last one, the round closes.
func (d *decision) closeRoom(c CloseRoom) error {
	if err := d.offered(OffersSingleRooms); err != nil {
		return err
	}
	room, err := d.breakoutRoom(c.Room)
	if err != nil {
		return err
	}
	countdown, err := d.countdown(c.Countdown)
	switch {
	case err != nil:
		return err
	case room.State != RoomStateOpen && room.State != RoomStateClosing:
		return Refuse(CodeRoomNotOpen, []string{"roomId"}, "Room %q is %s, so it can't be closed.", room.Name, strings.ToLower(string(room.State)))
	case room.State == RoomStateClosing || countdown == 0:
		d.shut([]Room{room})
	default:
		d.emit(room.Ref(), nil, RoomClosing{ClosesAt: d.now.Add(countdown)})
		d.cancelInvitations(func(p *Person) bool { return p.Invitation.Room == room.ID })
	}
	return nil
}

// shut brings everybody in some rooms back to main and closes the rooms.
func (d *decision) shut(rooms []Room) {
	closed := make(map[RoomID]bool, len(rooms))
	for _, room := range rooms {
		closed[room.ID] = true
	}
	d.cancelInvitations(func(p *Person) bool { return closed[p.Invitation.Room] || closed[p.Room] })
	for _, person := range d.state.Roster() {
		if closed[person.Room] {
			d.relocate(person, d.state.Main(), LeftByRoomClose)
		}
	}
	d.bringBack(func(id RoomID) bool { return closed[id] })
	for _, person := range d.state.Roster() {
		d.endBroadcasts(person, func(id RoomID) bool {
			room, _ := d.state.Room(id)
			return room.live() && !closed[id]
		})
	}
	for _, room := range rooms {
		d.endPolls(room.ID)
		d.silence(room, LeftByRoomClose)
		d.emit(room.Ref(), nil, RoomClosed{})
	}
	for _, room := range d.state.BreakoutRooms() {
		if room.live() && !closed[room.ID] {
			return
		}
	}
	d.cancelInvitations(func(p *Person) bool { return !closed[p.Invitation.Room] && !closed[p.Room] })
	d.emit(nil, nil, RoundClosed{Round: d.state.Round.Ordinal, Cause: ClosedByHost})
}

// live says whether somebody can be in the room.
func (r Room) live() bool { return r.State == RoomStateOpen || r.State == RoomStateClosing }

// tick lets happen what was due by now.
func (d *decision) tick() {
	round := d.state.Round
	switch {
	case round.State == RoundStateClosing:
		if !d.now.Before(round.ClosesAt) {
			d.closeRound(round.Cause)
		}
		return
	case !round.EndsAt.IsZero() && !d.now.Before(round.EndsAt):
		d.timeUp()
		return
	}
	var due []Room
	for _, room := range d.state.BreakoutRooms() {
		if room.State == RoomStateClosing && !d.now.Before(room.ClosesAt) {
			due = append(due, room)
		}
	}
	if len(due) > 0 {
		d.shut(due)
	}
}

// timeUp begins to close the rooms, or tells the host that it is time to.
func (d *decision) timeUp() {
	if d.state.Options.TimerCloses {
		d.beginClosing(d.state.Options.ClosingCountdown, ClosedByTimer)
		return
	}
	d.emit(nil, nil, RoundTimeUp{Round: d.state.Round.Ordinal})
}

// extendRound sets when the timer runs out anew.
func (d *decision) extendRound(c ExtendRound) error {
	round := d.state.Round
	ends := d.now
	if !round.EndsAt.IsZero() {
		ends = round.EndsAt
	}
	ends = ends.Add(c.By)
	switch {
	case !d.state.Persona.Offers.Has(OffersTimer):
		return d.offered(OffersTimer)
	case round.State != RoundStateOpen:
		return Refuse(CodeRoundNotOpen, nil, "No round is open whose time could be extended.")
	case !ends.After(d.now):
		return Refuse(CodeInvalid, []string{"by"}, "The round would have ended at %s; close the rooms instead.", ends.UTC().Format(time.RFC3339))
	case ends.After(round.OpenedAt.Add(MaxRoundDuration)):
		return Refuse(CodeInvalid, []string{"by"}, "A round can last %s; with that, it would last longer.", MaxRoundDuration)
	}
	d.emit(nil, nil, RoundExtended{Round: round.Ordinal, EndsAt: ends})
	return nil
}

// closeRound brings everybody back to main and closes every room.
func (d *decision) closeRound(cause CloseCause) {
	d.cancelInvitations(everybody)
	for _, person := range d.state.Roster() {
		if room, ok := d.state.Room(person.Room); ok && room.Kind == RoomBreakout {
			d.relocate(person, d.state.Main(), LeftByRoundClose)
		} else {
			d.endBroadcasts(person, noRoom)
		}
	}
	d.bringBack(func(id RoomID) bool { return id != d.state.Main().ID })
	d.roundClosed(cause)
}

func (d *decision) roundClosed(cause CloseCause) {
	for _, room := range d.state.BreakoutRooms() {
		if room.live() {
			d.endPolls(room.ID)
			if cause != ClosedByMeetingEnd && cause != ClosedByInterruption {
				d.silence(room, LeftByRoundClose)
			}
			d.emit(room.Ref(), nil, RoomClosed{})
		}
	}
	d.emit(nil, nil, RoundClosed{Round: d.state.Round.Ordinal, Cause: cause})
}

func everybody(*Person) bool { return true }

// cancelInvitations ends the invitations of some people that still wait for an
// answer: rooms that close take nobody in.
func (d *decision) cancelInvitations(which func(*Person) bool) {
	for _, person := range d.state.Roster() {
		if person.Invitation.State == InvitationPending && which(person) {
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
	d.cancelInvitations(everybody)
	for _, person := range s.Roster() {
		switch {
		case person.Waits():
			d.leaveLine(person, cause)
		case person.Present():
			d.part(person, cause)
		}
	}
	for _, room := range s.Rooms {
		d.silence(room, cause)
	}
	if s.Round.State == RoundStateOpen || s.Round.State == RoundStateClosing {
		d.roundClosed(closed)
	}
	d.emit(nil, nil, MeetingEnded{Cause: cause})
}
