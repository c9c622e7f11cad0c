package meeting

import (
	"fmt"
	"strings"
)

func (d *decision) createRooms(c CreateRooms) error {
	if err := d.addable(); err != nil {
		return err
	}
	names, err := d.newNames(c.Names, c.Count, d.state.Rooms)
	if err != nil {
		return err
	}
	if d.state.Round.State != RoundStateOpen {
		d.prepareRound()
	}
	d.addRooms(names)
	return nil
}

// recreateRooms deletes every breakout room and makes new ones in their place.
func (d *decision) recreateRooms(c RecreateRooms) error {
	if err := d.editable(); err != nil {
		return err
	}
	names, err := d.newNames(c.Names, c.Count, d.state.Rooms[:1])
	if err != nil {
		return err
	}
	d.prepareRound()
	for _, room := range d.state.BreakoutRooms() {
		d.dropRoom(room)
	}
	d.addRooms(names)
	return nil
}

// resetRooms deletes every breakout room.
func (d *decision) resetRooms() error {
	if err := d.editable(); err != nil {
		return err
	}
	for _, room := range d.state.BreakoutRooms() {
		d.dropRoom(room)
	}
	return nil
}

// enabled refuses where the meeting has no breakout rooms.
func (d *decision) enabled() error {
	if d.state.Options.BreakoutRooms {
		return nil
	}
	return Refuse(CodeNotEnabled, nil, "Breakout rooms are not enabled in this meeting; set the option breakoutRooms.")
}

func (d *decision) addRooms(names []string) (added []*RoomRef) {
	for i, name := range names {
		ordinal := d.state.ordinals + 1 + i
		room := &RoomRef{ID: roomID(d.state.Meeting, ordinal), Kind: RoomBreakout, Name: strings.TrimSpace(name)}
		d.emit(room, nil, RoomCreated{Ordinal: ordinal})
		added = append(added, room)
	}
	return added
}

// newNames checks the names of new rooms beside others that stay, or makes up a
// number of names.
func (d *decision) newNames(names []string, count int, stay []Room) ([]string, error) {
	if err := d.enabled(); err != nil {
		return nil, err
	}
	taken := make(map[string]bool, len(stay))
	for _, room := range stay {
		taken[nameKey(room.Name)] = true
	}
	if total := len(stay) - 1 + len(names) + count; total > d.state.Persona.MaxRooms {
		return nil, Refuse(CodeTooManyRooms, []string{"names"}, "A meeting can have %d breakout rooms; this would make %d.", d.state.Persona.MaxRooms, total)
	}
	switch {
	case len(names) > 0 && count != 0:
		return nil, Refuse(CodeInvalid, []string{"count"}, "Give the names of rooms or their number, not both.")
	case count < 0 || len(names) == 0 && count == 0:
		return nil, Refuse(CodeInvalid, []string{"names"}, "Name at least one room to create, or give a number of rooms.")
	case count > 0:
		return freeNames(count, taken), nil
	}
	if problems := d.checkRoomNames(names, taken); len(problems) > 0 {
		return nil, problems
	}
	return names, nil
}

func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// freeNames makes up names that no room has: Room 1, Room 2 and so on.
func freeNames(count int, taken map[string]bool) (names []string) {
	for n := 1; len(names) < count; n++ {
		if name := fmt.Sprintf("Room %d", n); !taken[nameKey(name)] {
			names = append(names, name)
		}
	}
	return names
}

// checkRoomNames finds every fault of the names of new rooms.
func (d *decision) checkRoomNames(names []string, taken map[string]bool) (problems Refusals) {
	for _, name := range names {
		problems = append(problems, checkLength(name, "names", "A room's name", d.state.Persona.MaxRoomName)...)
		key := nameKey(name)
		if key != "" && taken[key] {
			problems = append(problems, nameTaken("names", name)...)
		}
		taken[key] = true
	}
	return problems
}

func nameTaken(field, name string) Refusals {
	return Refuse(CodeRoomNameTaken, []string{field}, "There is a room called %q already; give each room a name of its own.", strings.TrimSpace(name))
}

func (d *decision) renameRoom(c RenameRoom) error {
	room, err := d.breakoutRoom(c.Room)
	if err != nil {
		return err
	}
	if problems := checkLength(c.Name, "name", "A room's name", d.state.Persona.MaxRoomName); len(problems) > 0 {
		return problems
	}
	for _, other := range d.state.Rooms {
		if other.ID != room.ID && nameKey(other.Name) == nameKey(c.Name) {
			return nameTaken("name", c.Name)
		}
	}
	if room.live() {
		if err := d.offered(OffersEditingWhileOpen); err != nil {
			return err
		}
	}
	before := room.Name
	if room.Name = strings.TrimSpace(c.Name); room.Name != before {
		d.emit(room.Ref(), nil, RoomRenamed{Before: before})
	}
	return nil
}

func (d *decision) deleteRoom(c DeleteRoom) error {
	room, err := d.breakoutRoom(c.Room)
	if err != nil {
		return err
	}
	if err := d.addable(); err != nil {
		return err
	}
	if room.live() {
		d.shut([]Room{room})
	}
	d.dropRoom(room)
	return nil
}

// dropRoom deletes a room in which nobody is any more; who was assigned to it is assigned
// to none.
func (d *decision) dropRoom(room Room) {
	for _, person := range d.state.Roster() {
		if person.Assigned == room.ID {
			d.emit(nil, person.Ref(), ParticipantAssigned{Source: AssignedManually})
		}
	}
	d.emit(room.Ref(), nil, RoomDeleted{})
}

// breakoutRoom finds a breakout room.
func (d *decision) breakoutRoom(id RoomID) (Room, error) {
	room, err := d.room(id)
	if err != nil || room.Kind != RoomBreakout {
		return room, Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no breakout room %q.", id)
	}
	return room, nil
}

// addable refuses to add and delete rooms while rooms close, and where the
// platform does not offer it, while they are open.
func (d *decision) addable() error {
	if d.state.Round.State == RoundStateOpen && d.state.Persona.Offers.Has(OffersEditingWhileOpen) {
		return nil
	}
	return d.editable()
}

// editable refuses while rooms are open or closing.
func (d *decision) editable() error {
	switch d.state.Round.State {
	case RoundStateOpen, RoundStateClosing:
		return RefuseForNow(CodeRoundAlreadyOpen, nil, "Round %d is running; close its rooms first.", d.state.Round.Ordinal)
	}
	return nil
}
