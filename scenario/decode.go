package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Problem is one fault of a scenario file.
type Problem struct {
	File    string
	Line    int
	Message string
}

// String is the fault as editors and people read it.
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Problems are all faults of a scenario file.
type Problems []Problem

// Error lists the faults, one on a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// decoder reads values from a YAML file and gathers every fault on the way,
// instead of stopping at the first.
type decoder struct {
	file     string
	problems Problems
	// sketch is set while the language is described and nothing is read.
	sketch *sketch
}

func (d *decoder) fault(node *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, Problem{d.file, node.Line, fmt.Sprintf(format, args...)})
}

// kinds are what people call the kinds of YAML nodes.
var kinds = map[yaml.Kind]string{
	yaml.DocumentNode: "a document", yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value",
}

// entry is a key and its value in a mapping.
type entry struct {
	key   *yaml.Node
	value *yaml.Node
}

// entries reads a mapping in its order.
func (d *decoder) entries(node *yaml.Node, what string) []entry {
	if d.sketch != nil {
		return d.sketch.entries(node)
	}
	if node.Kind != yaml.MappingNode {
		if !empty(node) {
			d.fault(node, "%s must be a mapping; this is %s.", what, kinds[node.Kind])
		}
		return nil
	}
	var list []entry
	seen := make(map[string]bool)
	for i := 0; i+1 < len(node.Content); i += 2 {
		e := entry{node.Content[i], node.Content[i+1]}
		if seen[e.key.Value] {
			d.fault(e.key, "%q stands twice in %s.", e.key.Value, what)
			continue
		}
		seen[e.key.Value] = true
		list = append(list, e)
	}
	return list
}

// fields reads a mapping whose keys are known.
func (d *decoder) fields(node *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	if d.sketch != nil {
		d.sketch.fields(node, known)
		return
	}
	for _, e := range d.entries(node, what) {
		read := known[e.key.Value]
		if read == nil {
			d.unknown(e.key, what, keys(known))
			continue
		}
		read(e.value)
	}
}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for key := range m {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}

func (d *decoder) unknown(key *yaml.Node, what string, known []string) {
	d.fault(key, "%s has no %q; it can have %s.", what, key.Value, strings.Join(known, ", "))
}

// items reads a list.
func (d *decoder) items(node *yaml.Node, what string) []*yaml.Node {
	if d.sketch != nil {
		return d.sketch.items(node)
	}
	if node.Kind != yaml.SequenceNode {
		if !empty(node) {
			d.fault(node, "%s must be a list; this is %s.", what, kinds[node.Kind])
		}
		return nil
	}
	return node.Content
}

func empty(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

func (d *decoder) text(node *yaml.Node, what string) string {
	if d.sketch != nil {
		d.sketch.is(node, schema{"type": []string{"string", "number", "boolean"}})
		return ""
	}
	if node.Kind != yaml.ScalarNode || empty(node) {
		d.fault(node, "%s must be a text.", what)
		return ""
	}
	return strings.TrimSpace(node.Value)
}

// texts reads a list of texts.
func (d *decoder) texts(node *yaml.Node, what string) []string {
	var list []string
	for _, item := range d.items(node, what) {
		list = append(list, d.text(item, "an entry of "+what))
	}
	return list
}

func (d *decoder) number(node *yaml.Node, what string, least int) int {
	if d.sketch != nil {
		d.sketch.is(node, schema{"type": "integer", "minimum": least})
		return least
	}
	n, err := strconv.Atoi(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil || n < least {
		d.fault(node, "%s must be a whole number of at least %d; this is %q.", what, least, node.Value)
		return least
	}
	return n
}

func (d *decoder) share(node *yaml.Node, what string) *float64 {
	if d.sketch != nil {
		d.sketch.is(node, schema{"type": "number", "minimum": 0, "maximum": 1})
		return new(float64)
	}
	f, err := strconv.ParseFloat(node.Value, 64)
	if node.Kind != yaml.ScalarNode || err != nil || f < 0 || f > 1 {
		d.fault(node, "%s must be a number from 0 to 1; this is %q.", what, node.Value)
	}
	return &f
}

func (d *decoder) yes(node *yaml.Node, what string) bool {
	if d.sketch != nil {
		d.sketch.is(node, schema{"type": "boolean"})
		return false
	}
	b, err := strconv.ParseBool(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil {
		d.fault(node, "%s must be true or false; this is %q.", what, node.Value)
	}
	return b
}

func (d *decoder) duration(node *yaml.Node, what string) time.Duration {
	if d.sketch != nil {
		d.sketch.is(node, schema{"type": "string", "pattern": durationPattern})
		return 0
	}
	duration, err := time.ParseDuration(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil || duration < 0 {
		d.fault(node, "%s must be a duration such as 1m30s or 250ms; this is %q.", what, node.Value)
		return 0
	}
	return duration
}
