package simulator

import (
	_ "embed"
	"errors"

	"github.com/breakoutrooms/breakout/opusfile"
)

// LevelExtension is the RTP header extension that says how loud a packet of a voice
// is and whether it is speech: one octet (RFC 6464, section 3). Senders need not
// send it; the meeting passes it on as it came.
const LevelExtension = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

const (
	// voiceActivity is the flag of the octet that says that somebody speaks.
	voiceActivity = 0x80
	// silentLevel is digital silence: 127 dB below the loudest sound there can be.
	silentLevel = 127
)

// speaking says whether the sender of a packet of a voice was speaking: as it told,
// or else by whether an Opus encoder had more to say than silence takes.
func (r *received) speaking() bool {
	if r.leveled {
		return r.level&voiceActivity != 0
	}
	return len(r.Payload) > len(opusfile.Silence)
}

// levels hold how loud each frame of each voice is, in the voices' order: one byte
// for a frame, in dB below the loudest sound.
//
//go:embed voices/levels.bin
var levels []byte

// errLevels says that the file of levels was made for other voices.
var errLevels = errors.New("the levels are not those of the voices; make them anew: go test ./simulator -run Levels -update")

// giveLevels tells voices how loud their frames are.
func giveLevels(voices []Voice, levels []byte) error {
	for i := range voices {
		n := len(voices[i].Frames)
		if len(levels) < n {
			return errLevels
		}
		voices[i].Levels, levels = levels[:n:n], levels[n:]
	}
	if len(levels) > 0 {
		return errLevels
	}
	return nil
}
