package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// scenariosCommand lists the scenarios that come with the program.
type scenariosCommand struct {
	JSON   bool `help:"Print the list as one JSON object." name:"json"`
	Schema bool `help:"Print the JSON Schema of scenario files, by which editors complete and check them."`
}

// storyWidth is how wide stories are shown, in columns.
const storyWidth = 90

// Run runs the command.
func (c scenariosCommand) Run() error {
	if c.Schema {
		text, err := scenario.Schema()
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(text)
		return err
	}
	type bundled struct {
		Name         string `json:"name"`
		Story        string `json:"story"`
		Source       string `json:"source"`
		Steps        int    `json:"steps"`
		Expectations int    `json:"expectations"`
	}
	var all []bundled
	for _, name := range scenario.Library() {
		s, err := scenario.Bundled(name)
		if err != nil {
			return err
		}
		all = append(all, bundled{s.Name, s.Story, s.Source, len(s.Steps), s.Expect.Count()})
	}
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"scenarios": all, "faults": scenario.Overlays()}); err != nil {
			return fmt.Errorf("print the list: %w", err)
		}
		return nil
	}
	list := newTable(os.Stdout)
	list.AppendHeader(table.Row{"Scenario", "Story", "Steps", "Expects"})
	list.SetColumnConfigs([]table.ColumnConfig{{Number: 2, WidthMax: storyWidth, WidthMaxEnforcer: text.WrapSoft}})
	for _, s := range all {
		list.AppendRow(table.Row{s.Name, s.Story, s.Steps, s.Expectations})
	}
	list.Render()
	fmt.Println("Faults to lay over any of them with --faults: " + strings.Join(scenario.Overlays(), ", "))
	fmt.Println("Play one with: breakout test --bundled NAME, or all with: breakout test --bundled all")
	return nil
}
