package meeting_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// newConference is a meeting with rooms and people who are spread over them.
func newConference(rooms, people int) *run {
	r := newRun()
	r.must(meeting.CreateRooms{Count: rooms})
	for i := range people {
		r.join(fmt.Sprintf("Guest %d", i), true)
	}
	r.must(meeting.AssignAutomatically{Seed: 1})
	return r
}

// BenchmarkRules measures what hosts do to many rooms and people, by the rules
// alone: deciding, and folding what follows.
func BenchmarkRules(b *testing.B) {
	for _, rooms := range []int{30, 300} {
		people := rooms * 10 / 3
		b.Run(fmt.Sprintf("rooms=%d/open", rooms), func(b *testing.B) { benchmarkRound(b, rooms, people, true) })
		b.Run(fmt.Sprintf("rooms=%d/close", rooms), func(b *testing.B) { benchmarkRound(b, rooms, people, false) })
		b.Run(fmt.Sprintf("rooms=%d/assign", rooms), func(b *testing.B) {
			r := newConference(rooms, people)
			for seed := uint64(1); b.Loop(); seed++ {
				r.apply1(b, meeting.AssignAutomatically{Seed: seed})
			}
		})
		b.Run(fmt.Sprintf("rooms=%d/move-all", rooms), func(b *testing.B) {
			r := newConference(rooms, people)
			r.must(meeting.OpenRooms{})
			all := r.state.BreakoutRooms()
			for shift := 1; b.Loop(); shift++ {
				var command meeting.AssignMany
				for i := range rooms { // as many people as there are rooms
					command.Placements = append(command.Placements, meeting.Placement{
						Room: all[(i+shift)%rooms].ID, Participants: []meeting.ParticipantID{meeting.ParticipantID(i+1) * 100},
					})
				}
				r.apply1(b, command)
			}
		})
		b.Run(fmt.Sprintf("rooms=%d/move", rooms), func(b *testing.B) {
			r := newConference(rooms, people)
			r.must(meeting.OpenRooms{})
			all := r.state.BreakoutRooms()
			for i := 0; b.Loop(); i++ {
				r.apply1(b, meeting.Move{Participant: meeting.ParticipantID(1+i%people) * 100, Room: all[(i*7+i/people)%rooms].ID})
			}
		})
	}
}

// apply1 carries out a command without keeping its events.
func (r *run) apply1(b *testing.B, command meeting.Command) {
	events, err := meeting.Apply(r.state, command, r.now)
	if err != nil && len(err.(meeting.Refusals)) != 1 { //nolint:errorlint // the rules return nothing else
		b.Fatal(err)
	}
	r.state.Fold(events...)
}

func benchmarkRound(b *testing.B, rooms, people int, opening bool) {
	r := newConference(rooms, people)
	zero := time.Duration(0)
	step := func(counts bool, command meeting.Command) {
		if counts {
			b.StartTimer()
			defer b.StopTimer()
		}
		r.apply1(b, command)
	}
	b.StopTimer()
	for range b.N {
		step(opening, meeting.OpenRooms{})
		step(!opening, meeting.CloseRooms{Countdown: &zero})
	}
}
