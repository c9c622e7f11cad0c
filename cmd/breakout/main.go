// Command breakout runs bots for the breakout rooms of online meetings, a
// GraphQL API over them, and a meeting simulator.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/breakoutrooms/breakout/scenario"
)

// commands are what the program can do. Flags have environment twins.
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Run the server until it is interrupted."`
	Test      testCommand      `cmd:"" help:"Play scenario files and exit by their expectations."`
	Scenarios scenariosCommand `cmd:"" help:"List the scenarios that come with the program."`
	Key       keyCommand       `cmd:"" help:"Manage API keys."`
	Bench     benchCommand     `cmd:"" help:"Measure on this machine what the product costs."`
	Demo      demoCommand      `cmd:"" help:"Play a workshop with people, breakout rooms and bots, and judge what the bots recorded."`

	LogLevel slog.Level `help:"The least level that is logged: DEBUG, INFO, WARN or ERROR." default:"WARN" env:"BREAKOUT_LOG_LEVEL"`
}

// garbagePercent lets the heap grow to five times its live size between two
// collections, which share the processors with media. GOGC says otherwise.
const garbagePercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if err := run(); err != nil {
		os.Exit(tell(err))
	}
}

// run carries out the command that was given, until it is interrupted.
func run() error {
	var c commands
	parser := kong.Parse(&c, kong.Name("breakout"), kong.UsageOnError(),
		kong.Description("Bots for the breakout rooms of online meetings, and meetings to try them on."))
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser.BindTo(ctx, (*context.Context)(nil))
	return parser.Run(log)
}

// tell says what went wrong and gives the exit code: 1 for what failed, 2 for
// what was asked for wrongly, 130 for what was interrupted.
func tell(err error) int {
	if problems, ok := errors.AsType[scenario.Problems](err); ok {
		fmt.Fprintln(os.Stderr, problems)
		return 2
	}
	if errors.Is(err, context.Canceled) {
		return 130
	}
	fmt.Fprintln(os.Stderr, "breakout:", err)
	return 1
}
