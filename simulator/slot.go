package simulator

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// frame is the time between two packets of a voice.
const frame = 20 * time.Millisecond

// outlet is a local track over which packets of a seat leave. It stamps them
// with its own SSRC and the visit they belong to.
type outlet struct {
	id   string
	kind meeting.MediaKind

	mu     sync.Mutex
	writer webrtc.TrackLocalWriter
	header rtp.Header
	visit  [4]byte
	level  [1]byte
	// marks are the header's extensions: the visit, then the level.
	marks []rtp.Extension
}

func newOutlet(id string) *outlet { return &outlet{id: id} }

// newVideoOutlet makes an outlet for a camera or a screen.
func newVideoOutlet(id string, kind meeting.MediaKind) *outlet { return &outlet{id: id, kind: kind} }

// carries says whether the outlet's packets go over a stream.
func (o *outlet) carries(ssrc uint32) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.header.SSRC == ssrc
}

// Bind is called by pion when the track's way is negotiated.
func (o *outlet) Bind(way webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	codecs := way.CodecParameters()
	if len(codecs) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	o.writer = way.WriteStream()
	o.header = rtp.Header{Version: 2, PayloadType: uint8(codecs[0].PayloadType), SSRC: uint32(way.SSRC())}
	if err := o.mark(way.HeaderExtensions()); err != nil {
		return webrtc.RTPCodecParameters{}, err
	}
	return codecs[0], nil
}

// mark gives the header the extensions that were negotiated. The header keeps the
// slices, so that what they say later need only be written into them.
func (o *outlet) mark(negotiated []webrtc.RTPHeaderExtensionParameter) error {
	for _, extension := range []struct {
		uri  string
		body []byte
	}{{VisitExtension, o.visit[:]}, {LevelExtension, o.level[:]}} {
		id := extensionID(negotiated, extension.uri)
		if id == 0 {
			break // a client that knows no visits gets plain packets
		}
		if err := o.header.SetExtension(id, extension.body); err != nil {
			return fmt.Errorf("mark packets with %s: %w", extension.uri, err)
		}
	}
	o.marks = o.header.Extensions
	return nil
}

// tell has the next packets say how loud they are, or nothing of it.
func (o *outlet) tell(level byte, leveled bool) {
	o.level[0] = level
	if len(o.marks) == 2 && !leveled {
		o.header.Extensions = o.marks[:1]
	} else {
		o.header.Extensions = o.marks
	}
}

// Unbind is called by pion when the track ends.
func (o *outlet) Unbind(webrtc.TrackLocalContext) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writer = nil
	return nil
}

// ID, RID, StreamID and Kind make an outlet a webrtc.TrackLocal. The id of the media
// stream says what it is of, where that is not a voice.
func (o *outlet) ID() string       { return o.id }
func (o *outlet) RID() string      { return "" }
func (o *outlet) StreamID() string { return cmp.Or(string(o.kind), "breakout") }
func (o *outlet) Kind() webrtc.RTPCodecType {
	if o.kind == meeting.KindAudio {
		return webrtc.RTPCodecTypeAudio
	}
	return webrtc.RTPCodecTypeVideo
}

// clock is how many units an RTP timestamp counts in a second.
func (o *outlet) clock() int64 {
	if o.kind == meeting.KindAudio {
		return opusfile.SampleRate
	}
	return videoClock
}

// write sends the header at hand with a payload. The caller holds mu.
func (o *outlet) write(payload []byte) error {
	if o.writer == nil {
		return nil
	}
	if _, err := o.writer.WriteRTP(&o.header, payload); err != nil {
		return fmt.Errorf("send a packet: %w", err)
	}
	return nil
}

// slot is a place on a seat over which one other participant is heard, or seen. Who it
// is changes when somebody changes rooms; the track and its SSRC stay, so that
// a change of room needs no negotiation.
type slot struct {
	*outlet
	// source is who is heard now, on which of its own visits; nil when nobody is.
	source *publisher
	said   meeting.VisitNumber
	// fresh says that no packet of the source has passed yet.
	fresh    bool
	sequence uint16 // what to add to the source's sequence numbers
	shift    uint32 // what to add to the source's timestamps
	last     time.Time
	csrc     [1]uint32
}

func newSlot(id string, kind meeting.MediaKind) *slot {
	return &slot{outlet: newVideoOutlet(id, kind)}
}

// assign lets the slot carry what a source says on a visit of its own, to a
// receiver on a visit. When it returns, nothing else can pass any more.
func (s *slot) assign(source *publisher, said, visit meeting.VisitNumber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source, s.said, s.fresh = source, said, true
	binary.BigEndian.PutUint32(s.visit[:], uint32(visit))
	if source != nil {
		s.csrc[0] = uint32(source.id)
		s.header.CSRC = s.csrc[:]
	}
}

// forward sends on what a source said on a visit, if the slot still carries it.
func (s *slot) forward(source *publisher, said meeting.VisitNumber, packet *received) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.source != source || s.said != said || s.writer == nil {
		return nil
	}
	if s.fresh {
		s.begin(packet.Packet)
	}
	s.tell(packet.level, packet.leveled)
	// The marker begins a voice, and ends a frame of video.
	s.header.Marker = packet.Marker || s.fresh && s.kind == meeting.KindAudio
	s.fresh = false
	s.header.SequenceNumber = packet.SequenceNumber + s.sequence
	s.header.Timestamp = packet.Timestamp + s.shift
	s.last = time.Now()
	return s.write(packet.Payload)
}

// begin joins a new source to the slot's stream: sequence numbers go on without
// a gap, timestamps by the time that has passed (RFC 3550, section 5.1).
func (s *slot) begin(packet *rtp.Packet) {
	elapsed := frame
	if !s.last.IsZero() {
		elapsed = max(frame, time.Since(s.last))
	}
	units := uint32(int64(elapsed) * s.clock() / int64(time.Second))
	s.sequence = s.header.SequenceNumber + 1 - packet.SequenceNumber
	s.shift = s.header.Timestamp + units - packet.Timestamp
}
