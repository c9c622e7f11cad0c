package webmfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrOrder says that a frame is shown before the one that was written last.
var ErrOrder = errors.New("frames are written in the order in which they are shown")

// clusterSpan is how much video goes to disk at once: what is not there yet is lost
// when the process dies.
const clusterSpan = 900 * time.Millisecond

// File is what a writer writes to. What only the end of the video tells is written
// into its beginning then.
type File interface {
	io.Writer
	io.WriterAt
}

// Open makes the file and says what stands before the video.
type Open func() (File, Header, error)

// Writer writes one file. It is not safe for use by several goroutines.
type Writer struct {
	open   Open
	out    File // nil until it is open
	header Header
	size   int64 // bytes that were written
	span   span
	// pending are frames that are not on disk yet.
	pending []Frame
	// Where parts of the file are: places to be filled at the end, and all that the
	// index leads to, counted from the segment's content.
	segment, seekHead, duration int64
	places                      []place
	cues                        []byte
}

// place is where an element stands.
type place struct {
	id uint32
	at int64
}

// NewWriter makes a writer, which opens its file for the first cluster.
func NewWriter(open Open) *Writer { return &Writer{open: open} }

// Duration is how long the video is.
func (w *Writer) Duration() time.Duration { return w.span.duration() }

// Waiting is how many frames are not on disk yet.
func (w *Writer) Waiting() int { return len(w.pending) }

// Write takes one frame, which is kept until it is on disk.
func (w *Writer) Write(frame Frame) error {
	frame.At = frame.At.Truncate(time.Millisecond)
	if w.span.began && frame.At < w.span.last {
		return fmt.Errorf("%w: %s comes after %s", ErrOrder, frame.At, w.span.last)
	}
	w.span.take(frame.At)
	if len(w.pending) > 0 && (frame.Key || frame.At-w.pending[0].At >= clusterSpan) {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	w.pending = append(w.pending, frame)
	return nil
}

// Flush puts the frames at hand on disk, as a cluster.
func (w *Writer) Flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	var out []byte
	if w.out == nil {
		file, header, err := w.open()
		if err != nil {
			return err
		}
		w.out, w.header = file, header
		out = w.head()
	}
	first := w.pending[0]
	if position := w.size + int64(len(out)) - w.segment; first.Key {
		w.cues = append(w.cues, cue(trackNumber, first.At, position)...)
	}
	parts := [][]byte{number(idTimestamp, uint64(first.At.Milliseconds()))}
	for _, frame := range w.pending {
		parts = append(parts, block(trackNumber, frame, first.At))
	}
	w.pending = w.pending[:0]
	return w.write(append(out, element(idCluster, parts...)...))
}

// block is a frame of a track in the cluster of a time. What was shown before the
// cluster is shown with it.
func block(track byte, frame Frame, cluster time.Duration) []byte {
	head := []byte{0x80 | track}
	head = binary.BigEndian.AppendUint16(head, uint16(max(0, frame.At-cluster).Milliseconds()))
	flags := byte(0)
	if frame.Key {
		flags = flagKey
	}
	return element(idSimpleBlock, append(head, flags), frame.Data)
}

func (w *Writer) write(b []byte) error {
	n, err := w.out.Write(b)
	w.size += int64(n)
	if err != nil {
		return fmt.Errorf("write a WebM cluster: %w", err)
	}
	return nil
}

// head is what stands before the first cluster.
func (w *Writer) head() []byte {
	b := ebml()
	b = append(appendID(b, idSegment), longSize(sizeUnknown)...)
	w.segment = int64(len(b))
	add := func(id uint32, part []byte) {
		w.places = append(w.places, place{id, int64(len(b)) - w.segment})
		b = append(b, part...)
	}
	w.seekHead = int64(len(b))
	b = append(b, void(len(seekHead(make([]place, 4))))...)
	info := [][]byte{number(idTimestampScale, uint64(time.Millisecond)), text(idMuxingApp, app), text(idWritingApp, app), text(idTitle, w.header.Title)}
	add(idInfo, element(idInfo, append(info, void(len(float(idDuration, 0))))...))
	w.duration = int64(len(b) - len(float(idDuration, 0)))
	add(idTracks, element(idTracks, videoEntry(trackNumber, w.header.Width, w.header.Height)))
	tags := [][]byte{element(idTargets)}
	for _, tag := range w.header.Tags {
		tags = append(tags, element(idSimpleTag, text(idTagName, tag.Name), text(idTagString, tag.Value)))
	}
	add(idTags, element(idTags, element(idTag, tags...)))
	return b
}

// ebml says what kind of file it is.
func ebml() []byte {
	return element(idEBML, number(idEBMLVersion, 1), number(idEBMLReadVersion, 1), number(idEBMLMaxIDLength, 4), number(idEBMLMaxSizeLength, 8),
		text(idDocType, docType), number(idDocTypeVersion, 4), number(idDocTypeReadVersion, 2))
}

// videoEntry says what a track of video is.
func videoEntry(track, width, height int) []byte {
	return element(idTrackEntry, number(idTrackNumber, uint64(track)), number(idTrackUID, uint64(track)), number(idTrackType, typeVideo), number(idFlagLacing, 0),
		text(idCodecID, codecID), element(idVideo, number(idPixelWidth, uint64(width)), number(idPixelHeight, uint64(height))))
}

// cue says where a track can be played from at a time.
func cue(track int, at time.Duration, cluster int64) []byte {
	return element(idCuePoint, number(idCueTime, uint64(at.Milliseconds())),
		element(idCueTrackPosition, number(idCueTrack, uint64(track)), number(idCueCluster, uint64(cluster))))
}

// seekHead is the index of places.
func seekHead(places []place) []byte {
	var seeks [][]byte
	for _, p := range places {
		seeks = append(seeks, element(idSeek, element(idSeekID, binary.BigEndian.AppendUint32(nil, p.id)), number(idSeekPosition, uint64(p.at))))
	}
	return element(idSeekHead, seeks...)
}

// Close puts what is at hand on disk, and writes what the end tells: how long the
// video is and where its keyframes are.
func (w *Writer) Close() error {
	if err := w.Flush(); err != nil || w.out == nil {
		return err
	}
	w.places = append(w.places, place{idCues, w.size - w.segment})
	if err := w.write(element(idCues, w.cues)); err != nil {
		return err
	}
	for _, late := range []struct {
		at   int64
		part []byte
	}{
		{w.duration, float(idDuration, float64(w.Duration().Milliseconds()))},
		{w.seekHead, seekHead(w.places)},
		{w.segment - sizeBytes, longSize(uint64(w.size - w.segment))},
	} {
		if _, err := w.out.WriteAt(late.part, late.at); err != nil {
			return fmt.Errorf("finish a WebM file: %w", err)
		}
	}
	return nil
}
