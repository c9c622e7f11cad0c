package scenario

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/simulator"
)

// TargetReport says what of a report is known of the bots of a target.
type TargetReport struct {
	URL string `json:"url"`
	// Measured are the measures of the target's bots, by their keys.
	Measured []string `json:"measured"`
	// LeftOut are expectations that could not be judged, as nobody outside of the target
	// knows.
	LeftOut []string `json:"left_out"`

	joinWithin, moveWithin time.Duration
}

// Measured are the measures that were taken, each with its unit.
func (r *Report) Measured() []Measured {
	all := r.Score.Measured()
	if r.Target == nil {
		return all
	}
	return slices.DeleteFunc(all, func(m Measured) bool { return !slices.Contains(r.Target.Measured, m.Key) })
}

// judgeTarget judges what the bots of a target did, by the simulator's truth.
func (p *player) judgeTarget(history []simulator.Past, t *truth) *Report {
	target := TargetReport{
		URL: p.Target.URL, Measured: []string{"wrong_rooms", "missed_rooms", "lost_events", "doubled_events"},
		joinWithin: p.Target.JoinWithin, moveWithin: p.Target.MoveWithin,
	}
	score := Score{LostEvents: p.watcher.gaps, DoubledEvents: p.watcher.duplicates}
	journeys, c := p.journeys(history), claims{p.watcher.seen}
	told := tell(journeys)
	var verdicts []Verdict
	for _, j := range journeys {
		verdicts = append(verdicts, j.verdicts(c, target)...)
		score.WrongRooms += len(j.wrong)
		score.MissedRooms += len(j.missed(target.moveWithin))
		if told {
			score.PresenceErrorSeconds += j.apart(t).Seconds()
		}
	}
	if told {
		target.Measured = append(target.Measured, "presence_error")
	}
	expect, leftOut := p.scenario.Expect.knowable(target.Measured)
	target.LeftOut = append([]string{}, leftOut...)
	verdicts = append(verdicts, atMost("event gaps", 0, p.watcher.gaps), atMost("event duplicates", 0, p.watcher.duplicates))
	verdicts = append(append(verdicts, c.judge(expect)...), expect.Score.judge(score)...)
	r := &Report{
		Scenario: p.scenario.Name, Meeting: p.meeting, Rooms: t.breakoutRooms(), Rounds: t.rounds, Participants: len(t.people), Bots: len(journeys),
		Moves: t.moves, Events: len(p.watcher.seen), EventGaps: p.watcher.gaps, EventDuplicates: p.watcher.duplicates,
		PassedBy: p.passedBy, Score: score, Target: &target,
	}
	for _, j := range journeys {
		r.ByBot = append(r.ByBot, BotReport{Name: j.Name, Mode: string(j.Mode), RoomsVisited: len(t.whereabouts(j.who))})
	}
	r.conclude(verdicts)
	return r
}
