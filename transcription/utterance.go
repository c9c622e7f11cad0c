package transcription

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

const (
	// ms is a millisecond, in samples.
	ms = opusfile.SampleRate / 1000
	// pause is how much silence ends an utterance, and shortPause one that is long.
	pause, shortPause = 600 * ms, 200 * ms
	// long is when an utterance is long, and longest when it is cut, in the middle of
	// a word if need be: models hear 30 s at a time.
	long, longest = 12 * opusfile.SampleRate, 24 * opusfile.SampleRate
	// margin is how much silence before and after what was said is sent along, for
	// what is spoken softly.
	margin = 200 * ms
)

// piece is a packet, and its place in an utterance in samples.
type piece struct {
	at      int64
	payload []byte
}

// utterance is what somebody says without a break, on one visit.
type utterance struct {
	place   recording.Place
	who     meeting.ParticipantID
	name    string
	started time.Time
	// first is the timestamp of the first packet, and spoken is where speech ended
	// that was heard last.
	first  uint32
	spoken int64
	heard  time.Time // when its last packet came
	pieces []piece

	// What became of it, in the order in which utterances began.
	audio  []byte
	closed bool
	result recording.Utterance
	done   bool
}

// at is where a packet lies.
func (u *utterance) at(timestamp uint32) int64 { return int64(int32(timestamp - u.first)) }

// add takes a packet, in whatever order they come.
func (u *utterance) add(at int64, payload []byte) {
	i, doubled := slices.BinarySearchFunc(u.pieces, at, func(p piece, at int64) int { return cmp.Compare(p.at, at) })
	if !doubled && at >= 0 {
		u.pieces = slices.Insert(u.pieces, i, piece{at, slices.Clone(payload)})
	}
}

// isOver says whether nothing was spoken before a place for so long that the
// utterance is over.
func (u *utterance) isOver(at int64) bool {
	silent := at - u.spoken
	return silent >= pause || u.spoken >= long && silent >= shortPause || at >= longest
}

// close makes the utterance a file of Ogg/Opus. What is missing is silence.
func (u *utterance) close() error {
	u.closed = true
	var packets [][]byte
	end := int64(0)
	for _, p := range u.pieces {
		if p.at > u.spoken+margin {
			break
		}
		for p.at-end >= opusfile.SilenceSamples {
			packets = append(packets, opusfile.Silence)
			end += opusfile.SilenceSamples
		}
		packets = append(packets, p.payload)
		end += int64(opusfile.Samples(p.payload))
	}
	channels := 1
	if len(u.pieces) > 0 && opusfile.Stereo(u.pieces[0].payload) {
		channels = 2
	}
	u.pieces = nil
	u.result = recording.Utterance{
		ID:          recording.UtteranceID(u.place.Segment, u.who, nameAt(u.started)),
		Participant: u.who, Name: u.name, StartedAt: u.started, EndedAt: u.started.Add(opusfile.Duration(end)), Words: []meeting.Word{},
	}
	var file bytes.Buffer
	err := opusfile.NewWriter(&file, opusfile.Header{Serial: uint32(u.who), Channels: channels}).WritePage(packets, true)
	u.audio = file.Bytes()
	return err
}
