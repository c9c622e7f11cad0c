package meeting

import "strings"

func (d *decision) join(c Join) error {
	if problems := checkName(c.Name, "name", "A participant's name"); len(problems) > 0 {
		return problems
	}
	if c.Role == "" {
		c.Role = RoleParticipant
	}
	if err := checkRole(c.Role); err != nil {
		return err
	}
	who := &ParticipantRef{ID: d.state.nextParticipant(), Name: strings.TrimSpace(c.Name), Role: c.Role, IsBot: c.IsBot}
	connection := d.state.connections + 1
	main := d.state.Main()
	d.emit(nil, who, ParticipantJoined{
		Connection: connection, Bot: c.Bot, FollowsMoves: c.FollowsMoves, Email: c.Email, ExternalID: c.ExternalID,
	})
	d.emit(main.Ref(), who, ParticipantEnteredRoom{Connection: connection, Visit: 1})
	newcomer := &Person{
		ID: who.ID, Name: who.Name, Role: c.Role, IsBot: c.IsBot, FollowsMoves: c.FollowsMoves, Email: c.Email, ExternalID: c.ExternalID,
		Connection: connection, Room: main.ID, Visit: 1,
	}
	if !d.expected(newcomer) {
		d.late(newcomer)
	}
	return nil
}

// late sends somebody who has come while rooms are open where the host wants
// latecomers.
func (d *decision) late(person *Person) {
	if d.state.Round.State != RoundStateOpen || d.state.Options.LateJoin != LateToFewest || person.IsBot || person.Role != RoleParticipant {
		return
	}
	emptiest := newFilling(d.state.openRooms(), d.crowd(func(p *Person) RoomID { return p.Room }))
	if room, ok := emptiest.take(d.state.Options.RoomCapacity); ok {
		d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: AssignedAutomatically})
		d.send(person, room, LeftByMove)
	}
}

func (d *decision) leave(c Leave) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	if c.Cause == "" {
		c.Cause = LeftByChoice
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
	d.succeed(person)
}

// part takes somebody out of the meeting.
func (d *decision) part(person *Person, cause LeaveCause) {
	d.dropHelp(person)
	d.leaveRoom(person, cause)
	d.emit(nil, person.Ref(), ParticipantLeft{Connection: person.Connection, Cause: cause})
}

func (d *decision) leaveRoom(person *Person, cause LeaveCause) {
	if room, ok := d.state.Room(person.Room); ok {
		d.emit(room.Ref(), person.Ref(), ParticipantLeftRoom{Connection: person.Connection, Visit: person.Visit, Cause: cause})
	}
}

// relocate takes somebody from one room into another.
func (d *decision) relocate(person *Person, to Room, cause LeaveCause) {
	d.dropHelp(person)
	d.leaveRoom(person, cause)
	d.emit(to.Ref(), person.Ref(), ParticipantEnteredRoom{Connection: person.Connection, Visit: person.Visit + 1})
	after := *person
	after.Room = to.ID
	d.recompute(person, after, d.state.Options)
}

// send makes somebody go to a room: at once where the client follows moves and
// the host wants that, by an invitation otherwise. A pending invitation to
// another room is superseded.
func (d *decision) send(person *Person, to Room, cause LeaveCause) {
	if person.Invitation.State == InvitationPending {
		d.resolve(person, InvitationSuperseded)
	}
	if person.Room == to.ID {
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
	room, ok := d.state.Room(c.Room)
	if !ok {
		return Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no room %q.", c.Room)
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
