package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/shrink"
)

// shrinking says whether and how scenarios that fail are reduced.
type shrinking struct {
	Shrink bool          `help:"Reduce a scenario that fails to a short one that fails in the same way, in virtual time, and save it as NAME.shrunk.yaml."`
	For    time.Duration `name:"shrink-for" help:"Reduce it for so long at most." default:"5m"`
	To     string        `name:"shrink-to" help:"The folder in which it is saved." default:"." type:"path"`
}

// shrink reduces a scenario that has failed.
func (c testCommand) shrink(ctx context.Context, s *scenario.Scenario) error {
	began, screen := time.Now(), newScreen(os.Stderr)
	bounded, stop := context.WithTimeout(ctx, c.Shrink.For)
	defer stop()
	result, err := shrink.Reduce(bounded, s, shrink.Config{
		Play: c.quietly,
		Told: func(p shrink.Progress) {
			screen.move(fmt.Sprintf("… %s: %d of %d steps, %d plays", s.Name, p.Steps, p.Before, p.Plays))
		},
	})
	screen.end()
	if errors.Is(err, shrink.ErrHolds) {
		fmt.Fprintf(os.Stderr, "%s could not be reduced: in virtual time it does not fail\n", s.Name)
		return nil
	}
	if err != nil {
		return fmt.Errorf("reduce %s: %w", s.Name, err)
	}
	file := filepath.Join(c.Shrink.To, s.Name+".shrunk.yaml")
	if err := toFile(file, func(out io.Writer) error { _, err := out.Write(result.File); return err }); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d of %d steps fail in the same way (%s): %s; %d plays, %.1f s\n",
		s.Name, result.Steps, result.Before, result.Failure, file, result.Plays, time.Since(began).Seconds())
	if !result.Whole {
		fmt.Fprintf(os.Stderr, "The time was up; more can be left out with a longer --shrink-for than %s.\n", c.Shrink.For)
	}
	return nil
}

// quietly plays a candidate in virtual time and keeps nothing of it.
func (c testCommand) quietly(ctx context.Context, s *scenario.Scenario) (played *scenario.Report, err error) {
	folder, err := os.MkdirTemp("", "breakout-shrink-")
	if err != nil {
		return nil, err
	}
	if c.Persona != "" {
		if s, err = s.As(c.Persona); err != nil {
			return nil, err
		}
	}
	c.Time = "virtual"
	err = scenario.InBubble(ctx, func(ctx context.Context) (err error) {
		played, err = c.inHouse(ctx, slog.New(slog.DiscardHandler), s, folder, scenario.Progress{})
		return err
	})
	return played, errors.Join(err, os.RemoveAll(folder))
}
