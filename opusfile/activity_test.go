package opusfile_test

import (
	"testing"

	"github.com/breakoutrooms/breakout/opusfile"
)

func TestASendersOwnWordCountsOnceItHasGivenOne(t *testing.T) {
	loud := append([]byte{0x78}, make([]byte, 40)...)
	var a opusfile.Activity
	for i, packet := range []struct {
		flagged bool
		payload []byte
		want    bool
	}{
		{false, opusfile.Silence, false},
		{false, loud, true}, // it may not tell at all
		{true, loud, true},
		{false, loud, false}, // it tells, and says that this is noise
		{true, opusfile.Silence, true},
	} {
		if got := a.Speech(packet.flagged, packet.payload); got != packet.want {
			t.Errorf("packet %d carries speech: %v, not %v", i, got, packet.want)
		}
	}
}
