package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/simulator"
	"go.yaml.in/yaml/v3"
)

// Anybody stands for all people and bots where a fault says whom it hits.
const Anybody = "everybody"

// Fault is something that is wrong around a meeting: with the network of people and
// bots, with the way of webhooks, or with the moment at which hosts do something.
type Fault struct {
	// Kind is its name in files, and What says in a few words what is wrong.
	Kind, What string
	// Who are hit, by name; everybody when empty.
	Who []string
	// From is when it begins, since the beginning, and For how long it lasts; 0 for as
	// long as the meeting.
	From, For time.Duration
	// Every is how often it happens again; 0 for once.
	Every time.Duration
	Line  int
	// until is when it happens no more, since the beginning; 0 for never.
	until time.Duration

	// One of these is set: what is wrong with the network, what happens to somebody's
	// line, what becomes of webhooks, what the host does at a bad moment, or how fast
	// clocks are.
	troubles []simulator.Trouble
	strike   func(p *player, who []string, f Fault)
	relay    *relayFault
	race     *race
	skew     int
	source   *yaml.Node
}

// faultFields are what faults of all kinds say, each kind some of it.
type faultFields struct {
	who         []string
	from, lasts time.Duration
	every, by   time.Duration
	share       float64
	burst       int
	kbit        int
	ppm         int
	status      int
	way         string
	sides       [][]string
}

// faultKind is one kind of faults.
type faultKind struct {
	name, what string
	// keys are what a fault of the kind takes, and needs are those that it must have.
	keys, needs []string
	make        func(faultFields) Fault
}

// FaultKinds lists the kinds of faults, each with what it does.
func FaultKinds() (list []string) {
	for _, kind := range faultKinds() {
		list = append(list, kind.name)
	}
	return list
}

func (r *reader) faults(node *yaml.Node) {
	if r.sketch != nil {
		r.describeFaults(node)
		return
	}
	for _, item := range r.items(node, "faults") {
		entries := r.entries(item, "a fault")
		if len(entries) != 1 {
			r.fault(item, "A fault is one of a kind with what it takes: {packet_loss: {share: 0.05}}. There are %s.", strings.Join(FaultKinds(), ", "))
			continue
		}
		key, value := entries[0].key, entries[0].value
		kinds := faultKinds()
		i := slices.IndexFunc(kinds, func(k faultKind) bool { return k.name == key.Value })
		if i < 0 {
			r.fault(key, "There is no fault %q; there are %s.", key.Value, strings.Join(FaultKinds(), ", "))
			continue
		}
		f := r.oneFault(kinds[i], value)
		f.Line, f.source = item.Line, item
		r.scenario.Faults = append(r.scenario.Faults, f)
	}
}

// oneFault reads what a fault of a kind takes.
func (r *reader) oneFault(kind faultKind, node *yaml.Node) Fault {
	var given faultFields
	all := r.faultKeys(&given)
	known := make(map[string]func(*yaml.Node))
	for _, key := range kind.keys {
		known[key] = all[key]
	}
	r.fields(node, kind.name, known)
	for _, key := range kind.needs {
		if node.Kind != yaml.MappingNode || !slices.ContainsFunc(node.Content, func(n *yaml.Node) bool { return n.Value == key }) {
			r.fault(node, "%s needs %s.", kind.name, key)
		}
	}
	f := kind.make(given)
	f.Kind, f.Who, f.From, f.For, f.Every = kind.name, given.who, given.from, given.lasts, given.every
	f.What = kind.what
	if len(f.Who) > 0 {
		f.What += " for " + strings.Join(f.Who, ", ")
	}
	return f
}

// faultKeys reads what faults say.
func (r *reader) faultKeys(given *faultFields) map[string]func(*yaml.Node) {
	span := func(name string, to *time.Duration) func(*yaml.Node) {
		return func(n *yaml.Node) { *to = r.duration(n, name) }
	}
	return map[string]func(*yaml.Node){
		"who":    func(n *yaml.Node) { given.who = r.who(n, "who", Anybody) },
		"from":   span("from", &given.from),
		"for":    span("for", &given.lasts),
		"every":  span("every", &given.every),
		"by":     span("by", &given.by),
		"share":  func(n *yaml.Node) { given.share = *r.share(n, "share") },
		"burst":  func(n *yaml.Node) { given.burst = r.number(n, "burst", 1) },
		"kbit":   func(n *yaml.Node) { given.kbit = r.number(n, "kbit", 1) },
		"ppm":    func(n *yaml.Node) { given.ppm = r.signed(n, "ppm") },
		"status": func(n *yaml.Node) { given.status = r.number(n, "status", 400) },
		"way": func(n *yaml.Node) {
			if given.way = r.text(n, "way"); given.way != "up" && given.way != "down" {
				r.fault(n, "A fault goes one way, up to the meeting or down from it, or both when nothing is said; this is %q.", n.Value)
			}
		},
		"between": func(n *yaml.Node) {
			for _, side := range r.items(n, "between") {
				given.sides = append(given.sides, r.texts(side, "a side of a partition"))
			}
			if len(given.sides) != 2 {
				r.fault(n, "A partition is between two lists of names: [[Ada], [Ben, Rover]].")
			}
		},
	}
}

// maxSkew bounds how wrong a clock is, in parts per million: a hundredth.
const maxSkew = 10_000

func (r *reader) signed(n *yaml.Node, what string) (value int) {
	if r.sketch != nil {
		r.sketch.is(n, schema{"type": "integer", "minimum": -maxSkew, "maximum": maxSkew})
		return 0
	}
	if _, err := fmt.Sscanf(n.Value, "%d", &value); err != nil || value < -maxSkew || value > maxSkew {
		r.fault(n, "%s must be a whole number from -%d to %d; this is %q.", what, maxSkew, maxSkew, n.Value)
		return 0
	}
	return value
}

// checkFaults looks whether everybody is known whom faults hit, from one of them on, and
// puts names in the place of the words for all.
func (r *reader) checkFaults(first int) {
	for i, f := range r.scenario.Faults {
		if i < first {
			continue // they may be happening already
		}
		r.scenario.Faults[i].Who = r.hit(f.Line, f.Who)
		for j, t := range f.troubles {
			r.scenario.Faults[i].troubles[j].Who = r.hit(f.Line, t.Who)
			r.scenario.Faults[i].troubles[j].From = r.hit(f.Line, t.From)
			if len(t.Who) == 0 {
				r.scenario.Faults[i].troubles[j].Who = r.scenario.Faults[i].Who
			}
		}
	}
}

// hit are the names of those who are hit; none for everybody.
func (r *reader) hit(line int, names []string) (who []string) {
	for _, name := range names {
		switch name {
		case Anybody:
			return nil
		case Everybody:
			for _, p := range r.scenario.People {
				who = append(who, p.Name)
			}
		case AllBots:
			for _, b := range r.scenario.Bots {
				who = append(who, b.Name)
			}
			if len(r.scenario.Bots) == 0 {
				who = append(who, AllBots) // nobody is called so
			}
		default:
			r.checkAnybody(line, name)
			who = append(who, name)
		}
	}
	return who
}
