package scenario

import (
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/graph/view"
	"go.yaml.in/yaml/v3"
)

// samples are values of what faults take, for those who write their first.
var samples = map[string]string{
	"who": "[people]", "share": "0.05", "burst": "4", "by": "100ms", "kbit": "256", "ppm": "200", "for": "5s", "way": "down",
	"between": "[[people], [bots]]", "status": "503", "from": "2s", "every": "20s",
}

// example is a fault of the kind as it is written in a file.
func (k faultKind) example() string {
	var takes []string
	for _, key := range k.needs {
		takes = append(takes, key+": "+samples[key])
	}
	return fmt.Sprintf("%s: {%s}", k.name, strings.Join(takes, ", "))
}

// String says what is wrong, and how much of it.
func (f Fault) String() string {
	text := f.What
	if f.source == nil || len(f.source.Content) < 2 || f.source.Content[1].Kind != yaml.MappingNode {
		return text
	}
	var details []string
	fields := f.source.Content[1].Content
	for i := 0; i+1 < len(fields); i += 2 {
		if key := fields[i].Value; key != "who" {
			details = append(details, strings.TrimSpace(key+" "+flat(fields[i+1])))
		}
	}
	if details != nil {
		text += " (" + strings.Join(details, ", ") + ")"
	}
	return text
}

// flat is a value in one line.
func flat(node *yaml.Node) string {
	if node.Kind == yaml.ScalarNode {
		return node.Value
	}
	var parts []string
	for _, part := range node.Content {
		parts = append(parts, flat(part))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// FaultKinds are the kinds of faults, with why some can't be made on this server.
func (h *Playhouse) FaultKinds() (list []*view.FaultKind) {
	for _, kind := range faultKinds() {
		shown := &view.FaultKind{Name: kind.name, What: kind.what, Takes: kind.keys, Needs: append([]string{}, kind.needs...), Example: kind.example()}
		one := kind.make(faultFields{})
		one.Kind = kind.name
		if why := one.unmakeable(h.stage("")); why != "" {
			shown.Refusal = &why
		}
		list = append(list, shown)
	}
	return list
}

// Overlays are the faults that come with the program.
func (h *Playhouse) Overlays() (list []*view.FaultOverlay, err error) {
	for _, name := range Overlays() {
		data, err := overlay(name)
		if err != nil {
			return nil, err
		}
		var file struct{ Story string }
		if err := yaml.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("read the faults %s: %w", name, err)
		}
		laid, err := new(Scenario).withFaults(name, data)
		if err != nil {
			return nil, err
		}
		shown := &view.FaultOverlay{Name: name, Story: strings.TrimSpace(file.Story), YAML: string(data)}
		for _, f := range laid.Faults {
			shown.Faults = append(shown.Faults, f.String())
			if why := f.unmakeable(h.stage("")); why != "" && shown.Refusal == nil {
				shown.Refusal = &why
			}
		}
		list = append(list, shown)
	}
	return list, nil
}
