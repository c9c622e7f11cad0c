package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// demoKeyLife is how long the key in the demo's address opens the page.
const demoKeyLife = 24 * time.Hour

// errVerdict says that a run was not as expected. The report has said why.
var errVerdict = errors.New("the run was not as expected")

// demoCommand plays the bundled workshop on a server of its own.
type demoCommand struct {
	serverFlags
	Scenario string `help:"The bundled scenario to play." default:"workshop"`
	Once     bool   `help:"Exit at the end instead of serving on; the exit code is the verdict."`
	JSON     bool   `help:"Print the report as one JSON object, as the last line." name:"json"`
}

// Run runs the command.
func (c demoCommand) Run(ctx context.Context, log *slog.Logger) error {
	s, err := scenario.Bundled(c.Scenario)
	if err != nil {
		return err
	}
	config := c.freePort(c.config(log))
	config.Scenarios = scenario.NewPlayhouse(report.Tell)
	house := server.New(config)
	if err := house.Start(ctx); err != nil {
		return err
	}
	report, err := c.play(ctx, house, s)
	if err == nil && !c.Once {
		fmt.Fprintln(os.Stderr, "\nServing on; the recordings can be played in the page. Interrupt to end.")
		err = house.Wait(ctx)
	} else {
		err = errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
	}
	if report != nil {
		err = errors.Join(err, c.result(report))
	}
	return err
}

// freePort lets the system choose a port when the usual one is taken and no
// other was asked for: a first look should not fail for that.
func (c demoCommand) freePort(config server.Config) server.Config {
	if config.Listen != server.DefaultListen {
		return config
	}
	listener, err := net.Listen("tcp", config.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		config.Listen = "127.0.0.1:0"
	}
	if err == nil {
		config.Listener = listener
	}
	return config
}

// play plays the scenario, and tells of it.
func (c demoCommand) play(ctx context.Context, house *server.Server, s *scenario.Scenario) (*scenario.Report, error) {
	key, err := house.IssueKey(ctx, server.DefaultWorkspace, "demo", demoKeyLife)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "Watch it live: %s/#key=%s\n\n%s\n\n", house.URL(), key, s.Story)
	stage := scenario.Stage{
		Simulator: house.Simulator(), Recordings: house.RecordingsFolder(),
		Client: &client.Client{URL: house.URL(), Key: key},
	}
	screen := newScreen(os.Stderr)
	report, err := scenario.Play(ctx, stage, s, scenario.Progress{Step: screen.step, Event: screen.event})
	screen.end()
	if err != nil {
		return nil, err
	}
	printReport(os.Stderr, report)
	return report, nil
}

// result prints the last line and makes an error of a bad verdict.
func (c demoCommand) result(report *scenario.Report) error {
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
			return fmt.Errorf("print the report: %w", err)
		}
	}
	if !report.OK {
		return errVerdict
	}
	return nil
}
