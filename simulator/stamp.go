package simulator

import (
	"encoding/binary"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

// Stamp is what every packet of a guest's voice carries inside the Opus packet
// itself: who said it, on which of the speaker's visits, and when. It goes with
// the audio wherever that is forwarded or stored, so that a recording can be
// judged from its bytes alone.
//
// It lies in the packet's padding (RFC 6716, section 3.2.5), as an extension
// that decoders pass by (draft-ietf-mlcodec-opus-extension).
type Stamp struct {
	Participant meeting.ParticipantID
	Visit       meeting.VisitNumber
	At          time.Time // when the frame begins, by the speaker's clock
}

const (
	stampSize = 16
	// stampExtension is an extension number for experiments, without a length:
	// it takes the rest of the packet.
	stampExtension = 121 << 1
	// codeCounted says in the table of contents that a count of frames follows;
	// countPadded is a count of one frame with padding.
	codeCounted = 3
	countPadded = 1<<6 | 1
	stampHeader = 3 // table of contents, count and length of the padding
)

// stampable says whether a packet is one frame of 20 ms, which is what a stamp
// can be put on.
func stampable(packet []byte) bool {
	return len(packet) > 1 && packet[0]&codeCounted == 0 && opusfile.Samples(packet) == opusfile.SilenceSamples
}

// Mark returns a packet of one frame with the stamp in it.
func (s Stamp) Mark(packet []byte) []byte {
	marked := make([]byte, 0, len(packet)+stampHeader+stampSize)
	marked = append(marked, packet[0]|codeCounted, countPadded, stampSize+1)
	marked = append(marked, packet[1:]...)
	return s.append(append(marked, stampExtension))
}

// append writes the stamp's bytes behind others.
func (s Stamp) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(s.Participant))
	b = binary.BigEndian.AppendUint32(b, uint32(s.Visit))
	return binary.BigEndian.AppendUint64(b, uint64(s.At.UnixNano()))
}

// readStamp reads what append wrote.
func readStamp(b []byte) Stamp {
	return Stamp{
		Participant: meeting.ParticipantID(binary.BigEndian.Uint32(b)),
		Visit:       meeting.VisitNumber(binary.BigEndian.Uint32(b[4:])),
		At:          time.Unix(0, int64(binary.BigEndian.Uint64(b[8:]))).UTC(),
	}
}

// ReadStamp takes a marked packet apart: the stamp, and the packet as it was
// before. It says false for a packet without a stamp.
func ReadStamp(marked []byte) (stamp Stamp, packet []byte, ok bool) {
	tail := len(marked) - stampSize - 1
	if tail <= stampHeader || marked[0]&codeCounted != codeCounted || marked[1] != countPadded ||
		marked[2] != stampSize+1 || marked[tail] != stampExtension {
		return Stamp{}, nil, false
	}
	packet = append([]byte{marked[0] &^ codeCounted}, marked[stampHeader:tail]...)
	return readStamp(marked[tail+1:]), packet, true
}
