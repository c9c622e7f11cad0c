package scenario_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
)

// play plays a scenario in virtual time, on a house of its own.
func play(t *testing.T, s *scenario.Scenario, progress scenario.Progress) *scenario.Report {
	t.Helper()
	return playAndLook(t, s, progress, func(context.Context, *scenario.House, *scenario.Report) error { return nil })
}

// playAndLook plays a scenario and looks at what is left before the house is closed.
func playAndLook(t *testing.T, s *scenario.Scenario, progress scenario.Progress, look func(context.Context, *scenario.House, *scenario.Report) error) *scenario.Report {
	t.Helper()
	config := scenario.HouseConfig{
		Virtual: true, Data: t.TempDir(), Seed: s.Seed,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	var report *scenario.Report
	err := scenario.InBubble(t.Context(), func(ctx context.Context) error {
		house, err := scenario.StartHouse(ctx, config)
		if err != nil {
			return err
		}
		if report, err = scenario.Play(ctx, house.Stage(), s, progress); err == nil {
			err = look(ctx, house, report)
		}
		return errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestWorkshop(t *testing.T) {
	skipWithRaceDetector(t)
	s, err := scenario.Bundled("workshop")
	if err != nil {
		t.Fatal(err)
	}
	r := play(t, s, scenario.Progress{})
	for _, v := range r.Verdicts {
		if !v.OK {
			t.Errorf("%s: want %s, got %s", v.What, v.Want, v.Got)
		}
	}
	if !r.OK || r.Rooms != 6 || r.Rounds != 2 || r.Bots != 8 || r.LostPackets != 0 || r.Segments != 37 {
		t.Errorf("%+v", r)
	}
}

// crowd is how many people it takes for a scenario to last minutes under the race
// detector.
const crowd = 100

// sample is of how many scenarios one is played under the race detector: all of them
// take seven minutes there, and move through the same code.
const sample = 6

// skipWithRaceDetector passes by what takes minutes with it and moves through the same
// code as the scenarios that are played there.
func skipWithRaceDetector(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("this takes minutes under the race detector; without it this is played too")
	}
}

// TestBundledScenarios plays every other scenario that comes with the program, and a
// sample of them under the race detector.
func TestBundledScenarios(t *testing.T) {
	for i, name := range scenario.Library() {
		if name == "workshop" || raceDetector && i%sample != 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s, err := scenario.Bundled(name)
			if err != nil {
				t.Fatal(err)
			}
			if raceDetector && len(s.People) > crowd {
				skipWithRaceDetector(t)
			}
			for _, v := range play(t, s, scenario.Progress{}).Verdicts {
				if !v.OK {
					t.Errorf("%s: want %s, got %s (line %d)", v.What, v.Want, v.Got, v.Line)
				}
			}
		})
	}
}

// failing expects what does not happen: nobody records the room, and it opens once.
const failing = `name: failing
people:
  - {name: Grace, role: host}
  - {name: Ada}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red]}
  - {at: 2s, assign: {Red: [Ada]}}
  - {at: 3s, open_rooms: }
  - {at: 8s, end_meeting: }
expect:
  coverage: 0.5
  events:
    - {event: round_opened, count: 2}
`

func TestBrokenExpectationsAreFound(t *testing.T) {
	s, err := scenario.Parse("failing.yaml", []byte(failing))
	if err != nil {
		t.Fatal(err)
	}
	r := play(t, s, scenario.Progress{})
	broken := make(map[string]int)
	for _, v := range r.Verdicts {
		if !v.OK {
			broken[v.What] = v.Line
		}
	}
	if line, found := broken["2 × round_opened"]; r.OK || len(broken) != 2 || !found || line != 14 || r.Coverage != 0 {
		t.Errorf("broken: %v; %+v", broken, r)
	}
}

func TestStepThatWaitsInVainIsNamed(t *testing.T) {
	text := strings.Replace(failing, "  - {at: 8s, end_meeting: }", "  - after: {event: round_closed, within: 5s}\n    end_meeting:", 1)
	s, err := scenario.Parse("f.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	err = fails(t, s)
	if err == nil || !strings.Contains(err.Error(), "1 × round_closed") || !strings.Contains(err.Error(), "line 10") {
		t.Error(err)
	}
}

// fails plays a scenario that can't be played to its end, and gives the reason.
func fails(t *testing.T, s *scenario.Scenario) error {
	t.Helper()
	return scenario.InBubble(t.Context(), func(ctx context.Context) error {
		house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Virtual: true, Data: t.TempDir(), Seed: 1})
		if err != nil {
			return err
		}
		_, err = scenario.Play(ctx, house.Stage(), s, scenario.Progress{})
		return errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
	})
}
