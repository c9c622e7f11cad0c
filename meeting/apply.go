package meeting

import (
	"time"
)

// Apply decides what a command does: it answers with the events that follow, or
// with [Refusals] and no event at all. It changes nothing; [State.Fold] does.
func Apply(s *State, command Command, now time.Time) ([]Event, error) {
	d := &decision{state: s, now: now, actor: command.actor()}
	command, request := unwrap(command)
	if err := d.legal(command); err != nil {
		return nil, err
	}
	if err := d.decide(command); err != nil {
		return nil, err
	}
	request.bear(d.events)
	return d.events, nil
}

// decide finds the events of one command.
func (d *decision) decide(command Command) error {
	switch c := command.(type) {
	case Create:
		return d.create(c)
	case SetOptions:
		return d.setOptions(c)
	case CreateRooms:
		return d.createRooms(c)
	case RecreateRooms:
		return d.recreateRooms(c)
	case ResetRooms:
		return d.resetRooms()
	case RenameRoom:
		return d.renameRoom(c)
	case DeleteRoom:
		return d.deleteRoom(c)
	case SavePlan:
		return d.savePlan(c)
	case DeletePlan:
		return d.deletePlan(c)
	case ApplyPlan:
		return d.applyPlan(c)
	case OpenRooms:
		return d.openRooms()
	case OpenRoom:
		return d.openRoom(c)
	case CloseRooms:
		return d.closeRooms(c)
	case CloseRoom:
		return d.closeRoom(c)
	case ExtendRound:
		return d.extendRound(c)
	case Broadcast:
		return d.broadcast(c)
	case End:
		d.end(c.Cause)
		return nil
	case Tick:
		d.tick()
		return nil
	}
	return d.decideOnPeople(command)
}

// decideOnPeople finds the events of a command about people.
func (d *decision) decideOnPeople(command Command) error {
	switch c := command.(type) {
	case Assign:
		return d.assign(AssignMany{Placements: []Placement{{c.Room, c.Participants}}, Source: c.Source})
	case AssignMany:
		return d.assign(c)
	case AssignAutomatically:
		return d.assignAutomatically(c)
	case Unassign:
		return d.unassign(c)
	case Exchange:
		return d.exchange(c)
	case Move:
		return d.move(c)
	case InviteToReturn:
		return d.inviteToReturn(c)
	case Join:
		return d.join(c)
	case EnterRoom:
		return d.enterRoom(c)
	case ReturnToMain:
		return d.returnToMain()
	case Answer:
		return d.answer(c)
	case AskForHelp:
		return d.askForHelp()
	case AnswerHelp:
		return d.answerHelp(c)
	case SetRole:
		return d.setRole(c)
	case Rename:
		return d.rename(c)
	case Remove:
		return d.remove(c)
	case Leave:
		return d.leave(c)
	case Admit:
		return d.admit(c)
	case Deny:
		return d.deny(c)
	}
	return d.decideInRoom(command)
}

// decideInRoom finds the events of a command about what people do in rooms, and
// may do.
func (d *decision) decideInRoom(command Command) error {
	switch c := command.(type) {
	case SetMedia:
		return d.setMedia(c)
	case MuteRoom:
		return d.muteRoom(c)
	case SendChat:
		return d.sendChat(c)
	case StartPoll:
		return d.startPoll(c)
	case AnswerPoll:
		return d.answerPoll(c)
	case EndPoll:
		return d.endPoll(c)
	case AskToRecord:
		return d.askToRecord()
	case AllowRecording:
		return d.allowRecording(c)
	case Record:
		return d.record(c)
	case StartBroadcast:
		return d.startBroadcast(c)
	case StopBroadcast:
		return d.stopBroadcast(c)
	case StartListening:
		return d.startListening(c)
	case StopListening:
		return d.stopListening(c)
	case SavePreset:
		return d.savePreset(c)
	case DeletePreset:
		return d.deletePreset(c)
	case GivePreset:
		return d.givePreset(c)
	}
	return Refuse(CodeInvalid, nil, "The rules know no command %T.", command)
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
	// emptiest are the open rooms, over which latecomers are spread.
	emptiest *filling
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
	case SetOptions:
		return MaySetOptions, "change the options"
	case CreateRooms, RecreateRooms, ResetRooms, RenameRoom, DeleteRoom, SavePlan, DeletePlan:
		return MayEditRooms, "change rooms"
	case Assign, AssignMany, AssignAutomatically, Unassign, Exchange, ApplyPlan:
		return MayPlaceOthers, "assign people to rooms"
	case OpenRooms, OpenRoom:
		return MayControlRound, "open rooms"
	case CloseRooms, CloseRoom:
		return MayControlRound, "close rooms"
	case ExtendRound:
		return MayControlRound, "extend the round"
	case Move:
		return MayPlaceOthers, "move people"
	case InviteToReturn:
		return MayPlaceOthers, "call people back"
	case Broadcast:
		return MayBroadcast, "send messages to rooms"
	case AskForHelp:
		return MayAskForHelp, "ask for help"
	case AnswerHelp:
		return MayAnswerHelp, "answer requests for help"
	case SetRole:
		return MaySetRoles, "set roles"
	case Remove:
		return MayRemove, "remove people"
	case Admit, Deny:
		return MayAdmit, "let people in"
	case End:
		return MayEndMeeting, "end the meeting"
	case ReturnToMain:
		return MayReturnToMain, "return to the main room"
	}
	return needsInRoom(command)
}

// needsInRoom is needs for what people do in rooms.
func needsInRoom(command Command) (need Capabilities, what string) {
	switch command.(type) {
	case SavePreset, DeletePreset, GivePreset:
		return MaySetRoles, "give presets"
	case MuteRoom:
		return MayMute, "mute others"
	case SendChat:
		return MayChat, "chat"
	case StartPoll:
		return MayPoll, "start polls"
	case AllowRecording:
		return MayAllowRecording, "let others record"
	case Record:
		return MayRecord, "record"
	case StartBroadcast:
		return MayBroadcastMedia, "send voice or screen to rooms"
	case StartListening, StopListening:
		return MayEnterAnyRoom, "listen in on rooms"
	}
	return 0, ""
}

func (d *decision) allowed(command Command) error {
	need, what := needs(command)
	if d.state.Capabilities(d.actor).Has(need) {
		return nil
	}
	return d.lacking(need, what)
}

func (d *decision) lacking(need Capabilities, what string) error {
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
