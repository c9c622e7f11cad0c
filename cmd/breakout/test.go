package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/dispatch"
	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
)

// testCommand plays scenario files and judges the runs.
type testCommand struct {
	Files   []string  `arg:"" optional:"" help:"The scenario files to play." type:"existingfile"`
	Bundled []string  `help:"Play scenarios that come with the program, by their names; all of them with \"all\"."`
	Time    string    `help:"The time to play in: virtual, where an hour passes in seconds, or wall. Virtual when left out, and wall with --target." enum:",virtual,wall" default:""`
	Persona string    `help:"Play as on another platform: ideal, zoom, digital-samba, realtimekit or livekit. Steps that it refuses are told of and passed by." enum:",ideal,zoom,digital-samba,realtimekit,livekit" default:""`
	Faults  []string  `help:"Lay faults over every scenario: those of a file, or of one that comes with the program, by its name (breakout scenarios lists them). The scenario's own expectations are not held then."`
	Seed    uint64    `help:"Play with this seed instead of the file's."`
	JUnit   string    `help:"Write the verdicts to this file as JUnit XML, which CI systems read." name:"junit" type:"path"`
	Events  string    `help:"Write the events of each run below this folder, one JSON object a line." type:"path"`
	HTML    string    `help:"Write a page on each run below this folder: who was where, the events, the verdicts. It opens offline." name:"html" type:"path"`
	Keep    string    `help:"Keep the databases and recordings below this folder, one folder for each scenario." type:"path"`
	JSON    bool      `help:"Print the reports as one JSON object, as the last line." name:"json"`
	Shrink  shrinking `embed:""`

	Target targetFlags `embed:""`
	target *dispatch.Target
}

// Run runs the command.
func (c testCommand) Run(ctx context.Context, log *slog.Logger) error {
	scenarios, err := c.load()
	if err != nil {
		return err
	}
	if c.Time, err = c.speed(); err != nil {
		return err
	}
	if c.target, err = c.Target.open(); err != nil {
		return err
	}
	var runs []*report.Run
	var reports []*scenario.Report
	var failed error
	for _, s := range scenarios {
		run, err := c.playOne(ctx, log, s)
		if c.Shrink.Shrink && ctx.Err() == nil && (err != nil || !run.Report.OK) {
			err = errors.Join(err, c.shrink(ctx, s))
		}
		if err != nil {
			return err
		}
		runs, reports = append(runs, run), append(reports, run.Report)
		if !run.Report.OK {
			failed = errVerdict
		}
	}
	if err := c.write(runs); err != nil {
		return err
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
		if s, err = c.afflicted(s, &faults); err != nil {
			return nil, err
		}
		scenarios = append(scenarios, s)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return scenarios, nil
}

// afflicted lays faults over a scenario. What is wrong with their files is added to faults.
func (c testCommand) afflicted(s *scenario.Scenario, faults *scenario.Problems) (*scenario.Scenario, error) {
	for _, name := range c.Faults {
		other, err := s.With(name)
		if problems, ok := errors.AsType[scenario.Problems](err); ok {
			*faults = append(*faults, problems...)
			continue
		}
		if err != nil {
			return nil, err
		}
		s = other
	}
	return s, nil
}

func (c testCommand) playOne(ctx context.Context, log *slog.Logger, s *scenario.Scenario) (*report.Run, error) {
	folder, err := c.folder(s.Name)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	screen := newScreen(os.Stderr)
	run := &report.Run{Scenario: s}
	play := func(ctx context.Context) (err error) {
		run.Report, err = c.inHouse(ctx, log, s, folder, run.Progress(screen.moving(s.Name)))
		return err
	}
	if c.Time == "virtual" {
		err = scenario.InBubble(ctx, play)
	} else {
		err = play(ctx)
	}
	run.Took = time.Since(began)
	screen.end()
	if c.Keep == "" {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	if err != nil {
		return nil, err
	}
	printVerdict(os.Stderr, s, run.Report, run.Took)
	return run, nil
}

// write writes what was asked for of the runs.
func (c testCommand) write(runs []*report.Run) error {
	var failed error
	if c.JUnit != "" {
		failed = toFile(c.JUnit, func(out io.Writer) error { return report.JUnit(out, runs) })
	}
	for _, run := range runs {
		if c.Events != "" {
			failed = errors.Join(failed, toFile(filepath.Join(c.Events, run.Scenario.Name+".jsonl"), run.Log))
		}
		if c.HTML != "" {
			failed = errors.Join(failed, toFile(filepath.Join(c.HTML, run.Scenario.Name+".html"), run.Page))
		}
	}
	return failed
}

// toFile writes a file whole, and the folders above it.
func toFile(name string, write func(io.Writer) error) error {
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // reports are for everybody to read
		return fmt.Errorf("make a folder for the report: %w", err)
	}
	return os.WriteFile(name, content.Bytes(), 0o644) //nolint:gosec // the same
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
	config := scenario.HouseConfig{Virtual: c.Time == "virtual", Data: folder, Seed: s.Seed, Log: log}
	if c.target != nil {
		config.Change = c.Target.reach
	}
	house, err := scenario.StartHouse(ctx, config)
	if err != nil {
		return nil, err
	}
	stage := house.Stage()
	stage.Target = c.target
	report, err := scenario.Play(ctx, stage, s, progress)
	return report, errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
}
