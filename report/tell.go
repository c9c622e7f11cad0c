package report

import (
	"bytes"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// Tell is what a server tells of runs by: it takes note of a run while it is played, and
// writes its page when it was judged.
func Tell(s *scenario.Scenario, to scenario.Progress) (scenario.Progress, func(*scenario.Report, time.Duration) ([]byte, error)) {
	run := &Run{Scenario: s}
	return run.Progress(to), func(judged *scenario.Report, took time.Duration) ([]byte, error) {
		run.Report, run.Took = judged, took
		var page bytes.Buffer
		err := run.Page(&page)
		return page.Bytes(), err
	}
}
