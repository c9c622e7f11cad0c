package bot

import (
	"bytes"
	"errors"
	"io"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

const (
	// MaxClipBytes bounds the file of what a bot says at once.
	MaxClipBytes = 1 << 20
	// MaxClip bounds how long it takes to say.
	MaxClip = 10 * time.Minute
	// frame is how long each packet of a clip lasts.
	frame = 20 * time.Millisecond
)

// Clip is what a bot can say: Opus packets of 20 ms.
type Clip [][]byte

// Duration is how long it takes to say.
func (c Clip) Duration() time.Duration { return time.Duration(len(c)) * frame }

// ReadClip reads a clip from an Ogg/Opus file (RFC 7845) with packets of 20 ms, as
// encoders make them unless they are told otherwise. Other files are refused.
func ReadClip(file []byte) (Clip, error) {
	refuse := func(format string, args ...any) (Clip, error) {
		return nil, meeting.Refuse(meeting.CodeClipInvalid, []string{"clip"}, format, args...)
	}
	if len(file) > MaxClipBytes {
		return refuse("A clip has up to %d bytes; this one has %d.", MaxClipBytes, len(file))
	}
	reader, err := opusfile.NewReader(bytes.NewReader(file))
	if err != nil {
		return refuse("A clip is Opus audio in an Ogg file; this one can't be read: %s.", err)
	}
	var clip Clip
	for {
		packet, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF) && len(clip) == 0:
			return refuse("The clip holds no audio.")
		case errors.Is(err, io.EOF):
			return clip, nil
		case err != nil:
			return refuse("The clip is damaged after %s: %s.", clip.Duration(), err)
		case opusfile.Samples(packet) != opusfile.SilenceSamples:
			return refuse("Every packet of a clip lasts %s; packet %d lasts %s. Encode the clip anew with frames of %[1]s.",
				frame, len(clip)+1, opusfile.Duration(int64(opusfile.Samples(packet))))
		case clip.Duration() >= MaxClip:
			return refuse("A clip lasts up to %s; this one is longer.", MaxClip)
		}
		clip = append(clip, packet)
	}
}
