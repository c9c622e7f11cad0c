package main

import (
	"fmt"
	"io"
	"os"

	"github.com/breakoutrooms/breakout/tape"
)

// importCommand turns a log into a scenario.
type importCommand struct {
	File      string `arg:"" help:"The log: JSON, an array or an object a line, of webhooks of Zoom, of status webhooks, or of our own events; - for standard input." type:"existingfile"`
	Out       string `help:"Write the scenario to this file instead of to standard output." type:"path"`
	Name      string `help:"What the scenario is called." default:"imported"`
	Meeting   string `help:"The meeting to import, by its id in the log, where that tells of several."`
	KeepNames bool   `help:"Leave rooms their names. People are always given others."`
}

// Run runs the command.
func (c importCommand) Run() error {
	data, err := c.read()
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	scenario, err := tape.Import(c.File, data, tape.Options{Name: c.Name, Meeting: c.Meeting, KeepNames: c.KeepNames})
	if err != nil {
		return err
	}
	write := func(out io.Writer) error {
		_, err := out.Write(scenario)
		return err
	}
	if c.Out == "" {
		return write(os.Stdout)
	}
	return toFile(c.Out, write)
}

func (c importCommand) read() ([]byte, error) {
	if c.File == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(c.File)
}
