package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// untold are types of events of which a target's bots show nothing, as they say what
// goes on inside of a bot or what it has recorded.
var untold = []string{
	"bot_created", "bot_updated", "bot_move_started", "bot_move_ended", "bot_connection_lost", "bot_connection_restored", "bot_speech_started", "bot_speech_ended",
	"bot_notice_refused", "recording_gap", "coverage_set", "segment_started", "segment_completed", "segment_deleted", "segment_erased",
}

// shown are the status codes that the seat of a bot shows: see recast.
var shown = []string{
	meeting.StatusInWaitingRoom, meeting.StatusInCallNotRecording, meeting.StatusBreakoutRoomEntered, meeting.StatusBreakoutRoomLeft, meeting.StatusCallEnded,
}

// stands is what is awaited of a target's bot in the place of what it does not show.
var stands = map[string]string{meeting.StatusInCallRecording: meeting.StatusInCallNotRecording, meeting.StatusDone: meeting.StatusCallEnded}

// shownBy is the condition that stands for one that a step waits for.
func (p *player) shownBy(c Condition) Condition {
	if other, is := stands[c.Event]; is && p.Target != nil {
		c.Event = other
	}
	return c
}

// shows says whether an event can be known of a target's bots.
func shows(event string) bool {
	event = strings.ToLower(event)
	return !slices.Contains(untold, event) && (!slices.Contains(meeting.StatusCodes(), event) || slices.Contains(shown, event))
}

// checkTarget lists the steps that can't be taken with the bots of a target.
func (p *player) checkTarget() error {
	if p.Target == nil {
		return nil
	}
	var problems Problems
	problem := func(line int, format string, args ...any) {
		problems = append(problems, Problem{p.scenario.Name, line, fmt.Sprintf(format, args...)})
	}
	for _, step := range p.scenario.Steps {
		if order, is := step.Action.(ByAPI); is {
			problem(step.Line, "%s is an order that only bots of this server are given. Leave the step out to play the scenario with a target.", order.Mutation)
		}
		if step.After != nil && !shows(p.shownBy(*step.After).Event) {
			problem(step.Line, "This step waits for %s, which a bot of a target does not show; wait for one of %s, or for what happens to participants.", step.After.Event, strings.Join(shown, ", "))
		}
	}
	if p.Virtual {
		problem(1, "A target's bots come from outside, where time does not wait for them; play the scenario with --time wall.")
	}
	if problems != nil {
		return problems
	}
	return nil
}

// sieve parts expectations into those that can be judged of a target's bots, and others.
type sieve struct{ leftOut []string }

// leave leaves out what stands in a line of the file; 0 where it is said elsewhere.
func (s *sieve) leave(line int, what string) {
	if line > 0 {
		what += fmt.Sprintf(" (line %d)", line)
	}
	s.leftOut = append(s.leftOut, what)
}

// knowable parts what is expected into what can be judged of a target's bots, and what
// is left out.
func (e Expectations) knowable(measured []string) (known Expectations, leftOut []string) {
	s := &sieve{}
	s.media(e)
	for _, want := range e.Events {
		if shows(want.Event) {
			known.Events = append(known.Events, want)
		} else {
			s.leave(want.Line, want.name())
		}
	}
	known.Within, known.Eventually, known.Never = s.follow(e.Within), s.follow(e.Eventually), s.follow(e.Never)
	for _, want := range e.Order {
		if !slices.ContainsFunc(want.Events, func(c Condition) bool { return !shows(c.Event) }) {
			known.Order = append(known.Order, want)
		} else {
			s.leave(want.Line, want.String())
		}
	}
	for _, b := range e.Score.bounds {
		if slices.Contains(measured, b.key) {
			known.Score.bounds = append(known.Score.bounds, b)
		} else {
			s.leave(b.line, b.what)
		}
	}
	return known, s.leftOut
}

// media leaves out what is expected of recordings.
func (s *sieve) media(e Expectations) {
	for _, one := range []struct {
		what string
		set  bool
	}{{"coverage", e.Coverage != nil}, {"lost packets", e.LostPackets != nil}, {"move to first packet", e.MoveP99 != nil}, {"video coverage", e.VideoCoverage != nil}} {
		if one.set {
			s.leave(0, one.what)
		}
	}
	for _, heard := range e.Heard {
		s.leave(heard.Line, "what "+heard.By+" hears")
	}
}

// follow keeps what must follow, or must not, where all events of it are shown.
func (s *sieve) follow(list []FollowExpectation) (kept []FollowExpectation) {
	for _, want := range list {
		known := shows(want.Event) && (want.After == nil || shows(want.After.Event)) && (want.Before == nil || shows(want.Before.Event))
		if known {
			kept = append(kept, want)
		} else {
			s.leave(want.Line, want.name())
		}
	}
	return kept
}
