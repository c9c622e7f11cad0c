package scenario

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed overlays/*.yaml
var overlayFiles embed.FS

// Overlays lists the names of the faults that come with the program, to be laid over any
// scenario.
func Overlays() (names []string) {
	entries, err := fs.ReadDir(overlayFiles, "overlays")
	if err != nil {
		return nil // the folder is part of the program
	}
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	return names
}

// overlay is the file of faults that come with the program.
func overlay(name string) ([]byte, error) {
	return overlayFiles.ReadFile(path.Join("overlays", name+".yaml"))
}

// With lays faults over the scenario: those of a file, or of one that comes with the
// program, by its name. What the scenario itself expects was meant for a meeting
// without them; what the file with the faults expects is held instead, and what is
// expected of every run still is. Steps that are refused are passed by.
func (s *Scenario) With(nameOrFile string) (*Scenario, error) {
	data, err := overlay(nameOrFile)
	if err != nil {
		if data, err = os.ReadFile(nameOrFile); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there are no faults called %q, and no such file; there are %s", nameOrFile, strings.Join(Overlays(), ", "))
		} else if err != nil {
			return nil, fmt.Errorf("read the faults: %w", err)
		}
	}
	return s.withFaults(nameOrFile, data)
}

func (s *Scenario) withFaults(file string, data []byte) (*Scenario, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, Problems{{file, lineOf(err), "The file is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ") + "."}}
	}
	if len(document.Content) == 0 {
		return nil, Problems{{file, 1, "The file is empty; it can have name, story, faults, webhooks and expect."}}
	}
	other := *s
	other.Faults, other.Expect, other.elsewhere = slices.Clone(s.Faults), Expectations{}, true
	r := &reader{decoder: decoder{file: file}, scenario: &other, lines: make(map[string]int), rooms: s.roomNames()}
	before := len(other.Faults)
	r.fields(document.Content[0], "a file of faults", map[string]func(*yaml.Node){
		"name": func(n *yaml.Node) { r.text(n, "name") }, "story": func(n *yaml.Node) { r.text(n, "story") },
		"faults": r.faults, "expect": r.expect, "webhooks": r.webhooks,
	})
	if len(other.Faults) == before {
		r.fault(document.Content[0], "The file has no faults; write them as in \"faults: [{packet_loss: {share: 0.05}}]\".")
	}
	r.checkFaults(before)
	r.checkConditions()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	other.complete()
	return &other, nil
}

// roomNames are the rooms that steps create.
func (s *Scenario) roomNames() map[string]bool {
	names := map[string]bool{MainRoom: true}
	for name := range s.rooms {
		names[name] = true
	}
	return names
}

// complete adds what faults need: a receiver of webhooks.
func (s *Scenario) complete() {
	if s.Webhooks == nil && slices.ContainsFunc(s.Faults, func(f Fault) bool { return f.relay != nil }) {
		s.Webhooks = &Webhooks{}
	}
}
