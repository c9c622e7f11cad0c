package meeting

import (
	"strings"
)

// Device is the kind of client that somebody takes part by.
type Device string

// What a client can do with breakout rooms differs by platform; one of the kind
// DeviceBasic knows no breakout rooms and stays in the main room everywhere.
const (
	DeviceDesktop    Device = "DESKTOP"
	DeviceBrowser    Device = "BROWSER"
	DeviceMobile     Device = "MOBILE"
	DeviceRoomSystem Device = "ROOM_SYSTEM"
	DevicePhone      Device = "PHONE"
	DeviceBasic      Device = "BASIC"
)

// Devices lists the kinds of clients.
func Devices() []Device {
	return []Device{DeviceDesktop, DeviceBrowser, DeviceMobile, DeviceRoomSystem, DevicePhone, DeviceBasic}
}

// newcomer is the person that somebody who joins is from then on, and the same
// person as it was before, if it has been in the meeting.
func (d *decision) newcomer(c Join) (person Person, before *Person) {
	person = Person{ID: d.state.nextParticipant(), IsBot: c.IsBot, Role: RoleParticipant}
	if before = d.state.Known(c); before != nil {
		person = *before
		person.Recording, person.Broadcasts, person.Help, person.Invitation = RecordingOff, Broadcasts{}, Help{}, Invitation{}
		person.Waiting = Waiting{}
	}
	person.Name, person.Bot, person.FollowsMoves = strings.TrimSpace(c.Name), c.Bot, c.FollowsMoves
	person.Email, person.ExternalID, person.Outside = c.Email, c.ExternalID, c.Outside
	person.Connection, person.Visit = d.state.connections+1, person.Visit+1
	person.Media, person.Device = DefaultMedia(), DeviceDesktop
	if c.Media != nil {
		person.Media = *c.Media
	}
	if c.Device != "" {
		person.Device = c.Device
	}
	if c.Role != "" {
		person.Role = c.Role
	}
	if c.Preset != "" {
		person.Preset = c.Preset
	}
	return person, before
}

// Known finds somebody who joins among those who have been in the meeting; nil when
// nobody of them is the same. Names tell nothing: people share them, and change them.
func (s *State) Known(c Join) *Person {
	if c.Returning != 0 {
		return s.People[c.Returning]
	}
	for _, person := range s.Roster() {
		if person.IsBot == c.IsBot && person.Bot == c.Bot && (c.Bot != "" || person.is(c.Email, c.ExternalID)) {
			return person
		}
	}
	return nil
}

// is says whether an e-mail address and an external id are the person's. Where
// both have an external id, that alone counts.
func (p *Person) is(email, externalID string) bool {
	if externalID != "" && p.ExternalID != "" {
		return externalID == p.ExternalID
	}
	return email != "" && strings.EqualFold(email, p.Email)
}

// resume sends somebody who has come back while rooms are open to the room where
// it should be.
func (d *decision) resume(person *Person) {
	if room, assigned := d.state.Room(person.Assigned); assigned && room.State == RoomStateOpen && d.state.Options.Rejoin == RejoinRoom {
		d.send(person, room, LeftByMove)
	}
}
