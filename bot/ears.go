package bot

import (
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// hearEvery is how often it is told that somebody still speaks.
const hearEvery = time.Second

// ears tell whom a bot hears speak, beside what they record.
type ears struct {
	record func(meeting.Packet)
	heard  func(meeting.ParticipantID)

	mu   sync.Mutex
	told map[meeting.ParticipantID]time.Time
	// flagged says that senders tell whether they speak; until one has, the packets
	// themselves have to do.
	flagged bool
}

// listening is what a bot's packets are received by.
func (b *bot) listening() func(meeting.Packet) {
	if b.Heard == nil {
		return b.Recorder.Receive
	}
	e := &ears{record: b.Recorder.Receive, heard: b.Heard, told: make(map[meeting.ParticipantID]time.Time)}
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
	e.mu.Lock()
	defer e.mu.Unlock()
	e.flagged = e.flagged || p.Speaking
	speaks := p.Speaking || !e.flagged && p.Kind == meeting.KindAudio && !recording.Silent(p.RTP.Payload)
	if now := time.Now(); speaks && now.Sub(e.told[p.Participant]) >= hearEvery {
		e.told[p.Participant] = now
		return true
	}
	return false
}
