package meeting

import "slices"

// BroadcastKind is what somebody sends to rooms where it is not.
type BroadcastKind string

// A voice is heard, and a screen seen, in rooms beside the sender's own.
const (
	BroadcastVoice  BroadcastKind = "VOICE"
	BroadcastScreen BroadcastKind = "SCREEN"
)

// Broadcasts are the rooms that somebody's voice and screen reach.
type Broadcasts struct{ Voice, Screen []RoomID }

func (b *Broadcasts) of(kind BroadcastKind) *[]RoomID {
	if kind == BroadcastScreen {
		return &b.Screen
	}
	return &b.Voice
}

// MaxMessageLength bounds messages, in runes.
const MaxMessageLength = 1000

type (
	// Broadcast sends a message to breakout rooms; to all that are open, when it
	// names none.
	Broadcast struct {
		Actor
		Text  string
		Rooms []RoomID
	}

	// StartBroadcast lets breakout rooms hear the actor's voice, or see its screen,
	// from the main room; all that are open, when it names none.
	StartBroadcast struct {
		Actor
		Kind  BroadcastKind
		Rooms []RoomID
	}

	// StopBroadcast ends that.
	StopBroadcast struct {
		Actor
		Kind BroadcastKind
	}
)

// broadcast sends a message to some rooms, or to all.
func (d *decision) broadcast(c Broadcast) error {
	if err := d.offered(OffersMessages); err != nil {
		return err
	}
	if err := CheckText(c.Text); err != nil {
		return err
	}
	var sender *ParticipantRef
	if d.actor != Owner {
		person, err := d.self()
		if err != nil {
			return err
		}
		sender = person.Ref()
	}
	rooms, err := d.audience(c.Rooms)
	if err != nil {
		return err
	}
	d.emit(nil, sender, MessageBroadcast{Text: c.Text, Rooms: rooms})
	return nil
}

// audience are the rooms that a broadcast reaches: those named, or all open
// breakout rooms.
func (d *decision) audience(named []RoomID) (rooms []RoomID, err error) {
	var problems Refusals
	for _, id := range named {
		room, ok := d.state.Room(id)
		switch {
		case !ok:
			problems = append(problems, Refuse(CodeRoomNotFound, []string{"roomIds"}, "The meeting has no room %q.", id)...)
		case !room.live():
			problems = append(problems, Refuse(CodeRoomNotOpen, []string{"roomIds"}, "Room %q is not open; nobody would hear.", room.Name)...)
		case !slices.Contains(rooms, id):
			rooms = append(rooms, id)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	if len(named) == 0 {
		for _, room := range d.state.BreakoutRooms() {
			if room.live() {
				rooms = append(rooms, room.ID)
			}
		}
	}
	if len(rooms) == 0 {
		return nil, Refuse(CodeRoundNotOpen, nil, "No breakout room is open, so nobody would hear.")
	}
	return rooms, nil
}

func (d *decision) startBroadcast(c StartBroadcast) error {
	offer := map[BroadcastKind]Offers{BroadcastVoice: OffersVoiceBroadcasts, BroadcastScreen: OffersScreensToRooms}[c.Kind]
	if offer == 0 {
		return Refuse(CodeInvalid, []string{"kind"}, "There is no broadcast %q; choose VOICE or SCREEN.", c.Kind)
	}
	if err := d.offered(offer); err != nil {
		return err
	}
	person, err := d.broadcaster(c.Kind)
	if err != nil {
		return err
	}
	rooms, err := d.audience(c.Rooms)
	if err != nil {
		return err
	}
	if slices.Contains(rooms, d.state.Main().ID) {
		return Refuse(CodeInvalid, []string{"roomIds"}, "%s is in the main room and is heard there already; name breakout rooms.", person.Name)
	}
	d.emit(nil, person.Ref(), BroadcastStarted{Kind: c.Kind, Rooms: rooms})
	return nil
}

// broadcaster is the acting participant, who is in main and has something to send
// (Zoom, onBroadcastBOVoiceStatus and error 10193).
func (d *decision) broadcaster(kind BroadcastKind) (*Person, error) {
	if d.actor == Owner {
		return nil, Refuse(CodeInvalid, []string{"actorId"}, "A broadcast comes from somebody in the meeting; say who gives this order.")
	}
	person, err := d.self()
	switch {
	case err != nil:
		return nil, err
	case person.Room != d.state.Main().ID:
		return nil, Refuse(CodeNotInMainRoom, nil, "%s is in a breakout room; voices and screens are sent to rooms from the main room.", person.Name)
	case len(*person.Broadcasts.of(kind)) > 0:
		return nil, Refuse(CodeBroadcastRunning, nil, "%s broadcasts already; end that first.", person.Name)
	case kind == BroadcastVoice && !person.Media.Microphone:
		return nil, Refuse(CodeMuted, nil, "%s is muted; nobody would hear.", person.Name)
	case kind == BroadcastScreen && !person.Media.Screen:
		return nil, Refuse(CodeMuted, nil, "%s shares no screen; nobody would see.", person.Name)
	}
	return person, nil
}

func (d *decision) stopBroadcast(c StopBroadcast) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	if len(*person.Broadcasts.of(c.Kind)) == 0 {
		return Refuse(CodeNoBroadcast, nil, "%s does not broadcast.", person.Name)
	}
	d.emit(nil, person.Ref(), BroadcastStopped{Kind: c.Kind})
	return nil
}

// endBroadcasts ends those of somebody's broadcasts that reach no room any more.
func (d *decision) endBroadcasts(person *Person, reaches func(RoomID) bool) {
	for _, kind := range []BroadcastKind{BroadcastVoice, BroadcastScreen} {
		if rooms := *person.Broadcasts.of(kind); len(rooms) > 0 && !slices.ContainsFunc(rooms, reaches) {
			d.emit(nil, person.Ref(), BroadcastStopped{Kind: kind})
		}
	}
}

func noRoom(RoomID) bool { return false }
