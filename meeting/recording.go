package meeting

// RecordingState is where somebody's own recording is.
type RecordingState string

// People record on their own machines, where they may; what bots record, where
// they may, is told by their segments. A recording that its connection took down may be lost.
const (
	RecordingOff    RecordingState = ""
	RecordingOn     RecordingState = "RECORDING"
	RecordingPaused RecordingState = "PAUSED"
	RecordingEnded  RecordingState = "STOPPED"
	RecordingLost   RecordingState = "LOST"
)

// runs says whether the recording can go on.
func (s RecordingState) runs() bool { return s == RecordingOn || s == RecordingPaused }

type (
	// AllowRecording lets people and bots record, or no longer: everybody in a room,
	// or some wherever they are. The option Recording lets all. It answers those
	// who ask.
	AllowRecording struct {
		Actor
		Room         RoomID
		Participants []ParticipantID
		Allowed      bool
	}

	// AskToRecord asks the hosts to let the actor record where it is.
	AskToRecord struct{ Actor }

	// Record starts, pauses or ends the actor's own recording.
	Record struct {
		Actor
		State RecordingState // RecordingOn, RecordingPaused or RecordingEnded
	}
)

// LetsRecord says whether a bot may record where it is.
func (s *State) LetsRecord(bot *Person) bool {
	return !s.Options.BotsAskToRecord || s.capabilitiesOf(bot).Has(MayRecord)
}

// askToRecord asks for what somebody has not got, once in a room.
func (d *decision) askToRecord() error {
	person, err := d.self()
	if err != nil || person.Asking || d.state.Capabilities(d.actor).Has(MayRecord) || person.IsBot && d.state.LetsRecord(person) {
		return err
	}
	for _, other := range d.state.Roster() {
		if other != person && d.state.capabilitiesOf(other).Has(MayAllowRecording) {
			room, _ := d.state.Room(person.Room)
			d.emit(room.Ref(), person.Ref(), RecordingRequested{})
			return nil
		}
	}
	return RefuseForNow(CodeNobodyToAsk, nil, "Nobody is in the meeting who could let %s record.", person.Name)
}

func (d *decision) allowRecording(c AllowRecording) error {
	if (c.Room == "") == (len(c.Participants) == 0) {
		return Refuse(CodeInvalid, []string{"roomId"}, "Name a room or people who may record; the option recording lets everybody.")
	}
	if c.Room != "" {
		return d.allowRoom(c)
	}
	var people []*Person
	for _, id := range c.Participants {
		person, err := d.present(id, []string{"participantIds"})
		if err == nil {
			err = d.withinReach(person.Room)
		}
		if err != nil {
			return err
		}
		people = append(people, person)
	}
	for _, person := range people {
		if person.MayRecord != c.Allowed || person.Asking {
			d.emit(nil, person.Ref(), RecordingAllowed{Allowed: c.Allowed})
			after := *person
			after.MayRecord = c.Allowed
			d.recompute(person, after, d.state)
		}
	}
	return nil
}

// allowRoom lets people record in one room, which can be the main room.
func (d *decision) allowRoom(c AllowRecording) error {
	room, err := d.room(c.Room)
	if err == nil {
		err = d.withinReach(room.ID)
	}
	if err != nil || room.Recordable == c.Allowed {
		return err
	}
	d.emit(room.Ref(), nil, RecordingAllowed{Allowed: c.Allowed})
	world := *d.state
	world.Rooms = append([]Room(nil), d.state.Rooms...)
	world.Rooms[d.state.index[room.ID]].Recordable = c.Allowed
	d.recomputeAll(&world)
	return nil
}

// withinReach refuses to let people in an open room record from outside of it,
// where the platform has hosts do that from inside or ahead.
func (d *decision) withinReach(id RoomID) error {
	room, _ := d.state.Room(id)
	if room.Kind == RoomMain || !room.live() || d.state.Persona.Offers.Has(OffersAllowingFromOutside) {
		return nil
	}
	if actor := d.state.People[d.actor.Participant]; actor != nil && actor.Room == id {
		return nil
	}
	return d.offered(OffersAllowingFromOutside)
}

func (d *decision) record(c Record) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	now := person.Recording
	legal := c.State == RecordingOn && now != RecordingOn ||
		c.State == RecordingPaused && now == RecordingOn ||
		c.State == RecordingEnded && now.runs()
	switch {
	case c.State == now && now != RecordingOff:
		return nil
	case !legal:
		return Refuse(CodeInvalid, []string{"state"}, "A recording can be started, paused while it runs, and ended; this one is %q and was asked to be %q.", now, c.State)
	}
	d.setRecording(person, c.State)
	return nil
}

func (d *decision) setRecording(person *Person, state RecordingState) {
	room, _ := d.state.Room(person.Room)
	d.emit(room.Ref(), person.Ref(), RecordingChanged{State: state})
}

// endRecording ends the recording of somebody who leaves the meeting.
func (d *decision) endRecording(person *Person, cause LeaveCause) {
	switch {
	case !person.Recording.runs():
	case cause == LeftByLostLine || cause == LeftByInterruption:
		d.setRecording(person, RecordingLost)
	default:
		d.setRecording(person, RecordingEnded)
	}
}
