package simulator

import (
	"github.com/breakoutrooms/breakout/meeting"
)

// The stamp of a frame of video stands behind the frame: a VP8 frame's last
// partition goes on to the frame's end, and decoders read no more of it than they
// need (RFC 6386, section 9.5). So the stamp goes with the frame wherever that is
// forwarded or stored, and changes no picture.
const (
	frameStampMark = "\x00bkout"
	frameStampSize = stampSize + 1 + len(frameStampMark)
)

// stampKinds are how the stamps of frames name what they are of.
var stampKinds = map[meeting.MediaKind]byte{meeting.KindCamera: 'c', meeting.KindScreen: 's'}

// MarkFrame returns a VP8 frame of somebody's camera or screen with the stamp
// behind it.
func (s Stamp) MarkFrame(kind meeting.MediaKind, frame []byte) []byte {
	marked := append(make([]byte, 0, len(frame)+frameStampSize), frame...)
	marked = append(s.append(marked), stampKinds[kind])
	return append(marked, frameStampMark...)
}

// ReadFrameStamp takes a marked frame apart: the stamp, of what it is, and the frame
// as it was before. It says false for a frame without a stamp.
func ReadFrameStamp(marked []byte) (stamp Stamp, kind meeting.MediaKind, frame []byte, ok bool) {
	end := len(marked) - frameStampSize
	if end < 0 || string(marked[len(marked)-len(frameStampMark):]) != frameStampMark {
		return Stamp{}, "", nil, false
	}
	kind, ok = pictureKinds[marked[end+stampSize]]
	return readStamp(marked[end:]), kind, marked[:end], ok
}
