package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
)

// Report is the verdict on one run.
type Report struct {
	Scenario     string     `json:"scenario"`
	Meeting      meeting.ID `json:"meeting"`
	Rooms        int        `json:"rooms"`
	Rounds       int        `json:"rounds"`
	Participants int        `json:"participants"` // people and bots
	Bots         int        `json:"bots"`
	Moves        int        `json:"moves"` // changes of room of all participants
	Events       int        `json:"events"`
	Segments     int        `json:"segments"`
	// SecondsRecorded is the time that was recorded, of all segments together.
	SecondsRecorded float64 `json:"seconds_recorded"`
	PacketsRecorded int     `json:"packets_recorded"`
	// Coverage is recorded room-seconds over open room-seconds with somebody in
	// the room, 0 to 1, of the breakout rooms.
	Coverage               float64 `json:"coverage"`
	CoverageLossMSPerVisit float64 `json:"coverage_loss_ms_per_visit"`
	// LeakedPackets are packets in a segment of somebody who was not in that room then.
	LeakedPackets int `json:"leaked_packets"`
	// MisattributedPackets are packets under another name, or of nobody's voice.
	MisattributedPackets int `json:"misattributed_packets"`
	// MisplacedPackets lie elsewhere in their file than when they were said.
	MisplacedPackets int `json:"misplaced_packets"`
	LostPackets      int `json:"lost_packets"`
	// FramesRecorded are the frames of all cameras and screens; those in a segment of
	// somebody who did not show them in that room then have leaked, and those under
	// another name, or of nobody's picture, are misattributed.
	FramesRecorded      int `json:"frames_recorded"`
	LeakedFrames        int `json:"leaked_frames"`
	MisattributedFrames int `json:"misattributed_frames"`
	// VideoCoverage is how much of what was to be seen, by bots that record it, was
	// recorded, 0 to 1.
	VideoCoverage float64 `json:"video_coverage"`
	// WordsWritten are the words of all transcripts, and MisheardWords those of them
	// that nobody said, or that were said in another room.
	WordsWritten    int     `json:"words_written"`
	MisheardWords   int     `json:"misheard_words"`
	EventGaps       int     `json:"event_gaps"`
	EventDuplicates int     `json:"event_duplicates"`
	MoveMSP50       float64 `json:"move_ms_p50"`
	MoveMSP99       float64 `json:"move_ms_p99"`
	Recordings      string  `json:"recordings"`
	OK              bool    `json:"ok"`
	Score           Score   `json:"score"`

	Verdicts []Verdict `json:"verdicts"`
	// PassedBy are the steps that were refused, and passed by.
	PassedBy []PassedBy  `json:"passed_by,omitempty"`
	ByBot    []BotReport `json:"by_bot"`
	// Target says what is known of a target's bots; nil where the bots were this server's.
	Target *TargetReport `json:"target,omitempty"`
}

// BotReport is what one bot did.
type BotReport struct {
	Name            string  `json:"name"`
	Mode            string  `json:"mode"`
	RoomsVisited    int     `json:"rooms_visited"`
	Segments        int     `json:"segments"`
	SecondsRecorded float64 `json:"seconds_recorded"`
	PeopleHeard     int     `json:"people_heard"`
	LostPackets     int     `json:"lost_packets"`
}

// Verdict is one expectation and what came of it.
type Verdict struct {
	What string `json:"what"`
	Want string `json:"want"`
	Got  string `json:"got"`
	OK   bool   `json:"ok"`
	// Line is where the expectation stands in its file; 0 for what is always expected.
	Line int `json:"line,omitempty"`
	// Event is the type of event, or the status code, that is counted; empty for other
	// expectations.
	Event string `json:"event,omitempty"`
	// Said is a sentence: what was expected, what was seen, and when.
	Said string `json:"said"`
	// At is when that was seen, in seconds since the first event; nil where no moment
	// stands for it.
	At *float64 `json:"at,omitempty"`
}

// say puts what is not said yet into a sentence.
func (v *Verdict) say() {
	if v.Said == "" {
		v.Said = fmt.Sprintf("%s: expected was %s, and it was %s.", v.What, v.Want, v.Got)
	}
}

// judge makes the report of what was played.
func (p *player) judge() (*Report, error) {
	history, err := p.Simulator.History(p.meeting)
	if err != nil {
		return nil, err
	}
	cuts, err := p.Simulator.Cuts(p.meeting)
	if err != nil {
		return nil, err
	}
	t := truthOf(history)
	t.cut(cuts)
	if p.Target != nil {
		return p.judgeTarget(history, t), nil
	}
	voices := make(map[meeting.ParticipantID]map[string]bool)
	scripts := make(map[meeting.ParticipantID]map[string]bool)
	for name, guest := range p.guests {
		person, _ := p.scenario.person(name)
		t.quiet[guest.Participant()] = person.SignalsOnly
		frames, words := make(map[string]bool), make(map[string]bool)
		for _, frame := range guest.Voice().Frames {
			frames[string(frame)] = true
		}
		for _, line := range guest.Voice().Lines {
			for word := range strings.FieldsSeq(line.Text) {
				words[word] = true
			}
		}
		voices[guest.Participant()], scripts[guest.Participant()] = frames, words
	}
	if err := p.botVoices(t, voices); err != nil {
		return nil, err
	}
	j, err := judge(p.Recordings, p.meeting, t, voices)
	if err != nil {
		return nil, err
	}
	if len(j.visits) > 0 {
		if err := p.judgeWords(j, scripts); err != nil {
			return nil, err
		}
	}
	s, err := judgeVideo(p.Recordings, p.meeting, t, p.pictures())
	if err != nil {
		return nil, err
	}
	return p.report(t, j, s), nil
}

// pictures are what each of the guests can show.
func (p *player) pictures() map[meeting.ParticipantID]map[meeting.MediaKind]simulator.Picture {
	pictures := make(map[meeting.ParticipantID]map[meeting.MediaKind]simulator.Picture)
	for _, guest := range p.guests {
		pictures[guest.Participant()] = map[meeting.MediaKind]simulator.Picture{
			meeting.KindCamera: guest.Picture(meeting.KindCamera), meeting.KindScreen: guest.Picture(meeting.KindScreen),
		}
	}
	return pictures
}

// films says whether a bot records something of people in a room. Bots that no step
// sent by name cover breakout rooms.
func (p *player) films(id meeting.BotID, kind meeting.MediaKind, room meeting.RoomRef) bool {
	for _, b := range p.scenario.Bots {
		if p.bots[b.Name] == string(id) {
			return slices.Contains(b.Video.Kinds(), kind)
		}
	}
	return room.Kind == meeting.RoomBreakout && slices.Contains(p.scenario.coverVideo().Kinds(), kind)
}

func (p *player) judgeWords(j *judgement, scripts map[meeting.ParticipantID]map[string]bool) (err error) {
	store, err := recording.OpenStore(p.Recordings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return j.transcripts(store, p.meeting, scripts)
}

func (p *player) report(t *truth, j *judgement, s *seen) *Report {
	coverage, missed := j.coverage()
	moves := j.moves()
	r := &Report{
		Scenario: p.scenario.Name, Meeting: p.meeting, Rooms: t.breakoutRooms(), Rounds: t.rounds,
		Participants: len(t.people), Bots: len(t.bots), Moves: t.moves, Events: len(p.watcher.seen), Segments: len(j.visits),
		PacketsRecorded: j.packets, Coverage: coverage, CoverageLossMSPerVisit: milliseconds(missed) / float64(max(1, t.botVisits())),
		LeakedPackets: j.leaked, MisattributedPackets: j.misattributed, MisplacedPackets: j.misplaced, LostPackets: j.lost,
		FramesRecorded: s.frames, LeakedFrames: s.leaked, MisattributedFrames: s.misattributed, VideoCoverage: s.share(p.films),
		WordsWritten: j.words, MisheardWords: j.misheard,
		EventGaps: p.watcher.gaps, EventDuplicates: p.watcher.duplicates,
		MoveMSP50: milliseconds(percentile(moves, 50)), MoveMSP99: milliseconds(percentile(moves, 99)),
		Recordings: filepath.Join(p.Recordings, string(p.meeting)),
	}
	for _, v := range j.visits {
		r.SecondsRecorded += v.spans.Joined().Total().Seconds()
	}
	r.ByBot, r.PassedBy, r.Score = p.byBot(t, j), p.passedBy, p.score(t, j, s)
	verdicts := p.verdicts(r)
	for _, want := range p.expectations().Heard {
		verdicts = append(verdicts, p.hears(want, t, j))
	}
	r.conclude(verdicts)
	return r
}

// conclude draws the verdict from those on each expectation.
func (r *Report) conclude(verdicts []Verdict) {
	for i := range verdicts {
		verdicts[i].say()
	}
	r.Verdicts = verdicts
	r.OK = !slices.ContainsFunc(verdicts, func(v Verdict) bool { return !v.OK })
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (p *player) byBot(t *truth, j *judgement) []BotReport {
	var rows []BotReport
	for id, number := range t.bots {
		row := BotReport{Name: t.people[number].Name, Mode: "covers rooms"}
		for _, b := range p.scenario.Bots {
			if p.bots[b.Name] == string(id) {
				row.Mode = string(b.Mode)
			}
		}
		id := number
		rooms := make(map[meeting.RoomID]bool)
		heard := make(map[meeting.ParticipantID]bool)
		for key, presence := range t.presences {
			if key.who == id {
				rooms[presence.room] = true
			}
		}
		for key, v := range j.visits {
			if key.who != id {
				continue
			}
			row.Segments++
			row.LostPackets += v.lost
			row.SecondsRecorded += v.spans.Joined().Total().Seconds()
			for who := range v.heard {
				heard[who] = true
			}
		}
		row.RoomsVisited, row.PeopleHeard = len(rooms), len(heard)
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b BotReport) int { return cmp.Compare(a.Name, b.Name) })
	return rows
}

// verdicts holds the report against what is always expected and against what
// the scenario expects.
func (p *player) verdicts(r *Report) []Verdict {
	list := []Verdict{
		atMost("leaked packets", 0, r.LeakedPackets),
		atMost("misattributed packets", 0, r.MisattributedPackets),
		atMost("misplaced packets", 0, r.MisplacedPackets),
		atMost("misheard words", 0, r.MisheardWords),
		atMost("leaked frames", 0, r.LeakedFrames),
		atMost("misattributed frames", 0, r.MisattributedFrames),
		atMost("event gaps", 0, r.EventGaps),
		atMost("event duplicates", 0, r.EventDuplicates),
	}
	e := p.expectations()
	if e.LostPackets != nil {
		list = append(list, atMost("lost packets", *e.LostPackets, r.LostPackets))
	}
	if e.Coverage != nil {
		list = append(list, Verdict{
			What: "coverage", Want: fmt.Sprintf("at least %g", *e.Coverage), Got: fmt.Sprintf("%.5f", r.Coverage), OK: r.Coverage >= *e.Coverage,
		})
	}
	if e.VideoCoverage != nil {
		list = append(list, Verdict{
			What: "video coverage", Want: fmt.Sprintf("at least %g", *e.VideoCoverage), Got: fmt.Sprintf("%.5f", r.VideoCoverage), OK: r.VideoCoverage >= *e.VideoCoverage,
		})
	}
	if e.MoveP99 != nil {
		list = append(list, Verdict{
			What: "move to first packet, p99", Want: "at most " + e.MoveP99.String(), Got: fmt.Sprintf("%.1fms", r.MoveMSP99),
			OK: r.MoveMSP99 <= milliseconds(*e.MoveP99),
		})
	}
	list = append(list, claims{p.watcher.seen}.judge(e)...)
	return append(list, e.Score.judge(r.Score)...)
}

func atMost(what string, most, got int) Verdict {
	return Verdict{
		What: what, Want: fmt.Sprintf("at most %d", most), Got: fmt.Sprint(got), OK: got <= most,
		Said: fmt.Sprintf("At most %d %s were expected; there were %d.", most, what, got),
	}
}
