package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// Everybody stands for all people of the scenario, and all bots for all of its
// bots, where a list of names is asked for.
const (
	Everybody = "people"
	AllBots   = "bots"
)

// Action is what a step does.
type Action interface {
	// String says in a few words what happens.
	String() string
}

// The actions of people and hosts happen in the simulated meeting; those on
// bots go through the public API.
type (
	// Join brings people into the meeting.
	Join struct{ Who []string }
	// Leave takes people out of the meeting.
	Leave struct{ Who []string }
	// Disconnect cuts people's connections; by joining again they come back.
	Disconnect struct{ Who []string }
	// Cut cuts the lines of people and bots for some time: nothing passes.
	Cut struct {
		Who []string
		For time.Duration
	}
	// ChangeAddress gives people and bots another network address.
	ChangeAddress struct{ Who []string }
	// CreateRooms has the host add rooms.
	CreateRooms struct{ Names []string }
	// Assign has the host say who should be where.
	Assign struct{ Rooms []RoomAssignment }
	// OpenRooms has the host open all rooms.
	OpenRooms struct{}
	// Move has the host send somebody to a room, or to "main".
	Move struct{ Who, To string }
	// CloseRooms has the host close all rooms.
	CloseRooms struct{ Countdown *time.Duration }
	// EndMeeting has the host end the meeting.
	EndMeeting struct{}
	// SendBots sends bots by createBot.
	SendBots struct{ Names []string }
	// RemoveBot calls a bot back by removeBot.
	RemoveBot struct{ Name string }
)

// RoomAssignment is who should be in a room.
type RoomAssignment struct {
	Room string
	Who  []string
}

func (a Join) String() string       { return count(a.Who, "joins", "join") }
func (a Leave) String() string      { return count(a.Who, "leaves", "leave") }
func (a Disconnect) String() string { return count(a.Who, "is cut off", "are cut off") }
func (a Cut) String() string {
	return fmt.Sprintf("%s for %s", count(a.Who, "loses the network", "lose the network"), a.For)
}
func (a ChangeAddress) String() string {
	return count(a.Who, "gets another address", "get other addresses")
}
func (a CreateRooms) String() string { return fmt.Sprintf("%d rooms are created", len(a.Names)) }
func (a Assign) String() string      { return fmt.Sprintf("people are assigned to %d rooms", len(a.Rooms)) }
func (OpenRooms) String() string     { return "the rooms open" }
func (a Move) String() string        { return fmt.Sprintf("%s is moved to %s", a.Who, a.To) }
func (a CloseRooms) String() string {
	if a.Countdown == nil {
		return "the rooms close"
	}
	return fmt.Sprintf("the rooms close in %s", a.Countdown)
}
func (EndMeeting) String() string  { return "the meeting ends" }
func (a SendBots) String() string  { return count(a.Names, "is sent", "are sent") }
func (a RemoveBot) String() string { return a.Name + " is called back" }

func count(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return fmt.Sprintf("%d %s", len(names), many)
}

// MainRoom is what steps call the main room.
const MainRoom = "main"

func (r *reader) steps(node *yaml.Node) {
	if r.sketch != nil {
		r.describeSteps(node)
		return
	}
	for _, item := range r.items(node, "steps") {
		step := Step{Line: item.Line, source: &yaml.Node{Kind: yaml.MappingNode, Style: item.Style, HeadComment: item.HeadComment}}
		known := r.actions(&step)
		names := keys(known)
		maps.Copy(known, r.circumstances(&step))
		acts := 0
		for _, e := range r.entries(item, "a step") {
			read := known[e.key.Value]
			if read == nil {
				r.unknown(e.key, "a step", keys(known))
				acts = 1 // what was meant as its action is a fault already
				continue
			}
			if slices.Contains(names, e.key.Value) {
				acts++
				step.source.Content = append(step.source.Content, e.key, e.value)
			}
			read(e.value)
		}
		if acts != 1 {
			r.fault(item, "A step does one thing; this one does %d. It can do %s.", acts, strings.Join(names, ", "))
		}
		r.checkCircumstances(item, step)
		r.scenario.Steps = append(r.scenario.Steps, step)
	}
}

// actions reads what a step can do.
func (r *reader) actions(step *Step) map[string]func(*yaml.Node) {
	known := map[string]func(*yaml.Node){
		"join":         func(n *yaml.Node) { step.Action = Join{r.who(n, "join", Everybody)} },
		"leave":        func(n *yaml.Node) { step.Action = Leave{r.who(n, "leave", Everybody)} },
		"send":         func(n *yaml.Node) { step.Action = SendBots{r.who(n, "send", AllBots)} },
		"remove_bot":   func(n *yaml.Node) { step.Action = RemoveBot{r.text(n, "remove_bot")} },
		"create_rooms": func(n *yaml.Node) { step.Action = CreateRooms{r.newRooms(n)} },
		"assign":       func(n *yaml.Node) { step.Action = r.assign(n) },
		"open_rooms":   func(n *yaml.Node) { r.nothing(n, "open_rooms"); step.Action = OpenRooms{} },
		"end_meeting":  func(n *yaml.Node) { r.nothing(n, "end_meeting"); step.Action = EndMeeting{} },
		"move":         func(n *yaml.Node) { step.Action = r.move(n) },
		"close_rooms":  func(n *yaml.Node) { step.Action = r.closeRooms(n) },
		"random_moves": func(n *yaml.Node) { step.Action = r.randomMoves(n) },
	}
	maps.Copy(known, r.hosting(step))
	maps.Copy(known, r.inRoom(step))
	maps.Copy(known, r.admission(step))
	maps.Copy(known, r.ordering(step))
	return known
}

// who reads a list of names, or the word for all of them.
func (r *reader) who(node *yaml.Node, what, all string) []string {
	if r.sketch != nil {
		r.sketch.is(node, oneOrMany())
		return nil
	}
	if node.Kind == yaml.ScalarNode {
		if node.Value == all {
			return []string{all}
		}
		return []string{r.text(node, what)}
	}
	return r.texts(node, what)
}

func (r *reader) nothing(node *yaml.Node, what string) {
	if r.sketch != nil {
		r.sketch.is(node, schema{"type": "null"})
		return
	}
	if !empty(node) && len(node.Content) > 0 {
		r.fault(node, "%s takes nothing; write \"%s:\".", what, what)
	}
}

func (r *reader) assign(node *yaml.Node) Assign {
	var a Assign
	for _, e := range r.entries(node, "assign") {
		a.Rooms = append(a.Rooms, RoomAssignment{e.key.Value, r.texts(e.value, "the people of "+e.key.Value)})
	}
	return a
}

func (r *reader) move(node *yaml.Node) Move {
	var m Move
	r.fields(node, "move", map[string]func(*yaml.Node){
		"who": func(n *yaml.Node) { m.Who = r.text(n, "who") },
		"to":  func(n *yaml.Node) { m.To = r.text(n, "to") },
	})
	if m.Who == "" || m.To == "" {
		r.fault(node, "A move says who and to which room: {who: Ada, to: Red}.")
	}
	return m
}

func (r *reader) closeRooms(node *yaml.Node) CloseRooms {
	var c CloseRooms
	r.fields(node, "close_rooms", map[string]func(*yaml.Node){
		"countdown": func(n *yaml.Node) {
			countdown := r.duration(n, "countdown")
			if c.Countdown = &countdown; countdown > meeting.MaxClosingCountdown {
				r.fault(n, "countdown can be %s at most.", meeting.MaxClosingCountdown)
			}
		},
	})
	return c
}

// check looks at the steps together: names must be given, and times must not
// run backwards.
func (r *reader) check() {
	for _, step := range r.scenario.Steps {
		if c, ok := step.Action.(CreateRooms); ok {
			for _, name := range c.Names {
				r.rooms[name] = true
			}
		}
	}
	r.checkTimes()
	for i := range r.scenario.Steps {
		r.checkAction(&r.scenario.Steps[i])
	}
	r.checkConditions()
	r.checkFaults(0)
	for _, h := range r.scenario.Expect.Heard {
		r.checkAnybody(h.Line, h.Who)
		r.checkBots(h.Line, []string{h.By})
		r.checkRoom(h.Line, h.Room)
	}
	for _, b := range r.scenario.Bots {
		if b.Mode == bot.JoinSpecificRoom && b.Room != "" && !r.rooms[b.Room] {
			r.problem(r.lines[b.Name], "Bot %q is sent to room %q, which no step creates.", b.Name, b.Room)
		}
	}
	if r.scenario.host() == "" && len(r.scenario.Steps) > 0 {
		r.problem(1, "Nobody has the role host; a host opens and closes the rooms.")
	}
}

// checkTimes finds steps that stand after later ones.
func (r *reader) checkTimes() {
	latest := time.Duration(0)
	for _, step := range r.scenario.Steps {
		if step.At == nil {
			continue
		}
		if *step.At < latest {
			r.problem(step.Line, "This step is at %s, after a step at %s; put steps in the order of their times.", step.At, latest)
		}
		latest = max(latest, *step.At)
		if a, random := step.Action.(RandomMoves); random {
			latest += a.longest()
		}
	}
}

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, line, fmt.Sprintf(format, args...)})
}

// checkAction checks the names that a step uses, and puts names in the place of
// the words for all.
func (r *reader) checkAction(step *Step) {
	switch a := step.Action.(type) {
	case Join:
		step.Action = Join{r.checkPeople(step.Line, a.Who)}
	case Leave:
		step.Action = Leave{r.checkPeople(step.Line, a.Who)}
	case Disconnect:
		step.Action = Disconnect{r.checkPeople(step.Line, a.Who)}
	case Cut:
		for _, name := range a.Who {
			r.checkAnybody(step.Line, name)
		}
	case ChangeAddress:
		for _, name := range a.Who {
			r.checkAnybody(step.Line, name)
		}
	case ByAPI:
		if a.Bot != "" {
			r.checkBots(step.Line, []string{a.Bot})
		}
		r.checkRoom(step.Line, a.Room)
	case SendBots:
		step.Action = SendBots{r.checkBots(step.Line, a.Names)}
	case RemoveBot:
		r.checkBots(step.Line, []string{a.Name})
	case Assign:
		for _, room := range a.Rooms {
			r.checkRoom(step.Line, room.Room)
			for _, who := range room.Who {
				r.checkAnybody(step.Line, who)
			}
		}
	case Move:
		r.checkAnybody(step.Line, a.Who)
		r.checkRoom(step.Line, a.To)
	case RandomMoves:
		step.Action = r.checkRandom(step.Line, a)
	case AskForHelp:
		r.checkAnybody(step.Line, a.Who)
	case ByHost:
		for _, name := range a.Who {
			r.checkAnybody(step.Line, name)
		}
		for _, name := range a.Rooms {
			r.checkRoom(step.Line, name)
		}
	}
}

func (r *reader) checkPeople(line int, names []string) []string {
	if len(names) == 1 && names[0] == Everybody {
		names = nil
		for _, p := range r.scenario.People {
			names = append(names, p.Name)
		}
	}
	for _, name := range names {
		if _, ok := r.scenario.person(name); !ok {
			r.problem(line, "There is nobody called %q under people.", name)
		}
	}
	return names
}

func (r *reader) checkBots(line int, names []string) []string {
	if len(names) == 1 && names[0] == AllBots {
		names = nil
		for _, b := range r.scenario.Bots {
			names = append(names, b.Name)
		}
	}
	for _, name := range names {
		if _, ok := r.scenario.bot(name); !ok {
			r.problem(line, "There is no bot called %q under bots.", name)
		}
	}
	return names
}

func (r *reader) checkAnybody(line int, name string) {
	_, person := r.scenario.person(name)
	if _, isBot := r.scenario.bot(name); !person && !isBot && name != "" && !r.covers(name) {
		r.problem(line, "There is nobody called %q under people or bots.", name)
	}
}

// covers says whether a bot that covers rooms can have the name.
func (r *reader) covers(name string) bool {
	return slices.ContainsFunc(r.scenario.Steps, func(step Step) bool {
		a, ok := step.Action.(ByAPI)
		if !ok || a.Mutation != "coverRooms" {
			return false
		}
		template, _ := a.Input["name"].(string)
		pattern := strings.NewReplacer(regexp.QuoteMeta("{n}"), `[0-9]+`, regexp.QuoteMeta("{room}"), `.+`).Replace(regexp.QuoteMeta(cmp.Or(template, "BreakoutBot-{n}")))
		matched, err := regexp.MatchString("^"+pattern+"$", name)
		return matched && err == nil
	})
}

func (r *reader) checkRoom(line int, name string) {
	if !r.rooms[name] && name != "" {
		r.problem(line, "No step creates a room called %q.", name)
	}
}
