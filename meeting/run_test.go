package meeting_test

import (
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// run is a meeting under test: the state, the events so far and a clock.
type run struct {
	state  *meeting.State
	events []meeting.Event
	// bodies are the events as they were written down when they happened.
	bodies [][]byte
	now    time.Time
}

func newRun() *run { return newRunAs(meeting.PersonaIdeal) }

// newRunAs is a meeting under test that takes on a persona.
func newRunAs(name string) *run {
	persona, err := meeting.PersonaOf(name)
	if err != nil {
		panic(err)
	}
	r := &run{state: meeting.New(), now: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	r.must(meeting.Create{Meeting: "mtg_1", Title: "Test", Options: persona.Defaults, Persona: name})
	return r
}

func (r *run) apply(c meeting.Command) ([]meeting.Event, error) {
	events, err := meeting.Apply(r.state, c, r.now)
	for _, event := range events {
		body, err := event.MarshalBody()
		if err != nil {
			panic(err)
		}
		r.bodies = append(r.bodies, body)
	}
	r.state.Fold(events...)
	r.events = append(r.events, events...)
	return events, err
}

func (r *run) must(c meeting.Command) []meeting.Event {
	events, err := r.apply(c)
	if err != nil {
		panic(fmt.Sprintf("%T: %v", c, err))
	}
	return events
}

// join takes in a participant and tells its number.
func (r *run) join(name string, follows bool) meeting.ParticipantID {
	return r.must(meeting.Join{Name: name, FollowsMoves: follows})[0].Participant.ID
}

func (r *run) room(name string) meeting.RoomID {
	room, err := r.state.FindRoom(name)
	if err != nil {
		panic(err)
	}
	return room.ID
}

// where names the room that a participant is in.
func (r *run) where(id meeting.ParticipantID) string {
	room, _ := r.state.Room(r.state.People[id].Room)
	return room.Name
}

func types(events []meeting.Event) []meeting.EventType {
	var list []meeting.EventType
	for _, event := range events {
		list = append(list, event.Type())
	}
	return list
}
