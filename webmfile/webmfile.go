// Package webmfile writes and reads VP8 video in WebM files, and writes such with Opus
// audio: RFC 8794 (EBML),
// RFC 9559 (Matroska) and the WebM container guidelines say what is in them.
//
// The writer puts whole clusters on disk, each in one write, so that a file whose
// writer is killed plays up to its last cluster. Only a file that was closed can be
// searched.
package webmfile

import (
	"encoding/binary"
	"math"
	"time"
)

// Tag is a piece of text about a file, such as ARTIST=Ada (RFC 9559, section 5.1.8).
type Tag struct{ Name, Value string }

// Header is what stands before the video.
type Header struct {
	Width, Height int // in pixels
	Title         string
	Tags          []Tag
}

// Frame is one picture.
type Frame struct {
	// At is when it is shown, since the beginning, in whole milliseconds.
	At time.Duration
	// Key says that it can be decoded without those before.
	Key  bool
	Data []byte
}

// span is how long video lasts: up to the last frame, which is shown as long as the
// shortest of those before.
type span struct {
	began      bool
	last, step time.Duration
}

func (s *span) take(at time.Duration) {
	if step := at - s.last; s.began && (s.step == 0 || step < s.step) {
		s.step = step
	}
	s.began, s.last = true, at
}

func (s *span) duration() time.Duration { return s.last + s.step }

// The elements of a file, by their ids.
const (
	idEBML               = 0x1A45DFA3
	idEBMLVersion        = 0x4286
	idEBMLReadVersion    = 0x42F7
	idEBMLMaxIDLength    = 0x42F2
	idEBMLMaxSizeLength  = 0x42F3
	idDocType            = 0x4282
	idDocTypeVersion     = 0x4287
	idDocTypeReadVersion = 0x4285
	idVoid               = 0xEC

	idSegment        = 0x18538067
	idSeekHead       = 0x114D9B74
	idSeek           = 0x4DBB
	idSeekID         = 0x53AB
	idSeekPosition   = 0x53AC
	idInfo           = 0x1549A966
	idTimestampScale = 0x2AD7B1
	idDuration       = 0x4489
	idTitle          = 0x7BA9
	idMuxingApp      = 0x4D80
	idWritingApp     = 0x5741

	idTracks      = 0x1654AE6B
	idTrackEntry  = 0xAE
	idTrackNumber = 0xD7
	idTrackUID    = 0x73C5
	idTrackType   = 0x83
	idFlagLacing  = 0x9C
	idCodecID     = 0x86
	idVideo       = 0xE0
	idPixelWidth  = 0xB0
	idPixelHeight = 0xBA

	idCodecDelay        = 0x56AA
	idSeekPreRoll       = 0x56BB
	idCodecPrivate      = 0x63A2
	idAudio             = 0xE1
	idSamplingFrequency = 0xB5
	idChannels          = 0x9F

	idTags      = 0x1254C367
	idTag       = 0x7373
	idTargets   = 0x63C0
	idSimpleTag = 0x67C8
	idTagName   = 0x45A3
	idTagString = 0x4487

	idCluster          = 0x1F43B675
	idTimestamp        = 0xE7
	idSimpleBlock      = 0xA3
	idCues             = 0x1C53BB6B
	idCuePoint         = 0xBB
	idCueTime          = 0xB3
	idCueTrackPosition = 0xB7
	idCueTrack         = 0xF7
	idCueCluster       = 0xF1
)

const (
	docType = "webm"
	codecID = "V_VP8"
	app     = "breakout"
	// typeVideo is the type of the only track, and trackNumber its number.
	typeVideo   = 1
	trackNumber = 1
	// flagKey marks a block that is a keyframe.
	flagKey = 0x80
	// blockHead is what stands before a block's frame: the track, the time within the
	// cluster, the flags.
	blockHead = 4
	// sizeBytes is how long the sizes are that are written with room to spare, and
	// sizeUnknown is such a size of what has no end yet.
	sizeBytes   = 8
	sizeUnknown = 1<<56 - 1
)

// element is one element with what is in it.
func element(id uint32, body ...[]byte) []byte {
	size := 0
	for _, part := range body {
		size += len(part)
	}
	b := append(appendID(nil, id), longSize(uint64(size))...)
	for _, part := range body {
		b = append(b, part...)
	}
	return b
}

func appendID(b []byte, id uint32) []byte {
	full := binary.BigEndian.AppendUint32(nil, id)
	for len(full) > 1 && full[0] == 0 {
		full = full[1:]
	}
	return append(b, full...)
}

// longSize writes a size in eight bytes.
func longSize(size uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, 1<<56|size)
}

func number(id uint32, n uint64) []byte {
	return element(id, binary.BigEndian.AppendUint64(nil, n))
}

func text(id uint32, s string) []byte { return element(id, []byte(s)) }

func float(id uint32, f float64) []byte {
	return element(id, binary.BigEndian.AppendUint64(nil, math.Float64bits(f)))
}

// void is an element of some size that says nothing, in the place of what is to come.
func void(size int) []byte {
	return element(idVoid, make([]byte, size-1-sizeBytes))
}
