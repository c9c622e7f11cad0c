// Package report tells of played scenarios to those who were not there: as JUnit XML
// for CI systems, as a log of events, and as a page to look at.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// Run is a scenario that was played.
type Run struct {
	Scenario *scenario.Scenario
	Report   *scenario.Report
	// Took is how long it took to play, by the clock on the wall.
	Took time.Duration

	mu     sync.Mutex
	steps  []step
	events []scenario.Seen
	sent   []scenario.Delivery
}

// step is a step that was taken.
type step struct {
	at     time.Duration
	action string
}

// Progress is what takes note of a run while it is played, and passes on to another.
func (r *Run) Progress(to scenario.Progress) scenario.Progress {
	return scenario.Progress{
		Created: to.Created,
		Begun:   to.Begun,
		Step: func(at time.Duration, action scenario.Action) {
			r.mu.Lock()
			r.steps = append(r.steps, step{at, action.String()})
			r.mu.Unlock()
			if to.Step != nil {
				to.Step(at, action)
			}
		},
		Event: func(event scenario.Seen) {
			r.mu.Lock()
			r.events = append(r.events, event)
			r.mu.Unlock()
			if to.Event != nil {
				to.Event(event)
			}
		},
		Delivery: func(one scenario.Delivery) {
			r.mu.Lock()
			r.sent = append(r.sent, one)
			r.mu.Unlock()
			if to.Delivery != nil {
				to.Delivery(one)
			}
		},
	}
}

// Log writes the events of a run in their order, one JSON object a line.
func (r *Run) Log(out io.Writer) error {
	lines := json.NewEncoder(out)
	for _, event := range r.events {
		if err := lines.Encode(event); err != nil {
			return fmt.Errorf("write the events of %s: %w", r.Scenario.Name, err)
		}
	}
	return nil
}
