package simulator

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
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
}

// received is a packet with what its header extensions say.
type received struct {
	*rtp.Packet
	visit meeting.VisitNumber
	// level is the octet of [LevelExtension], if the packet is leveled.
	level   byte
	leveled bool
}

// buffer is a [webrtc.SettingEngine.BufferFactory].
func (i *intake) buffer(kind packetio.BufferPacketType, _ uint32) io.ReadWriteCloser {
	if kind == packetio.RTPBufferPacket {
		s := &sink{intake: i, closed: make(chan struct{})}
		s.received.Packet = &s.packet
		return s
	}
	return packetio.NewBuffer()
}

// sink stands where pion has a buffer for the packets of one stream. What is
// written to it is taken at once, so that there is never anything to read.
type sink struct {
	intake   *intake
	packet   rtp.Packet
	received received
	closed   chan struct{}
	once     sync.Once
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

// Read waits for the end of the stream.
func (s *sink) Read([]byte) (int, error) {
	<-s.closed
	return 0, io.EOF
}

// Close ends the stream.
func (s *sink) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}
