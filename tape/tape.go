// Package tape turns logs of real meetings into scenarios: what was heard of people
// and rooms goes in, redacted; a file that plays the same again comes out.
package tape

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// Options say how a log is imported.
type Options struct {
	// Name is what the scenario is called. Defaults to "imported".
	Name string
	// Meeting chooses one of the meetings that the log tells of, by the id that it
	// has there. Needed only where there are several.
	Meeting string
	// KeepNames leaves rooms their names. People are always given others.
	KeepNames bool
}

// Import reads a log and writes it down as a scenario file. The log is JSON, an array
// or one object a line, in one of these shapes: webhooks of Zoom
// (developers.zoom.us/docs/api/meetings/events), status webhooks of Recall.ai's shape
// (docs.recall.ai/docs/zoom-breakout-rooms), and our own events, as subscriptions,
// webhooks and `breakout test --events` have them.
//
// Names, addresses and ids of the log are not in the file. What can't be read is
// refused whole, with [scenario.Problems].
func Import(file string, data []byte, o Options) ([]byte, error) {
	r := &reader{file: file}
	moments, ignored := r.moments(r.values(data), o.Meeting)
	if len(r.problems) == 0 && len(moments) == 0 {
		r.problem(1, "The log tells of nobody who came, went or changed rooms; was it cut short, or is it of something else?")
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b scenario.Problem) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.problems
	}
	t := newTeller(o)
	t.notes = disorder(moments)
	moments = inOrder(moments)
	t.tell(moments)
	if len(t.people) > maxPeople {
		return nil, scenario.Problems{{File: file, Line: 1, Message: fmt.Sprintf("The log tells of %d people; a scenario can have %d.", len(t.people), maxPeople)}}
	}
	written := t.write(moments, ignored)
	if _, err := scenario.Parse(file, written); err != nil {
		return nil, fmt.Errorf("the scenario that was made of the log can't be read back: %w", err)
	}
	return written, nil
}

// maxPeople bounds the people of a scenario.
const maxPeople = 1000

// verb is what a moment says happened.
type verb int

const (
	arrived  verb = iota // somebody is in a room now
	departed             // somebody is in a room no longer, wherever they went
	joined               // somebody has come into the meeting
	left                 // somebody has gone out of it
	invited              // a bot was asked to go to a room
	created              // there is a new room
	deleted              // a room is no more
	opened               // a room is open, or a round
	closed               // a room is closed, or a round
	ended                // the meeting is over
)

// moment is one thing that the log tells.
type moment struct {
	line int
	// at is when it happened, as far as the log knows.
	at time.Time
	verb
	who who
	// room is where it happened; the zero place for a round or the meeting.
	room place
}

// who is a person or a bot as the log knows it.
type who struct {
	// connection is the same from joining to leaving, and lasting also when somebody
	// comes again; each is empty where the log doesn't tell. Name helps where it has
	// nothing else.
	connection, lasting, name string
	isBot, host               bool
}

// place is a room as the log knows it.
type place struct {
	key, name string
	main      bool
}
