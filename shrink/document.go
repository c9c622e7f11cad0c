package shrink

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
	"go.yaml.in/yaml/v3"
)

// document is a scenario's file, of which parts can be left out.
type document struct{ root *yaml.Node }

// read reads a file. Crowds become people with names, so that each can be left out.
func read(file []byte) (*document, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(file, &root); err != nil {
		return nil, fmt.Errorf("read the scenario: %w", err)
	}
	if len(root.Content) == 0 {
		return nil, errors.New("read the scenario: the file is empty")
	}
	d := &document{root.Content[0]}
	d.name()
	return d, nil
}

// text writes the document.
func (d *document) text() ([]byte, error) {
	var file bytes.Buffer
	out := yaml.NewEncoder(&file)
	out.SetIndent(2)
	if err := errors.Join(out.Encode(d.root), out.Close()); err != nil {
		return nil, fmt.Errorf("write the scenario: %w", err)
	}
	return file.Bytes(), nil
}

func (d *document) clone() *document { return &document{clone(d.root)} }

func clone(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	other := *n
	other.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		other.Content[i] = clone(child)
	}
	return &other
}

// value is what a mapping has under a key; nil for nothing.
func value(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// drop takes a key out of a mapping.
func drop(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// put sets a key of a mapping to a word.
func put(n *yaml.Node, key, word string) {
	drop(n, key)
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: word})
}

// item is one entry of a list.
type item struct{ list, node *yaml.Node }

func (i item) remove() {
	i.list.Content = slices.DeleteFunc(i.list.Content, func(n *yaml.Node) bool { return n == i.node })
}

// items are the entries of a list of the document.
func (d *document) items(key string) (list []item) {
	if of := value(d.root, key); of != nil {
		for _, n := range of.Content {
			list = append(list, item{of, n})
		}
	}
	return list
}

func (d *document) steps() []item { return d.items("steps") }

// mayBeRefused lets every step be refused that need not be.
func (d *document) mayBeRefused() {
	for _, step := range d.steps() {
		if value(step.node, "refused") == nil {
			put(step.node, "may_be_refused", "true")
		}
	}
}

func (d *document) mustNotBeRefused() {
	for _, step := range d.steps() {
		drop(step.node, "may_be_refused")
	}
}

// gaps are how long it may be at most between two steps, the shortest first.
var gaps = []time.Duration{time.Second, 5 * time.Second}

// hurry lets less time pass between steps.
func (d *document) hurry(longest time.Duration) {
	var was, is time.Duration
	for _, step := range d.steps() {
		if at := value(step.node, "at"); at != nil {
			due, err := time.ParseDuration(at.Value)
			if err != nil {
				continue
			}
			is += min(longest, max(0, due-was))
			was, at.Value = due, is.String()
		}
		if wait := value(step.node, "wait"); wait != nil {
			if span, err := time.ParseDuration(wait.Value); err == nil && span > longest {
				wait.Value = longest.String()
			}
		}
	}
}

// name gives the people of crowds their names.
func (d *document) name() {
	list := value(d.root, "people")
	if list == nil {
		return
	}
	taken := make(map[string]bool)
	for _, p := range append(slices.Clone(list.Content), d.nodes("bots")...) {
		if name := value(p, "name"); name != nil {
			taken[name.Value] = true
		}
	}
	var people []*yaml.Node
	for _, p := range list.Content {
		people = append(people, named(p, taken)...)
	}
	list.Content = people
}

func (d *document) nodes(key string) (list []*yaml.Node) {
	for _, one := range d.items(key) {
		list = append(list, one.node)
	}
	return list
}

// named are the people of a crowd, by the names that nobody has before them.
func named(p *yaml.Node, taken map[string]bool) (people []*yaml.Node) {
	count := value(p, "count")
	if count == nil {
		return []*yaml.Node{p}
	}
	var many int
	if count.Decode(&many) != nil {
		return []*yaml.Node{p}
	}
	for n := 0; len(people) < many; n++ {
		name := scenario.NameFor(n)
		if taken[name] {
			continue
		}
		taken[name] = true
		one := clone(p)
		drop(one, "count")
		put(one, "name", name)
		people = append(people, one)
	}
	return people
}

// say puts a comment before everything.
func (d *document) say(text string) {
	if len(d.root.Content) > 0 {
		d.root.Content[0].HeadComment = "# " + text
	}
}
