package recording

import (
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp"
)

// Listener works on the voices that a recorder records, while they are recorded.
// Its methods are called one at a time, and must not wait: the recorder waits for
// them.
type Listener interface {
	// Began says that a segment begins. Packets of the one before can still come.
	Began(Place)
	// Heard is called with every packet of a voice.
	Heard(Sound)
	// Ended says that nothing of a segment comes any more.
	Ended(Place)
}

// Sound is a packet of somebody's voice.
type Sound struct {
	Place       Place
	Participant meeting.ParticipantID
	Name        string
	// At is when the packet came.
	At time.Time
	// Speaking says that the sender told that it speaks.
	Speaking bool
	// Fresh says that the packet's timestamp goes on from no packet before.
	Fresh bool
	// RTP is valid only during the call.
	RTP *rtp.Packet
}

// OnSound has a listener work on what is recorded. Call it before Begin.
func (r *Recorder) OnSound(l Listener) { r.listeners = append(r.listeners, l) }

// sound tells listeners of a packet that is recorded.
func (r *Recorder) sound(p meeting.Packet, fresh bool, at time.Time) {
	if len(r.listeners) == 0 {
		return
	}
	heard := Sound{
		Place: r.places[p.Visit], Participant: p.Participant, Name: r.segments[p.Visit].nameOf(p.Participant),
		At: at, Speaking: p.Speaking, Fresh: fresh, RTP: p.RTP,
	}
	for _, l := range r.listeners {
		l.Heard(heard)
	}
}
