package opusfile_test

import (
	"bytes"
	"testing"

	"github.com/breakoutrooms/breakout/opusfile"
)

func TestSilence(t *testing.T) {
	padding := func(n int) []byte { return bytes.Repeat([]byte{0}, n) }
	for name, test := range map[string]struct {
		packet []byte
		silent bool
	}{
		"nothing":                        {nil, true},
		"the silence of recordings":      {opusfile.Silence, true},
		"a frame of silence from DTX":    {[]byte{0x08}, true},
		"a frame of sound":               {[]byte{0xF8, 1, 2, 3}, false},
		"two frames of silence":          {[]byte{0xF9, 1, 2, 3, 4}, true},
		"two frames of sound":            {[]byte{0xF9, 1, 2, 3, 4, 5}, false},
		"silence with padding":           {append([]byte{0xFB, 0x41, 17, 0xFF, 0xFE}, padding(17)...), true},
		"sound with padding":             {append([]byte{0xFB, 0x41, 17, 1, 2, 3}, padding(17)...), false},
		"silence with much padding":      {append([]byte{0xFB, 0x41, 255, 46, 0xFF, 0xFE}, padding(300)...), true},
		"sound with much padding":        {append([]byte{0xFB, 0x41, 255, 46, 1, 2, 3}, padding(300)...), false},
		"a count and no frames":          {[]byte{0xFB}, true},
		"padding that is longer than it": {[]byte{0xFB, 0x41, 200, 1, 2, 3}, true},
	} {
		if got := opusfile.Silent(test.packet); got != test.silent {
			t.Errorf("%s: %v", name, got)
		}
	}
}
