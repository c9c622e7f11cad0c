package fleet

import (
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// AutomaticLeave says when a bot leaves by itself. It looks at the whole meeting:
// who is in another room has not left, and a bot that is alone in its room is not
// alone. The names and defaults are those of Recall.ai
// (docs.recall.ai/docs/automatic-leaving-behavior).
type AutomaticLeave struct {
	// NooneJoined is how long the bot waits for a first person. Defaults to 20 min.
	NooneJoined time.Duration
	// EveryoneLeft is how long it stays when no person is in the meeting any more.
	// Defaults to 2 s.
	EveryoneLeft time.Duration
	// InCall is how long it stays at all. Defaults to 0: as long as the meeting.
	InCall time.Duration
}

// maxLeave bounds how long a bot can be made to wait.
const maxLeave = 24 * time.Hour

func (a *AutomaticLeave) check() (problems meeting.Refusals) {
	for _, one := range []struct {
		field  string
		value  *time.Duration
		normal time.Duration
	}{
		{"nooneJoinedTimeoutSeconds", &a.NooneJoined, 20 * time.Minute},
		{"everyoneLeftTimeoutSeconds", &a.EveryoneLeft, 2 * time.Second},
		{"inCallTimeoutSeconds", &a.InCall, 0},
	} {
		if *one.value < 0 || *one.value > maxLeave {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"automaticLeave", one.field},
				"A bot waits up to %s; %s was asked for.", maxLeave, *one.value)...)
		}
		if *one.value == 0 {
			*one.value = one.normal
		}
	}
	return problems
}

// leave tells when a charge is to leave and why, if it is by what is known now. The
// caller holds mu.
func (s *steward) leave(c *charge) (due time.Time, why string, leaves bool) {
	switch {
	case c.ended:
		return due, "", false
	case c.covers && s.policy == nil:
		return s.uncovered, bot.SubCodeLeaveCall, true
	case c.joined.IsZero():
		return due, "", false
	}
	switch {
	case s.people > 0:
	case c.met:
		due, why = s.emptySince.Add(c.leaves.EveryoneLeft), bot.SubCodeEveryoneLeft
	default:
		due, why = c.joined.Add(c.leaves.NooneJoined), bot.SubCodeNooneJoined
	}
	if c.leaves.InCall > 0 {
		if most := c.joined.Add(c.leaves.InCall); due.IsZero() || most.Before(due) {
			due, why = most, bot.SubCodeInCallTimeout
		}
	}
	return due, why, !due.IsZero()
}

// leavers are the charges that are to leave now, and after how long the next is.
func (s *steward) leavers(now time.Time) (list []farewell, next time.Duration) {
	next = time.Hour
	for _, c := range s.charges {
		due, why, leaves := s.leave(c)
		switch {
		case !leaves || c.told == gone:
		case due.After(now):
			next = min(next, due.Sub(now))
		default:
			c.told = gone
			list = append(list, farewell{c, why})
		}
	}
	return list, next
}

// farewell is a bot that is to leave, and why.
type farewell struct {
	charge *charge
	why    string
}

// gone stands for the room of a charge that was told to leave.
const gone meeting.RoomID = "gone"

// census counts the people of the meeting, bots apart, as events tell of them.
func (s *steward) census(e meeting.Event) {
	if e.Participant == nil {
		return
	}
	switch fact := e.Fact.(type) {
	case meeting.ParticipantJoined:
		if c := s.charge(fact.Bot); c != nil {
			c.number, c.joined, c.met = e.Participant.ID, e.At, s.people > 0
		}
		if e.Participant.IsBot {
			return
		}
		s.people++
		for _, c := range s.charges {
			c.met = true
		}
	case meeting.ParticipantLeft:
		if e.Participant.IsBot {
			return
		}
		if s.people--; s.people == 0 {
			s.emptySince = e.At
		}
	}
}
