package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/keyring"
	"github.com/breakoutrooms/breakout/server"
	"github.com/jedib0t/go-pretty/v6/table"
)

// keyCommand is what can be done with API keys.
type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make an API key and print it; it is shown this once."`
	List   keyListCommand   `cmd:"" help:"List the keys of a workspace, without the keys themselves."`
	Revoke keyRevokeCommand `cmd:"" help:"Make a key open nothing from now on."`
	Rotate keyRotateCommand `cmd:"" help:"Make a key that takes the place of another and print it; the old one opens on for the overlap."`
}

// keyFlags say where keys are kept.
type keyFlags struct {
	Data      string `help:"The folder of the database." default:"breakout-data" env:"BREAKOUT_DATA" type:"path"`
	Database  string `help:"The database, sqlite:PATH or postgres://…; a file in the data folder when left out." env:"BREAKOUT_DATABASE"`
	Workspace string `help:"The workspace whose doors the key opens; it is made if there is none of that name." default:"default" env:"BREAKOUT_WORKSPACE"`
}

func (f keyFlags) config(log *slog.Logger) server.Config {
	return server.Config{Data: f.Data, Database: f.Database, Log: log}
}

// work does something with the keys of the workspace.
func (f keyFlags) work(ctx context.Context, log *slog.Logger, do func(k *keyring.Keyring, workspace string) error) error {
	return server.WithKeys(ctx, f.config(log), func(k *keyring.Keyring) error {
		workspace, err := k.Workspace(ctx, f.Workspace)
		if err != nil {
			return err
		}
		return do(k, workspace)
	})
}

// keyCreateCommand makes an API key.
type keyCreateCommand struct {
	keyFlags
	Name    string        `help:"What the key is for." default:"command line"`
	Scopes  []string      `help:"What the key allows: read, control, simulate, admin; control and simulate include read." default:"read,control,simulate,admin"`
	Expires time.Duration `help:"For how long the key opens, such as 720h; 0s for ever." default:"0s"`
}

// Run runs the command.
func (c keyCreateCommand) Run(ctx context.Context, log *slog.Logger) error {
	var scopes access.Scopes
	for _, name := range c.Scopes {
		parsed, err := access.ParseScopes(name)
		if err != nil {
			return err
		}
		scopes |= parsed
	}
	key, err := server.CreateKey(ctx, c.config(log), server.KeySpec{Workspace: c.Workspace, Name: c.Name, Scopes: scopes, Lifetime: c.Expires})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, key)
	return err
}

// keyListCommand lists API keys.
type keyListCommand struct {
	keyFlags
	JSON bool `help:"Print the list as one JSON object." name:"json"`
}

// listedKey is what is told of a key.
type listedKey struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Hint       string    `json:"hint"`
	Scopes     string    `json:"scopes"`
	State      string    `json:"state"`
	CreatedAt  time.Time `json:"createdAt"`
	ExpiresAt  time.Time `json:"expiresAt,omitzero"`
	ReplacedBy string    `json:"replacedBy,omitempty"`
}

// Run runs the command.
func (c keyListCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.work(ctx, log, func(k *keyring.Keyring, workspace string) error {
		rows, err := k.List(ctx, workspace)
		if err != nil {
			return err
		}
		keys := []listedKey{}
		for _, row := range rows {
			keys = append(keys, listedKey{row.ID, row.Name, row.Hint, row.Scopes, keyring.State(row), row.CreatedAt.Time(), row.ExpiresAt.Time(), row.ReplacedBy})
		}
		return c.print(keys)
	})
}

func (c keyListCommand) print(keys []listedKey) error {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"keys": keys})
	}
	list := newTable(os.Stdout)
	list.AppendHeader(table.Row{"Key", "Begins with", "Name", "Scopes", "State", "Expires"})
	for _, key := range keys {
		expires := "never"
		if !key.ExpiresAt.IsZero() {
			expires = key.ExpiresAt.Format(time.RFC3339)
		}
		list.AppendRow(table.Row{key.ID, key.Hint, key.Name, key.Scopes, key.State, expires})
	}
	list.Render()
	return nil
}

// keyRevokeCommand revokes an API key.
type keyRevokeCommand struct {
	keyFlags
	ID string `arg:"" help:"The key's id, as breakout key list shows it."`
}

// Run runs the command.
func (c keyRevokeCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.work(ctx, log, func(k *keyring.Keyring, workspace string) error {
		_, err := k.Revoke(ctx, workspace, c.ID)
		return err
	})
}

// keyRotateCommand rotates an API key.
type keyRotateCommand struct {
	keyFlags
	ID      string        `arg:"" help:"The key's id, as breakout key list shows it."`
	Overlap time.Duration `help:"For how long the old key opens on." default:"24h"`
}

// Run runs the command.
func (c keyRotateCommand) Run(ctx context.Context, log *slog.Logger) error {
	return c.work(ctx, log, func(k *keyring.Keyring, workspace string) error {
		key, _, err := k.Rotate(ctx, workspace, c.ID, c.Overlap)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(os.Stdout, key)
		return err
	})
}
