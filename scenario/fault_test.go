package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
)

// calm is a meeting in which nothing is wrong.
const calm = `name: calm
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
  - {at: 9s, move: {who: Rover, to: Blue}}
  - {at: 12s, move: {who: Rover, to: Red}}
  - {at: 16s, close_rooms: {countdown: 0s}}
  - {at: 18s, end_meeting: }
`

// with lays the faults of a file over the meeting.
func with(t *testing.T, faults string) (*scenario.Scenario, error) {
	t.Helper()
	s, err := scenario.Parse("calm.yaml", []byte(calm))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "faults.yaml")
	if err := os.WriteFile(file, []byte(faults), 0o600); err != nil {
		t.Fatal(err)
	}
	return s.With(file)
}

// afflicted plays the meeting with faults.
func afflicted(t *testing.T, seed uint64, faults string) *scenario.Report {
	t.Helper()
	s, err := with(t, faults)
	if err != nil {
		t.Fatal(err)
	}
	s.Seed = seed
	return play(t, s, scenario.Progress{})
}

// TestEveryFaultIsMade plays the same meeting with each kind of fault, and looks at what
// shows that it was made. What is expected of every run holds with all of them.
func TestEveryFaultIsMade(t *testing.T) {
	shown := map[string]struct {
		takes, expect string
		shows         func(*scenario.Report) bool
	}{
		"packet_loss":         {takes: "share: 0.1", shows: func(r *scenario.Report) bool { return r.LostPackets > 30 }},
		"delay":               {takes: "by: 100ms, way: down", shows: func(r *scenario.Report) bool { return r.MoveMSP50 > 100 }},
		"jitter":              {takes: "by: 40ms", shows: func(r *scenario.Report) bool { return r.LostPackets == 0 }},
		"reordering":          {takes: "share: 0.1", shows: func(r *scenario.Report) bool { return r.LostPackets <= 4 }},
		"duplication":         {takes: "share: 0.2", shows: func(r *scenario.Report) bool { return r.LostPackets == 0 }},
		"bandwidth":           {takes: "kbit: 20, who: Rover", shows: func(r *scenario.Report) bool { return r.LostPackets > 50 }},
		"no_udp":              {takes: "who: Rover", expect: "events: [{event: fatal, bot: Rover}]", shows: func(r *scenario.Report) bool { return r.Segments == 0 }},
		"no_relay":            {takes: "who: Rover", expect: "events: [{event: fatal, bot: Rover}]", shows: func(r *scenario.Report) bool { return r.Segments == 0 }},
		"ice_failure":         {takes: "who: Rover, from: 0s, for: 60s", expect: "events: [{event: fatal, bot: Rover}]", shows: func(r *scenario.Report) bool { return r.Segments == 0 }},
		"handshake_loss":      {takes: "share: 0.3", shows: func(r *scenario.Report) bool { return r.LostPackets == 0 }},
		"signal_delay":        {takes: "by: 200ms, who: bots", shows: func(r *scenario.Report) bool { return r.MoveMSP50 > 200 }},
		"partition":           {takes: "between: [[Ada], [Rover]], from: 6s", shows: func(r *scenario.Report) bool { return r.Coverage < 0.5 }},
		"outage":              {takes: "for: 4s, from: 6s, who: Rover", expect: "events: [{event: bot_connection_lost}, {event: recording_gap, at_least: 1}]"},
		"signal_cut":          {takes: "for: 4s, from: 6s, who: Rover", expect: "events: [{event: bot_connection_lost}]"},
		"media_cut":           {takes: "for: 2s, from: 6s, who: Rover", expect: "never: [{event: bot_connection_lost}]", shows: func(r *scenario.Report) bool { return r.Coverage < 0.9 }},
		"new_address":         {takes: "from: 6s, every: 4s", expect: "never: [{event: bot_connection_lost}]"},
		"nat_rebinding":       {takes: "from: 6s, who: Rover", shows: func(r *scenario.Report) bool { return r.Coverage < 0.5 }},
		"restart":             {takes: "from: 6s, for: 3s", expect: "events: [{event: bot_connection_restored, bot: Rover}, {event: participant_joined, who: Ada, at_least: 2}]"},
		"clock_skew":          {takes: "who: Ada, ppm: 500", shows: func(r *scenario.Report) bool { return r.LostPackets == 0 }},
		"webhooks_dropped":    {takes: "share: 0.15", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}"},
		"webhooks_swallowed":  {takes: "share: 0.3", shows: func(r *scenario.Report) bool { return r.Score.Delivered.Lost > 5 }},
		"webhooks_doubled":    {takes: "share: 0.3", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}", shows: func(r *scenario.Report) bool { return r.Score.Delivered.Repeated > 5 }},
		"webhooks_reordered":  {takes: "share: 0.3", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}", shows: func(r *scenario.Report) bool { return r.Score.Delivered.Late > 5 }},
		"webhooks_delayed":    {takes: "share: 0.15, by: 25s", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}"},
		"webhooks_unanswered": {takes: "share: 0.2", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}", shows: func(r *scenario.Report) bool { return r.Score.Delivered.Repeated > 0 }},
		"webhooks_429":        {takes: "share: 0.15", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}"},
		"webhooks_5xx":        {takes: "share: 0.15, status: 502", expect: "score: {lost_webhooks: 0, doubled_webhooks: 0}"},
		"second_move":         {takes: "who: Rover", expect: "eventually: [{event: invitation_resolved, after: {event: invitation_sent, who: Rover}}]"},
		"close_before_join":   {takes: "who: Rover", expect: "never: [{event: breakout_room_entered, bot: Rover}]"},
		"close_during_ice":    {takes: "who: Rover"},
		"lost_in_transit":     {takes: "who: Rover", expect: "events: [{event: bot_connection_lost, bot: Rover, at_least: 1}]"},
	}
	for i, kind := range scenario.FaultKinds() {
		c, known := shown[kind]
		if !known {
			t.Errorf("nothing shows %s", kind)
			continue
		}
		if raceDetector && i%3 != 0 {
			continue // they move through the same code
		}
		t.Run(kind, func(t *testing.T) {
			file := "faults:\n  - " + kind + ": {" + c.takes + "}\n"
			if c.expect != "" {
				file += "expect:\n  " + c.expect + "\n"
			}
			r := afflicted(t, 5, file)
			for _, v := range r.Verdicts {
				if !v.OK {
					t.Error(v.Said)
				}
			}
			if c.shows != nil && !c.shows(r) {
				t.Errorf("lost %d, coverage %.3f, moves %.0f ms, %d segments, %+v", r.LostPackets, r.Coverage, r.MoveMSP50, r.Segments, r.Score)
			}
		})
	}
}

func TestFaultsFollowTheSeed(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector shuffles what happens in one moment on purpose, and packets are drawn in the order in which they come")
	}
	const faults = "faults:\n  - packet_loss: {share: 0.1}\n  - second_move: {share: 0.5}\n  - webhooks_doubled: {share: 0.3}\n"
	one, again, other := afflicted(t, 7, faults), afflicted(t, 7, faults), afflicted(t, 8, faults)
	if one.LostPackets != again.LostPackets || one.Events != again.Events || one.Score != again.Score {
		t.Errorf("the same seed loses %d and %d packets: %+v, %+v", one.LostPackets, again.LostPackets, one.Score, again.Score)
	}
	if one.LostPackets == other.LostPackets && one.Score.Delivered == other.Score.Delivered {
		t.Errorf("another seed makes the same run: %+v", other)
	}
}

func TestFaultyFaults(t *testing.T) {
	for faults, want := range map[string]string{
		"{packet_los: {share: 1}}":                  `faults.yaml:2: There is no fault "packet_los"; there are packet_loss, delay,`,
		"{packet_loss: {}}":                         `faults.yaml:2: packet_loss needs share.`,
		"{packet_loss: {share: 2}}":                 `faults.yaml:2: share must be a number from 0 to 1; this is "2".`,
		"{packet_loss: {share: 1, by: 2s}}":         `faults.yaml:2: packet_loss has no "by"; it can have burst, for, from, share, way, who.`,
		"{packet_loss: {share: 1, who: Zoe}}":       `faults.yaml:2: There is nobody called "Zoe" under people or bots.`,
		"{packet_loss: {share: 1, way: out}}":       `faults.yaml:2: A fault goes one way`,
		"{partition: {between: [[Ada]]}}":           `faults.yaml:2: A partition is between two lists of names`,
		"{clock_skew: {ppm: 20000}}":                `faults.yaml:2: ppm must be a whole number from -10000 to 10000`,
		"{outage: {who: Ada}}":                      `faults.yaml:2: outage needs for.`,
		"{outage: {for: 2s}, media_cut: {for: 1s}}": `faults.yaml:2: A fault is one of a kind with what it takes`,
	} {
		if _, err := with(t, "faults:\n  - "+faults+"\n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got\n%v\nwant\n%s", faults, err, want)
		}
	}
}

// TestFaultsOfVirtualTime are refused in wall time, with what to do.
func TestFaultsOfVirtualTime(t *testing.T) {
	s, err := scenario.Parse("calm.yaml", []byte(calm+"faults:\n  - second_move: {}\n  - webhooks_5xx: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = scenario.Play(t.Context(), scenario.Stage{}, s, scenario.Progress{})
	for _, want := range []string{"calm:19: second_move hits a moment", "calm:20: webhooks_5xx breaks what is sent to webhooks", "--time virtual"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestOverlays lays each of the faults that come with the program over a meeting, and looks
// whether docs/scenarios.md names them, and every kind of fault.
func TestOverlays(t *testing.T) {
	document, err := os.ReadFile(filepath.Join("..", "docs", "scenarios.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(scenario.FaultKinds(), scenario.Overlays()...) {
		if !strings.Contains(string(document), "`"+name) {
			t.Errorf("docs/scenarios.md does not name %s", name)
		}
	}
	for i, name := range scenario.Overlays() {
		if raceDetector && i%3 != 0 {
			continue // they move through the same code
		}
		t.Run(name, func(t *testing.T) {
			s, err := scenario.Parse("calm.yaml", []byte(calm))
			if err != nil {
				t.Fatal(err)
			}
			if s, err = s.With(name); err != nil {
				t.Fatal(err)
			}
			for _, v := range play(t, s, scenario.Progress{}).Verdicts {
				if !v.OK {
					t.Error(v.Said)
				}
			}
		})
	}
	s, err := scenario.Parse("calm.yaml", []byte(calm))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.With("no-such-faults"); err == nil || !strings.Contains(err.Error(), "there are bad-webhooks, bad-wifi,") {
		t.Error(err)
	}
}
