package tape

import (
	"fmt"
	"slices"
	"strings"
)

// mainPlace is where people are who are in the main room.
const mainPlace = "main"

// room is a breakout room.
type room struct {
	key, name string
	// told says that the log tells of its creation.
	told, made, open bool
	// entries counts those who went into it.
	entries int
}

// room finds a room, or takes note of a new one.
func (t *teller) room(p place) *room {
	if known := t.known(p.key); known != nil {
		return known
	}
	r := &room{key: p.key}
	t.rooms = append(t.rooms, r)
	r.name = t.nameOf(p)
	return r
}

func (t *teller) known(key string) *room {
	i := slices.IndexFunc(t.rooms, func(r *room) bool { return r.key == key })
	if i < 0 || key == "" {
		return nil
	}
	return t.rooms[i]
}

// names lists rooms as the file does.
func names(rooms []*room) string {
	list := make([]string, len(rooms))
	for i, r := range rooms {
		list[i] = r.name
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// together are the rooms of which the log tells something at one moment, and whether
// that is of a round as a whole.
func (t *teller) together(i int, what verb) (rooms []*room, round bool) {
	for k, m := range t.moments[i:] {
		if !m.at.Equal(t.moments[i].at) {
			break
		}
		if m.verb != what {
			continue
		}
		t.handled[i+k] = true
		if m.room.key == "" {
			round = true
		} else if r := t.room(m.room); !slices.Contains(rooms, r) {
			rooms = append(rooms, r)
		}
	}
	return rooms, round
}

// tellRooms has rooms be created, deleted, opened or closed.
func (t *teller) tellRooms(i int, m moment) {
	rooms, round := t.together(i, m.verb)
	switch m.verb {
	case created:
		t.make(i, rooms)
	case deleted:
		for _, r := range rooms {
			if r.made {
				r.made, r.open = false, false
				t.step(m.at, "delete_room: "+r.name, "")
			}
		}
	case opened:
		t.open(i, rooms)
	case closed:
		if !t.byEnd(i) {
			t.close(i, rooms, round)
		}
	}
}

// make creates rooms that are not there yet.
func (t *teller) make(i int, rooms []*room) {
	rooms = slices.DeleteFunc(slices.Clone(rooms), func(r *room) bool { return r.made })
	for _, r := range rooms {
		r.made = true
	}
	if len(rooms) > 0 {
		t.step(t.moments[i].at, "create_rooms: "+names(rooms), "")
	}
}

// ensureMade creates a room of whose creation the log doesn't tell, and all others of
// the kind.
func (t *teller) ensureMade(i int, r *room) {
	var silent []*room
	for _, other := range t.rooms {
		if !other.told || other == r {
			silent = append(silent, other)
		}
	}
	if !r.made {
		t.make(i, silent)
	}
}

// open opens rooms: all at once where they are all.
func (t *teller) open(i int, rooms []*room) {
	at := t.moments[i].at
	for _, r := range rooms {
		t.ensureMade(i, r)
	}
	if !slices.ContainsFunc(t.rooms, func(r *room) bool { return r.open }) {
		t.unassign(at)
	}
	shut := slices.DeleteFunc(slices.Clone(t.rooms), func(r *room) bool { return r.open || !r.made })
	if len(rooms) == 0 {
		rooms = shut
	}
	rooms = slices.DeleteFunc(slices.Clone(rooms), func(r *room) bool { return r.open })
	for _, r := range rooms {
		r.open = true
	}
	switch {
	case len(rooms) == 0:
	case len(rooms) == len(shut):
		t.step(at, "open_rooms: ", "")
	default:
		for _, r := range rooms {
			t.step(at, "open_room: "+r.name, "")
		}
	}
}

// ensureOpen opens a room that somebody enters, where the log hasn't told of that.
func (t *teller) ensureOpen(i int, r *room) {
	switch {
	case r.open:
	case t.tellsOpening:
		t.open(i, []*room{r})
	default:
		t.ensureMade(i, r)
		t.open(i, nil)
		t.steps[len(t.steps)-1].note = "The log doesn't tell when the rooms opened; this is before somebody entered one."
	}
}

// close closes rooms: all at once where the log tells of the round.
func (t *teller) close(i int, rooms []*room, round bool) {
	at := t.moments[i].at
	if round {
		t.closed(t.rooms)
		t.step(at, "close_rooms: {countdown: 0s}", "")
		return
	}
	for _, r := range rooms {
		if r.open {
			t.closed([]*room{r})
			t.step(at, fmt.Sprintf("close_room: {room: %s, countdown: 0s}", r.name), "")
		}
	}
}

// byEnd says whether it is the end of the meeting that closes rooms: who is there has
// left by then.
func (t *teller) byEnd(i int) bool {
	at := t.moments[i].at
	return t.also(i, ended) && slices.ContainsFunc(t.moments[:i], func(m moment) bool { return m.verb == left && m.at.Equal(at) })
}

// closed has nobody be in rooms any more.
func (t *teller) closed(rooms []*room) {
	for _, r := range rooms {
		r.open = false
		for _, p := range slices.Concat(t.people, t.bots) {
			if p.place == r.key {
				p.place = mainPlace
			}
		}
	}
}

// closesAt says whether a closing at the moment brings people of a room back.
func (t *teller) closesAt(i int, from string) bool {
	at := t.moments[i].at
	return slices.ContainsFunc(t.moments, func(m moment) bool {
		return m.verb == closed && m.at.Equal(at) && (m.room.key == "" || m.room.key == from)
	})
}

// inferClosing closes the rooms when the last of them is empty, where the log doesn't
// tell of closings and several came back together.
func (t *teller) inferClosing(m moment) {
	inside := slices.ContainsFunc(slices.Concat(t.people, t.bots), func(p *person) bool { return p.place != "" && p.place != mainPlace })
	together := 0
	for _, at := range t.back {
		if m.at.Sub(at) <= burst {
			together++
		}
	}
	if inside || t.tellsClosing || together < 2 {
		return
	}
	t.closed(t.rooms)
	t.step(m.at, "close_rooms: {countdown: 0s}", "The log doesn't tell of the closing; several came back together, and the rooms were empty then.")
}
