package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
	"go.yaml.in/yaml/v3"
)

// Score measures how far what bots reported and recorded is from the truth.
type Score struct {
	// Points are 100 where everything is right: 100 times the share of the bots' time
	// with the right room reported, of the packets that were not lost, of those in the
	// right place, of the words that were said, and of the events that came once.
	Points float64 `json:"points"`
	// PresenceErrorSeconds is for how long bots were reported elsewhere than they were.
	PresenceErrorSeconds float64 `json:"presence_error_seconds"`
	// WrongRooms are reported visits to rooms in which the bot was not, and MissedRooms
	// are breakout rooms with people in them of which nothing was recorded.
	WrongRooms  int `json:"wrong_rooms"`
	MissedRooms int `json:"missed_rooms"`
	// LostTailMS is how much is missing at the end of a visit, of the visit where it is most.
	LostTailMS float64 `json:"lost_tail_ms"`
	// Leaked are packets and frames in recordings of rooms where they were not to be
	// heard or seen.
	Leaked             int `json:"leaked"`
	MisattributedWords int `json:"misattributed_words"`
	// FirstPacketMS is the time from the opening of a room with people in it to the first
	// packet that was recorded there, of the room where it is longest.
	FirstPacketMS float64 `json:"first_packet_ms"`
	LostEvents    int     `json:"lost_events"`
	DoubledEvents int     `json:"doubled_events"`
	// Delivered is what came of webhooks; zero where there are none.
	Delivered Delivered `json:"deliveries"`
}

// measure is one of the things that are measured.
type measure struct {
	// key is what files call it, and what people do.
	key, what string
	// timed says that it is a time, in milliseconds; least, that more is better.
	timed, least bool
	of           func(Score) float64
}

// measures are all of them, in the order in which reports show them.
func measures() []measure {
	number := func(of func(Score) int) func(Score) float64 { return func(s Score) float64 { return float64(of(s)) } }
	return []measure{
		{key: "points", what: "score", least: true, of: func(s Score) float64 { return s.Points }},
		{key: "presence_error", what: "presence error", timed: true, of: func(s Score) float64 { return 1000 * s.PresenceErrorSeconds }},
		{key: "wrong_rooms", what: "wrong rooms", of: number(func(s Score) int { return s.WrongRooms })},
		{key: "missed_rooms", what: "missed rooms", of: number(func(s Score) int { return s.MissedRooms })},
		{key: "lost_tail", what: "lost tail", timed: true, of: func(s Score) float64 { return s.LostTailMS }},
		{key: "leaked", what: "leaked", of: number(func(s Score) int { return s.Leaked })},
		{key: "misattributed_words", what: "misattributed words", of: number(func(s Score) int { return s.MisattributedWords })},
		{key: "first_packet", what: "opened to first packet", timed: true, of: func(s Score) float64 { return s.FirstPacketMS }},
		{key: "lost_events", what: "lost events", of: number(func(s Score) int { return s.LostEvents })},
		{key: "doubled_events", what: "doubled events", of: number(func(s Score) int { return s.DoubledEvents })},
		{key: "lost_webhooks", what: "lost webhooks", of: number(func(s Score) int { return s.Delivered.Lost })},
		{key: "doubled_webhooks", what: "doubled webhooks", of: number(func(s Score) int { return s.Delivered.Doubled })},
		{key: "late_webhooks", what: "late webhooks", of: number(func(s Score) int { return s.Delivered.Late })},
	}
}

// Measured is a measure as reports show it.
type Measured struct {
	Key   string `json:"key"`
	What  string `json:"what"`
	Value string `json:"value"`
}

// Measured are all measures, each with its unit.
func (s Score) Measured() (list []Measured) {
	for _, m := range measures() {
		list = append(list, Measured{m.key, m.what, m.text(m.of(s))})
	}
	return list
}

func (m measure) text(value float64) string {
	switch {
	case m.timed:
		return time.Duration(value * float64(time.Millisecond)).Round(100 * time.Microsecond).String()
	case m.least:
		return strconv.FormatFloat(value, 'f', 2, 64)
	}
	return strconv.FormatFloat(value, 'f', 0, 64)
}

// ScoreExpectation bounds measures.
type ScoreExpectation struct{ bounds []scoreBound }

type scoreBound struct {
	measure
	limit float64
	line  int
}

// score reads the bounds of measures.
func (r *reader) score(n *yaml.Node) (want ScoreExpectation) {
	known := make(map[string]func(*yaml.Node))
	for _, m := range measures() {
		known[m.key] = func(n *yaml.Node) {
			b := scoreBound{measure: m, line: n.Line}
			switch {
			case m.timed:
				b.limit = milliseconds(r.duration(n, m.key))
			case m.least:
				b.limit = r.points(n, m.key)
			default:
				b.limit = float64(r.number(n, m.key, 0))
			}
			want.bounds = append(want.bounds, b)
		}
	}
	r.fields(n, "score", known)
	return want
}

func (r *reader) points(n *yaml.Node, what string) float64 {
	if r.sketch != nil {
		r.sketch.is(n, schema{"type": "number", "minimum": 0, "maximum": 100})
		return 0
	}
	value, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || err != nil || value < 0 || value > 100 {
		r.fault(n, "%s must be a number from 0 to 100; this is %q.", what, n.Value)
	}
	return value
}

// Bounds say what is expected of a score.
func (e ScoreExpectation) Bounds() (list []string) {
	for _, b := range e.bounds {
		word := "at most"
		if b.least {
			word = "at least"
		}
		list = append(list, fmt.Sprintf("%s %s %s", b.what, word, b.text(b.limit)))
	}
	return list
}

// judge holds a score against its bounds.
func (e ScoreExpectation) judge(s Score) (list []Verdict) {
	for _, b := range e.bounds {
		got := b.of(s)
		v := Verdict{What: b.what, Want: "at most " + b.text(b.limit), Got: b.text(got), OK: got <= b.limit, Line: b.line}
		if b.least {
			v.Want, v.OK = "at least "+b.text(b.limit), got >= b.limit
		}
		list = append(list, v)
	}
	return list
}

// score measures a run.
func (p *player) score(t *truth, j *judgement, s *seen) Score {
	wrong, apart, there := t.reports(p.watcher.seen)
	score := Score{
		PresenceErrorSeconds: apart.Seconds(), WrongRooms: wrong, MissedRooms: j.missedRooms(), LostTailMS: milliseconds(j.lostTail()),
		Leaked: j.leaked + s.leaked, MisattributedWords: j.misheard, FirstPacketMS: milliseconds(j.firstPacket()),
		LostEvents: p.watcher.gaps, DoubledEvents: p.watcher.duplicates,
	}
	if p.receiver != nil {
		score.Delivered = p.receiver.result(p.watcher.seen)
	}
	score.Points = 100 * share(1-apart.Seconds()/max(there.Seconds(), 1)) * without(j.lost, j.packets+j.lost) *
		without(j.leaked+j.misattributed, j.packets) * without(j.misheard, j.words) *
		without(p.watcher.gaps+p.watcher.duplicates, len(p.watcher.seen))
	return score
}

func share(of float64) float64 { return min(1, max(0, of)) }

// without is the share of all that is not wrong.
func without(wrong, all int) float64 {
	return share(1 - float64(wrong)/float64(max(all, 1)))
}

// missedRooms counts the breakout rooms with people in them of which nothing was recorded.
func (j *judgement) missedRooms() (n int) {
	for id, room := range j.truth.rooms {
		if room.Kind == meeting.RoomBreakout && j.truth.occupied(id).Total() > 0 && j.covered[id].Total() == 0 {
			n++
		}
	}
	return n
}

// lostTail is the longest time between the end of what was recorded of a visit and the
// end of the visit, or of the last person's before.
func (j *judgement) lostTail() (longest time.Duration) {
	for key, v := range j.visits {
		recorded := v.spans.Joined()
		if len(recorded) == 0 || v.left.IsZero() {
			continue
		}
		last := recorded[len(recorded)-1].To
		for _, there := range j.truth.occupied(v.room) {
			if there.From.Before(v.left) {
				longest = max(longest, j.truth.reachable(last, earlier(there.To, v.left), key.who))
			}
		}
	}
	return longest
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// firstPacket is the longest time that passed between the opening of a room, or the
// coming of its first person, and the first packet recorded there.
func (j *judgement) firstPacket() (longest time.Duration) {
	for _, opened := range j.truth.openings {
		there := j.truth.occupied(opened.room)
		i := slices.IndexFunc(there, func(s spans.Span) bool { return s.To.After(opened.from) })
		if i < 0 || !opened.to.IsZero() && there[i].From.After(opened.to) {
			continue
		}
		began := opened.from
		if there[i].From.After(began) {
			began = there[i].From
		}
		if first := j.firstWithin(opened.room, began, opened.to); !first.IsZero() {
			longest = max(longest, first.Sub(began))
		}
	}
	return longest
}

// firstWithin is when the first packet was recorded in a room from a time on, until
// another if there is one; zero if none was.
func (j *judgement) firstWithin(room meeting.RoomID, from, to time.Time) (first time.Time) {
	for _, v := range j.visits {
		if v.room != room {
			continue
		}
		for _, at := range v.firsts {
			if !at.Before(from) && (to.IsZero() || at.Before(to)) {
				first = earlier(first, at)
			}
		}
	}
	return first
}
