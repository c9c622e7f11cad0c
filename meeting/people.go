package meeting

import (
	"strconv"
	"strings"
)

func (d *decision) join(c Join) error {
	if problems := checkName(c.Name, "name", "A participant's name"); len(problems) > 0 {
		return problems
	}
	switch c.Role {
	case "":
		c.Role = RoleParticipant
	case RoleHost, RoleCohost, RoleParticipant:
	default:
		return Refuse(CodeInvalid, []string{"role"}, "There is no role %q; choose HOST, COHOST or PARTICIPANT.", c.Role)
	}
	who := &ParticipantRef{ID: d.state.nextParticipant(), Name: strings.TrimSpace(c.Name), Role: c.Role, IsBot: c.IsBot}
	connection := d.state.connections + 1
	d.emit(nil, who, ParticipantJoined{Connection: connection, Bot: c.Bot, FollowsMoves: c.FollowsMoves})
	d.emit(d.state.Main().Ref(), who, ParticipantEnteredRoom{Connection: connection, Visit: 1})
	return nil
}

func (d *decision) leave(c Leave) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	if c.Cause == "" {
		c.Cause = LeftByChoice
	}
	if person.Invitation.State == InvitationPending {
		d.resolve(person, InvitationCancelled)
	}
	d.part(person, c.Cause)
	return nil
}

// part takes somebody out of the meeting.
func (d *decision) part(person *Person, cause LeaveCause) {
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
	d.leaveRoom(person, cause)
	d.emit(to.Ref(), person.Ref(), ParticipantEnteredRoom{Connection: person.Connection, Visit: person.Visit + 1})
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

func (d *decision) assign(c Assign) error {
	room, ok := d.state.Room(c.Room)
	if !ok || room.Kind != RoomBreakout {
		return Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no breakout room %q.", c.Room)
	}
	if d.state.Round.State == RoundStateClosing {
		return RefuseForNow(CodeRoundClosing, nil, "The rooms are closing; assign people when they have closed.")
	}
	var problems Refusals
	seen := make(map[ParticipantID]bool)
	for i, id := range c.Participants {
		path := []string{"participants", strconv.Itoa(i)}
		switch {
		case d.state.People[id] == nil:
			problems = append(problems, Refuse(CodeParticipantNotFound, path, "The meeting has no participant %d.", id)...)
		case seen[id]:
			problems = append(problems, Refuse(CodeInvalid, path, "Participant %d is named twice.", id)...)
		}
		seen[id] = true
	}
	if len(c.Participants) == 0 {
		problems = append(problems, Refuse(CodeInvalid, []string{"participants"}, "Name at least one participant to assign.")...)
	}
	if len(problems) > 0 {
		return problems
	}
	if c.Source == "" {
		c.Source = AssignedManually
	}
	d.assignAll(c, room)
	return nil
}

func (d *decision) assignAll(c Assign, room Room) {
	open := d.state.Round.State == RoundStateOpen
	if !open {
		d.prepareRound()
	}
	for _, id := range c.Participants {
		person := d.state.People[id]
		d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: c.Source})
		if open && person.Present() {
			d.send(person, room, LeftByMove)
		}
	}
}

func (d *decision) move(c Move) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	room, ok := d.state.Room(c.Room)
	if !ok {
		return Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no room %q.", c.Room)
	}
	if err := d.open(room); err != nil {
		return err
	}
	if person.Room == room.ID && person.Invitation.State != InvitationPending {
		return Refuse(CodeAlreadyThere, []string{"roomId"}, "%s is in %q already.", person.Name, room.Name)
	}
	cause := LeftByMove
	if room.Kind == RoomMain {
		cause = LeftByReturn
		d.emit(nil, person.Ref(), ParticipantAssigned{Source: AssignedByMove})
	} else {
		d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: AssignedByMove})
	}
	d.send(person, room, cause)
	return nil
}

// open refuses a room that takes nobody in.
func (d *decision) open(room Room) error {
	if room.State == RoomStateOpen {
		return nil
	}
	refusal := RefuseForNow(CodeRoomNotOpen, []string{"roomId"}, "Room %q is %s; people can enter open rooms only.", room.Name, strings.ToLower(string(room.State)))
	return refusal
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
	if err := d.open(room); err != nil {
		return err
	}
	if person.Room == room.ID {
		return Refuse(CodeAlreadyThere, []string{"roomId"}, "%s is in %q already.", person.Name, room.Name)
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
	if err := d.open(room); err != nil {
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
