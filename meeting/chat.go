package meeting

import "unicode/utf8"

// SendChat says something in writing to the actor's room, or to one person in it.
// The meeting's owner names the room.
type SendChat struct {
	Actor
	Room RoomID
	To   ParticipantID // everybody in the room when 0
	Text string
}

func (d *decision) sendChat(c SendChat) error {
	if err := CheckText(c.Text); err != nil {
		return err
	}
	room, sender, err := d.speakingIn(c.Room)
	if err != nil {
		return err
	}
	fact := ChatSent{Text: c.Text}
	if c.To != 0 {
		to, err := d.present(c.To, []string{"toParticipantId"})
		if err != nil {
			return err
		}
		if to.Room != room.ID {
			return Refuse(CodeInvalid, []string{"toParticipantId"}, "%s is in another room; chat reaches the people of one room.", to.Name)
		}
		fact.To = to.Ref()
	}
	d.emit(room.Ref(), sender, fact)
	return nil
}

// CheckText refuses messages that are empty or too long.
func CheckText(text string) error {
	if length := utf8.RuneCountInString(text); length == 0 || length > MaxMessageLength {
		return Refuse(CodeInvalid, []string{"text"}, "A message has 1 to %d characters; this one has %d.", MaxMessageLength, length)
	}
	return nil
}

// speakingIn finds the room to which the actor speaks: its own, or the one that
// the meeting's owner names. The owner is no participant.
func (d *decision) speakingIn(named RoomID) (Room, *ParticipantRef, error) {
	if d.actor == Owner {
		room, ok := d.state.Room(named)
		if !ok {
			return room, nil, Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no room %q; name the room to speak to.", named)
		}
		if !room.live() {
			return room, nil, Refuse(CodeRoomNotOpen, []string{"roomId"}, "Room %q is not open; nobody would hear.", room.Name)
		}
		return room, nil, nil
	}
	person, err := d.self()
	if err != nil {
		return Room{}, nil, err
	}
	if named != "" && named != person.Room {
		return Room{}, nil, Refuse(CodeNotAllowed, []string{"roomId"}, "%s is in another room; only who is in a room speaks there.", person.Name)
	}
	room, _ := d.state.Room(person.Room)
	return room, person.Ref(), nil
}
