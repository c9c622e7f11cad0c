package output

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/thesyncim/gopus"
)

const (
	// sampleRate is that of raw audio.
	sampleRate = 16000
	// longestPacket is how many samples a packet has at most: 120 ms (RFC 6716,
	// section 2.1.4).
	longestPacket = sampleRate * 120 / 1000
)

// errUndecodable says that a packet is no Opus.
var errUndecodable = errors.New("the packet can't be decoded")

// decoders make samples of the voices in one room, over one connection.
type decoders struct {
	visit  meeting.VisitNumber
	voices map[meeting.ParticipantID]*gopus.Decoder
	pcm    [longestPacket]int16
	bytes  []byte
}

// decode gives the samples of a packet: 16 bits, little-endian, mono, 16 kHz. They
// are valid until the next call. Decoders begin anew with each room, so that none is
// kept of who was left behind.
func (d *decoders) decode(i item) ([]byte, error) {
	if d.voices == nil || i.place.Visit > d.visit {
		d.visit, d.voices = i.place.Visit, make(map[meeting.ParticipantID]*gopus.Decoder)
	}
	voice := d.voices[i.who.ID]
	if voice == nil {
		var err error
		if voice, err = gopus.NewDecoder(gopus.DefaultDecoderConfig(sampleRate, 1)); err != nil {
			return nil, fmt.Errorf("make a decoder: %w", err)
		}
		d.voices[i.who.ID] = voice
	}
	if i.fresh {
		voice.Reset()
	}
	n, err := voice.DecodeInt16(i.packet, d.pcm[:])
	if err != nil {
		return nil, errors.Join(errUndecodable, err)
	}
	d.bytes = d.bytes[:0]
	for _, sample := range d.pcm[:n] {
		d.bytes = binary.LittleEndian.AppendUint16(d.bytes, uint16(sample))
	}
	return d.bytes, nil
}
