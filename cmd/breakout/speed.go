package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// speedFlags say by which clock the server goes.
type speedFlags struct {
	Time       string `help:"The clock that meetings go by: wall; virtual, which stands until advanceClock lets it go; or so many times as fast as the world's, such as 10x. Any but wall is for tests, and only people and bots of the simulator have media then." default:"wall" env:"BREAKOUT_TIME"`
	ClockStart string `help:"What a clock that is not the world's shows first, such as 2030-01-01T09:00:00Z; the present when left out." env:"BREAKOUT_CLOCK_START"`
	Scenario   string `help:"A scenario to play at the start: a bundled one by its name, or a file." env:"BREAKOUT_SCENARIO"`
}

// The least and the greatest pace of a clock.
const (
	leastPace = 0.01
	mostPace  = 1000
)

// errBadTime says which clocks there are.
var errBadTime = fmt.Errorf("--time is wall, virtual, or a pace from %gx to %dx, such as 10x", leastPace, mostPace)

// pace is how many seconds pass in one of the world: 0 for none by itself.
func (f speedFlags) pace() (float64, error) {
	if f.Time == "virtual" {
		return 0, nil
	}
	number, isPace := strings.CutSuffix(f.Time, "x")
	pace, err := strconv.ParseFloat(number, 64)
	if !isPace || err != nil || pace < leastPace || pace > mostPace {
		return 0, errBadTime
	}
	return pace, nil
}

// inBubble runs the server in a bubble of virtual time with a door.
func (c serveCommand) inBubble(ctx context.Context, config server.Config) error {
	door := bubble.Config{Log: config.Log}
	var err error
	if door.Pace, err = c.pace(); err != nil {
		return err
	}
	if c.ClockStart != "" {
		if door.Start, err = time.Parse(time.RFC3339, c.ClockStart); err != nil {
			return fmt.Errorf("--clock-start is a moment such as 2030-01-01T09:00:00Z, not %q", c.ClockStart)
		}
	}
	return scenario.InBubbleWithDoor(ctx, door, config, func(ctx context.Context, config server.Config, gate *bubble.Gate) error {
		return c.serve(ctx, config, gate.Open)
	})
}

// playFirst plays the scenario that was asked for at the start.
func (f speedFlags) playFirst(ctx context.Context, s *server.Server, log *slog.Logger) error {
	if f.Scenario == "" {
		return nil
	}
	order := view.ScenarioOrder{Name: f.Scenario}
	if text, err := os.ReadFile(f.Scenario); err == nil {
		order = view.ScenarioOrder{YAML: string(text)}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the scenario: %w", err)
	}
	workspace, err := s.Workspace(ctx, server.DefaultWorkspace)
	if err != nil {
		return err
	}
	run, err := s.Scenarios().Play(ctx, workspace, order)
	if err != nil {
		return err
	}
	log.Info("a scenario is being played", "scenario", run.Scenario, "run", run.ID, "meeting", run.MeetingID)
	fmt.Fprintf(os.Stderr, "Playing %s: meeting %s, run %s\n", run.Scenario, run.MeetingID, run.ID)
	return nil
}
