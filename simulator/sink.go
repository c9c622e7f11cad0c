package simulator

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp"
	"github.com/pion/transport/v4/packetio"
)

// intake takes the media that comes over one peer connection. It is called where
// packets are decrypted, one after the other: pion's own way, by a buffer and a
// goroutine for each track, costs a third of the time of a packet.
type intake struct {
	take func(*received)
	// visit and level are the numbers of the header extensions of these names, once
	// they are negotiated.
	visit, level atomic.Uint32
	// vp8 is the payload type of the peer's camera, where that tells what a packet is of
	// and not how its stream was announced; 0 otherwise.
	vp8 uint8
	// streams are what the peer sends beside voices.
	streams streams
	// keyframe is called when a receiver of what goes out over a stream needs a
	// keyframe of it. Defaults to nothing.
	keyframe func(ssrc uint32)
}

// received is a packet with what its header extensions say.
type received struct {
	*rtp.Packet
	kind  meeting.MediaKind
	visit meeting.VisitNumber
	// level is the octet of [LevelExtension], if the packet is leveled.
	level   byte
	leveled bool
	// gap says that packets of the stream are missing before it.
	gap bool
}

// buffer is a [webrtc.SettingEngine.BufferFactory].
func (i *intake) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	switch {
	case kind == packetio.RTPBufferPacket:
		s := &sink{ending: ending{closed: make(chan struct{})}, intake: i}
		s.received.Packet, s.received.kind = &s.packet, i.streams.of(ssrc)
		return s
	case i.keyframe != nil:
		return &requests{ending: ending{closed: make(chan struct{})}, keyframe: i.keyframe}
	}
	return packetio.NewBuffer()
}

// sink stands where pion has a buffer for the packets of one stream. What is
// written to it is taken at once, so that there is never anything to read.
type sink struct {
	ending
	intake   *intake
	packet   rtp.Packet
	received received
	// next is the sequence number to come, once the stream has begun.
	next  uint16
	began bool
}

// Write takes one packet, which is not kept.
func (s *sink) Write(b []byte) (int, error) {
	if err := s.packet.Unmarshal(b); err != nil {
		return 0, fmt.Errorf("read a packet: %w", err)
	}
	s.received.visit, s.received.leveled = 0, false
	if mark := s.extension(&s.intake.visit); len(mark) == 4 {
		s.received.visit = meeting.VisitNumber(binary.BigEndian.Uint32(mark))
	}
	if mark := s.extension(&s.intake.level); len(mark) == 1 {
		s.received.level, s.received.leveled = mark[0], true
	}
	if s.intake.vp8 != 0 && s.packet.PayloadType == s.intake.vp8 {
		s.received.kind = meeting.KindCamera
	}
	s.received.gap = s.began && int16(s.packet.SequenceNumber-s.next) > 0
	s.next, s.began = s.packet.SequenceNumber+1, true
	s.intake.take(&s.received)
	return len(b), nil
}

// extension is what the packet says in a header extension; nothing, when that was
// not negotiated.
func (s *sink) extension(number *atomic.Uint32) []byte {
	if id := uint8(number.Load()); id != 0 {
		return s.packet.GetExtension(id)
	}
	return nil
}
