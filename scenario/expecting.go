package scenario

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// Expectations are what must be true of a run. Some things are never right,
// asked for or not: a packet in the wrong room or under the wrong name, and an
// event lost, doubled or out of order.
type Expectations struct {
	// Coverage is the least part of the time in which somebody was in an open
	// room that must have been recorded, 0 to 1.
	Coverage *float64
	// LostPackets is the most packets that may be missing.
	LostPackets *int
	// MoveP99 bounds the time from a bot's move to the first packet of its new
	// room, for 99 of 100 moves.
	MoveP99 *time.Duration
	// VideoCoverage is the least part of what was to be seen, by bots that record
	// it, that must have been recorded, 0 to 1.
	VideoCoverage *float64
	Events        []EventExpectation
	Heard         []HeardExpectation
	// Within, Eventually and Never are what must or must not follow on events, and
	// Order are events that must come one after another.
	Within, Eventually, Never []FollowExpectation
	Order                     []OrderExpectation
	// Score bounds the run's measures.
	Score ScoreExpectation
}

// Count is how many things are expected, beside what always is.
func (e Expectations) Count() (n int) {
	for _, set := range []bool{e.Coverage != nil, e.LostPackets != nil, e.MoveP99 != nil, e.VideoCoverage != nil} {
		if set {
			n++
		}
	}
	return n + len(e.Events) + len(e.Heard) + len(e.Within) + len(e.Eventually) + len(e.Never) + len(e.Order) + len(e.Score.bounds)
}

// EventExpectation is how often an event must happen in the whole run: exactly
// Count times, unless AtLeast or AtMost say otherwise.
type EventExpectation struct {
	Condition
	AtLeast, AtMost *int
	Line            int
}

// String says what is expected.
func (e EventExpectation) String() string {
	var bounds []string
	if e.AtLeast != nil {
		bounds = append(bounds, fmt.Sprintf("at least %d", *e.AtLeast))
	}
	if e.AtMost != nil {
		bounds = append(bounds, fmt.Sprintf("at most %d", *e.AtMost))
	}
	if bounds == nil {
		return e.Condition.String()
	}
	return fmt.Sprintf("%s × %s", strings.Join(bounds, " and "), e.name())
}

// FollowExpectation is an event that must follow on another, or must not.
type FollowExpectation struct {
	// Condition is the event that must or must not come.
	Condition
	// After is the event on each of which it follows; nil for the beginning.
	After *Condition
	// Before ends the time in which it must not come; nil for the end of the run.
	Before *Condition
	// Time is how soon it must come; 0 for before the end of the run.
	Time time.Duration
	// Same are the keys in which the two events must agree: bot, room or who.
	Same []string
	Line int
}

// OrderExpectation are events of which each must come after the one before.
type OrderExpectation struct {
	Events []Condition
	Line   int
}

func (r *reader) expect(node *yaml.Node) {
	e := &r.scenario.Expect
	r.fields(node, "expect", map[string]func(*yaml.Node){
		"coverage":       func(n *yaml.Node) { e.Coverage = r.share(n, "coverage") },
		"lost_packets":   func(n *yaml.Node) { lost := r.number(n, "lost_packets", 0); e.LostPackets = &lost },
		"move_p99":       func(n *yaml.Node) { within := r.duration(n, "move_p99"); e.MoveP99 = &within },
		"video_coverage": func(n *yaml.Node) { e.VideoCoverage = r.share(n, "video_coverage") },
		"heard":          func(n *yaml.Node) { e.Heard = r.heard(n) },
		"events":         func(n *yaml.Node) { e.Events = r.expectedEvents(n) },
		"within":         func(n *yaml.Node) { e.Within = r.follows(n, "within", "after", "time", "same") },
		"eventually":     func(n *yaml.Node) { e.Eventually = r.follows(n, "eventually", "after", "same") },
		"never":          func(n *yaml.Node) { e.Never = r.follows(n, "never", "after", "before", "same") },
		"order":          func(n *yaml.Node) { e.Order = r.order(n) },
		"score":          func(n *yaml.Node) { e.Score = r.score(n) },
	})
}

func (r *reader) expectedEvents(n *yaml.Node) (list []EventExpectation) {
	for _, item := range r.items(n, "events") {
		want := EventExpectation{Line: item.Line}
		bound := func(name string, to **int) func(*yaml.Node) {
			return func(n *yaml.Node) { number := r.number(n, name, 0); *to = &number }
		}
		counted := false
		known := which(r, &want.Condition)
		known["count"] = func(n *yaml.Node) { want.Count, counted = r.number(n, "count", 0), true }
		known["at_least"] = bound("at_least", &want.AtLeast)
		known["at_most"] = bound("at_most", &want.AtMost)
		known["within"] = func(n *yaml.Node) {
			r.fault(n, "An expected event counts over the whole run and takes no \"within\"; write it under within, with the event that it follows.")
		}
		r.conditionOf(item, "an expected event", &want.Condition, known)
		bounded := want.AtLeast != nil || want.AtMost != nil
		switch {
		case counted && bounded:
			r.fault(item, "An expected event has a count, or at_least and at_most, not both.")
		case want.AtLeast != nil && want.AtMost != nil && *want.AtMost < *want.AtLeast:
			r.fault(item, "An event can't be expected at least %d times and at most %d.", *want.AtLeast, *want.AtMost)
		case !counted && !bounded:
			want.Count = 1
		}
		list = append(list, want)
	}
	return list
}

// follows reads events that must follow on others, or must not.
func (r *reader) follows(node *yaml.Node, what string, keys ...string) (list []FollowExpectation) {
	for _, item := range r.items(node, what) {
		want := FollowExpectation{Line: item.Line}
		known := which(r, &want.Condition)
		more := map[string]func(*yaml.Node){
			"after":  func(n *yaml.Node) { want.After = r.one(n, "after") },
			"before": func(n *yaml.Node) { want.Before = r.one(n, "before") },
			"time":   func(n *yaml.Node) { want.Time = r.duration(n, "time") },
			"same":   func(n *yaml.Node) { want.Same = r.texts(n, "same") },
		}
		for _, key := range keys {
			known[key] = more[key]
		}
		r.conditionOf(item, "an event under "+what, &want.Condition, known)
		if slices.Contains(keys, "time") && (want.Time == 0 || want.After == nil) {
			r.fault(item, "An event under within says what it follows and how soon: {after: {event: room_opened}, event: breakout_room_entered, time: 2s}.")
		}
		for _, key := range want.Same {
			if key != "bot" && key != "room" && key != "who" {
				r.fault(item, "Two events can have the same bot, room or who, not the same %q.", key)
			}
		}
		if len(want.Same) > 0 && want.After == nil {
			r.fault(item, "\"same\" compares an event with the one that it follows; say which by \"after\".")
		}
		list = append(list, want)
	}
	return list
}

// order reads lists of events in their order.
func (r *reader) order(node *yaml.Node) (list []OrderExpectation) {
	for _, item := range r.items(node, "order") {
		want := OrderExpectation{Line: item.Line}
		for _, one := range r.items(item, "an order of events") {
			want.Events = append(want.Events, *r.one(one, "an event of an order"))
		}
		if len(want.Events) < 2 {
			r.fault(item, "An order takes two events at least: [{event: room_opened}, {event: room_closed}].")
		}
		list = append(list, want)
	}
	return list
}

// condition reads an event that a step waits for.
func (r *reader) condition(node *yaml.Node, what string) Condition {
	c := Condition{Count: math.MinInt, source: node}
	known := which(r, &c)
	known["count"] = func(n *yaml.Node) { c.Count = r.number(n, "count", 0) }
	known["within"] = func(n *yaml.Node) { c.Within = r.duration(n, "within") }
	r.conditionOf(node, what, &c, known)
	if c.Count == math.MinInt {
		c.Count = 1
	}
	return c
}

// one reads which event is meant.
func (r *reader) one(node *yaml.Node, what string) *Condition {
	c := &Condition{source: node}
	r.conditionOf(node, what, c, which(r, c))
	return c
}

// which reads which event is meant by its type and its names.
func which(r *reader, c *Condition) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"event": func(n *yaml.Node) { c.Event = r.event(n) },
		"bot":   func(n *yaml.Node) { c.Bot = r.text(n, "bot") },
		"room":  func(n *yaml.Node) { c.Room = r.room(n) },
		"who":   func(n *yaml.Node) { c.Who = r.text(n, "who") },
	}
}

// room reads the name of a room in an event.
func (r *reader) room(n *yaml.Node) string {
	name := r.text(n, "room")
	if strings.EqualFold(name, MainRoom) {
		return meeting.MainRoomName
	}
	return name
}

func (r *reader) conditionOf(node *yaml.Node, what string, c *Condition, known map[string]func(*yaml.Node)) {
	r.conditions = append(r.conditions, awaited{c, node.Line})
	r.fields(node, what, known)
	if c.Event == "" {
		r.fault(node, "%s needs an event: the type of an event, such as room_opened, or the status code of a bot, such as breakout_room_entered.", what)
	}
}

// awaited is an event that something in the file waits for or counts.
type awaited struct {
	*Condition
	line int
}

// checkConditions looks for names in events that nothing in the file has: they would be
// waited for in vain.
func (r *reader) checkConditions() {
	for _, c := range r.conditions {
		if c.Bot != "" && len(r.scenario.Bots) > 0 { // where it has none, an application sends its own
			if _, known := r.scenario.bot(c.Bot); !known && !r.covers(c.Bot) {
				r.problem(c.line, "There is no bot called %q under bots.", c.Bot)
			}
		}
		if c.Room != meeting.MainRoomName {
			r.checkRoom(c.line, c.Room)
		}
		r.checkAnybody(c.line, c.Who)
	}
}
