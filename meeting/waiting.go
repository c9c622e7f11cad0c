package meeting

import (
	"slices"
	"time"
)

// WaitingRoom says who waits, on coming, until somebody lets them in. Hosts and
// co-hosts never do.
type WaitingRoom string

// Nobody waits, bots do, or everybody does.
const (
	WaitingRoomOff       WaitingRoom = "OFF"
	WaitingRoomBots      WaitingRoom = "BOTS"
	WaitingRoomEverybody WaitingRoom = "EVERYBODY"
)

// Waiting is somebody's stay in the waiting room. Who is there is not in the
// meeting: it has no room, hears nothing, may do nothing and counts nowhere.
type Waiting struct {
	// Since is when it began; zero when somebody does not wait.
	Since time.Time
	// Room is where it goes when it is let in.
	Room RoomID
	// Back says that it has come from a breakout room, by the connection that it
	// keeps.
	Back bool
}

// Waits says whether the participant is in the waiting room now.
func (p *Person) Waits() bool { return !p.Waiting.Since.IsZero() }

// Waiting lists who is in the waiting room, who has waited longest first.
func (s *State) Waiting() (line []*Person) {
	for _, person := range s.roster {
		if person.Waits() {
			line = append(line, person)
		}
	}
	slices.SortStableFunc(line, func(a, b *Person) int { return a.Waiting.Since.Compare(b.Waiting.Since) })
	return line
}

// screened says whether somebody has to be let in.
func (s *State) screened(person *Person) bool {
	switch s.Options.WaitingRoom {
	case WaitingRoomBots:
		return person.IsBot && person.Role == RoleParticipant
	case WaitingRoomEverybody:
		return person.Role == RoleParticipant
	}
	return false
}

// mustWait says whether somebody who comes has to wait: who was let in once need
// not again, unless the host wants that.
func (d *decision) mustWait(person, before *Person) bool {
	known := before != nil && before.Visit > 0
	return d.state.screened(person) && (!known || d.state.Options.WaitAgain)
}

// joinable refuses a meeting that takes somebody not in. A connection that takes
// another's place changes nothing for the meeting, and hosts always come in.
func (d *decision) joinable(person, before *Person) error {
	options := d.state.Options
	switch {
	case person.Role == RoleHost || before != nil && before.Present():
		return nil
	case options.Locked:
		return RefuseForNow(CodeMeetingLocked, []string{"meetingId"}, "The meeting is locked: nobody can join until a host unlocks it.")
	case d.mustWait(person, before):
		return nil // the other reasons count when it is let in
	case options.WaitForHost && !d.state.started:
		return RefuseForNow(CodeMeetingNotStarted, []string{"meetingId"}, "The meeting has not started: nobody can join before a host has.")
	}
	return d.space(1)
}

// space refuses more people than the meeting holds.
func (d *decision) space(more int) error {
	most, present := d.state.Options.Capacity, 0
	for _, person := range d.state.Roster() {
		if person.Present() {
			present++
		}
	}
	if most > 0 && present+more > most {
		return RefuseForNow(CodeMeetingFull, []string{"meetingId"}, "The meeting holds %d people and bots, and %d are there.", most, present)
	}
	return nil
}

// arrival is what somebody brings along.
func (p *Person) arrival(rejoined bool) ParticipantJoined {
	return ParticipantJoined{
		Connection: p.Connection, Bot: p.Bot, FollowsMoves: p.FollowsMoves, Email: p.Email, ExternalID: p.ExternalID,
		Device: p.Device, Preset: p.Preset, Media: p.Media, Outside: p.Outside, Rejoined: rejoined,
	}
}

// wait puts somebody into the waiting room, who will go to a room from there.
func (d *decision) wait(person *Person, room Room, arrival ParticipantJoined, back bool) {
	d.emit(room.Ref(), person.Ref(), ParticipantWaiting{Arrival: arrival, Back: back})
}

// waitAgain puts somebody into the waiting room who comes back from a breakout
// room, or goes to one, where the host wants that, and says whether it did.
func (d *decision) waitAgain(person *Person, to Room) bool {
	wanted := d.state.Options.WaitForRooms
	if to.Kind == RoomMain {
		wanted = d.state.Options.WaitAgain
	}
	if !wanted || !d.state.screened(person) {
		return false
	}
	d.endRecording(person, LeftByReturn)
	d.wait(person, to, person.arrival(true), true)
	return true
}

type (
	// Admit lets people in who wait; everybody who waits, when it names nobody.
	Admit struct {
		Actor
		Participants []ParticipantID
	}

	// Deny turns people away who wait.
	Deny struct {
		Actor
		Participants []ParticipantID
	}
)

func (d *decision) admit(c Admit) error {
	line, err := d.inLine(c.Participants)
	if err != nil {
		return err
	}
	if len(c.Participants) == 0 {
		line = d.state.Waiting()
	}
	if len(line) == 0 {
		return Refuse(CodeNobodyWaiting, []string{"participantIds"}, "Nobody is in the waiting room.")
	}
	if err := d.space(len(line)); err != nil {
		return err
	}
	for _, person := range line {
		room, ok := d.state.Room(person.Waiting.Room)
		if !ok || room.State != RoomStateOpen {
			room = d.state.Main()
		}
		d.letIn(person, room)
	}
	return nil
}

// bringBack takes those into main who went to breakout rooms that close, and were
// not let in. Where whoever comes back waits, they go on waiting.
func (d *decision) bringBack(closes func(RoomID) bool) {
	if d.state.Options.WaitAgain {
		return
	}
	for _, person := range d.state.Waiting() {
		if person.Waiting.Back && closes(person.Waiting.Room) {
			d.letIn(person, d.state.Main())
		}
	}
}

// letIn takes somebody from the waiting room into a room of the meeting.
func (d *decision) letIn(waiting *Person, room Room) {
	person := *waiting
	person.Waiting, person.Room, person.Visit = Waiting{}, room.ID, waiting.Visit+1
	d.emit(room.Ref(), person.Ref(), ParticipantAdmitted{Connection: person.Connection})
	if waiting.Waiting.Back {
		d.emit(room.Ref(), person.Ref(), ParticipantEnteredRoom{Connection: person.Connection, Visit: person.Visit})
		d.recompute(waiting, person, d.state)
		return
	}
	arrival := person.arrival(waiting.Visit > 0)
	arrival.Admitted = true
	d.comeIn(&person, room, arrival)
}

func (d *decision) deny(c Deny) error {
	line, err := d.inLine(c.Participants)
	if err != nil {
		return err
	}
	if len(line) == 0 {
		return Refuse(CodeInvalid, []string{"participantIds"}, "Name at least one participant to turn away.")
	}
	for _, person := range line {
		d.turnAway(person, ParticipantDenied{Connection: person.Connection}, LeftByDenial)
	}
	return nil
}

// inLine finds people who must be in the waiting room.
func (d *decision) inLine(ids []ParticipantID) (line []*Person, err error) {
	path := []string{"participantIds"}
	for i, id := range ids {
		person := d.state.People[id]
		switch {
		case person == nil:
			return nil, Refuse(CodeParticipantNotFound, path, "The meeting has no participant %d.", id)
		case !person.Waits():
			return nil, Refuse(CodeNotWaiting, path, "%s (participant %d) is not in the waiting room.", person.Name, id)
		case slices.Contains(ids[:i], id):
			return nil, Refuse(CodeInvalid, path, "Participant %d is named twice.", id)
		}
		line = append(line, person)
	}
	return line, nil
}

// turnAway ends somebody's stay in the waiting room, and with it the connection.
func (d *decision) turnAway(person *Person, ended Fact, cause LeaveCause) {
	room, _ := d.state.Room(person.Waiting.Room)
	d.emit(room.Ref(), person.Ref(), ended)
	if person.Waiting.Back {
		d.emit(nil, person.Ref(), ParticipantLeft{Connection: person.Connection, Cause: cause})
	}
}

// leaveLine takes somebody out of the waiting room who goes by itself, or with the
// meeting.
func (d *decision) leaveLine(person *Person, cause LeaveCause) {
	d.turnAway(person, ParticipantLeftWaitingRoom{Connection: person.Connection, Cause: cause}, cause)
}

// foldWaiting takes what becomes of somebody in the waiting room.
func (s *State) foldWaiting(e Event) bool {
	if fact, ok := e.Fact.(ParticipantWaiting); ok {
		if !fact.Back {
			s.foldJoined(e, fact.Arrival)
		}
		person := s.People[e.Participant.ID]
		person.Waiting = Waiting{Since: e.At, Room: e.Room.ID, Back: fact.Back}
		return true
	}
	person := s.People[e.Participant.ID]
	if person == nil {
		return false
	}
	switch e.Fact.(type) {
	case ParticipantAdmitted:
		person.Waiting = Waiting{}
	case ParticipantDenied, ParticipantLeftWaitingRoom:
		person.Waiting, person.Connection = Waiting{}, 0
	default:
		return false
	}
	return true
}
