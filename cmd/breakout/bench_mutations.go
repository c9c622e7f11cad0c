package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/breakoutrooms/breakout/bench"
	"github.com/jedib0t/go-pretty/v6/table"
)

// benchMutations measures how fast orders are carried out.
type benchMutations struct {
	Clients     int           `help:"How many give orders at a time." default:"8"`
	For         time.Duration `help:"How long each run measures." default:"10s"`
	Subscribers int           `help:"How many hear of events." default:"100"`
	PerSecond   int           `help:"How many events there are in a second." default:"50"`
	JSON        bool          `help:"Print the results as one JSON object, as the last line." name:"json"`
}

// Run runs the command.
func (c benchMutations) Run(ctx context.Context, log *slog.Logger) error {
	clients, err := subscribers()
	if err != nil {
		return err
	}
	report, err := bench.Mutations(ctx, bench.MutationsConfig{
		Clients: c.Clients, For: c.For, Subscribers: c.Subscribers, PerSecond: c.PerSecond, Listeners: clients, Log: log,
	})
	if err != nil {
		return err
	}
	printMutations(os.Stderr, report, c)
	return tellBench(c.JSON, report.OK(), report)
}

func printMutations(out io.Writer, report *bench.MutationsReport, c benchMutations) {
	t := newTable(out)
	t.AppendHeader(table.Row{"What", "A second", "µs each", "p50, ms", "p99, ms"})
	for _, r := range report.Rows {
		t.AppendRow(table.Row{
			fmt.Sprintf("orders of %d clients to %d meetings", r.Clients, r.Meetings),
			fmt.Sprintf("%.0f", r.PerSecond), fmt.Sprintf("%.0f", r.Microseconds), fmt.Sprintf("%.1f", r.P50), fmt.Sprintf("%.1f", r.P99),
		})
	}
	for _, latency := range []struct {
		what string
		row  bench.FanoutRow
	}{{"events to each of %d subscribers", report.Latency}, {"bare frames to each of %d subscribers", report.Bare}} {
		t.AppendRow(table.Row{
			fmt.Sprintf(latency.what, c.Subscribers), c.PerSecond,
			fmt.Sprintf("%.1f", latency.row.MicrosecondsPerMessage), fmt.Sprintf("%.1f", latency.row.P50), fmt.Sprintf("%.1f", latency.row.P99),
		})
	}
	t.Render()
}
