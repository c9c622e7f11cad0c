package simulator

import (
	"testing"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/pion/rtp"
)

// TestWhoSpeaksIsToldOrJudged looks at packets with a level, which is believed, and
// without one, where the size of the Opus packet tells.
func TestWhoSpeaksIsToldOrJudged(t *testing.T) {
	speech := make([]byte, 60)
	for name, c := range map[string]struct {
		payload []byte
		level   byte
		leveled bool
		want    bool
	}{
		"told to speak":                        {opusfile.Silence, 30 | voiceActivity, true, true},
		"told to be silent":                    {speech, silentLevel, true, false},
		"noise without speech":                 {speech, 20, true, false},
		"speech without a level":               {speech, 0, false, true},
		"silence without a level":              {opusfile.Silence, 0, false, false},
		"discontinuous, by the frame's header": {[]byte{0xF8}, 0, false, false},
	} {
		r := &received{Packet: &rtp.Packet{Payload: c.payload}, level: c.level, leveled: c.leveled}
		if got := r.speaking(); got != c.want {
			t.Errorf("%s: speaking is %v", name, got)
		}
	}
}
