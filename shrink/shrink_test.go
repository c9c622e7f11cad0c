package shrink_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/shrink"
)

// play plays a scenario in virtual time.
func play(t *testing.T) func(context.Context, *scenario.Scenario) (*scenario.Report, error) {
	t.Helper()
	return func(ctx context.Context, s *scenario.Scenario) (report *scenario.Report, err error) {
		data := t.TempDir()
		err = scenario.InBubble(ctx, func(ctx context.Context) error {
			house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Virtual: true, Data: data, Seed: s.Seed})
			if err != nil {
				return err
			}
			report, err = scenario.Play(ctx, house.Stage(), s, scenario.Progress{})
			return errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
		})
		return report, err
	}
}

// meet is a meeting in which 200 random moves happen to bring two people into a room
// one after the other, which it says must not be.
const meet = `name: meet
seed: 5
meeting: {title: Random, closing_countdown: 10s}
people:
  - {name: Grace, role: host, media: false}
  - {count: 8, media: false}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red, Blue, Green, Grey]}
  - {at: 2s, assign: {Red: [Ada, Ben], Blue: [Chidi, Dana], Green: [Emre], Grey: [Fatima, Goran, Hana]}}
  - {at: 3s, open_rooms: }
  - {at: 4s, broadcast: {text: Off we go}}
  - {at: 5s, random_moves: {count: 200, every: 1s..20s}}
  - {at: 80m, close_rooms: {countdown: 0s}}
  - {at: 81m, end_meeting: }
expect:
  events:
    - {event: round_opened, count: 1}
  order:
    - [{event: participant_entered_room, who: Ben, room: Grey}, {event: room_closed, room: Grey}]
  never:
    - {event: participant_entered_room, who: Ada, room: Grey, after: {event: participant_entered_room, who: Hana, room: Red}}
`

func TestReduce(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays a hundred meetings")
	}
	s, err := scenario.Parse("meet.yaml", []byte(meet))
	if err != nil {
		t.Fatal(err)
	}
	result, err := shrink.Reduce(t.Context(), s, shrink.Config{Play: play(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d steps, %d plays:\n%s", result.Steps, result.Before, result.Plays, result.File)
	if result.Before < 200 || result.Steps > 10 || !result.Whole || !strings.Contains(result.Failure, "participant_entered_room") {
		t.Errorf("%+v", result.Progress)
	}
	small, err := scenario.Parse("meet.shrunk.yaml", result.File)
	if err != nil {
		t.Fatal(err)
	}
	report, err := play(t)(t.Context(), small)
	if err != nil || report.OK || len(report.PassedBy) > 0 {
		t.Errorf("it does not fail any more: %v, %+v", err, report)
	}
}

// fake is played by a function that knows what it fails of.
func fake(fails func(steps string) *scenario.Verdict) func(context.Context, *scenario.Scenario) (*scenario.Report, error) {
	return func(_ context.Context, s *scenario.Scenario) (*scenario.Report, error) {
		var steps strings.Builder
		for _, step := range s.Steps {
			steps.WriteString(step.Action.String() + "\n")
		}
		if v := fails(steps.String()); v != nil {
			return &scenario.Report{Verdicts: []scenario.Verdict{*v}}, nil
		}
		return &scenario.Report{OK: true}, nil
	}
}

func TestWhatHoldsIsNotReduced(t *testing.T) {
	s, err := scenario.Parse("meet.yaml", []byte(meet))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shrink.Reduce(t.Context(), s, shrink.Config{Play: fake(func(string) *scenario.Verdict { return nil })}); !errors.Is(err, shrink.ErrHolds) {
		t.Error(err)
	}
}

// TestTooLittleMustNotBecomeLess reduces a run of which something is missing: what
// made the rest of it is kept.
func TestTooLittleMustNotBecomeLess(t *testing.T) {
	s, err := scenario.Parse("meet.yaml", []byte(meet))
	if err != nil {
		t.Fatal(err)
	}
	result, err := shrink.Reduce(t.Context(), s, shrink.Config{Play: fake(func(steps string) *scenario.Verdict {
		got := "0"
		if strings.Contains(steps, "the rooms open") && strings.Contains(steps, "Ada is moved to Red") {
			got = "1"
		}
		return &scenario.Verdict{What: "round_opened", Want: "2", Got: got}
	})})
	if err != nil {
		t.Fatal(err)
	}
	if file := string(result.File); result.Steps != 3 || !strings.Contains(file, "open_rooms") || !strings.Contains(file, "to: Red") {
		t.Errorf("%s", file)
	}
}

// TestTheTimeIsBounded ends when the context does, with a file that fails.
func TestTheTimeIsBounded(t *testing.T) {
	s, err := scenario.Parse("meet.yaml", []byte(meet))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	plays := 0
	result, err := shrink.Reduce(ctx, s, shrink.Config{Play: fake(func(string) *scenario.Verdict {
		if plays++; plays == 4 {
			stop()
		}
		return &scenario.Verdict{What: "leaked packets", Want: "at most 0", Got: "3"}
	})})
	if err != nil || result.Whole || result.Plays < 4 || len(result.File) == 0 {
		t.Errorf("%v %+v", err, result)
	}
}
