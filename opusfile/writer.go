package opusfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrPacketTooLarge says that a packet does not fit into a page.
var ErrPacketTooLarge = errors.New("the Opus packet is larger than an Ogg page can hold")

// Tag is one user comment of a file, such as ARTIST=Ada (RFC 7845, section 5.2.1).
type Tag struct{ Name, Value string }

// Header is what stands before the audio.
type Header struct {
	Serial   uint32 // tells the streams of a file apart
	Channels int
	// PreSkip is how many samples a player leaves out at the beginning, which is
	// what an encoder looks ahead (RFC 7845, section 4.2). A recording of what
	// others encoded has none: it begins in the middle of a stream and keeps all.
	PreSkip int
	Tags    []Tag
}

// Writer writes one file. It is not safe for use by several goroutines.
type Writer struct {
	out      io.Writer
	header   Header
	sequence uint32
	granule  int64
	buffer   []byte
}

// NewWriter makes a writer. Nothing is written before the first page.
func NewWriter(out io.Writer, header Header) *Writer {
	return &Writer{out: out, header: header}
}

// Samples is how much audio has been written.
func (w *Writer) Samples() int64 { return w.granule }

// WritePage writes packets as one page, or as several where they do not fit,
// with a single write to the file. The last page of a file says so.
func (w *Writer) WritePage(packets [][]byte, last bool) error {
	w.buffer = w.buffer[:0]
	if w.sequence == 0 {
		w.appendPage([][]byte{w.header.Identification()}, 0, flagFirst)
		w.appendPage([][]byte{w.tags()}, 0, 0)
	}
	for {
		n, err := fits(packets)
		if err != nil {
			return err
		}
		for _, packet := range packets[:n] {
			w.granule += int64(Samples(packet))
		}
		rest := packets[n:]
		flags := byte(0)
		if last && len(rest) == 0 {
			flags = flagLast
		}
		w.appendPage(packets[:n], w.granule, flags)
		if packets = rest; len(packets) == 0 {
			break
		}
	}
	if _, err := w.out.Write(w.buffer); err != nil {
		return fmt.Errorf("write an Ogg page: %w", err)
	}
	return nil
}

// fits counts the packets that go into one page.
func fits(packets [][]byte) (int, error) {
	segments := 0
	for i, packet := range packets {
		segments += len(packet)/255 + 1
		if segments > maxSegments {
			if i == 0 {
				return 0, ErrPacketTooLarge
			}
			return i, nil
		}
	}
	return len(packets), nil
}

func (w *Writer) appendPage(packets [][]byte, granule int64, flags byte) {
	start := len(w.buffer)
	w.buffer = append(w.buffer, "OggS\x00"...)
	w.buffer = append(w.buffer, flags)
	w.buffer = binary.LittleEndian.AppendUint64(w.buffer, uint64(granule))
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, w.header.Serial)
	w.buffer = binary.LittleEndian.AppendUint32(w.buffer, w.sequence)
	w.buffer = append(w.buffer, 0, 0, 0, 0, 0) // checksum and number of segments
	for _, packet := range packets {
		for range len(packet) / 255 {
			w.buffer = append(w.buffer, 255)
		}
		w.buffer = append(w.buffer, byte(len(packet)%255))
	}
	w.buffer[start+offsetSegments] = byte(len(w.buffer) - start - pageHeader)
	for _, packet := range packets {
		w.buffer = append(w.buffer, packet...)
	}
	binary.LittleEndian.PutUint32(w.buffer[start+offsetChecksum:], checksum(w.buffer[start:]))
	w.sequence++
}

// Identification is the identification header, which other containers hold too
// (RFC 7845, section 5.1).
func (h Header) Identification() []byte {
	packet := append([]byte(headMagic), 1, byte(h.Channels))
	packet = binary.LittleEndian.AppendUint16(packet, uint16(h.PreSkip))
	packet = binary.LittleEndian.AppendUint32(packet, SampleRate)
	return append(packet, 0, 0, 0) // output gain, channel mapping family
}

// tags is the comment header (RFC 7845, section 5.2).
func (w *Writer) tags() []byte {
	packet := appendText([]byte(tagsMagic), "breakout")
	packet = binary.LittleEndian.AppendUint32(packet, uint32(len(w.header.Tags)))
	for _, tag := range w.header.Tags {
		packet = appendText(packet, tag.Name+"="+tag.Value)
	}
	return packet
}

func appendText(packet []byte, text string) []byte {
	packet = binary.LittleEndian.AppendUint32(packet, uint32(len(text)))
	return append(packet, text...)
}
