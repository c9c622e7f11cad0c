package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/breakoutrooms/breakout/server"
)

// keyCommand is what can be done with API keys.
type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make an API key and print it; it is shown this once."`
}

// keyCreateCommand makes an API key.
type keyCreateCommand struct {
	Data      string `help:"The folder of the database." default:"breakout-data" env:"BREAKOUT_DATA" type:"path"`
	Database  string `help:"The database, sqlite:PATH or postgres://…; a file in the data folder when left out." env:"BREAKOUT_DATABASE"`
	Workspace string `help:"The workspace whose doors the key opens; it is made if there is none of that name." default:"default"`
	Name      string `help:"What the key is for." default:"command line"`
}

// Run runs the command.
func (c keyCreateCommand) Run(ctx context.Context, log *slog.Logger) error {
	config := server.Config{Data: c.Data, Database: c.Database, Log: log}
	key, err := server.CreateKey(ctx, config, c.Workspace, c.Name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, key)
	return err
}
