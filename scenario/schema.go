package scenario

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// schema is a JSON Schema, draft 2020-12.
type schema = map[string]any

const (
	schemaDialect   = "https://json-schema.org/draft/2020-12/schema"
	durationPattern = `^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`
)

func oneOrMany() schema {
	return schema{"oneOf": []schema{{"type": "string"}, {"type": "array", "items": schema{"type": "string"}}}}
}

// sketch learns what the language is from what its reader asks for: whenever a value of
// a file would be read, it takes note of what it must be.
type sketch struct{ of map[*yaml.Node]schema }

func (k *sketch) is(node *yaml.Node, s schema) { k.of[node] = s }

// learn is what a value must be that a function reads.
func (k *sketch) learn(read func(*yaml.Node)) schema {
	node := &yaml.Node{}
	read(node)
	if s := k.of[node]; s != nil {
		return s
	}
	return schema{}
}

// fields describes a mapping whose keys are known.
func (k *sketch) fields(node *yaml.Node, known map[string]func(*yaml.Node)) {
	properties := make(schema)
	for key, read := range known {
		properties[key] = k.learn(read)
	}
	k.is(node, schema{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false})
}

// entries describes a mapping whose keys are names.
func (k *sketch) entries(node *yaml.Node) []entry {
	values := &yaml.Node{}
	k.of[values] = schema{}
	k.is(node, schema{"type": "object", "additionalProperties": later{k, values}})
	return []entry{{&yaml.Node{}, values}}
}

// items describes a list.
func (k *sketch) items(node *yaml.Node) []*yaml.Node {
	item := &yaml.Node{}
	k.is(node, schema{"type": []string{"array", "null"}, "items": later{k, item}})
	return []*yaml.Node{item}
}

// choices says which texts can be chosen from.
func (r *reader) choices(node *yaml.Node, of ...string) {
	if r.sketch != nil {
		r.sketch.is(node, schema{"enum": of})
	}
}

// small are the words of constants as files have them.
func small[T ~string](constants ...T) (words []string) {
	for _, one := range constants {
		words = append(words, strings.ToLower(string(one)))
	}
	return words
}

// later is what becomes known of a value when it is read.
type later struct {
	sketch *sketch
	node   *yaml.Node
}

// MarshalJSON writes what is known by then.
func (l later) MarshalJSON() ([]byte, error) { return json.Marshal(l.sketch.of[l.node]) }

// describeSteps describes the steps: when they are due, and one of what they can do.
func (r *reader) describeSteps(node *yaml.Node) {
	var step Step
	actions := r.actions(&step)
	properties := make(schema)
	var one []schema
	for _, name := range keys(actions) {
		properties[name] = r.sketch.learn(actions[name])
		one = append(one, schema{"required": []string{name}})
	}
	for name, read := range r.circumstances(&step) {
		properties[name] = r.sketch.learn(read)
	}
	r.sketch.is(node, schema{"type": "array", "minItems": 1, "items": schema{
		"type": "object", "properties": properties, "additionalProperties": false, "oneOf": one,
	}})
}

// describeFaults describes the faults, each of one kind.
func (r *reader) describeFaults(node *yaml.Node) {
	properties := make(schema)
	for _, kind := range faultKinds() {
		var given faultFields
		all, known := r.faultKeys(&given), make(map[string]func(*yaml.Node))
		for _, key := range kind.keys {
			known[key] = all[key]
		}
		takes := r.sketch.learn(func(n *yaml.Node) { r.fields(n, kind.name, known) })
		if len(kind.needs) > 0 {
			takes["required"], takes["type"] = kind.needs, "object"
		}
		takes["description"] = kind.what
		properties[kind.name] = takes
	}
	r.sketch.is(node, schema{"type": "array", "items": schema{
		"type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
	}})
}

// Schema is the language of scenario files as a JSON Schema, by which editors complete
// and check them. It is made by the reader itself.
func Schema() ([]byte, error) {
	r := &reader{
		decoder:  decoder{sketch: &sketch{of: make(map[*yaml.Node]schema)}},
		scenario: &Scenario{Options: meeting.DefaultOptions(), Seed: 1}, lines: make(map[string]int), rooms: make(map[string]bool),
	}
	whole := r.sketch.learn(r.root)
	whole["type"] = "object"
	whole["$schema"], whole["title"], whole["required"] = schemaDialect, "Scenario of a meeting with breakout rooms", []string{"name", "steps"}
	text, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return append(text, '\n'), nil
}
