package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// errNoFile says that a scenario was made by a program.
var errNoFile = errors.New("the scenario was not read from a file, and can't be written to one")

// File is the scenario as a file: as the one that it was read from, with the seed and
// the steps that it has now. Read again, it plays the same.
func (s *Scenario) File() ([]byte, error) {
	if s.source == nil {
		return nil, errNoFile
	}
	root := yaml.Node{Kind: yaml.MappingNode, HeadComment: s.source.HeadComment}
	seed := false
	for i := 0; i+1 < len(s.source.Content); i += 2 {
		key, value := s.source.Content[i], s.source.Content[i+1]
		switch key.Value {
		case "seed":
			seed, value = true, number(s.Seed)
		case "steps":
			value = s.written()
		}
		root.Content = append(root.Content, key, value)
	}
	if !seed {
		root.Content = append(root.Content, text("seed"), number(s.Seed))
	}
	var file bytes.Buffer
	out := yaml.NewEncoder(&file)
	out.SetIndent(2)
	if err := errors.Join(out.Encode(&root), out.Close()); err != nil {
		return nil, fmt.Errorf("write the scenario %s: %w", s.Name, err)
	}
	return file.Bytes(), nil
}

// written are the steps.
func (s *Scenario) written() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, step := range s.Steps {
		list.Content = append(list.Content, step.written())
	}
	return list
}

// written is one step: when it is due, and what it does as it stood or was drawn.
func (s Step) written() *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Style: s.source.Style, HeadComment: s.source.HeadComment}
	if s.At != nil {
		node.Content = append(node.Content, text("at"), text(s.At.String()))
	}
	if s.Wait != nil {
		node.Content = append(node.Content, text("wait"), text(s.Wait.String()))
	}
	if s.After != nil {
		node.Content = append(node.Content, text("after"), s.After.source)
	}
	node.Content = append(node.Content, s.source.Content...)
	if s.MayBeRefused {
		node.Content = append(node.Content, text("may_be_refused"), &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	}
	if s.Refused != "" {
		node.Content = append(node.Content, text("refused"), text(string(s.Refused)))
	}
	return node
}

// field is a key of a mapping and its value.
type field struct {
	key   string
	value *yaml.Node
}

// mapping is a mapping that stands on one line.
func mapping(fields ...field) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, f := range fields {
		node.Content = append(node.Content, text(f.key), f.value)
	}
	return node
}

// text is a text, in quotes where it would be read as something else.
func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

func number(value uint64) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatUint(value, 10)}
}
