package shrink

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// cut leaves something out of its document.
type cut func()

// steps are the steps.
func steps(d *document) (cuts []cut) {
	for _, step := range d.steps() {
		cuts = append(cuts, step.remove)
	}
	return cuts
}

// bots are the bots, each with all that is said of it.
func bots(d *document) []cut { return d.everybody("bots") }

// people are the people, each with all that is said of them.
func people(d *document) []cut { return d.everybody("people") }

func (d *document) everybody(key string) (cuts []cut) {
	for _, one := range d.items(key) {
		cuts = append(cuts, func() {
			one.remove()
			if len(one.list.Content) == 0 {
				drop(d.root, key)
			}
			if name := value(one.node, "name"); name != nil {
				d.forget(name.Value)
			}
		})
	}
	return cuts
}

// forget takes a name out of all steps. A step that is about nobody else goes too.
func (d *document) forget(name string) {
	for _, step := range d.steps() {
		if !without(step.node, name) {
			step.remove()
		}
	}
}

// without takes a name out of the lists of a node, and says whether something is left.
func without(n *yaml.Node, name string) bool {
	switch n.Kind {
	case yaml.SequenceNode:
		n.Content = slices.DeleteFunc(n.Content, func(one *yaml.Node) bool { return !without(one, name) })
		return len(n.Content) > 0
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !without(n.Content[i+1], name) {
				return false
			}
		}
		return true
	}
	return n.Value != name
}

// settings are the options of the meeting.
func settings(d *document) (cuts []cut) {
	options := value(d.root, "meeting")
	if options == nil {
		return nil
	}
	cuts = append(cuts, func() { drop(d.root, "meeting") })
	for i := 0; i+1 < len(options.Content); i += 2 {
		key := options.Content[i].Value
		cuts = append(cuts, func() { drop(options, key) })
	}
	return cuts
}

// parts are the entries of what steps and expectations list: rooms, people, events.
func parts(d *document) (cuts []cut) {
	for _, step := range d.steps() {
		cuts = append(cuts, entries(step.node)...)
	}
	if expect := value(d.root, "expect"); expect != nil {
		for i := 0; i+1 < len(expect.Content); i += 2 {
			key := expect.Content[i].Value
			cuts = append(cuts, func() { drop(expect, key) })
		}
		cuts = append(cuts, entries(expect)...)
		cuts = append(cuts, func() { drop(d.root, "expect") })
	}
	return cuts
}

// entries are those of all lists in a node that have several, and of what it assigns.
func entries(n *yaml.Node) (cuts []cut) {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 1 {
		for _, one := range n.Content {
			cuts = append(cuts, item{n, one}.remove)
		}
	}
	if rooms := value(n, "assign"); rooms != nil && len(rooms.Content) > 2 {
		for i := 0; i+1 < len(rooms.Content); i += 2 {
			key := rooms.Content[i].Value
			cuts = append(cuts, func() { drop(rooms, key) })
		}
	}
	for _, child := range n.Content {
		cuts = append(cuts, entries(child)...)
	}
	return cuts
}
