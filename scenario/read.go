package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// maxPeople bounds the people of a scenario.
const maxPeople = 1000

// Load reads a scenario file. A file with faults gives [Problems], all of them.
func Load(path string) (*Scenario, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the scenario: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a scenario from a file's content.
func Parse(file string, data []byte) (*Scenario, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, Problems{{file, lineOf(err), "The file is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ") + "."}}
	}
	if len(document.Content) == 0 {
		return nil, Problems{{file, 1, "The file is empty; docs/scenarios.md says what a scenario holds."}}
	}
	r := &reader{
		decoder: decoder{file: file}, scenario: &Scenario{Options: meeting.DefaultOptions(), Seed: 1},
		lines: make(map[string]int), rooms: map[string]bool{MainRoom: true},
	}
	r.scenario.source = document.Content[0]
	r.root(r.scenario.source)
	r.check()
	r.scenario.rooms = r.rooms
	r.scenario.complete()
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.problems
	}
	return r.scenario, nil
}

// lineOf finds the line in the message of a YAML error.
func lineOf(err error) int {
	line := 1
	_, rest, found := strings.Cut(err.Error(), "line ")
	if found {
		_, _ = fmt.Sscanf(rest, "%d", &line) // without a number it stays 1
	}
	return line
}

// reader reads one file.
type reader struct {
	decoder
	scenario *Scenario
	// lines tells where each name was given.
	lines map[string]int
	rooms map[string]bool
	// conditions are the events that the file names.
	conditions []awaited
}

func (r *reader) root(node *yaml.Node) {
	s := r.scenario
	r.fields(node, "a scenario", map[string]func(*yaml.Node){
		"name":     func(n *yaml.Node) { s.Name = r.text(n, "name") },
		"story":    func(n *yaml.Node) { s.Story = r.text(n, "story") },
		"source":   func(n *yaml.Node) { s.Source = r.text(n, "source") },
		"seed":     func(n *yaml.Node) { s.Seed = uint64(r.number(n, "seed", 1)) },
		"meeting":  r.meeting,
		"people":   r.people,
		"bots":     r.bots,
		"steps":    r.steps,
		"expect":   r.expect,
		"faults":   r.faults,
		"webhooks": r.webhooks,
	})
	if s.Name == "" {
		r.fault(node, "The scenario has no name; begin it with a line like \"name: two-rooms\".")
	}
	if s.Title == "" {
		s.Title = s.Name
	}
	if len(s.Steps) == 0 {
		r.fault(node, "The scenario has no steps; without them nothing happens.")
	}
}

func (r *reader) meeting(node *yaml.Node) {
	known := r.options(func(change func(*meeting.Options)) {
		r.scenario.changes = append(r.scenario.changes, change)
		change(&r.scenario.Options)
	})
	known["title"] = func(n *yaml.Node) { r.scenario.Title = r.text(n, "title") }
	known["persona"] = func(*yaml.Node) {} // read first: its defaults come before all options
	if r.sketch != nil {
		known["persona"] = r.persona
		r.fields(node, "meeting", known)
		return
	}
	for _, e := range r.entries(node, "meeting") {
		if e.key.Value == "persona" {
			r.persona(e.value)
		}
	}
	r.fields(node, "meeting", known)
}

func (r *reader) persona(node *yaml.Node) {
	persona, err := meeting.PersonaOf(r.text(node, "persona"))
	var names []string
	for _, one := range meeting.Personas() {
		names = append(names, one.Name)
	}
	r.choices(node, names...)
	if err != nil {
		r.fault(node, "%s", err)
		return
	}
	r.scenario.Persona, r.scenario.Options = persona.Name, persona.Defaults
}

// options reads the host's settings and hands out what they change.
func (r *reader) options(apply func(func(*meeting.Options))) map[string]func(*yaml.Node) {
	yes := func(name string, field func(*meeting.Options) *bool) func(*yaml.Node) {
		return func(n *yaml.Node) {
			value := r.yes(n, name)
			apply(func(o *meeting.Options) { *field(o) = value })
		}
	}
	span := func(name string, most time.Duration, field func(*meeting.Options) *time.Duration) func(*yaml.Node) {
		return func(n *yaml.Node) {
			value := r.duration(n, name)
			if value > most {
				r.fault(n, "%s can be %s at most.", name, most)
			}
			apply(func(o *meeting.Options) { *field(o) = value })
		}
	}
	known := map[string]func(*yaml.Node){
		"move_in_automatically":   yes("move_in_automatically", func(o *meeting.Options) *bool { return &o.MoveInAutomatically }),
		"allow_return":            yes("allow_return", func(o *meeting.Options) *bool { return &o.AllowReturn }),
		"choose_room":             yes("choose_room", func(o *meeting.Options) *bool { return &o.ChooseRoom }),
		"timer_closes":            yes("timer_closes", func(o *meeting.Options) *bool { return &o.TimerCloses }),
		"breakout_rooms":          yes("breakout_rooms", func(o *meeting.Options) *bool { return &o.BreakoutRooms }),
		"move_back_automatically": yes("move_back_automatically", func(o *meeting.Options) *bool { return &o.MoveBackAutomatically }),
		"chat":                    yes("chat", func(o *meeting.Options) *bool { return &o.Chat }),
		"polls":                   yes("polls", func(o *meeting.Options) *bool { return &o.Polls }),
		"screen_share":            yes("screen_share", func(o *meeting.Options) *bool { return &o.ScreenShare }),
		"recording":               yes("recording", func(o *meeting.Options) *bool { return &o.Recording }),
		"rejoin": func(n *yaml.Node) {
			rejoin := meeting.Rejoin(strings.ToUpper(r.text(n, "rejoin")))
			if rejoin != meeting.RejoinRoom && rejoin != meeting.RejoinMain {
				r.fault(n, "There is no way to come back called %q; choose room or main.", n.Value)
			}
			apply(func(o *meeting.Options) { o.Rejoin = rejoin })
		},
		"participants_broadcast": yes("participants_broadcast", func(o *meeting.Options) *bool { return &o.ParticipantsBroadcast }),
		"closing_countdown":      span("closing_countdown", meeting.MaxClosingCountdown, func(o *meeting.Options) *time.Duration { return &o.ClosingCountdown }),
		"round_duration":         span("round_duration", meeting.MaxRoundDuration, func(o *meeting.Options) *time.Duration { return &o.RoundDuration }),
		"room_capacity": func(n *yaml.Node) {
			most := r.number(n, "room_capacity", 0)
			apply(func(o *meeting.Options) { o.RoomCapacity = most })
		},
		"late_join": func(n *yaml.Node) {
			late := meeting.LateJoin(strings.ToUpper(r.text(n, "late_join")))
			if late != meeting.LateToMain && late != meeting.LateToFewest {
				r.fault(n, "There is no way to join late called %q; choose main or fewest.", n.Value)
			}
			apply(func(o *meeting.Options) { o.LateJoin = late })
		},
	}
	maps.Copy(known, r.doorOptions(apply))
	return known
}

func (r *reader) people(node *yaml.Node) {
	for _, item := range r.items(node, "people") {
		p := Person{Role: meeting.RoleParticipant}
		count := 0
		r.fields(item, "a person", map[string]func(*yaml.Node){
			"name":        func(n *yaml.Node) { p.Name = r.text(n, "name") },
			"count":       func(n *yaml.Node) { count = r.number(n, "count", 1) },
			"role":        func(n *yaml.Node) { p.Role = r.role(n) },
			"email":       func(n *yaml.Node) { p.Email = r.text(n, "email") },
			"external_id": func(n *yaml.Node) { p.ExternalID = r.text(n, "external_id") },
			"device":      func(n *yaml.Node) { p.Device = r.device(n) },
			"dtx":         func(n *yaml.Node) { p.DTX = r.yes(n, "dtx") },
			"media":       func(n *yaml.Node) { p.SignalsOnly = !r.yes(n, "media") },
			"pause":       func(n *yaml.Node) { p.MinPause, p.MaxPause = r.span(n, "pause") },
		})
		switch {
		case p.Name == "" && count == 0:
			r.fault(item, "A person needs a name, or a count of people who are given names.")
		case p.Name != "" && count != 0:
			r.fault(item, "A person has a name or a count, not both.")
		case len(r.scenario.People)+count > maxPeople:
			r.fault(item, "A scenario can have %d people.", maxPeople)
		case count > 0:
			r.crowd(item, p, count)
		default:
			r.named(item, p.Name)
			r.scenario.People = append(r.scenario.People, p)
		}
	}
}

// crowd adds people with names that nobody has yet.
func (r *reader) crowd(item *yaml.Node, p Person, count int) {
	for n := 0; count > 0; n++ {
		p.Name = NameFor(n)
		if _, taken := r.lines[p.Name]; taken {
			continue
		}
		count--
		r.named(item, p.Name)
		r.scenario.People = append(r.scenario.People, p)
	}
}

// named takes note of a name, which must be the only one of its kind.
func (r *reader) named(node *yaml.Node, name string) {
	if line, taken := r.lines[name]; taken {
		r.fault(node, "%q is the name of somebody on line %d already; steps could not tell them apart.", name, line)
	}
	r.lines[name] = node.Line
}

func (r *reader) role(node *yaml.Node) meeting.Role {
	role := meeting.Role(strings.ToUpper(r.text(node, "role")))
	r.choices(node, small(meeting.RoleHost, meeting.RoleCohost, meeting.RoleParticipant)...)
	switch role {
	case meeting.RoleHost, meeting.RoleCohost, meeting.RoleParticipant:
		return role
	}
	r.fault(node, "There is no role %q; choose host, cohost or participant.", node.Value)
	return meeting.RoleParticipant
}

func (r *reader) device(node *yaml.Node) meeting.Device {
	device := meeting.Device(strings.ToUpper(r.text(node, "device")))
	r.choices(node, small(meeting.Devices()...)...)
	if !slices.Contains(meeting.Devices(), device) {
		r.fault(node, "There is no device %q; there are %v, in small letters.", node.Value, meeting.Devices())
	}
	return device
}

// span reads a least and a most duration, as in [1s, 4s] or 1s..4s.
func (r *reader) span(node *yaml.Node, what string) (least, most time.Duration) {
	if r.sketch != nil {
		r.sketch.is(node, schema{"oneOf": []schema{{"type": "string", "pattern": `\.\.`}, {"type": "array", "items": schema{"type": "string"}, "minItems": 2, "maxItems": 2}}})
		return 0, 0
	}
	items := node.Content
	if from, to, found := strings.Cut(node.Value, ".."); found && node.Kind == yaml.ScalarNode {
		items = []*yaml.Node{{Kind: yaml.ScalarNode, Value: from, Line: node.Line}, {Kind: yaml.ScalarNode, Value: to, Line: node.Line}}
	}
	if len(items) != 2 || node.Kind == yaml.MappingNode {
		r.fault(node, "%s must be two durations, the least and the most, such as 1s..4s.", what)
		return 0, 0
	}
	least, most = r.duration(items[0], what), r.duration(items[1], what)
	if most < least {
		r.fault(node, "%s must begin with the smaller duration.", what)
	}
	return least, most
}

func (r *reader) bots(node *yaml.Node) {
	for _, item := range r.items(node, "bots") {
		b := Bot{Mode: bot.AutoAcceptAllInvites}
		r.fields(item, "a bot", map[string]func(*yaml.Node){
			"name":            func(n *yaml.Node) { b.Name = r.text(n, "name") },
			"room":            func(n *yaml.Node) { b.Room = r.text(n, "room") },
			"email":           func(n *yaml.Node) { b.Email = r.text(n, "email") },
			"automatic_leave": func(n *yaml.Node) { b.Leaves = r.automaticLeave(n) },
			"mode":            func(n *yaml.Node) { b.Mode = r.mode(n) },
			"video":           func(n *yaml.Node) { b.Video = r.video(n) },
			"recording_start": func(n *yaml.Node) { b.RecordingStart = r.recordingStart(n) },
			"consent_notice":  func(n *yaml.Node) { b.ConsentNotice = r.text(n, "consent_notice") },
			"join_at": func(n *yaml.Node) {
				at := r.duration(n, "join_at")
				b.JoinAt = &at
			},
			"metadata": func(n *yaml.Node) {
				b.Metadata = make(map[string]string)
				for _, e := range r.entries(n, "metadata") {
					b.Metadata[e.key.Value] = r.text(e.value, e.key.Value)
				}
			},
		})
		switch {
		case b.Name == "":
			r.fault(item, "A bot needs a name.")
		case b.Mode == bot.JoinSpecificRoom && b.Room == "":
			r.fault(item, "Bot %q has mode %s and needs a room.", b.Name, b.Mode)
		case b.Mode.Valid() && b.Mode != bot.JoinSpecificRoom && b.Room != "":
			r.fault(item, "Bot %q has a room, which goes with mode %s only.", b.Name, bot.JoinSpecificRoom)
		}
		r.named(item, b.Name)
		r.scenario.Bots = append(r.scenario.Bots, b)
	}
}

func (r *reader) mode(n *yaml.Node) bot.Mode {
	mode := bot.Mode(r.text(n, "mode"))
	r.choices(n, small(bot.AutoAcceptAllInvites, bot.JoinMainRoom, bot.JoinSpecificRoom, bot.Manual)...)
	if !mode.Valid() {
		r.fault(n, "There is no mode %q; choose %s, %s or %s.", mode, bot.AutoAcceptAllInvites, bot.JoinMainRoom, bot.JoinSpecificRoom)
	}
	return mode
}

// event reads the name of an event: a name that nothing has would be waited for
// in vain.
func (r *reader) event(node *yaml.Node) string {
	if r.sketch != nil {
		r.sketch.is(node, schema{"enum": Events()})
		return ""
	}
	name := r.text(node, "event")
	known := Events()
	if name != "" && !slices.Contains(known, name) {
		r.fault(node, "There is no event %q; there are %s.", name, strings.Join(known, ", "))
	}
	return name
}

// Events lists the names of events that scenarios can wait for and count: the
// types of events, then the status codes of bots.
func Events() []string {
	var names []string
	for _, t := range meeting.EventTypes() {
		names = append(names, string(t))
	}
	slices.Sort(names)
	return append(names, meeting.StatusCodes()...)
}
