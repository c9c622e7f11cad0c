package simulator

import (
	"encoding/binary"
	"fmt"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// maxPacket is the largest packet that is read, in bytes.
const maxPacket = 1500

// packetReader reads the packets of a track into one buffer.
type packetReader struct {
	track  *webrtc.TrackRemote
	visit  uint8 // the number of the visit's header extension
	buffer []byte
	packet rtp.Packet
}

func newPacketReader(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) *packetReader {
	return &packetReader{
		track: track, visit: extensionID(receiver.GetParameters().HeaderExtensions),
		buffer: make([]byte, maxPacket),
	}
}

// next waits for a packet, which is valid until the next call, and tells the
// visit that it is marked with; 0 when it is not.
func (r *packetReader) next() (*rtp.Packet, meeting.VisitNumber, error) {
	n, _, err := r.track.Read(r.buffer)
	if err != nil {
		return nil, 0, fmt.Errorf("read a packet: %w", err)
	}
	if err := r.packet.Unmarshal(r.buffer[:n]); err != nil {
		return nil, 0, fmt.Errorf("read a packet: %w", err)
	}
	var visit meeting.VisitNumber
	if mark := r.packet.GetExtension(r.visit); r.visit != 0 && len(mark) == 4 {
		visit = meeting.VisitNumber(binary.BigEndian.Uint32(mark))
	}
	return &r.packet, visit, nil
}
