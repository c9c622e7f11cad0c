// Package scenario plays meetings from files and judges what bots made of
// them: people, rooms and steps go in; a verdict comes out.
package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// Scenario is a meeting to be played. docs/scenarios.md describes the files
// that scenarios are read from.
type Scenario struct {
	Name string
	// Story says in a line or two what happens.
	Story string
	// Source is where the trouble is known from.
	Source string
	// Seed makes everything that is left to chance.
	Seed  uint64
	Title string
	// Persona is the meeting's platform: see [meeting.Persona].
	Persona string
	Options meeting.Options
	People  []Person
	Bots    []Bot
	Steps   []Step
	Expect  Expectations
	// Faults are what is wrong meanwhile.
	Faults []Fault
	// Webhooks has the meeting's events be sent to an application; nil for no webhooks.
	Webhooks *Webhooks

	// rooms are all rooms that the file names.
	rooms map[string]bool
	// changes are what the file says of options.
	changes []func(*meeting.Options)
	// elsewhere says that the persona is not the file's own.
	elsewhere bool
	// source is the file as it was read; nil for a scenario that a program made.
	source *yaml.Node
}

// Person is a simulated participant.
type Person struct {
	Name string
	Role meeting.Role
	// Email and ExternalID are what plans know the person by.
	Email, ExternalID string
	// Device is the client that the person takes part by.
	Device meeting.Device
	// MinPause and MaxPause bound the silence between two sentences; both zero
	// leaves it to the simulator.
	MinPause, MaxPause time.Duration
	// DTX has the person send next to nothing while silent.
	DTX bool
	// SignalsOnly has the person take part without media.
	SignalsOnly bool
}

// Bot is a bot that the scenario sends through the public API.
type Bot struct {
	Name string
	Mode bot.Mode
	Room string // the name of the room of mode join_specific_room
	// Email is the address by which plans know the bot.
	Email string
	// JoinAt is when a scheduled bot joins, since the beginning; nil for at once.
	JoinAt   *time.Duration
	Metadata map[string]string
	// RecordingStart is when it begins to record, and ConsentNotice what it writes to
	// rooms; empty for what createBot does by itself.
	RecordingStart bot.RecordingStart
	ConsentNotice  string
	// Leaves says when the bot leaves by itself, as the API's input does.
	Leaves map[string]any
	// Video is what the bot records beside voices.
	Video meeting.VideoChoice
}

// Step is something that happens. Steps happen in their order, each when its
// time or its event has come and the step before it is done.
type Step struct {
	// At is when it happens, since the beginning.
	At *time.Duration
	// Wait is how long it waits since the step before began.
	Wait *time.Duration
	// After is the event that it waits for.
	After  *Condition
	Action Action
	// Refused is the code with which the step must be refused; empty for one that must
	// not be. MayBeRefused lets the run go on either way.
	Refused      meeting.Code
	MayBeRefused bool
	// Line is where it stands in its file.
	Line int

	// source is what it does as it stood there; nil where a program made it.
	source *yaml.Node
}

// Condition is an event that something waits for.
type Condition struct {
	// Event is the type of an event or the status code of a bot.
	Event string
	// Bot, Room and Who are names that the event must have; empty ones do not matter.
	Bot, Room, Who string
	// Count is how many such events there must be since the step before began.
	// 0 counts as 1.
	Count int
	// Within bounds the wait. Defaults to 30 s.
	Within time.Duration

	source *yaml.Node // as it stood in the file
}

// String says what is waited for.
func (c Condition) String() string {
	return fmt.Sprintf("%d × %s", max(1, c.Count), c.name())
}

// name says which event is meant.
func (c Condition) name() string {
	var text strings.Builder
	text.WriteString(c.Event)
	for _, part := range []struct{ word, value string }{{"by", c.Bot}, {"in", c.Room}, {"of", c.Who}} {
		if part.value != "" {
			fmt.Fprintf(&text, " %s %q", part.word, part.value)
		}
	}
	return text.String()
}

// person finds a person by name.
func (s *Scenario) person(name string) (Person, bool) {
	i := slices.IndexFunc(s.People, func(p Person) bool { return p.Name == name })
	if i < 0 {
		return Person{}, false
	}
	return s.People[i], true
}

// bot finds a bot by name.
func (s *Scenario) bot(name string) (Bot, bool) {
	i := slices.IndexFunc(s.Bots, func(b Bot) bool { return b.Name == name })
	if i < 0 {
		return Bot{}, false
	}
	return s.Bots[i], true
}

// host is the name of the first host.
func (s *Scenario) host() string {
	for _, p := range s.People {
		if p.Role == meeting.RoleHost {
			return p.Name
		}
	}
	return ""
}

// coverVideo is what bots that cover rooms record beside voices, as the last such
// order says.
func (s *Scenario) coverVideo() (choice meeting.VideoChoice) {
	for _, step := range s.Steps {
		if order, ok := step.Action.(ByAPI); ok && order.Mutation == "coverRooms" {
			choice, _ = order.Input["video"].(meeting.VideoChoice)
		}
	}
	return choice
}
