package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// testCommand plays scenario files and judges the runs.
type testCommand struct {
	Files   []string `arg:"" optional:"" help:"The scenario files to play." type:"existingfile"`
	Bundled []string `help:"Play scenarios that come with the program, by their names; all of them with \"all\"."`
	Time    string   `help:"The time to play in: virtual, where an hour passes in seconds, or wall." enum:"virtual,wall" default:"virtual"`
	Persona string   `help:"Play as on another platform: ideal, zoom, digital-samba, realtimekit or livekit. Steps that it refuses are told of and passed by." enum:",ideal,zoom,digital-samba,realtimekit,livekit" default:""`
	Seed    uint64   `help:"Play with this seed instead of the file's."`
	Keep    string   `help:"Keep the databases and recordings below this folder, one folder for each scenario." type:"path"`
	JSON    bool     `help:"Print the reports as one JSON object, as the last line." name:"json"`
}

// Run runs the command.
func (c testCommand) Run(ctx context.Context, log *slog.Logger) error {
	scenarios, err := c.load()
	if err != nil {
		return err
	}
	var reports []*scenario.Report
	var failed error
	for _, s := range scenarios {
		report, err := c.playOne(ctx, log, s)
		if err != nil {
			return err
		}
		reports = append(reports, report)
		if !report.OK {
			failed = errVerdict
		}
	}
	if c.JSON {
		last := map[string]any{"ok": failed == nil, "scenarios": reports}
		if err := json.NewEncoder(os.Stdout).Encode(last); err != nil {
			return fmt.Errorf("print the reports: %w", err)
		}
	}
	return failed
}

// source is where a scenario comes from.
type source struct {
	name string
	read func(string) (*scenario.Scenario, error)
}

func (s source) load() (*scenario.Scenario, error) { return s.read(s.name) }

// all are the scenarios that were asked for: files first.
func (c testCommand) all() (list []source) {
	for _, file := range c.Files {
		list = append(list, source{file, scenario.Load})
	}
	names := c.Bundled
	if slices.Contains(names, "all") {
		names = scenario.Library()
	}
	for _, name := range names {
		list = append(list, source{name, scenario.Bundled})
	}
	return list
}

// load reads all files, and tells of the faults of all of them.
func (c testCommand) load() ([]*scenario.Scenario, error) {
	var scenarios []*scenario.Scenario
	var faults scenario.Problems
	if len(c.Files)+len(c.Bundled) == 0 {
		return nil, errors.New("there is nothing to play: name scenario files, or bundled ones with --bundled; breakout scenarios lists them")
	}
	for _, file := range c.all() {
		s, err := file.load()
		if problems, ok := errors.AsType[scenario.Problems](err); ok {
			faults = append(faults, problems...)
			continue
		}
		if err != nil {
			return nil, err
		}
		if c.Seed != 0 {
			s.Seed = c.Seed
		}
		if c.Persona != "" {
			if s, err = s.As(c.Persona); err != nil {
				return nil, err
			}
		}
		scenarios = append(scenarios, s)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return scenarios, nil
}

func (c testCommand) playOne(ctx context.Context, log *slog.Logger, s *scenario.Scenario) (*scenario.Report, error) {
	folder, err := c.folder(s.Name)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	screen := newScreen(os.Stderr)
	var report *scenario.Report
	run := func(ctx context.Context) (err error) {
		report, err = c.inHouse(ctx, log, s, folder, screen.moving(s.Name))
		return err
	}
	if c.Time == "virtual" {
		err = scenario.InBubble(ctx, run)
	} else {
		err = run(ctx)
	}
	screen.end()
	if c.Keep == "" {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	if err != nil {
		return nil, err
	}
	printVerdict(os.Stderr, s, report, time.Since(began))
	return report, nil
}

// folder is where a run keeps its files.
func (c testCommand) folder(name string) (string, error) {
	if c.Keep == "" {
		return os.MkdirTemp("", "breakout-test-")
	}
	folder := c.Keep + string(os.PathSeparator) + name
	return folder, os.MkdirAll(folder, 0o700)
}

// inHouse plays a scenario in a house of its own.
func (c testCommand) inHouse(ctx context.Context, log *slog.Logger, s *scenario.Scenario, folder string, progress scenario.Progress) (*scenario.Report, error) {
	house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Virtual: c.Time == "virtual", Data: folder, Seed: s.Seed, Log: log})
	if err != nil {
		return nil, err
	}
	report, err := scenario.Play(ctx, house.Stage(), s, progress)
	return report, errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
}
