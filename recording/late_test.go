package recording_test

import (
	"testing"
	"time"
)

// TestAPacketOvertakenBeforeTheFirst has the first packet of a visit come after the second:
// nothing was counted as missing that it could fill.
func TestAPacketOvertakenBeforeTheFirst(t *testing.T) {
	for name, c := range map[string]struct {
		order []int
		lost  int
	}{
		"the first is late":      {[]int{1, 0, 2, 3}, 0},
		"two are late":           {[]int{2, 0, 1, 3}, 0},
		"a late one fills a gap": {[]int{0, 2, 1, 3}, 0},
		"one of two gaps":        {[]int{0, 2, 4, 3}, 1},
		"doubled after a gap":    {[]int{0, 2, 3, 3}, 1},
	} {
		d := newDesk(t)
		d.begin(t, 1)
		for _, n := range c.order {
			d.Receive(sent(100, 1, 7, n+10))
		}
		completed, err := d.End(1, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if track := completed.Tracks[0]; track.Lost != c.lost {
			t.Errorf("%s: %d packets are lost, want %d", name, track.Lost, c.lost)
		}
	}
}
