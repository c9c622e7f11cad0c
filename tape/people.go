package tape

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

// person is a person or a bot of the scenario.
type person struct {
	name        string
	isBot, host bool
	// place is where it is: mainPlace, the key of a room, or empty for nowhere.
	place string
	// assigned is the key of the room to which it was sent last.
	assigned string
	// came says that it has been in the meeting.
	came bool
	// connection, lasting and known are what the log knows it by.
	connection, lasting, known string
}

// is says whether two are the same without doubt.
func (w who) is(other who) bool {
	return w.isBot == other.isBot && (w.connection != "" && w.connection == other.connection || w.lasting != "" && w.lasting == other.lasting)
}

// whose finds somebody, or takes note of somebody new. Who is not there and has the
// same name is taken for the one who comes again, where the log knows nothing better.
func (t *teller) whose(w who) *person {
	list := &t.people
	if w.isBot {
		list = &t.bots
	}
	for _, p := range *list {
		if (who{connection: p.connection, lasting: p.lasting, isBot: p.isBot}).is(w) {
			return t.learn(p, w)
		}
	}
	for _, p := range *list {
		if w.lasting == "" && p.lasting == "" && w.name != "" && p.known == w.name && p.place == "" {
			return t.learn(p, w)
		}
	}
	p := &person{isBot: w.isBot, connection: w.connection, lasting: w.lasting, known: w.name}
	if w.isBot {
		p.name = fmt.Sprintf("Bot %d", len(t.bots)+1)
	} else {
		p.name = scenario.NameFor(len(t.people))
	}
	*list = append(*list, p)
	return t.learn(p, w)
}

// learn takes note of what the log says of somebody.
func (t *teller) learn(p *person, w who) *person {
	p.host = p.host || w.host
	if p.lasting == "" {
		p.lasting = w.lasting
	}
	return p
}

// nameOf is what a room is called in the scenario: as in the log, if that is asked for
// and there is nothing against it.
func (t *teller) nameOf(p place) string {
	ordinary := fmt.Sprintf("Room %d", len(t.rooms))
	name := strings.TrimSpace(p.name)
	if !t.KeepNames || name == "" || utf8.RuneCountInString(name) > meeting.MaxNameLength {
		return ordinary
	}
	taken := func(r *room) bool { return strings.EqualFold(r.name, quoted(name)) }
	if slices.ContainsFunc(t.rooms, taken) || strings.EqualFold(name, meeting.MainRoomName) || strings.EqualFold(name, scenario.MainRoom) {
		return ordinary
	}
	return quoted(name)
}

// plain are names that need no quotes in YAML.
var plain = regexp.MustCompile(`^[A-Z][a-z]+( [A-Za-z0-9]+)*$`)

// reserved are words that YAML reads as something else.
var reserved = []string{"true", "false", "yes", "no", "on", "off", "null"}

// quoted is a text as it stands in a file.
func quoted(text string) string {
	if plain.MatchString(text) && !slices.Contains(reserved, strings.ToLower(text)) {
		return text
	}
	return strconv.Quote(text)
}
