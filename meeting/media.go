package meeting

// Media is what a participant sends and shows. It stays as it is from room to
// room and back, except for the screen, which is shared with one room.
type Media struct {
	Microphone bool `json:"microphone"`
	Camera     bool `json:"camera"`
	Screen     bool `json:"screen,omitempty"`
	Hand       bool `json:"hand,omitempty"`
}

// DefaultMedia is what people come with: the microphone on, the camera off.
func DefaultMedia() Media { return Media{Microphone: true} }

type (
	// SetMedia turns what somebody sends and shows on or off. Others can only be
	// turned off, by those who may.
	SetMedia struct {
		Actor
		Participant                      ParticipantID
		Microphone, Camera, Screen, Hand *bool
	}

	// MuteRoom turns off the microphones of all participants in a room, those of
	// hosts apart.
	MuteRoom struct {
		Actor
		Room RoomID
	}
)

func (c SetMedia) change(m Media) Media {
	for _, one := range []struct{ field, to *bool }{{&m.Microphone, c.Microphone}, {&m.Camera, c.Camera}, {&m.Screen, c.Screen}, {&m.Hand, c.Hand}} {
		if one.to != nil {
			*one.field = *one.to
		}
	}
	return m
}

// less says whether nothing is on that was off before.
func (m Media) less(before Media) bool {
	return (before.Microphone || !m.Microphone) && (before.Camera || !m.Camera) && (before.Screen || !m.Screen) && (before.Hand || !m.Hand)
}

func (d *decision) setMedia(c SetMedia) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	media := c.change(person.Media)
	if d.actor != As(person.ID) {
		err = d.mayMute(person, media)
	} else if media.Screen && !person.Media.Screen {
		err = d.shareable(person)
	}
	if err != nil {
		return err
	}
	d.show(person, media)
	if !media.Screen && len(person.Broadcasts.Screen) > 0 {
		d.emit(nil, person.Ref(), BroadcastStopped{Kind: BroadcastScreen})
	}
	return nil
}

// mayMute refuses to turn on what others have turned off.
func (d *decision) mayMute(person *Person, media Media) error {
	if may := d.state.Capabilities(d.actor); !may.Has(MayMute) {
		return d.lacking(MayMute, "mute others")
	}
	if !media.less(person.Media) {
		return Refuse(CodeNotAllowed, []string{"participantId"}, "Only %s can turn on a microphone, a camera or a screen of %[1]s; ask for it by chat.", person.Name)
	}
	return nil
}

// shareable refuses a screen beside another.
func (d *decision) shareable(person *Person) error {
	if !d.state.Capabilities(d.actor).Has(MayShareScreen) {
		return d.lacking(MayShareScreen, "share a screen")
	}
	for _, other := range d.state.In(person.Room) {
		if other.Media.Screen {
			return RefuseForNow(CodeScreenTaken, []string{"screen"}, "%s shares a screen with the room; it has to end first.", other.Name)
		}
	}
	return nil
}

// show tells what somebody sends and shows from now on.
func (d *decision) show(person *Person, media Media) {
	if room, ok := d.state.Room(person.Room); ok && media != person.Media {
		d.emit(room.Ref(), person.Ref(), MediaChanged{Media: media})
	}
}

func (d *decision) muteRoom(c MuteRoom) error {
	room, err := d.room(c.Room)
	if err != nil {
		return err
	}
	for _, person := range d.state.In(room.ID) {
		if person.Role == RoleParticipant && d.actor != As(person.ID) {
			media := person.Media
			media.Microphone = false
			d.show(person, media)
		}
	}
	return nil
}

// stopScreen ends the sharing of somebody who leaves a room.
func (d *decision) stopScreen(person *Person) {
	media := person.Media
	media.Screen = false
	d.show(person, media)
}
