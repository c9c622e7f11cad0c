package meeting

import (
	"time"
)

// Apply decides what a command does: it answers with the events that follow, or
// with [Refusals] and no event at all. It changes nothing; [State.Fold] does.
func Apply(s *State, command Command, now time.Time) ([]Event, error) {
	d := &decision{state: s, now: now, actor: command.actor()}
	if err := d.legal(command); err != nil {
		return nil, err
	}
	var err error
	switch c := command.(type) {
	case Create:
		err = d.create(c)
	case CreateRooms:
		err = d.createRooms(c)
	case Assign:
		err = d.assign(c)
	case OpenRooms:
		err = d.openRooms()
	case CloseRooms:
		err = d.closeRooms(c)
	case Move:
		err = d.move(c)
	case Join:
		err = d.join(c)
	case EnterRoom:
		err = d.enterRoom(c)
	case ReturnToMain:
		err = d.returnToMain()
	case Answer:
		err = d.answer(c)
	case Leave:
		err = d.leave(c)
	case End:
		d.end(c.Cause)
	case Tick:
		d.tick()
	default:
		err = Refuse(CodeInvalid, nil, "The rules know no command %T.", command)
	}
	if err != nil {
		return nil, err
	}
	return d.events, nil
}

// decision gathers the events of one command. It looks at the state as it was
// before the command.
type decision struct {
	state  *State
	now    time.Time
	actor  Actor
	events []Event
	// sent counts the invitations of this decision.
	sent InvitationID
}

func (d *decision) emit(room *RoomRef, participant *ParticipantRef, fact Fact) {
	d.events = append(d.events, Event{At: d.now, Room: room, Participant: participant, Fact: fact})
}

// legal checks what every command needs: a meeting that is there and not over,
// and an actor who may give the command.
func (d *decision) legal(command Command) error {
	_, creating := command.(Create)
	switch {
	case creating && d.state.Created():
		return Refuse(CodeInvalid, nil, "The meeting %s was created already.", d.state.Meeting)
	case creating:
		return nil
	case !d.state.Created():
		return Refuse(CodeMeetingNotFound, nil, "There is no such meeting.")
	case d.state.Ended():
		return Refuse(CodeMeetingEnded, nil, "The meeting ended at %s; create a new one.", d.state.EndedAt.UTC().Format(time.RFC3339))
	}
	return d.allowed(command)
}

// needs tells which capability each command asks of its actor.
func needs(command Command) (need Capabilities, what string) {
	switch command.(type) {
	case CreateRooms:
		return MayEditRooms, "create rooms"
	case Assign:
		return MayPlaceOthers, "assign people to rooms"
	case OpenRooms:
		return MayControlRound, "open rooms"
	case CloseRooms:
		return MayControlRound, "close rooms"
	case Move:
		return MayPlaceOthers, "move people"
	case End:
		return MayEndMeeting, "end the meeting"
	case ReturnToMain:
		return MayReturnToMain, "return to the main room"
	}
	return 0, ""
}

func (d *decision) allowed(command Command) error {
	need, what := needs(command)
	if d.state.Capabilities(d.actor).Has(need) {
		return nil
	}
	return Refuse(CodeNotAllowed, nil, "Participant %d may not %s: that takes the capability %s.", d.actor.Participant, what, need)
}

// self finds the acting participant, who must be in the meeting.
func (d *decision) self() (*Person, error) {
	return d.present(d.actor.Participant, nil)
}

// present finds a participant who must be in the meeting.
func (d *decision) present(id ParticipantID, path []string) (*Person, error) {
	person := d.state.People[id]
	if person == nil {
		return nil, Refuse(CodeParticipantNotFound, path, "The meeting has no participant %d.", id)
	}
	if !person.Present() {
		return nil, Refuse(CodeParticipantAbsent, path, "%s (participant %d) is not in the meeting.", person.Name, id)
	}
	return person, nil
}
