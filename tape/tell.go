package tape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// hop is how long it takes at most until a log that tells where somebody went from
	// tells where to.
	hop = 2 * time.Second
	// burst is within which time people come back whose rooms are closed.
	burst = 10 * time.Second
	// arrival is how long before it is in a meeting a bot is sent.
	arrival = 20 * time.Millisecond
)

// step is a step of the scenario.
type step struct {
	at   time.Duration
	text string // what happens, as it stands in the file
	note string // what there is to say of it; empty for nothing
}

// teller tells what a log says as steps.
type teller struct {
	Options
	notes []note
	steps []step
	began time.Time

	moments []moment
	// handled are the moments that were told with one before.
	handled map[int]bool
	people  []*person
	bots    []*person
	rooms   []*room
	// tellsOpening and tellsClosing say whether the log does; else both are inferred.
	tellsOpening, tellsClosing bool
	// back are when people came back to the main room since somebody left it.
	back []time.Time
	// rejoinsRoom says that who comes back goes on in their room.
	rejoinsRoom bool
}

func newTeller(o Options) *teller { return &teller{Options: o, handled: make(map[int]bool)} }

// tell makes the steps of moments in their order.
func (t *teller) tell(moments []moment) {
	t.moments, t.began = moments, moments[0].at
	for _, m := range moments {
		t.tellsOpening = t.tellsOpening || m.verb == opened
		t.tellsClosing = t.tellsClosing || m.verb == closed
		if !m.room.main && m.room.key != "" {
			t.room(m.room).told = t.room(m.room).told || m.verb == created
		}
	}
	for i, m := range moments {
		if t.handled[i] {
			continue
		}
		switch m.verb {
		case arrived:
			t.arrive(i, m)
		case departed:
			t.depart(i, m)
		case joined:
			t.come(i, m)
		case left:
			if !t.leavesByEnd(i) {
				t.leave(m)
			}
		case invited:
			if t.goes(i, m) {
				t.arrive(i, m)
			}
		case ended:
			t.step(m.at, "end_meeting: ", "")
			return
		default:
			t.tellRooms(i, m)
		}
	}
}

// step adds a step, not before the one before it.
func (t *teller) step(at time.Time, text, note string) {
	since := max(0, at.Sub(t.began))
	if n := len(t.steps); n > 0 {
		since = max(since, t.steps[n-1].at)
	}
	t.steps = append(t.steps, step{since, text, note})
}

// also says whether something else of a kind happened at the very moment.
func (t *teller) also(i int, what verb) bool {
	at := t.moments[i].at
	return slices.ContainsFunc(t.moments, func(m moment) bool { return m.verb == what && m.at.Equal(at) })
}

// next finds the next arrival of somebody after a moment, within some time.
func (t *teller) next(i int, within time.Duration) (place, bool) {
	for _, m := range t.moments[i+1:] {
		if within > 0 && m.at.Sub(t.moments[i].at) > within {
			break
		}
		if m.verb == arrived && m.who.is(t.moments[i].who) {
			return m.room, true
		}
	}
	return place{}, false
}

// goes says whether a bot that was asked to go to a room does so soon.
func (t *teller) goes(i int, m moment) bool {
	to, found := t.next(i, time.Second)
	return found && to.key == m.room.key
}

// arrive has somebody be in a room.
func (t *teller) arrive(i int, m moment) {
	p := t.whose(m.who)
	switch {
	case p.place == "":
		t.join(i, p, m.room)
	case m.who.connection != "" && p.connection != m.who.connection:
		t.step(m.at, "disconnect: ["+p.name+"]", fmt.Sprintf("By line %d of the log they come anew before they are gone.", m.line))
		t.join(i, p, m.room)
	}
	p.connection = m.who.connection
	t.place(i, p)
}

// place moves somebody who is in the meeting to the room of a moment.
func (t *teller) place(i int, p *person) {
	m := t.moments[i]
	to := mainPlace
	if !m.room.main {
		to = m.room.key
	}
	if p.place == to {
		return
	}
	from := p.place
	p.place = to
	if to != mainPlace {
		room := t.room(m.room)
		t.ensureOpen(i, room)
		p.assigned, room.entries, t.back = to, room.entries+1, nil
		t.step(m.at, fmt.Sprintf("move: {who: %s, to: %s}", p.name, room.name), "")
		return
	}
	if t.closesAt(i, from) {
		return // the closing brings them back
	}
	p.assigned = ""
	t.step(m.at, fmt.Sprintf("move: {who: %s, to: main}", p.name), "")
	t.back = append(t.back, m.at)
	t.inferClosing(m)
}

// depart has somebody be in a room no longer: on the way to another, which is told
// before or after, or out of the meeting.
func (t *teller) depart(i int, m moment) {
	p := t.whose(m.who)
	at := mainPlace
	if !m.room.main {
		at = m.room.key
	}
	_, hops := t.next(i, hop)
	switch {
	case p.place != at || m.who.connection != "" && p.connection != "" && p.connection != m.who.connection:
		if p.place == "" && p.connection == "" {
			t.notes = append(t.notes, note{m.at, fmt.Sprintf("Line %d of the log tells that somebody leaves of whom it hasn't told that they came.", m.line)})
		}
	case hops:
	case p.isBot:
		t.moments[i].room = place{main: true}
		t.place(i, p)
	default:
		t.leave(m)
	}
}

// come has somebody come into the meeting, where the log tells of that apart from
// where they are then.
func (t *teller) come(i int, m moment) {
	p := t.whose(m.who)
	if p.place != "" {
		return
	}
	first, found := t.next(i, 0)
	if !found {
		first = place{main: true}
	}
	t.join(i, p, first)
}

// join brings somebody into the meeting: into the main room, or back into the room in
// which they were.
func (t *teller) join(i int, p *person, first place) {
	at := t.moments[i].at
	p.place = mainPlace
	if p.isBot {
		t.step(at.Add(-arrival), "send: ["+p.name+"]", "")
		return
	}
	assigned := t.known(p.assigned)
	again := assigned != nil && assigned.open && assigned.key == first.key
	if p.came && assigned != nil && assigned.open && again != t.rejoinsRoom {
		t.rejoinsRoom = again
		t.step(at, fmt.Sprintf("set_options: {rejoin: %s}", map[bool]string{true: "room", false: "main"}[again]), "")
	}
	if p.came && again {
		p.place = assigned.key
		assigned.entries++
	}
	p.came = true
	t.step(at, "join: ["+p.name+"]", "")
}

// leavesByEnd says whether it is the end of the meeting by which somebody leaves. It
// lets people go in the order of their numbers: who goes before one with a smaller
// number has left before.
func (t *teller) leavesByEnd(i int) bool {
	m := t.moments[i]
	return t.also(i, ended) && !slices.ContainsFunc(t.moments[i:], func(other moment) bool {
		return other.verb == left && other.at.Equal(m.at) && cmp.Or(len(other.who.lasting)-len(m.who.lasting), strings.Compare(other.who.lasting, m.who.lasting)) < 0
	})
}

// leave has somebody leave the meeting, or calls a bot back.
func (t *teller) leave(m moment) {
	p := t.whose(m.who)
	if p.place == "" {
		return
	}
	p.place = ""
	if p.isBot {
		t.step(m.at, "remove_bot: "+p.name, "")
		return
	}
	t.step(m.at, "leave: ["+p.name+"]", "")
}

// unassign lets nobody be sent to a room of the round before when the next one opens.
func (t *teller) unassign(at time.Time) {
	var names []string
	for _, p := range slices.Concat(t.people, t.bots) {
		if p.assigned != "" {
			names = append(names, p.name)
			p.assigned = ""
		}
	}
	if len(names) > 0 {
		t.step(at, "unassign: ["+strings.Join(names, ", ")+"]", "")
	}
}
