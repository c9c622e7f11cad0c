package scenario

import (
	"strings"
	"testing"
	"time"
)

// told is a run in which two rooms open, a bot goes into one of them late, and into the
// other not at all.
func told() []Seen {
	began := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	red, blue, rover := &Named{ID: "room_1", Name: "Red"}, &Named{ID: "room_2", Name: "Blue"}, &Named{ID: "bot_1", Name: "Rover"}
	at := func(d time.Duration, kind, code string, room, bot *Named) Seen {
		return Seen{At: began.Add(d), Type: kind, Code: code, Room: room, Bot: bot}
	}
	return []Seen{
		at(0, "MEETING_CREATED", "", nil, nil),
		at(5*time.Second, "ROOM_OPENED", "", red, nil),
		at(5*time.Second, "ROOM_OPENED", "", blue, nil),
		at(8*time.Second, "BOT_STATUS_CHANGED", "breakout_room_entered", red, rover),
		at(20*time.Second, "ROOM_CLOSED", "", red, nil),
		at(21*time.Second, "ROOM_CLOSED", "", blue, nil),
		at(30*time.Second, "MEETING_ENDED", "", nil, nil),
	}
}

func TestClaims(t *testing.T) {
	for _, c := range []struct{ kind, claim, want string }{
		{"within", "{after: {event: room_opened, room: Red}, event: breakout_room_entered, time: 4s}", `yes - After room opened · Red at 5s, breakout_room_entered was expected within 4s; it came at 8s.`},
		{"within", "{after: {event: room_opened, room: Red}, event: breakout_room_entered, time: 2s}", `no 7 After room opened · Red at 5s, breakout_room_entered was expected within 2s; it came at 8s, after 3s.`},
		{"within", "{after: {event: room_opened}, event: breakout_room_entered, same: [room], time: 9s}", `no 14 After room opened · Blue at 5s, breakout_room_entered was expected within 9s; it never came, and the last event was at 30s.`},
		{"within", "{after: {event: round_closed}, event: breakout_room_entered, time: 9s}", `no - breakout_room_entered was expected within 9s after each round_closed; of these, none was seen.`},
		{"eventually", "{event: room_closed, room: Blue}", `yes - room_closed in "Blue" was expected before the end; it came at 21s.`},
		{"eventually", "{after: {event: room_opened}, event: room_closed, same: [room]}", `yes - After room opened · Red at 5s, room_closed was expected before the end; it came at 20s.`},
		{"eventually", "{event: round_closed}", `no 0 round_closed was expected before the end; it never came, and the last event was at 30s.`},
		{"never", "{event: round_closed}", `yes - round_closed was never to be seen, and was not.`},
		{"never", "{event: room_closed, after: {event: breakout_room_entered}}", `no 20 room_closed was never to be seen after breakout_room_entered; it was seen at 20s.`},
		{"never", "{event: breakout_room_entered, after: {event: room_closed}}", `yes - breakout_room_entered was never to be seen after room_closed, and was not.`},
		{"never", "{event: breakout_room_entered, before: {event: room_closed}}", `no 8 breakout_room_entered was never to be seen before room_closed; it was seen at 8s.`},
		{"never", "{event: room_closed, room: Blue, after: {event: room_opened}, before: {event: room_closed, room: Red}}", `yes - room_closed in "Blue" was never to be seen after room_opened before room_closed in "Red", and was not.`},
		{"order", "[{event: room_opened, room: Blue}, {event: breakout_room_entered, bot: Rover}, {event: room_closed}]", `yes - room_opened in "Blue", breakout_room_entered by "Rover", room_closed were expected in this order; they came at 5s, 8s, 20s.`},
		{"order", "[{event: room_closed, room: Blue}, {event: room_closed, room: Red}]", `no 21 room_closed in "Red" was expected after room_closed in "Blue"; it did not come by the end, at 20s.`},
		{"events", "{event: room_closed, at_least: 2, at_most: 3}", `yes 21 room_closed was expected at least 2 and at most 3 times; it was seen 2 times, at 20s, 21s.`},
		{"events", "{event: room_closed, at_most: 1}", `no 21 room_closed was expected at most 1 times; it was seen 2 times, at 20s, 21s.`},
		{"events", "{event: room_closed, count: 2}", `yes 21 room_closed was expected 2 times; it was seen 2 times, at 20s, 21s.`},
	} {
		s, err := Parse("claims.yaml", []byte(claiming(c.kind, c.claim)))
		if err != nil {
			t.Errorf("%s %s: %v", c.kind, c.claim, err)
			continue
		}
		list := claims{told()}.judge(s.Expect)
		if len(list) != 1 || s.Expect.Count() != 1 || list[0].Line != 13 {
			t.Fatalf("%s %s: %+v", c.kind, c.claim, list)
		}
		answer, at, said := "no ", "- ", list[0].Said
		if list[0].OK {
			answer = "yes "
		}
		if list[0].At != nil {
			at = (time.Duration(*list[0].At) * time.Second).String()
			at = strings.TrimSuffix(at, "s") + " "
		}
		if got := answer + at + said; got != c.want {
			t.Errorf("%s %s: got\n%s\nwant\n%s", c.kind, c.claim, got, c.want)
		}
	}
}

// claiming is a file with one expectation, on line 13.
func claiming(kind, claim string) string {
	return `name: claims
people:
  - {name: Grace, role: host}
bots:
  - {name: Rover}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red, Blue]}
  - {at: 2s, open_rooms: }
  - {at: 3s, end_meeting: }
expect:
  ` + kind + `:
    - ` + claim + "\n"
}

func TestFaultsOfExpectations(t *testing.T) {
	for _, c := range []struct{ kind, claim, want string }{
		{"within", "{after: {event: room_opened}, event: room_closed}", "f.yaml:13: An event under within says what it follows and how soon"},
		{"within", "{event: room_closed, time: 2s}", "f.yaml:13: An event under within says what it follows and how soon"},
		{"within", "{after: {event: room_opened}, event: room_closed, time: 2s, before: {event: done}}", `f.yaml:13: an event under within has no "before"; it can have after, bot, event, room, same, time, who.`},
		{"eventually", "{after: {event: nothing}, event: room_closed}", `f.yaml:13: There is no event "nothing"`},
		{"eventually", "{event: room_closed, same: [room]}", `f.yaml:13: "same" compares an event with the one that it follows`},
		{"eventually", "{event: room_closed, after: {event: room_opened}, same: [hour]}", `f.yaml:13: Two events can have the same bot, room or who, not the same "hour".`},
		{"never", "{event: room_closed, room: Green}", `f.yaml:13: No step creates a room called "Green".`},
		{"never", "{event: done, bot: Scout}", `f.yaml:13: There is no bot called "Scout" under bots.`},
		{"never", "{event: participant_left, who: Zoe}", `f.yaml:13: There is nobody called "Zoe" under people or bots.`},
		{"order", "[{event: room_closed}]", "f.yaml:13: An order takes two events at least"},
		{"events", "{event: room_closed, count: 1, at_least: 1}", "f.yaml:13: An expected event has a count, or at_least and at_most, not both."},
		{"events", "{event: room_closed, at_most: 1, at_least: 2}", "f.yaml:13: An event can't be expected at least 2 times and at most 1."},
	} {
		if _, err := Parse("f.yaml", []byte(claiming(c.kind, c.claim))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: got\n%v\nwant a line with\n%s", c.kind, c.claim, err, c.want)
		}
	}
	bounded := strings.Replace(claiming("events", "{event: room_closed}"), "  events:", "  score: {points: 101, lost_tail: soon, wrong_room: 1}\n  events:", 1)
	_, err := Parse("f.yaml", []byte(bounded))
	for _, want := range []string{`f.yaml:12: points must be a number from 0 to 100; this is "101".`, "f.yaml:12: lost_tail must be a duration", `f.yaml:12: score has no "wrong_room"; it can have doubled_events, doubled_webhooks, first_packet,`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got\n%v\nwant a line with\n%s", err, want)
		}
	}
}
