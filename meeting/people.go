package meeting

import (
	"slices"
	"strings"
)

func (d *decision) join(c Join) error {
	if problems := d.checkJoin(c); len(problems) > 0 {
		return problems
	}
	person, before := d.newcomer(c)
	if err := d.joinable(&person, before); err != nil {
		return err
	}
	if before != nil { // its old connection lingers
		d.replace(before)
	}
	room := d.state.Main()
	if c.Room != "" {
		room, _ = d.state.Room(c.Room)
		if err := d.enterable(&person, room); err != nil {
			return err
		}
	}
	arrival := person.arrival(before != nil)
	if d.mustWait(&person, before) {
		d.wait(&person, room, arrival, false)
		return nil
	}
	person.Room = room.ID
	d.comeIn(&person, room, arrival)
	return nil
}

// replace takes away the connection that somebody has who comes by another.
func (d *decision) replace(before *Person) {
	switch {
	case before.Waits():
		d.leaveLine(before, LeftByReplacement)
	case before.Present():
		d.goAway(before, LeftByReplacement)
	}
}

// comeIn begins a stay in the meeting in a room, and from the main room sends
// somebody on to where it should be.
func (d *decision) comeIn(person *Person, room Room, arrival ParticipantJoined) {
	d.emit(nil, person.Ref(), arrival)
	d.emit(room.Ref(), person.Ref(), ParticipantEnteredRoom{Connection: person.Connection, Visit: person.Visit})
	switch {
	case room.Kind == RoomBreakout:
	case arrival.Rejoined:
		d.resume(person)
	case arrival.Admitted && person.Assigned != "": // while it waited
		if to, _ := d.state.Room(person.Assigned); to.State == RoomStateOpen {
			d.send(person, to, LeftByMove)
		}
	case !d.expected(person):
		d.late(person)
	}
}

// checkJoin finds every fault of somebody who joins.
func (d *decision) checkJoin(c Join) (problems Refusals) {
	problems = checkName(c.Name, "name", "A participant's name")
	if err := checkRole(c.Role); c.Role != "" && err != nil {
		problems = append(problems, Refuse(CodeInvalid, []string{"role"}, "%s", err)...)
	}
	if c.Device != "" && !slices.Contains(Devices(), c.Device) {
		problems = append(problems, Refuse(CodeInvalid, []string{"device"}, "There is no device %q; there are %v.", c.Device, Devices())...)
	}
	if _, known := d.state.preset(c.Preset); c.Preset != "" && !known {
		problems = append(problems, Refuse(CodePresetNotFound, []string{"preset"}, "The meeting has no preset %q.", c.Preset)...)
	}
	if len(c.Email) > maxIDLength || len(c.ExternalID) > maxIDLength {
		problems = append(problems, Refuse(CodeInvalid, []string{"email"}, "An e-mail address or an external id has up to %d bytes.", maxIDLength)...)
	}
	if c.Returning != 0 && d.state.People[c.Returning] == nil {
		problems = append(problems, Refuse(CodeParticipantNotFound, []string{"participantId"}, "The meeting has no participant %d who could come back.", c.Returning)...)
	}
	if room, ok := d.state.Room(c.Room); c.Room != "" && (!ok || room.Kind != RoomBreakout) {
		problems = append(problems, Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no breakout room %q.", c.Room)...)
	}
	if c.Room != "" && !d.state.Persona.Offers.Has(OffersJoiningRooms) {
		problems = append(problems, d.state.Persona.refuse([]string{"roomId"}, OffersJoiningRooms)...)
	}
	return problems
}

// late sends somebody who has come while rooms are open where the host wants
// latecomers.
func (d *decision) late(person *Person) {
	if d.state.Round.State != RoundStateOpen || d.state.Options.LateJoin != LateToFewest || person.IsBot || person.Role != RoleParticipant {
		return
	}
	if d.emptiest == nil {
		d.emptiest = newFilling(d.state.openRooms(), d.crowd(func(p *Person) RoomID { return p.Room }))
	}
	if room, ok := d.emptiest.take(d.state.Options.RoomCapacity); ok {
		d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: AssignedAutomatically})
		d.send(person, room, LeftByMove)
	}
}

func (d *decision) leave(c Leave) error {
	person := d.state.People[d.actor.Participant]
	if person == nil || !person.Waits() {
		var err error
		if person, err = d.self(); err != nil {
			return err
		}
	}
	if c.Connection != 0 && c.Connection != person.Connection {
		return Refuse(CodeParticipantAbsent, nil, "%s is not in the meeting by connection %d any more.", person.Name, c.Connection)
	}
	if c.Cause == "" {
		c.Cause = LeftByChoice
	}
	if person.Waits() {
		d.leaveLine(person, c.Cause)
		return nil
	}
	d.goAway(person, c.Cause)
	return nil
}

// remove takes somebody else out of the meeting.
func (d *decision) remove(c Remove) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	d.goAway(person, LeftByRemoval)
	return nil
}

// goAway takes one person out of a meeting that goes on.
func (d *decision) goAway(person *Person, cause LeaveCause) {
	if person.Invitation.State == InvitationPending {
		d.resolve(person, InvitationCancelled)
	}
	d.part(person, cause)
	if cause != LeftByReplacement {
		d.succeed(person)
	}
}

// part takes somebody out of the meeting.
func (d *decision) part(person *Person, cause LeaveCause) {
	d.endRecording(person, cause)
	d.leaveRoom(person, cause)
	d.emit(nil, person.Ref(), ParticipantLeft{Connection: person.Connection, Cause: cause})
}

// leaveRoom takes somebody out of a room, and with them what belongs to the room.
func (d *decision) leaveRoom(person *Person, cause LeaveCause) {
	d.dropHelp(person)
	d.endBroadcasts(person, noRoom)
	d.stopScreen(person)
	if room, ok := d.state.Room(person.Room); ok {
		d.emit(room.Ref(), person.Ref(), ParticipantLeftRoom{Connection: person.Connection, Visit: person.Visit, Cause: cause})
	}
}

// relocate takes somebody from one room into another.
func (d *decision) relocate(person *Person, to Room, cause LeaveCause) {
	d.leaveRoom(person, cause)
	if d.waitAgain(person, to) {
		return
	}
	d.emit(to.Ref(), person.Ref(), ParticipantEnteredRoom{Connection: person.Connection, Visit: person.Visit + 1})
	after := *person
	after.Room = to.ID
	d.recompute(person, after, d.state)
}

// send makes somebody go to a room: at once where the client follows moves and
// the host wants that, by an invitation otherwise. A pending invitation to
// another room is superseded.
func (d *decision) send(person *Person, to Room, cause LeaveCause) {
	if person.Invitation.State == InvitationPending {
		d.resolve(person, InvitationSuperseded)
	}
	if person.Room == to.ID || to.Kind == RoomBreakout && person.Device == DeviceBasic {
		return
	}
	if person.FollowsMoves && d.state.Options.MoveInAutomatically {
		d.relocate(person, to, cause)
		return
	}
	d.invite(person, to)
}

// invite asks somebody to go to a room.
func (d *decision) invite(person *Person, to Room) {
	d.sent++
	kind := InvitedToJoin
	switch {
	case to.Kind == RoomMain:
		kind = InvitedToReturn
	case person.Room != d.state.Main().ID:
		kind = InvitedToSwitch
	}
	d.emit(to.Ref(), person.Ref(), InvitationSent{Invitation: d.state.invitations + d.sent, Kind: kind})
}

func (d *decision) resolve(person *Person, outcome InvitationState) {
	room, _ := d.state.Room(person.Invitation.Room)
	d.emit(room.Ref(), person.Ref(), InvitationResolved{Invitation: person.Invitation.ID, Outcome: outcome})
}

func (d *decision) enterRoom(c EnterRoom) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	room, err := d.room(c.Room)
	if err != nil {
		return err
	}
	if room.Kind == RoomMain {
		return d.returnToMain()
	}
	if person.Room == room.ID {
		return Refuse(CodeAlreadyThere, []string{"roomId"}, "%s is in %q already.", person.Name, room.Name)
	}
	if err := d.enterable(person, room); err != nil {
		return err
	}
	may := d.state.Capabilities(d.actor)
	if !may.Has(MayEnterAnyRoom) && !may.Has(MayChooseRoom) && person.Assigned != room.ID {
		return Refuse(CodeNotAllowed, []string{"roomId"},
			"%s is not assigned to %q and may not choose a room; the host can assign people or let participants choose.", person.Name, room.Name)
	}
	d.supersedeOrAccept(person, room)
	if person.Assigned != room.ID {
		d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: AssignedBySelf})
	}
	d.relocate(person, room, LeftByMove)
	return nil
}

// supersedeOrAccept settles a pending invitation of somebody who walks: into
// the room it names, which accepts it, or elsewhere, which supersedes it.
func (d *decision) supersedeOrAccept(person *Person, room Room) {
	switch {
	case person.Invitation.State != InvitationPending:
	case person.Invitation.Room == room.ID:
		d.resolve(person, InvitationAccepted)
	default:
		d.resolve(person, InvitationSuperseded)
	}
}

func (d *decision) returnToMain() error {
	person, err := d.self()
	if err != nil {
		return err
	}
	main := d.state.Main()
	if person.Room == main.ID {
		return Refuse(CodeAlreadyThere, nil, "%s is in the main room already.", person.Name)
	}
	if !d.state.Capabilities(d.actor).Has(MayReturnToMain) {
		return Refuse(CodeNotAllowed, nil, "The host does not let participants return to the main room before the rooms close.")
	}
	d.supersedeOrAccept(person, main)
	d.relocate(person, main, LeftByReturn)
	return nil
}

func (d *decision) answer(c Answer) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	if c.Invitation == 0 {
		c.Invitation = person.Invitation.ID
	}
	if c.Invitation == 0 || c.Invitation > d.state.invitations {
		return Refuse(CodeInvitationNotFound, []string{"invitation"}, "%s was sent no invitation %d.", person.Name, c.Invitation)
	}
	invitation := person.Invitation
	if invitation.ID != c.Invitation {
		return Refuse(CodeInvitationNotPending, []string{"invitation"}, "Invitation %d was superseded or is not %s's.", c.Invitation, person.Name)
	}
	takeable := invitation.State == InvitationPending || invitation.State == InvitationDeclined && c.Accept
	if !takeable {
		return Refuse(CodeInvitationNotPending, []string{"invitation"}, "Invitation %d is %s.", c.Invitation, strings.ToLower(string(invitation.State)))
	}
	if !c.Accept {
		d.resolve(person, InvitationDeclined)
		return nil
	}
	room, _ := d.state.Room(invitation.Room)
	if err := d.enterable(person, room); err != nil {
		return err
	}
	d.resolve(person, InvitationAccepted)
	if person.Room != room.ID {
		cause := LeftByMove
		if room.Kind == RoomMain {
			cause = LeftByReturn
		}
		d.relocate(person, room, cause)
	}
	return nil
}
