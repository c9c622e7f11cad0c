package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// drifting has people sent from room to room at random.
const drifting = `name: drifting
people:
  - {name: Grace, role: host}
  - {count: 3, dtx: true}
bots:
  - {name: Rover}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red, Blue, Green]}
  - {at: 2s, send: bots}
  - {at: 3s, move: {who: Ada, to: Red}, refused: ROOM_NOT_OPEN}
  - {at: 3s, assign: {Red: [Ada, Ben, Rover], Blue: [Chidi]}}
  - {at: 5s, open_rooms: }
  - {at: 6s, random_moves: {count: 12, every: 0.2s..1s, who: [Ada, Ben, Rover]}}
  - {at: 20s, leave: [Ada]}
  - after: {event: participant_left, who: Ada}
    random_moves: {count: 4, every: [0.1s, 0.3s], who: [Ada], to: [Red, Blue]}
  - {wait: 2s, close_rooms: {countdown: 0s}}
  - {wait: 1s, end_meeting: }
expect:
  lost_packets: 0
  events:
    - {event: round_closed, count: 1}
`

func drift(t *testing.T, text string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("drifting.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written tells the steps of a scenario and when they are due.
func written(s *scenario.Scenario) string {
	var lines []string
	for _, step := range s.Steps {
		lines = append(lines, fmt.Sprint(at(step.At), at(step.Wait), step.After != nil, step.Action, step.MayBeRefused, step.Refused))
	}
	return strings.Join(lines, "\n")
}

func at(d *time.Duration) string {
	if d == nil {
		return "-"
	}
	return d.String()
}

func TestRandomStepsFollowTheSeed(t *testing.T) {
	s := drift(t, drifting)
	first := s.Unrolled()
	if len(first.Steps) != 9+12+4 || written(first) != written(s.Unrolled()) {
		t.Errorf("%d steps:\n%s", len(first.Steps), written(first))
	}
	s.Seed = 7
	other := s.Unrolled()
	if written(first) == written(other) {
		t.Error("another seed makes the same steps")
	}
	file, err := other.File()
	if err != nil {
		t.Fatal(err)
	}
	if again := drift(t, string(file)); written(again) != written(other) || again.Seed != 7 {
		t.Errorf("written and read again:\n%s\nwant\n%s\nfile:\n%s", written(again), written(other), file)
	}
}

// TestDriftingMeetingPlays plays random steps, of which those of somebody who has left
// are refused and passed by.
func TestDriftingMeetingPlays(t *testing.T) {
	r := play(t, drift(t, drifting), scenario.Progress{})
	left := 0
	for _, passed := range r.PassedBy {
		if passed.Line == 16 {
			left++
		}
	}
	if !r.OK || left != 4 || r.Moves < 12 {
		t.Errorf("%d moves of somebody who has left were passed by: %+v", left, r)
	}
	unexpected := strings.Replace(drifting, "refused: ROOM_NOT_OPEN", "refused: ROOM_FULL", 1)
	if err := fails(t, drift(t, unexpected)); err == nil || !strings.Contains(err.Error(), "line 11") || !strings.Contains(err.Error(), "ROOM_FULL") {
		t.Errorf("refused with another code: %v", err)
	}
}

func TestFaultsOfRandomSteps(t *testing.T) {
	for old, want := range map[string]string{
		"count: 12, ":        `f.yaml:14: random_moves says how many and how often: {count: 20, every: 1s..5s}.`,
		"0.2s..1s":           `f.yaml:14: every must be two durations, the least and the most, such as 1s..4s.`,
		"[Ada, Ben, Rover]}": `f.yaml:14: There is nobody called "Zoe" under people or bots.`,
		", to: [Red, Blue]":  `f.yaml:16: Random moves need somebody to be sent and two rooms at least; there are 1 people and 1 rooms.`,
		"at: 20s":            `f.yaml:15: This step is at 15s, after a step at 17s; put steps in the order of their times.`,
		"{wait: 2s, ":        `f.yaml:18: A step waits for a time (at), for a while (wait) or for an event (after), not for more than one of them.`,
	} {
		broken := map[string]string{"0.2s..1s": "often", "[Ada, Ben, Rover]}": "[Zoe]}", ", to: [Red, Blue]": ", to: [Red]", "at: 20s": "at: 15s", "{wait: 2s, ": "{wait: 2s, at: 30s, "}[old]
		i := strings.LastIndex(drifting, old)
		_, err := scenario.Parse("f.yaml", []byte(drifting[:i]+broken+drifting[i+len(old):]))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with %q for %q: got\n%v\nwant a line with\n%s", broken, old, err, want)
		}
	}
}
