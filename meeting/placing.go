package meeting

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

func (d *decision) assign(c AssignMany) error {
	if d.state.Round.State == RoundStateClosing {
		return RefuseForNow(CodeRoundClosing, nil, "The rooms are closing; assign people when they have closed.")
	}
	if problems := d.checkPlacements(c.Placements); len(problems) > 0 {
		return problems
	}
	if c.Source == "" {
		c.Source = AssignedManually
	}
	if d.state.Round.State != RoundStateOpen {
		d.prepareRound()
	}
	for _, placement := range c.Placements {
		room, _ := d.state.Room(placement.Room)
		for _, id := range placement.Participants {
			d.assignOne(d.state.People[id], room, c.Source)
		}
	}
	return nil
}

// assignOne says where somebody should be, and sends whoever is here if the room
// is open.
func (d *decision) assignOne(person *Person, room Room, source AssignmentSource) {
	d.emit(room.Ref(), person.Ref(), ParticipantAssigned{Source: source})
	if room.State == RoomStateOpen && person.Present() {
		d.send(person, room, LeftByMove)
	}
}

// checkPlacements finds every fault of a list of assignments.
func (d *decision) checkPlacements(placements []Placement) (problems Refusals) {
	refuse := func(i, j int, code Code, format string, args ...any) {
		path := []string{"assignments", strconv.Itoa(i), "roomId"}
		if j >= 0 {
			path = []string{"assignments", strconv.Itoa(i), "participants", strconv.Itoa(j)}
		}
		problems = append(problems, Refuse(code, path, format, args...)...)
	}
	if len(placements) == 0 {
		return Refuse(CodeInvalid, []string{"assignments"}, "Say at least for one room who is assigned to it.")
	}
	seen := make(map[ParticipantID]bool)
	for i, placement := range placements {
		room, ok := d.state.Room(placement.Room)
		switch {
		case !ok || room.Kind != RoomBreakout:
			refuse(i, -1, CodeRoomNotFound, "The meeting has no breakout room %q.", placement.Room)
			continue
		case len(placement.Participants) == 0:
			refuse(i, -1, CodeInvalid, "Name at least one participant to assign to %q.", room.Name)
		}
		for j, id := range placement.Participants {
			switch {
			case d.state.People[id] == nil:
				refuse(i, j, CodeParticipantNotFound, "The meeting has no participant %d.", id)
			case seen[id]:
				refuse(i, j, CodeInvalid, "Participant %d is named twice.", id)
			}
			seen[id] = true
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return d.checkCapacity(placements, seen)
}

// checkCapacity refuses assignments of more people than a room can hold.
func (d *decision) checkCapacity(placements []Placement, moving map[ParticipantID]bool) (problems Refusals) {
	most := d.state.Options.RoomCapacity
	if most == 0 {
		return nil
	}
	crowd := d.crowd(func(p *Person) RoomID {
		if moving[p.ID] {
			return ""
		}
		return p.Assigned
	})
	for i, placement := range placements {
		for _, id := range placement.Participants {
			if !d.state.People[id].IsBot {
				crowd[placement.Room]++
			}
		}
		if crowd[placement.Room] > most {
			room, _ := d.state.Room(placement.Room)
			problems = append(problems, Refuse(CodeRoomFull, []string{"assignments", strconv.Itoa(i), "participants"},
				"Room %q holds %d people; with these, %d would be assigned to it.", room.Name, most, crowd[placement.Room])...)
		}
	}
	return problems
}

// crowd counts people, bots apart, by room.
func (d *decision) crowd(where func(*Person) RoomID) map[RoomID]int {
	crowd := make(map[RoomID]int)
	for _, person := range d.state.Roster() {
		if !person.IsBot {
			crowd[where(person)]++
		}
	}
	return crowd
}

// filling are rooms that fill up: a heap, the emptiest first, and of those the
// one with the lowest ordinal.
type filling []filled

type filled struct {
	room   Room
	people int
}

func newFilling(rooms []Room, crowd map[RoomID]int) *filling {
	f := make(filling, len(rooms))
	for i, room := range rooms {
		f[i] = filled{room, crowd[room.ID]}
	}
	heap.Init(&f)
	return &f
}

// take puts somebody into the emptiest room, unless even that holds the most.
func (f *filling) take(most int) (Room, bool) {
	rooms := *f
	if len(rooms) == 0 || most > 0 && rooms[0].people >= most {
		return Room{}, false
	}
	room := rooms[0].room
	rooms[0].people++
	heap.Fix(f, 0)
	return room, true
}

// Len, Swap, Less, Push and Pop make it a heap; rooms neither come nor go.
func (f *filling) Len() int      { return len(*f) }
func (f *filling) Swap(i, j int) { (*f)[i], (*f)[j] = (*f)[j], (*f)[i] }
func (f *filling) Less(i, j int) bool {
	a, b := (*f)[i], (*f)[j]
	return a.people < b.people || a.people == b.people && a.room.Ordinal < b.room.Ordinal
}
func (f *filling) Push(any) {}
func (f *filling) Pop() any { return nil }

// assignAutomatically spreads people evenly over the rooms, at random.
func (d *decision) assignAutomatically(c AssignAutomatically) error {
	rooms := d.state.BreakoutRooms()
	switch d.state.Round.State {
	case RoundStateClosing:
		return RefuseForNow(CodeRoundClosing, nil, "The rooms are closing; assign people when they have closed.")
	case RoundStateOpen:
		if err := d.offered(OffersReassigningWhileOpen); err != nil {
			return err
		}
		rooms = d.state.openRooms()
	}
	if len(rooms) == 0 {
		return Refuse(CodeNoRooms, nil, "The meeting has no breakout room; create rooms first.")
	}
	people := d.assignable(c)
	to := make(map[ParticipantID]Room, len(people))
	for _, person := range people {
		to[person.ID] = Room{}
	}
	emptiest := newFilling(rooms, d.crowd(func(p *Person) RoomID {
		if _, spread := to[p.ID]; spread {
			return ""
		}
		return p.Assigned
	}))
	for _, i := range rand.New(rand.NewPCG(c.Seed, 0)).Perm(len(people)) {
		room, ok := emptiest.take(d.state.Options.RoomCapacity)
		if !ok {
			return Refuse(CodeRoomFull, nil, "The rooms hold %d people each, which is too few for %d people.", d.state.Options.RoomCapacity, len(people))
		}
		to[people[i].ID] = room
	}
	if d.state.Round.State != RoundStateOpen {
		d.prepareRound()
	}
	for _, person := range people {
		d.assignOne(person, to[person.ID], AssignedAutomatically)
	}
	return nil
}

// assignable are those whom an automatic assignment spreads: the people who are
// here, hosts only if wanted, and no bots.
func (d *decision) assignable(c AssignAutomatically) (people []*Person) {
	for _, person := range d.state.Roster() {
		host := person.Role != RoleParticipant
		if person.Present() && !person.IsBot && (!host || c.Hosts) && (person.Assigned == "" || !c.UnassignedOnly) {
			people = append(people, person)
		}
	}
	return people
}

// unassign says that somebody should be in no room.
func (d *decision) unassign(c Unassign) error {
	if err := d.editable(); err != nil {
		return err
	}
	var problems Refusals
	for i, id := range c.Participants {
		if d.state.People[id] == nil || slices.Contains(c.Participants[:i], id) {
			problems = append(problems, Refuse(CodeParticipantNotFound, []string{"participants", strconv.Itoa(i)},
				"The meeting has no participant %d, or it was named twice.", id)...)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	for _, id := range c.Participants {
		if person := d.state.People[id]; person.Assigned != "" {
			d.emit(nil, person.Ref(), ParticipantAssigned{Source: AssignedManually})
		}
	}
	return nil
}

// exchange lets two people change places.
func (d *decision) exchange(c Exchange) error {
	a, err := d.present(c.A, []string{"participantA"})
	if err != nil {
		return err
	}
	b, err := d.present(c.B, []string{"participantB"})
	if err != nil {
		return err
	}
	from, hasA := d.placeOf(a)
	to, hasB := d.placeOf(b)
	switch {
	case d.state.Round.State == RoundStateOpen && !d.state.Persona.Offers.Has(OffersExchangingWhileOpen):
		return d.offered(OffersExchangingWhileOpen)
	case d.state.Round.State == RoundStateClosing:
		return RefuseForNow(CodeRoundClosing, nil, "The rooms are closing; exchange people when they have closed.")
	case !hasA || !hasB || from.ID == to.ID:
		return Refuse(CodeInvalid, []string{"participantB"}, "Two people can be exchanged who are in two rooms, or assigned to two; %s and %s are not.", a.Name, b.Name)
	}
	d.assignOne(a, to, AssignedByExchange)
	d.assignOne(b, from, AssignedByExchange)
	return nil
}

// placeOf is the breakout room in which somebody is, or else should be.
func (d *decision) placeOf(person *Person) (Room, bool) {
	if room, ok := d.state.Room(person.Room); ok && room.Kind == RoomBreakout {
		return room, true
	}
	return d.state.Room(person.Assigned)
}

func (d *decision) move(c Move) error {
	person, err := d.present(c.Participant, []string{"participantId"})
	if err != nil {
		return err
	}
	room, err := d.room(c.Room)
	if err != nil {
		return err
	}
	if err := d.enterable(person, room); err != nil {
		return err
	}
	if person.Room == room.ID && person.Invitation.State != InvitationPending {
		return Refuse(CodeAlreadyThere, []string{"roomId"}, "%s is in %q already.", person.Name, room.Name)
	}
	if c.Preset != "" {
		if !d.state.Capabilities(d.actor).Has(MaySetRoles) {
			return d.lacking(MaySetRoles, "give presets")
		}
		if person, err = d.preset(person, c.Preset); err != nil {
			return err
		}
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

// enterable refuses a room that takes somebody not in.
func (d *decision) enterable(person *Person, room Room) error {
	if room.Kind == RoomBreakout && person.Device == DeviceBasic {
		return Refuse(CodeNotAllowed, []string{"participantId"}, "The client of %s knows no breakout rooms; it stays in the main room.", person.Name)
	}
	if room.State != RoomStateOpen {
		return RefuseForNow(CodeRoomNotOpen, []string{"roomId"}, "Room %q is %s; people can enter open rooms only.", room.Name, strings.ToLower(string(room.State)))
	}
	most := d.state.Options.RoomCapacity
	if most == 0 || room.Kind == RoomMain || person.IsBot || person.Role != RoleParticipant || person.Room == room.ID {
		return nil
	}
	if inside := d.crowd(func(p *Person) RoomID { return p.Room })[room.ID]; inside >= most {
		return RefuseForNow(CodeRoomFull, []string{"roomId"}, "Room %q holds %d people and is full.", room.Name, most)
	}
	return nil
}

// inviteToReturn asks people in breakout rooms to come back to main.
func (d *decision) inviteToReturn(c InviteToReturn) error {
	if err := d.offered(OffersCallingBack); err != nil {
		return err
	}
	if d.state.Round.State == RoundStateClosing {
		return Refuse(CodeRoundClosing, nil, "The rooms are closing; everybody is on the way back.")
	}
	var called []*Person
	for i, id := range c.Participants {
		person, err := d.present(id, []string{"participants", strconv.Itoa(i)})
		if err != nil {
			return err
		}
		called = append(called, person)
	}
	if len(c.Participants) == 0 {
		called = d.state.Roster()
	}
	main := d.state.Main()
	invited := make(map[ParticipantID]bool)
	for _, person := range called {
		if person.Room == "" || person.Room == main.ID || d.actor == As(person.ID) || invited[person.ID] {
			continue
		}
		invited[person.ID] = true
		if person.Invitation.State == InvitationPending {
			d.resolve(person, InvitationSuperseded)
		}
		d.invite(person, main)
	}
	if len(invited) == 0 {
		return Refuse(CodeNobodyToCall, []string{"participants"}, "None of them is in a breakout room.")
	}
	return nil
}
