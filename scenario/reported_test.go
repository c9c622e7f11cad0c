package scenario

import (
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// TestReportsAgainstTheTruth has a bot be in main for 10 s, in Red for 10 s, and in main
// again for 10 s, and reports that in several ways.
func TestReportsAgainstTheTruth(t *testing.T) {
	truth := &truth{
		rooms: map[meeting.RoomID]meeting.RoomRef{"room_0": {ID: "room_0", Kind: meeting.RoomMain}, "room_1": {ID: "room_1", Kind: meeting.RoomBreakout}, "room_2": {ID: "room_2", Kind: meeting.RoomBreakout}},
		bots:  map[meeting.BotID]meeting.ParticipantID{"bot_1": 200},
		presences: map[stay]presence{
			{200, 1}: {room: "room_0", from: noon, to: after(10 * time.Second)},
			{200, 2}: {room: "room_1", from: after(10 * time.Second), to: after(20 * time.Second)},
			{200, 3}: {room: "room_0", from: after(20 * time.Second), to: after(30 * time.Second)},
		},
	}
	step := func(at time.Duration, code string, room string) Seen {
		event := Seen{At: after(at), Type: "BOT_STATUS_CHANGED", Code: code, Bot: &Named{ID: "bot_1"}}
		if room != "" {
			event.Room = &Named{ID: room}
		}
		return event
	}
	joined, entered := step(0, "in_call_recording", "room_0"), step(10*time.Second, "breakout_room_entered", "room_1")
	left, ended := step(20*time.Second, "breakout_room_left", "room_1"), step(30*time.Second, "call_ended", "")
	for name, c := range map[string]struct {
		seen  []Seen
		wrong int
		apart time.Duration
	}{
		"as it was":           {[]Seen{joined, entered, left, ended}, 0, 0},
		"entered late":        {[]Seen{joined, step(13*time.Second, "breakout_room_entered", "room_1"), left, ended}, 0, 3 * time.Second},
		"never entered":       {[]Seen{joined, ended}, 0, 10 * time.Second},
		"left late":           {[]Seen{joined, entered, step(25*time.Second, "breakout_room_left", "room_1"), ended}, 0, 5 * time.Second},
		"another room":        {[]Seen{joined, step(10*time.Second, "breakout_room_entered", "room_2"), left, ended}, 1, 10 * time.Second},
		"a room it had left":  {[]Seen{joined, entered, left, step(25*time.Second, "breakout_room_entered", "room_1"), ended}, 1, 5 * time.Second},
		"there after the end": {[]Seen{joined, entered, left, ended, step(31*time.Second, "in_call_recording", "room_0"), step(33*time.Second, "done", "")}, 0, 2 * time.Second},
		"nothing":             {nil, 0, 30 * time.Second},
	} {
		wrong, apart, there := truth.reports(c.seen)
		if wrong != c.wrong || apart != c.apart || there != 30*time.Second {
			t.Errorf("%s: %d wrong rooms, %s apart of %s", name, wrong, apart, there)
		}
	}
}
