package recording

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp/codecs"
)

// subject is what a stream of video shows: somebody's camera or screen, during one
// visit of the bot.
type subject struct {
	who   meeting.ParticipantID
	kind  meeting.MediaKind
	visit meeting.VisitNumber
}

func subjectOf(p meeting.Packet) subject { return subject{p.Participant, p.Kind, p.Visit} }

// footage puts the frames of one stream of video (one SSRC) together. A stream is of
// another subject whenever the meeting lets it carry another: then all begins anew.
type footage struct {
	sequence
	of subject
	// parts are of the frame at hand, if it is whole so far.
	parts []byte
	whole bool
	// keyless says that no keyframe has come since the time of since, so that nothing
	// can be decoded.
	keyless bool
	since   time.Time
	packets int // of the frame at hand
}

// image is a whole frame that can be decoded.
type image struct {
	data      []byte
	key       bool
	timestamp uint32
	// packets are how many it came in, and missed for how long there was nothing that
	// could be decoded before it.
	packets int
	missed  time.Duration
}

// add takes the next packet of the stream, and hands out the frame that it completes.
func (f *footage) add(a arrival) (frame image, complete bool) {
	if now := subjectOf(a.packet); f.of != now {
		f.of = now
		f.begin(a.at)
	}
	if a.lost > 0 {
		f.lose(a.at)
	}
	var packet codecs.VP8Packet
	if _, err := packet.Unmarshal(a.packet.RTP.Payload); err != nil {
		f.lose(a.at)
		return image{}, false
	}
	if packet.S == 1 && packet.PID == 0 {
		f.parts, f.whole, f.packets = f.parts[:0], true, 0
	}
	f.parts = append(f.parts, packet.Payload...)
	f.packets++
	if !a.packet.RTP.Marker || !f.whole {
		return image{}, false
	}
	f.whole = false
	return f.complete(a)
}

// complete hands out the frame at hand, unless it needs others that never came.
func (f *footage) complete(a arrival) (frame image, ok bool) {
	_, _, key := keyframe(f.parts)
	if f.keyless && !key {
		return image{}, false
	}
	frame = image{data: slices.Clone(f.parts), key: key, timestamp: a.packet.RTP.Timestamp, packets: f.packets}
	if f.keyless {
		f.keyless, frame.missed = false, a.at.Sub(f.since)
	}
	return frame, true
}

// lose takes note that what comes from a time on can't be decoded before the next
// keyframe.
func (f *footage) lose(at time.Time) {
	f.whole = false
	if !f.keyless {
		f.keyless, f.since = true, at
	}
}

// begin does the same for what was not looked at before.
func (f *footage) begin(at time.Time) {
	f.whole, f.keyless, f.since = false, true, at
}

// keyframe reads the size of the picture from a VP8 frame that can be decoded without
// those before (RFC 6386, section 9.1).
func keyframe(frame []byte) (width, height int, ok bool) {
	const head, sizeMask = 10, 1<<14 - 1
	if len(frame) < head || frame[0]&1 != 0 || string(frame[3:6]) != "\x9d\x01\x2a" {
		return 0, 0, false
	}
	return int(binary.LittleEndian.Uint16(frame[6:]) & sizeMask), int(binary.LittleEndian.Uint16(frame[8:]) & sizeMask), true
}
