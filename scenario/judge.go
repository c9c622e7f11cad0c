package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/spans"
)

const (
	frame = 20 * time.Millisecond
	// dtxGap is how long a speaker may send nothing while silent.
	dtxGap = 420 * time.Millisecond
)

// judgement is what the recorded files say, held against the truth. It reads
// the files alone: nothing that a recorder says about itself is believed.
type judgement struct {
	truth *truth
	// voices are the frames that each participant can have spoken.
	voices map[meeting.ParticipantID]map[string]bool
	// covered is when something was recorded, by room.
	covered map[meeting.RoomID]spans.List
	visits  map[stay]*visitRecord

	packets       int // of people, wherever they belong
	leaked        int
	lost          int
	misattributed int
	misplaced     int // elsewhere in their file than when they were said
	words         int // that were written down
	misheard      int
}

// visitRecord is what was recorded of one visit of one bot.
type visitRecord struct {
	bot    meeting.BotID
	room   meeting.RoomID
	left   time.Time
	heard  map[meeting.ParticipantID]bool
	said   map[meeting.ParticipantID]time.Duration // how much was recorded of each
	spans  spans.List
	lost   int
	firsts []time.Time // when the first packet of each person arrived
}

// judge reads every recorded file of the meeting.
func judge(recordings string, id meeting.ID, t *truth, voices map[meeting.ParticipantID]map[string]bool) (*judgement, error) {
	j := &judgement{truth: t, voices: voices, covered: make(map[meeting.RoomID]spans.List), visits: make(map[stay]*visitRecord)}
	err := eachFile(recordings, id, recording.Extension, j.file)
	for room := range j.covered {
		j.covered[room] = j.covered[room].Joined()
	}
	return j, err
}

// file judges one file.
func (j *judgement) file(file io.Reader) error {
	reader, err := opusfile.NewReader(file)
	if err != nil {
		return err
	}
	f, err := j.begin(reader)
	if err != nil {
		return err
	}
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			f.end()
			return nil
		}
		if err != nil {
			return err
		}
		f.packet(packet)
	}
}

// fileJudge judges the packets of one file, in their order.
type fileJudge struct {
	*judgement
	visit *visitRecord
	who   meeting.ParticipantID
	// run is the stretch of unbroken speech at hand, of one visit of the speaker.
	run    spans.Span
	stay   stay
	since  time.Time // when the speaker's broadcast began, if the run is of one
	silent bool
	// began is when the file begins, and samples is how far it has been read.
	began   time.Time
	samples int64
}

// misplacedBy is how far from its moment a packet may lie in its file: as long as
// packets are on their way at most, which is where they wait at narrow lines on both
// sides.
const misplacedBy = 750 * time.Millisecond

// place says when the next packet of the file is heard.
func (f *fileJudge) place(packet []byte) (heard time.Time) {
	heard = f.began.Add(opusfile.Duration(f.samples))
	f.samples += int64(opusfile.Samples(packet))
	return heard
}

// begin reads whose file it is.
func (j *judgement) begin(reader *opusfile.Reader) (*fileJudge, error) {
	l, err := labelOf(j.truth, reader.Tag)
	if err != nil {
		return nil, err
	}
	first, err := time.Parse(time.RFC3339Nano, reader.Tag(recording.TagStartedAt))
	if err != nil {
		return nil, fmt.Errorf("read when it begins: %w", err)
	}
	v := j.visits[l.visit]
	if v == nil {
		v = &visitRecord{
			bot: l.bot, room: l.room, left: j.truth.presences[l.visit].silent,
			heard: make(map[meeting.ParticipantID]bool), said: make(map[meeting.ParticipantID]time.Duration),
		}
		j.visits[l.visit] = v
	}
	v.heard[l.who] = true
	if !j.truth.people[l.who].IsBot { // bots speak when they are told to
		v.firsts = append(v.firsts, first)
	}
	return &fileJudge{judgement: j, visit: v, who: l.who, began: first}, nil
}

// packet judges one packet.
func (f *fileJudge) packet(packet []byte) {
	heard := f.place(packet)
	stamp, bare, stamped := simulator.ReadStamp(packet)
	if !stamped {
		// The recorder fills gaps with silence; anything else is nobody's.
		if !bytes.Equal(packet, opusfile.Silence) {
			f.misattributed++
		}
		return
	}
	f.packets++
	silent := bytes.Equal(bare, opusfile.Silence)
	if stamp.Participant != f.who || !silent && !f.voices[stamp.Participant][string(bare)] {
		f.misattributed++
		return
	}
	// What was said in another room has leaked, and so has what was said after
	// the bot had left, or with the microphone off.
	said := stay{stamp.Participant, stamp.Visit}
	since, belongs := f.truth.belongs(said, stamp.At, f.visit.room)
	if !belongs || stamp.At.After(f.visit.left) || !silent && f.truth.mute(stamp.Participant, stamp.At) {
		f.leaked++
		return
	}
	if heard.Sub(stamp.At).Abs() > misplacedBy {
		f.misplaced++
	}
	if since != f.since {
		f.end()
		f.since, f.stay = since, stay{}
	}
	f.extend(said, stamp.At, silent)
}

// extend adds a packet to the run of speech, or begins a new run and counts
// what is missing between the two.
func (f *fileJudge) extend(said stay, at time.Time, silent bool) {
	missing := at.Sub(f.run.To)
	sameVisit := said == f.stay
	switch {
	case sameVisit && missing > 0 && f.silent && f.truth.people[f.who].IsBot:
		f.end() // between two clips a bot sends nothing
		f.run.From = at
	case sameVisit && missing > 0 && f.silent && missing <= dtxGap:
		// A silent speaker may send next to nothing.
	case sameVisit && missing > 0:
		lost := f.missing(at)
		f.lost += lost
		f.visit.lost += lost
		fallthrough
	case !sameVisit:
		f.end()
		f.run.From = at
	}
	f.run.To, f.stay, f.silent = at.Add(frame), said, silent
}

// missing counts the packets that are missing before one of the same visit. What
// could not come because somebody's line was cut is not missing.
func (f *fileJudge) missing(at time.Time) int {
	gone := f.truth.reachable(f.run.To, at, f.stay.who, f.truth.bots[f.visit.bot])
	if cut := gone < at.Sub(f.run.To); cut && f.silent {
		gone -= min(gone, dtxGap)
	}
	return int(gone / frame)
}

// end closes the run at hand.
func (f *fileJudge) end() {
	if f.run.To.After(f.run.From) {
		f.visit.said[f.who] += f.run.To.Sub(f.run.From)
		if !f.truth.people[f.who].IsBot {
			f.covered[f.visit.room] = append(f.covered[f.visit.room], f.run)
		}
		f.visit.spans = append(f.visit.spans, f.run)
	}
	f.run = spans.Span{}
}

// coverage is how much of the time in which somebody was in a breakout room was
// recorded, and how much was not.
func (j *judgement) coverage() (share float64, missed time.Duration) {
	var occupied, recorded time.Duration
	for id, room := range j.truth.rooms {
		if room.Kind != meeting.RoomBreakout {
			continue
		}
		there := j.truth.occupied(id)
		occupied += there.Total()
		recorded += there.Common(j.covered[id])
	}
	if occupied == 0 {
		return 1, 0
	}
	return float64(recorded) / float64(occupied), occupied - recorded
}

// moves are how long each bot waited, after it was asked to change rooms and
// somebody was there to be heard, for the first packet of the new room.
func (j *judgement) moves() []time.Duration {
	var waits []time.Duration
	for key, v := range j.visits {
		if key.visit == 1 {
			continue // joining is not moving
		}
		began := j.truth.sent[key]
		there := j.truth.occupied(v.room)
		for _, s := range there {
			if s.To.After(began) {
				began = spans.Latest(began, s.From)
				break
			}
		}
		if first := earliestOf(v.firsts); !first.IsZero() {
			waits = append(waits, max(0, first.Sub(began)))
		}
	}
	return waits
}

func earliestOf(times []time.Time) (first time.Time) {
	for _, t := range times {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}

// botVisits counts the visits of bots to breakout rooms.
func (t *truth) botVisits() (n int) {
	for key, p := range t.presences {
		if t.people[key.who].IsBot && t.rooms[p.room].Kind == meeting.RoomBreakout {
			n++
		}
	}
	return n
}
