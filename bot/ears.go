package bot

import (
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

// hearEvery is how often it is told that somebody still speaks.
const hearEvery = time.Second

// ears tell whom a bot hears speak, beside what they record.
type ears struct {
	record func(meeting.Packet)
	heard  func(meeting.ParticipantID)

	mu       sync.Mutex
	speakers map[meeting.ParticipantID]*speaker
}

// speaker is somebody who is heard.
type speaker struct {
	activity opusfile.Activity
	told     time.Time // when it was last told that they speak
}

// listening is what a bot's packets are received by.
func (b *bot) listening() func(meeting.Packet) {
	if b.Heard == nil {
		return b.Recorder.Receive
	}
	e := &ears{record: b.Recorder.Receive, heard: b.Heard, speakers: make(map[meeting.ParticipantID]*speaker)}
	return e.receive
}

func (e *ears) receive(p meeting.Packet) {
	if e.news(p) {
		e.heard(p.Participant)
	}
	e.record(p)
}

// news says whether a packet tells of somebody who speaks and was not told of lately.
func (e *ears) news(p meeting.Packet) bool {
	if p.Kind != meeting.KindAudio {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.speakers[p.Participant]
	if s == nil {
		s = &speaker{}
		e.speakers[p.Participant] = s
	}
	now := time.Now()
	if !s.activity.Speech(p.Speaking, p.RTP.Payload) || now.Sub(s.told) < hearEvery {
		return false
	}
	s.told = now
	return true
}
