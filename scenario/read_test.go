package scenario_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
)

// sound is a file without faults, in which each of the lines of broken stands
// for one of its own.
const sound = `name: sound
people:
  - {name: Grace, role: host}
  - {count: 2}
bots:
  - {name: Scout, mode: join_specific_room, room: Red}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red, Blue]}
  - {at: 2s, send: bots}
  - after: {event: in_call_recording}
    open_rooms:
  - {at: 3s, move: {who: Ada, to: Blue}}
  - {at: 4s, end_meeting: }
expect:
  coverage: 0.9
  events:
    - {event: round_opened, count: 1}
`

func TestSoundFileIsRead(t *testing.T) {
	s, err := scenario.Parse("sound.yaml", []byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.People) != 3 || len(s.Bots) != 1 || len(s.Steps) != 6 || s.Expect.Events[0].Line != 18 {
		t.Errorf("read %+v", s)
	}
	if who := s.Steps[0].Action.(scenario.Join).Who; strings.Join(who, " ") != "Grace Ada Ben" {
		t.Errorf("\"people\" stands for %v", who)
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	faults := []struct{ old, broken, want string }{
		{"name: sound\n", "nme: sound\n", `f.yaml:1: a scenario has no "nme"; it can have bots, expect, faults, meeting, name,`},
		{"name: sound\n", "", `f.yaml:1: The scenario has no name`},
		{"role: host", "role: boss", `f.yaml:3: There is no role "boss"; choose host, cohost or participant.`},
		{"role: host", "role: participant", `f.yaml:1: Nobody has the role host`},
		{"people:", "meeting: {persona: skype}\npeople:", `f.yaml:2: There is no persona "skype"; there are [ideal zoom`},
		{"{count: 2}", "{count: many}", `f.yaml:4: count must be a whole number of at least 1; this is "many".`},
		{"{count: 2}", "{count: 1000}", `f.yaml:4: A scenario can have 1000 people.`},
		{"{count: 2}", "{name: Grace}", `f.yaml:4: "Grace" is the name of somebody on line 3 already`},
		{"{count: 2}", "{name: Ada, pause: [2s, 1s]}", `f.yaml:4: pause must begin with the smaller duration.`},
		{"mode: join_specific_room", "mode: join_all", `f.yaml:6: There is no mode "join_all"; choose auto_accept_all_invites,`},
		{"join_specific_room", "join_main_room", `f.yaml:6: Bot "Scout" has a room, which goes with mode join_specific_room only.`},
		{", room: Red", "", `f.yaml:6: Bot "Scout" has mode join_specific_room and needs a room.`},
		{"room: Red", "room: Green", `f.yaml:6: Bot "Scout" is sent to room "Green", which no step creates.`},
		{"join: people", "join: [Zoe]", `f.yaml:8: There is nobody called "Zoe" under people.`},
		{"at: 1s", "at: soon", `f.yaml:9: at must be a duration such as 1m30s or 250ms; this is "soon".`},
		{"[Red, Blue]", "Red", `f.yaml:9: create_rooms must be a list of names, such as [Red, Blue], or how many rooms, 1 to`},
		{"send: bots", "send: bots, join: people", `f.yaml:10: A step does one thing; this one does 2.`},
		{"send: bots", "send: [Spy]", `f.yaml:10: There is no bot called "Spy" under bots.`},
		{"  - after:", "  - at: 2s\n    after:", `f.yaml:11: A step waits for a time (at), for a while (wait) or for an event (after),`},
		{"event: in_call_recording", "event: in_call", `f.yaml:11: There is no event "in_call"; there are bot_connection_lost,`},
		{"event: in_call_recording", "count: 1", `f.yaml:11: after needs an event:`},
		{"at: 3s", "at: 1s", `f.yaml:13: This step is at 1s, after a step at 2s`},
		{"who: Ada, to: Blue", "who: Nobody, to: Blue", `f.yaml:13: There is nobody called "Nobody" under people or bots.`},
		{"to: Blue", "to: Green", `f.yaml:13: No step creates a room called "Green".`},
		{"end_meeting", "stop_meeting", `f.yaml:14: a step has no "stop_meeting"; it can have`},
		{"0.9", "1.1", `f.yaml:16: coverage must be a number from 0 to 1; this is "1.1".`},
		{"count: 1}", "within: 1s}", `f.yaml:18: An expected event counts over the whole run`},
		{"name: sound", "name: [sound", `f.yaml:`},
	}
	for _, f := range faults {
		if !strings.Contains(sound, f.old) {
			t.Fatalf("the sound file has no %q", f.old)
		}
		_, err := scenario.Parse("f.yaml", []byte(strings.Replace(sound, f.old, f.broken, 1)))
		if err == nil || !strings.Contains(err.Error(), f.want) {
			t.Errorf("with %q for %q: got\n%v\nwant a line with\n%s", f.broken, f.old, err, f.want)
		}
	}
}

func TestAllFaultsAreNamedAtOnceInOrder(t *testing.T) {
	broken := strings.NewReplacer("role: host", "role: boss", "at: 1s", "at: soon", "to: Blue", "to: Green", "0.9", "2").Replace(sound)
	_, err := scenario.Parse("f.yaml", []byte(broken))
	problems, ok := errors.AsType[scenario.Problems](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	want := []int{1, 3, 9, 13, 16} // without a host on line 3, nobody is host
	if len(lines) != len(want) {
		t.Fatalf("got\n%v", err)
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("got\n%v", err)
			break
		}
	}
}

// TestDocumentedScenarioPlays plays the file that docs/scenarios.md shows.
func TestDocumentedScenarioPlays(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("..", "docs", "scenarios.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range scenario.Events() {
		if !strings.Contains(string(document), "`"+event+"`") {
			t.Errorf("docs/scenarios.md does not name the event %s", event)
		}
	}
	skipWithRaceDetector(t)
	_, file, _ := strings.Cut(string(document), "```yaml\n")
	file, _, _ = strings.Cut(file, "```")
	s, err := scenario.Parse("docs/scenarios.md", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if r := play(t, s, scenario.Progress{}); !r.OK || len(r.Verdicts) != 13 {
		t.Errorf("%+v", r)
	}
}

func TestEmptyFile(t *testing.T) {
	_, err := scenario.Parse("empty.yaml", nil)
	if err == nil || !strings.Contains(err.Error(), "empty.yaml:1: The file is empty") {
		t.Error(err)
	}
}

func TestBundledScenariosAreSound(t *testing.T) {
	names := scenario.Library()
	if len(names) == 0 {
		t.Fatal("no scenario is bundled")
	}
	for _, name := range names {
		if s, err := scenario.Bundled(name); err != nil || s.Name != name || s.Story == "" {
			t.Errorf("%s: %+v %v", name, s, err)
		}
	}
}

// TestBotsOfAnApplication are sent by nobody in the file, and can be expected all the same.
func TestBotsOfAnApplication(t *testing.T) {
	const file = "name: theirs\npeople:\n  - {name: Grace, role: host}\nsteps:\n  - {at: 0s, join: people}\n  - {at: 9s, end_meeting: }\n" +
		"expect:\n  events:\n    - {event: breakout_room_entered, bot: Notes, count: 1}\n"
	if _, err := scenario.Parse("f.yaml", []byte(file)); err != nil {
		t.Error(err)
	}
	own := strings.Replace(file, "steps:", "bots:\n  - {name: Rover}\nsteps:", 1)
	if _, err := scenario.Parse("f.yaml", []byte(own)); err == nil || !strings.Contains(err.Error(), `There is no bot called "Notes" under bots.`) {
		t.Errorf("with bots of the scenario's own: %v", err)
	}
}
