package bench_test

import (
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bench"
)

func TestBotsRecordWhileTheyAreMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("bots are measured in real time")
	}
	const bots = 3
	r, err := bench.Bots(t.Context(), bench.BotsConfig{Bots: bots, Rooms: 1, For: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() || r.Report.Bots != bots || r.Report.LeakedPackets != 0 {
		t.Errorf("the run was not as it should be: %+v", r.Report)
	}
	if r.Cores <= 0 || r.MemoryKB <= 0 || r.Goroutines <= 0 {
		t.Errorf("bots cost nothing: %+v", r)
	}
}
