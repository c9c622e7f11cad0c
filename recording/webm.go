package recording

import (
	"encoding/binary"
	"math"
	"math/bits"
	"os"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
)

// The elements of a WebM file, by their ids (RFC 9559, section 5; RFC 8794).
const (
	idEBML        = 0x1A45DFA3
	idSegment     = 0x18538067
	idSeekHead    = 0x114D9B74
	idInfo        = 0x1549A966
	idTracks      = 0x1654AE6B
	idCluster     = 0x1F43B675
	idCues        = 0x1C53BB6B
	masterSize    = 8 // bytes of the size of the segment, which is written at the end
	audioTrack    = 1 // the numbers of the tracks
	videoTrack    = 2
	millisecond   = 1_000_000             // nanoseconds of a tick of the file's clock
	seekPreRoll   = 80 * time.Millisecond // that decoders of Opus need (RFC 7845, section 4.6)
	flagsKeyframe = 0x80
)

// webmWriter writes Opus audio, and VP8 video beside it, as a WebM file that can be
// sought in.
type webmWriter struct {
	file *os.File
	// width and height are of the video; without one, both are 0.
	width, height int

	start   int64 // where the segment's content begins
	at      int64
	cuesAt  int64 // where the place of the cues is to be written
	cues    []byte
	samples int64
}

// element is an element of the file: its id, its size and its content.
func element(id uint32, content ...[]byte) []byte {
	size := 0
	for _, part := range content {
		size += len(part)
	}
	b := binary.BigEndian.AppendUint32(nil, id)[bits.LeadingZeros32(id)/8:]
	b = binary.BigEndian.AppendUint64(b, 1<<56|uint64(size))
	for _, part := range content {
		b = append(b, part...)
	}
	return b
}

func whole(id uint32, n uint64) []byte { return element(id, binary.BigEndian.AppendUint64(nil, n)) }

func decimal(id uint32, x float64) []byte { return whole(id, math.Float64bits(x)) }

func word(id uint32, text string) []byte { return element(id, []byte(text)) }

// begin writes what stands before the audio.
func (w *webmWriter) begin(header opusfile.Header, duration time.Duration) error {
	head := element(idEBML, whole(0x4286, 1), whole(0x42F7, 1), whole(0x42F2, 4), whole(0x42F3, 8), word(0x4282, "webm"), whole(0x4287, 4), whole(0x4285, 2))
	segment := element(idSegment)
	w.start = int64(len(head) + len(segment))
	info := element(idInfo, whole(0x2AD7B1, millisecond), decimal(0x4489, float64(duration)/millisecond), word(0x4D80, "breakout"), word(0x5741, "breakout"))
	delay := opusfile.Duration(int64(header.PreSkip))
	track := element(0xAE, whole(0xD7, audioTrack), whole(0x73C5, audioTrack), whole(0x83, 2), word(0x86, "A_OPUS"),
		whole(0x56AA, uint64(delay)), whole(0x56BB, uint64(seekPreRoll)), element(0x63A2, header.Identification()),
		element(0xE1, decimal(0xB5, opusfile.SampleRate), whole(0x9F, uint64(header.Channels))))
	tracks := element(idTracks, track, w.video())
	seek := func(id uint32, at int64) []byte {
		return element(0x4DBB, element(0x53AB, binary.BigEndian.AppendUint32(nil, id)), whole(0x53AC, uint64(at)))
	}
	length := int64(len(element(idSeekHead, seek(0, 0), seek(0, 0), seek(0, 0))))
	seekHead := element(idSeekHead, seek(idInfo, length), seek(idTracks, length+int64(len(info))), seek(idCues, 0))
	w.cuesAt = w.start + length - 8 // the last number of all
	return w.write(head, segment, seekHead, info, tracks)
}

// video says what the video is, if there is one.
func (w *webmWriter) video() []byte {
	if w.width == 0 {
		return nil
	}
	size := element(0xE0, whole(0xB0, uint64(w.width)), whole(0xBA, uint64(w.height)))
	return element(0xAE, whole(0xD7, videoTrack), whole(0x73C5, videoTrack), whole(0x83, 1), word(0x86, "V_VP8"), size)
}

func (w *webmWriter) write(parts ...[]byte) error {
	for _, part := range parts {
		n, err := w.file.Write(part)
		w.at += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// ticks is a time in the file's own measure.
func ticks(samples int64) uint64 { return uint64(opusfile.Duration(samples) / millisecond) }

// after is the tick at which some more packets would end.
func (w *webmWriter) after(packets [][]byte) uint64 {
	samples := w.samples
	for _, packet := range packets {
		samples += int64(opusfile.Samples(packet))
	}
	return ticks(samples)
}

// cluster writes packets that follow each other, and the pictures that are shown
// meanwhile, in the order of their times, and notes where they are.
func (w *webmWriter) cluster(packets [][]byte, shown []picture) error {
	began := ticks(w.samples)
	content := [][]byte{whole(0xE7, began)}
	add := func(track byte, at uint64, key bool, data []byte) {
		block := []byte{0x80 | track, 0, 0, 0}
		binary.BigEndian.PutUint16(block[1:], uint16(max(at, began)-began))
		if key {
			block[3] = flagsKeyframe
		}
		content = append(content, element(0xA3, block, data))
	}
	for _, packet := range packets {
		for len(shown) > 0 && shown[0].at <= ticks(w.samples) {
			add(videoTrack, shown[0].at, shown[0].key, shown[0].data)
			shown = shown[1:]
		}
		add(audioTrack, ticks(w.samples), true, packet)
		w.samples += int64(opusfile.Samples(packet))
	}
	for _, one := range shown {
		add(videoTrack, one.at, one.key, one.data)
	}
	w.cues = append(w.cues, element(0xBB, whole(0xB3, began), element(0xB7, whole(0xF7, audioTrack), whole(0xF1, uint64(w.at-w.start))))...)
	return w.write(element(idCluster, content...))
}

// end writes where everything is.
func (w *webmWriter) end() error {
	cues := w.at
	if err := w.write(element(idCues, w.cues)); err != nil {
		return err
	}
	place := binary.BigEndian.AppendUint64(nil, uint64(cues-w.start))
	if _, err := w.file.WriteAt(place, w.cuesAt); err != nil {
		return err
	}
	size := binary.BigEndian.AppendUint64(nil, 1<<56|uint64(w.at-w.start))
	_, err := w.file.WriteAt(size, w.start-masterSize)
	return err
}
