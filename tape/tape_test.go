package tape_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/tape"
)

var update = flag.Bool("update", false, "write the scenarios that recorded logs become anew")

var all = flag.Bool("all", false, "make the round trip with every bundled scenario")

// play plays a scenario in virtual time and gives what was seen of it.
func play(t *testing.T, s *scenario.Scenario) (seen []scenario.Seen) {
	t.Helper()
	var report *scenario.Report
	data := t.TempDir()
	err := scenario.InBubble(t.Context(), func(ctx context.Context) error {
		house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Virtual: true, Data: data, Seed: s.Seed})
		if err != nil {
			return err
		}
		report, err = scenario.Play(ctx, house.Stage(), s, scenario.Progress{Event: func(e scenario.Seen) { seen = append(seen, e) }})
		return errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Verdicts {
		if !v.OK {
			t.Errorf("%s: %s: want %s, got %s (line %d)", s.Name, v.What, v.Want, v.Got, v.Line)
		}
	}
	return seen
}

// log writes down what was seen, as `breakout test --events` does.
func log(t *testing.T, seen []scenario.Seen) []byte {
	t.Helper()
	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	for _, event := range seen {
		if err := out.Encode(event); err != nil {
			t.Fatal(err)
		}
	}
	return lines.Bytes()
}

// roomEvents are who entered and left which room, and which rooms opened and closed,
// in their order, with names by which two meetings can be compared: those of people
// in the order in which they came, those of rooms in which they were made.
func roomEvents(seen []scenario.Seen) (events []string) {
	people, rooms := make(map[int]string), make(map[string]string)
	for _, e := range seen {
		if e.Type == "PARTICIPANT_JOINED" && people[int(e.Participant.Number)] == "" {
			people[int(e.Participant.Number)] = fmt.Sprint("participant ", len(people))
		}
		if e.Type == "ROOM_CREATED" {
			rooms[e.Room.ID] = fmt.Sprint("room ", len(rooms))
		}
		switch e.Type {
		case "PARTICIPANT_ENTERED_ROOM", "PARTICIPANT_LEFT_ROOM":
			events = append(events, people[int(e.Participant.Number)]+" "+strings.ToLower(e.Type)+" "+rooms[e.Room.ID])
		case "ROOM_OPENED", "ROOM_CLOSED":
			events = append(events, e.Type+" "+rooms[e.Room.ID])
		}
	}
	return events
}

// TestRoundTrip plays scenarios, imports what was seen of them, and plays that: the
// same happens in the same rooms in the same order.
func TestRoundTrip(t *testing.T) {
	names := []string{"ping-pong-reassign", "reconnect-into-room", "close-countdown-early-leavers", "hosting"}
	switch {
	case *all:
		names = scenario.Library()
	case testing.Short():
		names = names[:1]
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			original, err := scenario.Bundled(name)
			if err != nil {
				t.Fatal(err)
			}
			first := play(t, original)
			file, err := tape.Import(name+".jsonl", log(t, first), tape.Options{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			s, err := scenario.Parse(name+".yaml", file)
			if err != nil {
				t.Fatal(err)
			}
			want, got := roomEvents(first), roomEvents(play(t, s))
			if !slices.Equal(want, got) {
				for i := range min(len(want), len(got)) {
					if want[i] != got[i] {
						t.Errorf("from event %d on, %q became %q", i, want[i], got[i])
						break
					}
				}
				t.Errorf("%d events became %d; the scenario is\n%s", len(want), len(got), file)
			}
		})
	}
}

// TestRecordedLogs imports logs of other shapes, and holds what comes of them against
// what was looked at once.
func TestRecordedLogs(t *testing.T) {
	for log, o := range map[string]tape.Options{
		"zoom.jsonl": {Name: "zoom"}, "status.json": {Name: "status", KeepNames: true}, "subscription.jsonl": {Name: "subscription"},
	} {
		t.Run(log, func(t *testing.T) {
			path := filepath.Join("testdata", log)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			file, err := tape.Import(path, data, o)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(path, filepath.Ext(path)) + ".yaml"
			if *update {
				if err := os.WriteFile(golden, file, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || string(want) != string(file) {
				t.Errorf("the scenario differs from %s (%v); it is\n%s", golden, err, file)
			}
			s, err := scenario.Parse(golden, file)
			if err != nil {
				t.Fatal(err)
			}
			play(t, s)
		})
	}
}

// TestSecretsStayInTheLog looks for what the log of Zoom holds beside who was where.
func TestSecretsStayInTheLog(t *testing.T) {
	for _, keep := range []bool{false, true} {
		for _, log := range []string{"zoom.jsonl", "status.json", "subscription.jsonl"} {
			data, err := os.ReadFile(filepath.Join("testdata", log))
			if err != nil {
				t.Fatal(err)
			}
			file, err := tape.Import(log, data, tape.Options{KeepNames: keep})
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"Margarethe", "Ottokar", "Scribe", "@", "acct", "9f3c", "uuid", "part-", "rmb_", "mtg_", "2025"} {
				if strings.Contains(string(file), secret) {
					t.Errorf("the scenario made of %s has %q", log, secret)
				}
			}
		}
	}
}

func TestBadLogsAreRefusedWhole(t *testing.T) {
	for name, test := range map[string]struct {
		log   string
		wants []string // line and a word of each problem
	}{
		"nothing":        {"", []string{"1 nobody"}},
		"no JSON":        {"{}\n{\"event\":\nmoo\n", []string{"1 neither", "2 JSON", "3 JSON"}},
		"a torn array":   {"[{\"type\":\"room_opened\",\"at\":\"2025-10-15T07:14:27Z\",\"room\":{\"id\":\"a\"}},\n{", []string{"2 whole"}},
		"no time":        {`{"event":"meeting.participant_joined","payload":{"object":{"participant":{"participant_uuid":"u"}}}}`, []string{"1 join_time"}},
		"a bad time":     {`{"type":"MEETING_ENDED","at":"noon"}`, []string{"1 noon"}},
		"nobody":         {`{"event":"meeting.participant_left","event_ts":1760512467000,"payload":{"object":{"participant":{"user_name":"Ada"}}}}`, []string{"1 participant_uuid"}},
		"no room":        {`{"event":"meeting.participant_joined_breakout_room","event_ts":1760512467000,"payload":{"object":{"participant":{"participant_uuid":"u"}}}}`, []string{"1 breakout_room_uuid"}},
		"a status alone": {`{"event":"bot.status_change","data":{"bot_id":"","status":{"code":"breakout_room_entered","created_at":"2025-10-15T07:14:27Z","message":null}}}`, []string{"1 bot", "1 room"}},
		"other kinds":    {`{"type":"ROOM_OPENED","at":"2025-10-15T07:14:27Z","room":7}`, []string{"1 room"}},
		"two meetings": {"{\"type\":\"MEETING_ENDED\",\"at\":\"2025-10-15T07:14:27Z\",\"meetingId\":\"a\"}\n" +
			"{\"type\":\"MEETING_ENDED\",\"at\":\"2025-10-15T07:14:27Z\",\"meetingId\":\"b\"}", []string{"2 --meeting"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tape.Import("log", []byte(test.log), tape.Options{})
			problems, ok := errors.AsType[scenario.Problems](err)
			if !ok || len(problems) != len(test.wants) {
				t.Fatalf("%v", err)
			}
			for i, want := range test.wants {
				line, word, _ := strings.Cut(want, " ")
				if fmt.Sprint(problems[i].Line) != line || !strings.Contains(problems[i].Message, word) {
					t.Errorf("problem %d is %s, want %s", i+1, problems[i], want)
				}
			}
		})
	}
}

func TestOneMeetingIsChosen(t *testing.T) {
	var lines []string
	for _, id := range []meeting.ID{"a", "b"} {
		lines = append(lines, fmt.Sprintf(`{"type":"PARTICIPANT_JOINED","at":"2025-10-15T07:14:27Z","meetingId":%q,"participant":{"number":100}}`, id))
	}
	file, err := tape.Import("log", []byte(strings.Join(lines, "\n")), tape.Options{Meeting: "b"})
	if err != nil || strings.Count(string(file), " join: [") != 1 {
		t.Errorf("%v\n%s", err, file)
	}
}
