package scenario

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/spans"
)

// muteTakes is how long it takes at most until a client whose microphone was turned
// off is silent.
const muteTakes = 500 * time.Millisecond

// microphone takes note of a microphone that was turned on or off.
func (t *truth) microphone(past simulator.Past, on bool) {
	who := past.Participant.ID
	list := t.muted[who]
	last := len(list) - 1
	switch off := last >= 0 && list[last].To.IsZero(); {
	case on && off:
		list[last].To = past.At
	case !on && !off && !past.Participant.IsBot: // bots are silent until they are told to speak
		t.muted[who] = append(list, spans.Span{From: past.Acted.Add(muteTakes)})
	}
}

// mute says whether somebody's microphone was off at a time.
func (t *truth) mute(who meeting.ParticipantID, at time.Time) bool {
	return slices.ContainsFunc(t.muted[who], func(s spans.Span) bool { return at.After(s.From) && (s.To.IsZero() || at.Before(s.To)) })
}
