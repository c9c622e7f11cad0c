package tape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// write writes the scenario file.
func (t *teller) write(moments []moment, ignored int) []byte {
	var b strings.Builder
	lasted := moments[len(moments)-1].at.Sub(t.began).Round(time.Second)
	fmt.Fprintf(&b, "name: %s\nstory: >-\n  Imported from a log of %s. People: %d, bots: %d, rooms: %d.\n", quoted(cmp.Or(t.Name, "imported")), lasted, len(t.people), len(t.bots), len(t.rooms))
	b.WriteString("meeting: {rejoin: main}\n")
	if ignored > 0 {
		fmt.Fprintf(&b, "# Events of the log that tell nothing of who was where, and are left out: %d.\n", ignored)
	}
	t.writePeople(&b)
	if len(t.bots) > 0 {
		b.WriteString("bots:\n")
		for _, p := range t.bots {
			fmt.Fprintf(&b, "  - {name: %s}\n", p.name)
		}
	}
	t.writeSteps(&b)
	t.writeExpectations(&b)
	return []byte(b.String())
}

// writePeople writes who takes part. Somebody must be the host: whoever came first,
// where the log tells of nobody, or somebody who is not in the log.
func (t *teller) writePeople(b *strings.Builder) {
	hosts := 0
	for _, p := range t.people {
		if p.host {
			hosts++
		}
	}
	b.WriteString("people:\n")
	if len(t.people) == 0 {
		fmt.Fprintf(b, "  - {name: %s, role: host} # who opens the rooms; the log tells of bots alone\n", scenario.NameFor(0))
	}
	for i, p := range t.people {
		switch {
		case p.host:
			fmt.Fprintf(b, "  - {name: %s, role: host}\n", p.name)
		case hosts == 0 && i == 0:
			fmt.Fprintf(b, "  - {name: %s, role: host} # the log doesn't tell who was\n", p.name)
		default:
			fmt.Fprintf(b, "  - {name: %s}\n", p.name)
		}
	}
}

// writeSteps writes the steps, and what there is to say of the log among them.
func (t *teller) writeSteps(b *strings.Builder) {
	b.WriteString("steps:\n")
	if len(t.people) == 0 {
		b.WriteString("  - {at: 0s, join: people}\n")
	}
	notes := slices.SortedStableFunc(slices.Values(t.notes), func(a, b note) int { return a.at.Compare(b.at) })
	for _, s := range t.steps {
		for len(notes) > 0 && notes[0].at.Sub(t.began) <= s.at {
			fmt.Fprintf(b, "  # %s\n", notes[0].text)
			notes = notes[1:]
		}
		if s.note != "" {
			fmt.Fprintf(b, "  # %s\n", s.note)
		}
		fmt.Fprintf(b, "  - {at: %s, %s}\n", s.at, s.text)
	}
	for _, n := range notes {
		fmt.Fprintf(b, "  # %s\n", n.text)
	}
}

// writeExpectations writes how often somebody must have entered each room.
func (t *teller) writeExpectations(b *strings.Builder) {
	if len(t.rooms) == 0 {
		return
	}
	b.WriteString("expect:\n  events:\n")
	for _, r := range t.rooms {
		if r.made || r.entries > 0 {
			fmt.Fprintf(b, "    - {event: participant_entered_room, room: %s, count: %d}\n", r.name, r.entries)
		}
	}
}
