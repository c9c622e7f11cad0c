package fleet

import (
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// AutomaticLeave says when a bot leaves by itself. It looks at the whole meeting:
// who is in another room has not left, a bot that is alone in its room is not
// alone, and a room in which people are and no bot listens is not silent. The names
// and defaults are those of Recall.ai (docs.recall.ai/docs/automatic-leaving-behavior).
type AutomaticLeave struct {
	// WaitingRoom is how long the bot waits to be let in. Defaults to 20 min.
	WaitingRoom time.Duration `json:"waitingRoom,omitempty"`
	// NooneJoined is how long the bot waits for a first person. Defaults to 20 min.
	NooneJoined time.Duration `json:"nooneJoined,omitempty"`
	// EveryoneLeft is how long it stays when no person is in the meeting any more.
	// Defaults to 2 s, from the bot's joining on.
	EveryoneLeft Timeout `json:"everyoneLeft,omitzero"`
	// InCallNotRecording is how long it stays without recording. Defaults to 1 h.
	// Bots that cover rooms wait for rooms as long as it takes.
	InCallNotRecording time.Duration `json:"inCallNotRecording,omitempty"`
	// InCallRecording is how long it stays once it has begun to record. Defaults to
	// 0: as long as the meeting.
	InCallRecording time.Duration `json:"inCallRecording,omitempty"`
	// PermissionDenied is how long it stays where it may not record. Defaults to 30 s.
	PermissionDenied time.Duration `json:"permissionDenied,omitempty"`
	// Silence is how long it stays when nobody is heard. Defaults to 1 h, 20 min
	// after the bot's joining at the earliest.
	Silence Timeout `json:"silence,omitzero"`
	// OnlyBots is how long it stays when all people who are there were never heard
	// and never shared a screen. Defaults to 10 min, 20 min after the bot's joining
	// at the earliest.
	OnlyBots Timeout `json:"onlyBots,omitzero"`
	// BotNames are parts of names, in any case, that tell bots; without them names
	// tell nothing. OnlyBotNames is how long the bot stays when all people who are
	// there have such names. Defaults to 1 h, 20 min after the bot's joining at the
	// earliest.
	BotNames     []string `json:"botNames,omitempty"`
	OnlyBotNames Timeout  `json:"onlyBotNames,omitzero"`
}

// Timeout is how long something may last, and from when on it is looked at, after
// the bot has joined.
type Timeout struct {
	After         time.Duration `json:"after,omitempty"`
	ActivateAfter time.Duration `json:"activateAfter,omitempty"`
}

const (
	// maxLeave bounds how long a bot can be made to wait.
	maxLeave = 24 * time.Hour
	// maxBotNames bounds the names by which bots are told.
	maxBotNames = 100
)

// setting is a time that can be set, and what it is when it is not.
type setting struct {
	field  string
	value  *time.Duration
	normal time.Duration
}

// settings are all times of the bot's leaving, by the names of the API.
func (a *AutomaticLeave) settings() []setting {
	list := []setting{
		{"waitingRoomTimeoutSeconds", &a.WaitingRoom, 20 * time.Minute},
		{"nooneJoinedTimeoutSeconds", &a.NooneJoined, 20 * time.Minute},
		{"inCallNotRecordingTimeoutSeconds", &a.InCallNotRecording, time.Hour},
		{"inCallRecordingTimeoutSeconds", &a.InCallRecording, 0},
		{"recordingPermissionDeniedTimeoutSeconds", &a.PermissionDenied, 30 * time.Second},
	}
	for _, one := range []struct {
		field         string
		value         *Timeout
		after, active time.Duration
	}{
		{"everyoneLeftTimeout", &a.EveryoneLeft, 2 * time.Second, 0},
		{"silenceDetection", &a.Silence, time.Hour, 20 * time.Minute},
		{"botDetection.usingParticipantEvents", &a.OnlyBots, 10 * time.Minute, 20 * time.Minute},
		{"botDetection.usingParticipantNames", &a.OnlyBotNames, time.Hour, 20 * time.Minute},
	} {
		list = append(list, setting{one.field + ".timeoutSeconds", &one.value.After, one.after})
		if one.value.ActivateAfter == 0 && one.value.After == 0 { // who sets a timeout alone wants it from the beginning
			one.value.ActivateAfter = one.active
		}
		list = append(list, setting{one.field + ".activateAfterSeconds", &one.value.ActivateAfter, 0})
	}
	return list
}

// DefaultLeave is when a bot leaves that was told nothing of it.
func DefaultLeave() (leaves AutomaticLeave) {
	for _, one := range leaves.settings() {
		if *one.value == 0 {
			*one.value = one.normal
		}
	}
	return leaves
}

func (a *AutomaticLeave) check() (problems meeting.Refusals) {
	refuse := func(field, format string, args ...any) {
		path := append([]string{"automaticLeave"}, strings.Split(field, ".")...)
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, path, format, args...)...)
	}
	for _, one := range a.settings() {
		if *one.value < 0 || *one.value > maxLeave {
			refuse(one.field, "A bot waits up to %s; %s was asked for.", maxLeave, *one.value)
		}
		if *one.value == 0 {
			*one.value = one.normal
		}
	}
	const names = "botDetection.usingParticipantNames.matches"
	if len(a.BotNames) > maxBotNames {
		refuse(names, "Bots are told by up to %d names; %d were given.", maxBotNames, len(a.BotNames))
	}
	if slices.ContainsFunc(a.BotNames, func(name string) bool { return strings.TrimSpace(name) == "" }) {
		refuse(names, "A part of a name must not be empty: everybody's name has it.")
	}
	return problems
}

// named says whether a name is one of those that tell bots.
func (a *AutomaticLeave) named(name string) bool {
	return slices.ContainsFunc(a.BotNames, func(part string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(strings.TrimSpace(part)))
	})
}

// farewell is a bot that is to leave, and when and why.
type farewell struct {
	charge *charge
	due    time.Time
	why    string
}

// gone stands for the room of a charge that was told to leave.
const gone meeting.RoomID = "gone"

// leavers are the charges that are to leave now, and after how long the next is.
func (s *steward) leavers(now time.Time) (list []farewell, next time.Duration) {
	next = time.Hour
	s.observe(now)
	for _, c := range s.charges {
		first, leaves := s.leave(c)
		switch {
		case !leaves || c.told == gone:
		case first.due.After(now):
			next = min(next, first.due.Sub(now))
		default:
			c.told = gone
			list = append(list, first)
		}
	}
	return list, next
}

// leave tells when a charge is to leave and why, if it is by what is known now. The
// caller holds mu.
func (s *steward) leave(c *charge) (first farewell, leaves bool) {
	switch {
	case c.ended:
		return first, false
	case c.covers && s.policy == nil:
		return farewell{c, s.uncovered, bot.SubCodeLeaveCall}, true
	case !c.waiting.IsZero():
		return farewell{c, c.waiting.Add(c.leaves.WaitingRoom), bot.SubCodeWaitingRoom}, true
	case c.joined.IsZero():
		return first, false
	}
	for _, one := range append(s.lonely(c), s.idle(c)...) {
		if !leaves || one.due.Before(first.due) {
			first, leaves = one, true
		}
	}
	return first, leaves
}

// after is when a charge is to leave for something that has lasted since a time.
func (t Timeout) after(c *charge, since time.Time) time.Time {
	if active := c.joined.Add(t.ActivateAfter); since.Before(active) {
		since = active
	}
	return since.Add(t.After)
}

// lonely tells when a charge is to leave for whom it is with.
func (s *steward) lonely(c *charge) (list []farewell) {
	leaves := &c.leaves
	switch {
	case s.people == 0 && c.met:
		return []farewell{{c, leaves.EveryoneLeft.after(c, s.emptySince), bot.SubCodeEveryoneLeft}}
	case s.people == 0:
		return []farewell{{c, c.joined.Add(leaves.NooneJoined), bot.SubCodeNooneJoined}}
	}
	if !s.unheard {
		list = append(list, farewell{c, leaves.Silence.after(c, s.heard), bot.SubCodeSilence})
	}
	if !s.alive {
		list = append(list, farewell{c, leaves.OnlyBots.after(c, s.aliveUntil), bot.SubCodeOnlyBots})
	}
	if len(leaves.BotNames) > 0 && !c.company {
		list = append(list, farewell{c, leaves.OnlyBotNames.after(c, c.companyUntil), bot.SubCodeOnlyBotNames})
	}
	return list
}

// idle tells when a charge is to leave for what it does.
func (s *steward) idle(c *charge) (list []farewell) {
	leaves := &c.leaves
	if !c.recording.IsZero() && leaves.InCallRecording > 0 {
		list = append(list, farewell{c, c.recording.Add(leaves.InCallRecording), bot.SubCodeInCallTimeout})
	}
	if !c.denied.IsZero() {
		list = append(list, farewell{c, c.denied.Add(leaves.PermissionDenied), bot.SubCodePermissionDenied})
	}
	if !c.resting.IsZero() && !c.covers {
		list = append(list, farewell{c, c.resting.Add(leaves.InCallNotRecording), bot.SubCodeNotRecording})
	}
	return list
}
