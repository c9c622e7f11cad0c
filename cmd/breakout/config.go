package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/jedib0t/go-pretty/v6/table"
)

// configCommand tells how the server would be run.
type configCommand struct {
	serveFlags
	JSON bool `help:"Print the settings as one JSON object." name:"json"`
}

// setting is one flag of the server.
type setting struct {
	Name     string `json:"name"`
	Variable string `json:"variable"`
	Value    string `json:"value"`
	Default  string `json:"default"`
	Source   string `json:"source"`
	Help     string `json:"help"`
}

// Run runs the command.
func (c configCommand) Run(context *kong.Context, from *settings) error {
	list := []setting{}
	for _, flag := range append(context.Model.Flags, context.Selected().Flags...) {
		if flag.Name == "help" || flag.Name == "json" {
			continue
		}
		value := hidden(flag, context.FlagValue(flag))
		list = append(list, setting{flag.Name, strings.Join(flag.Envs, " "), value, flag.Default, from.sourceOf(context, flag), flag.Help})
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"file": from.path, "settings": list})
	}
	shown := newTable(os.Stdout)
	shown.AppendHeader(table.Row{"Setting", "Value", "Source", "Environment"})
	for _, s := range list {
		shown.AppendRow(table.Row{s.Name, s.Value, s.Source, s.Variable})
	}
	shown.Render()
	return nil
}

// hidden is the value of a flag without what is secret in it.
func hidden(flag *kong.Flag, value any) string {
	text := strings.Trim(fmt.Sprint(value), "[]")
	if text == "" {
		return ""
	}
	if flag.Tag.Has("secret") {
		return "(hidden)"
	}
	if address, err := url.Parse(text); err == nil && address.User != nil {
		return address.Redacted()
	}
	return text
}
