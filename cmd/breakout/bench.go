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

// benchCommand measures on this machine what the product costs.
type benchCommand struct {
	Bots        benchBots        `cmd:"" help:"What a bot that records costs: processor, memory, goroutines."`
	Fanout      benchFanout      `cmd:"" help:"What it costs to send events to many subscribers, beside gqlgen's own transport and a bare frame."`
	Mutations   benchMutations   `cmd:"" help:"How fast orders are carried out, and how soon subscribers hear of events."`
	Subscribers benchSubscribers `cmd:"" hidden:"" help:"The subscribers of fanout, in a process of their own."`
}

// benchBots measures bots that record.
type benchBots struct {
	Bots  []int         `help:"How many bots record, in one run after the other." default:"30,100,300"`
	Rooms int           `help:"The rooms they record, with three people in each who speak without end." default:"100"`
	For   time.Duration `help:"How long each run measures." default:"20s"`
	JSON  bool          `help:"Print the results as one JSON object, as the last line." name:"json"`
}

// Run runs the command.
func (c benchBots) Run(ctx context.Context, log *slog.Logger) error {
	var results []*bench.BotsReport
	isOK := true
	for _, bots := range c.Bots {
		fmt.Fprintf(os.Stderr, "%d bots in %d rooms, for %s …\n", bots, min(c.Rooms, bots), c.For)
		result, err := bench.Bots(ctx, bench.BotsConfig{Bots: bots, Rooms: min(c.Rooms, bots), For: c.For, Log: log})
		if err != nil {
			return err
		}
		isOK = isOK && result.OK()
		results = append(results, result)
	}
	printBots(os.Stderr, results)
	return tellBench(c.JSON, isOK, results)
}

func printBots(out io.Writer, results []*bench.BotsReport) {
	t := newTable(out)
	t.AppendHeader(table.Row{"Bots", "Rooms", "People", "Seconds", "Lost", "Leaked", "Process, cores", "A bot, % of a core", "A bot, kB", "A bot, goroutines"})
	for _, r := range results {
		t.AppendRow(table.Row{
			r.Bots, r.Rooms, r.People, fmt.Sprintf("%.0f", r.Seconds), r.Report.LostPackets, r.Report.LeakedPackets,
			fmt.Sprintf("%.2f", r.Cores), fmt.Sprintf("%.2f", r.BotPercent), fmt.Sprintf("%.0f", r.MemoryKB), fmt.Sprintf("%.0f", r.Goroutines),
		})
	}
	t.Render()
}
