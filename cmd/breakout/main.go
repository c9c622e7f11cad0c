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
	Import    importCommand    `cmd:"" help:"Turn a log of webhooks or events of a meeting into a scenario that plays the same."`
	Key       keyCommand       `cmd:"" help:"Manage API keys."`
	Bench     benchCommand     `cmd:"" help:"Measure on this machine what the product costs."`
	Demo      demoCommand      `cmd:"" help:"Play a workshop with people, breakout rooms and bots, and judge what the bots recorded."`

	Health  healthCommand  `cmd:"" help:"Ask a running server how it is; the exit code tells."`
	Config  configCommand  `cmd:"" help:"Tell how the server would be run, and what says so. Takes the flags of serve."`
	Version versionCommand `cmd:"" help:"Tell which version this is."`

	File      string     `name:"config" help:"A file of settings, name: value, in YAML or JSON; the names are those of flags." type:"path" env:"BREAKOUT_CONFIG"`
	LogLevel  slog.Level `help:"The least level that is logged: DEBUG, INFO, WARN or ERROR." default:"WARN" env:"BREAKOUT_LOG_LEVEL"`
	LogFormat string     `help:"How lines are logged: text or json." enum:"text,json" default:"text" env:"BREAKOUT_LOG_FORMAT"`
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
	from, err := readSettings(os.Args[1:])
	if err != nil {
		return err
	}
	parser := kong.Parse(&c, kong.Name("breakout"), kong.UsageOnError(), kong.DefaultEnvars("BREAKOUT"), kong.Resolvers(from), kong.Bind(from),
		kong.Description("Bots for the breakout rooms of online meetings, and meetings to try them on."))
	log := slog.New(c.logHandler())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser.BindTo(ctx, (*context.Context)(nil))
	return parser.Run(log)
}

// logHandler is where log lines go, and in which form.
func (c commands) logHandler() slog.Handler {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(os.Stderr, options)
	}
	return slog.NewTextHandler(os.Stderr, options)
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
