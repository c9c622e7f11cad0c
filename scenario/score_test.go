package scenario_test

import (
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
)

// scored is a meeting of which a bot records one of two rooms, and of that one half.
const scored = `name: scored
people:
  - {name: Grace, role: host}
  - {name: Ada}
  - {name: Ben}
bots:
  - {name: Rover}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red, Blue]}
  - {at: 2s, send: bots}
  - {at: 4s, assign: {Red: [Ada, Rover], Blue: [Ben]}}
  - {at: 5s, open_rooms: }
  - {at: 9s, pause_recording: Rover}
  - {at: 13s, close_rooms: {countdown: 0s}}
  - {at: 14s, end_meeting: }
expect:
  score: {points: 99, presence_error: 100ms, wrong_rooms: 0, missed_rooms: 0, lost_tail: 500ms, leaked: 0, misattributed_words: 0, first_packet: 100ms, lost_events: 0, doubled_events: 0}
`

func TestScore(t *testing.T) {
	s, err := scenario.Parse("scored.yaml", []byte(scored))
	if err != nil {
		t.Fatal(err)
	}
	r := play(t, s, scenario.Progress{})
	broken := make(map[string]string)
	for _, v := range r.Verdicts {
		if !v.OK {
			broken[v.What] = v.Said
		}
	}
	// Nothing is recorded of Blue, nor of the last 4 s of Red.
	if len(broken) != 2 || broken["missed rooms"] != "missed rooms: expected was at most 0, and it was 1." || !strings.Contains(broken["lost tail"], "it was 3.99") {
		t.Errorf("broken: %v", broken)
	}
	if r.Score.Points != 100 || r.Score.FirstPacketMS <= 0 || r.Score.FirstPacketMS > 100 {
		t.Errorf("%+v", r.Score)
	}
	if shown := r.Score.Measured(); len(shown) != 13 || shown[2].What != "wrong rooms" || shown[2].Value != "0" {
		t.Errorf("%+v", shown)
	}
}
