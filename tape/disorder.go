package tape

import (
	"fmt"
	"slices"
	"time"
)

// note is something about the log that a scenario can't play, told in a comment.
type note struct {
	at   time.Time
	text string
}

// telling is what makes two moments the same.
type telling struct {
	verb verb
	who  who
	room string
	at   int64
}

func (m moment) telling() telling { return telling{m.verb, m.who, m.room.key, m.at.UnixNano()} }

// disorder tells which events of the log came late, and which came twice.
func disorder(moments []moment) (notes []note) {
	var latest time.Time
	known := make(map[telling]int)
	for _, m := range moments {
		if line, again := known[m.telling()]; again {
			notes = append(notes, note{m.at, fmt.Sprintf("Line %d of the log tells the same as line %d.", m.line, line)})
			continue
		}
		known[m.telling()] = m.line
		if late := latest.Sub(m.at); late > 0 {
			notes = append(notes, note{m.at, fmt.Sprintf("Line %d of the log came %s late.", m.line, late.Round(time.Millisecond))})
		}
		if m.at.After(latest) {
			latest = m.at
		}
	}
	return notes
}

// inOrder puts moments in the order in which they happened, each once.
func inOrder(moments []moment) []moment {
	known := make(map[telling]bool)
	once := slices.DeleteFunc(slices.Clone(moments), func(m moment) bool {
		again := known[m.telling()]
		known[m.telling()] = true
		return again
	})
	slices.SortStableFunc(once, func(a, b moment) int {
		return a.at.Compare(b.at)
	})
	return once
}
