package scenario

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// lateReport is how long after a visit it can be reported.
const lateReport = 2 * time.Second

// opening is when a breakout room was open; to is zero while it is.
type opening struct {
	room     meeting.RoomID
	from, to time.Time
}

// reports holds what was reported of where bots were against where they were: how many
// reported visits are to rooms where the bot was not, for how long the two differ, and
// for how long bots were there at all.
func (t *truth) reports(seen []Seen) (wrong int, apart, there time.Duration) {
	for id, number := range t.bots {
		told := reportedBy{main: t.main(), told: make(map[meeting.RoomID]spans.List)}
		for _, event := range seen {
			if event.Bot == nil || event.Bot.ID != string(id) {
				continue
			}
			told.hear(event)
			if event.Code == "breakout_room_entered" && !t.wasIn(number, told.here, event.At) {
				wrong++
			}
		}
		if len(seen) > 0 {
			told.goes("", seen[len(seen)-1].At)
		}
		actual := t.whereabouts(number)
		apart += difference(told.told, actual)
		for _, s := range actual {
			there += s.Total()
		}
	}
	return wrong, apart, there
}

// reportedBy is where a bot was by what it reported.
type reportedBy struct {
	main meeting.RoomID
	told map[meeting.RoomID]spans.List
	// here is the room where it is since a time; "" while it is in none.
	here  meeting.RoomID
	since time.Time
}

// hear takes what the bot reported.
func (r *reportedBy) hear(event Seen) {
	switch {
	case event.Code == "breakout_room_entered":
		r.goes(meeting.RoomID(event.Room.ID), event.At)
	case event.Code == "breakout_room_left", r.here == "" && (event.Code == "in_call_not_recording" || event.Code == "in_call_recording"):
		r.goes(r.main, event.At)
	case event.Code == "call_ended" || meeting.TerminalStatus(event.Code):
		r.goes("", event.At)
	}
}

func (r *reportedBy) goes(to meeting.RoomID, at time.Time) {
	if r.here != "" {
		r.told[r.here] = append(r.told[r.here], spans.Span{From: r.since, To: at})
	}
	r.here, r.since = to, at
}

// wasIn says whether somebody was in a room at a time, or shortly before.
func (t *truth) wasIn(who meeting.ParticipantID, room meeting.RoomID, at time.Time) bool {
	return slices.ContainsFunc(t.whereabouts(who)[room], func(s spans.Span) bool {
		return !at.Before(s.From) && !at.Add(-lateReport).After(s.To)
	})
}

// main is the main room.
func (t *truth) main() (id meeting.RoomID) {
	for room, of := range t.rooms {
		if of.Kind == meeting.RoomMain {
			id = room
		}
	}
	return id
}

// whereabouts are when somebody was in which room.
func (t *truth) whereabouts(who meeting.ParticipantID) map[meeting.RoomID]spans.List {
	where := make(map[meeting.RoomID]spans.List)
	for key, p := range t.presences {
		if key.who == who {
			where[p.room] = append(where[p.room], spans.Span{From: p.from, To: p.to})
		}
	}
	for room := range where {
		where[room] = where[room].Joined()
	}
	return where
}

// difference is for how long somebody was told to be in a room and was not, or was in
// one and not told to be. What is told of another room at the time counts once.
func difference(told, actual map[meeting.RoomID]spans.List) time.Duration {
	var wrongly, untold spans.List
	for room, times := range told {
		wrongly = append(wrongly, times.Joined().Without(actual[room])...)
	}
	for room, times := range actual {
		untold = append(untold, times.Without(told[room].Joined())...)
	}
	return append(wrongly, untold...).Joined().Total()
}
