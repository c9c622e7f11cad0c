package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"

	"github.com/breakoutrooms/breakout/bench"
	"github.com/jedib0t/go-pretty/v6/table"
)

// benchFanout measures what subscribers cost.
type benchFanout struct {
	Subscribers int  `help:"How many subscribe to one meeting." default:"1000"`
	Events      int  `help:"How many events each of them hears." default:"300"`
	Idle        int  `help:"How many subscribers there are in a run in which nothing happens; 0 leaves it out." default:"5000"`
	JSON        bool `help:"Print the results as one JSON object, as the last line." name:"json"`
}

// Run runs the command.
func (c benchFanout) Run(ctx context.Context, log *slog.Logger) error {
	clients, err := subscribers()
	if err != nil {
		return err
	}
	report, err := bench.Fanout(ctx, bench.FanoutConfig{
		Subscribers: c.Subscribers, Events: c.Events, Idle: c.Idle, Log: log,
		Clients: clients,
	})
	if err != nil {
		return err
	}
	printFanout(os.Stderr, report)
	return tellBench(c.JSON, report.OK(), report)
}

// subscribers makes a process of subscribers.
func subscribers() (func(context.Context) *exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, which subscribers run in a process of their own: %w", err)
	}
	return func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, program, "bench", "subscribers") }, nil
}

func printFanout(out io.Writer, report *bench.FanoutReport) {
	t := newTable(out)
	t.AppendHeader(table.Row{"Door", "Subscribers", "Messages/s", "Server, µs a message", "kB a subscriber", "p50, ms", "p99, ms"})
	for _, r := range report.Rows {
		t.AppendRow(table.Row{
			r.Door, r.Subscribers, fmt.Sprintf("%.0f", r.MessagesPerSecond), fmt.Sprintf("%.1f", r.MicrosecondsPerMessage),
			fmt.Sprintf("%.0f", r.MemoryKB), fmt.Sprintf("%.1f", r.P50), fmt.Sprintf("%.1f", r.P99),
		})
	}
	t.AppendFooter(table.Row{fmt.Sprintf("Breakout's message costs %.2f of gqlgen's, %.2f of the bare frame's", report.OfStock, report.OfBare)})
	t.Render()
}

// tellBench prints results for programs, and fails when bounds were not kept.
func tellBench(asJSON, isOK bool, report any) error {
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"ok": isOK, "report": report}); err != nil {
			return fmt.Errorf("print the results: %w", err)
		}
	}
	if !isOK {
		return errVerdict
	}
	return nil
}

// benchSubscribers is the process of the subscribers.
type benchSubscribers struct{}

// Run runs the command.
func (benchSubscribers) Run(ctx context.Context) error {
	return bench.Subscribers(ctx, os.Stdin, os.Stdout)
}
