package webmfile

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
)

const (
	audioTrack = 1
	videoTrack = 2
	typeAudio  = 2
	codecOpus  = "A_OPUS"
	// seekPreRoll is what decoders of Opus need to hear before a place that they are to
	// play from (RFC 7845, section 4.6).
	seekPreRoll = 80 * time.Millisecond
)

// Composer writes Opus audio, and VP8 video beside it, as one file that can be
// searched. What it has written is a file only once it was closed.
type Composer struct {
	out File
	// width and height are of the video; without one, both are 0.
	width, height int

	segment int64 // where the segment's content begins
	size    int64
	cuesAt  int64 // where the place of the cues is to be written
	cues    []byte
	samples int64
}

// NewComposer writes a file with audio, and with video of a size in pixels unless
// that is 0.
func NewComposer(out File, width, height int) *Composer {
	return &Composer{out: out, width: width, height: height}
}

// Begin writes what stands before the first cluster.
func (c *Composer) Begin(audio opusfile.Header, duration time.Duration) error {
	head, segment := ebml(), element(idSegment)
	c.segment = int64(len(head) + len(segment))
	info := element(idInfo, number(idTimestampScale, uint64(time.Millisecond)), float(idDuration, float64(duration)/float64(time.Millisecond)),
		text(idMuxingApp, app), text(idWritingApp, app))
	tracks := element(idTracks, c.audio(audio), c.video())
	length := int64(len(seekHead(make([]place, 3))))
	index := seekHead([]place{{idInfo, length}, {idTracks, length + int64(len(info))}, {idCues, 0}})
	c.cuesAt = c.segment + length - sizeBytes // the last number of all
	return c.write(head, segment, index, info, tracks)
}

func (c *Composer) audio(header opusfile.Header) []byte {
	return element(idTrackEntry, number(idTrackNumber, audioTrack), number(idTrackUID, audioTrack), number(idTrackType, typeAudio), text(idCodecID, codecOpus),
		number(idCodecDelay, uint64(opusfile.Duration(int64(header.PreSkip)))), number(idSeekPreRoll, uint64(seekPreRoll)), element(idCodecPrivate, header.Identification()),
		element(idAudio, float(idSamplingFrequency, opusfile.SampleRate), number(idChannels, uint64(header.Channels))))
}

func (c *Composer) video() []byte {
	if c.width == 0 {
		return nil
	}
	return videoEntry(videoTrack, c.width, c.height)
}

func (c *Composer) write(parts ...[]byte) error {
	for _, part := range parts {
		n, err := c.out.Write(part)
		c.size += int64(n)
		if err != nil {
			return fmt.Errorf("write a WebM file: %w", err)
		}
	}
	return nil
}

// now is where the audio is, on the clock of the file.
func (c *Composer) now() time.Duration {
	return opusfile.Duration(c.samples).Truncate(time.Millisecond)
}

// After is when some more packets would end, since the beginning.
func (c *Composer) After(packets [][]byte) time.Duration {
	samples := c.samples
	for _, packet := range packets {
		samples += int64(opusfile.Samples(packet))
	}
	return opusfile.Duration(samples).Truncate(time.Millisecond)
}

// Cluster writes packets that follow each other, and the frames that are shown
// meanwhile, in the order of their times.
func (c *Composer) Cluster(packets [][]byte, shown []Frame) error {
	began := c.now()
	content := [][]byte{number(idTimestamp, uint64(began.Milliseconds()))}
	for _, packet := range packets {
		for len(shown) > 0 && shown[0].At <= c.now() {
			content, shown = append(content, block(videoTrack, shown[0], began)), shown[1:]
		}
		content = append(content, block(audioTrack, Frame{At: c.now(), Key: true, Data: packet}, began))
		c.samples += int64(opusfile.Samples(packet))
	}
	for _, frame := range shown {
		content = append(content, block(videoTrack, frame, began))
	}
	c.cues = append(c.cues, cue(audioTrack, began, c.size-c.segment)...)
	return c.write(element(idCluster, content...))
}

// Close writes where everything is. It does not close the file below.
func (c *Composer) Close() error {
	cues := c.size
	if err := c.write(element(idCues, c.cues)); err != nil {
		return err
	}
	for at, number := range map[int64]uint64{c.cuesAt: uint64(cues - c.segment), c.segment - sizeBytes: 1<<56 | uint64(c.size-c.segment)} {
		if _, err := c.out.WriteAt(binary.BigEndian.AppendUint64(nil, number), at); err != nil {
			return fmt.Errorf("finish a WebM file: %w", err)
		}
	}
	return nil
}
