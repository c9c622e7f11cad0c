// Package bubble runs a program in virtual time, whose clock moves only while nobody
// has anything to do, and lets the world in by a door, where the clock waits for it.
package bubble

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

const (
	// lookEvery is how often, in virtual time, a bubble looks whether it is to end.
	lookEvery = time.Second
	// garbagePercent is how much the heap of a bubble may grow between two collections.
	garbagePercent = 400
)

// errEarly says that the bubble broke.
var errEarly = errors.New("the bubble ended before its work was done")

// Run runs a function in virtual time: an hour passes in the moment in which nothing
// has anything left to do but to wait. Everything that the function starts must have
// ended when it returns. It works outside of tests.
func Run(ctx context.Context, run func(ctx context.Context) error) error {
	return inside(func() error {
		// A context from outside can't be waited for in a bubble, whose clock would
		// stand still meanwhile; it can be looked at.
		inside, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		go func() {
			tick := time.NewTicker(lookEvery)
			defer tick.Stop()
			for inside.Err() == nil {
				if ctx.Err() != nil {
					cancel(context.Cause(ctx))
				}
				select {
				case <-tick.C:
				case <-inside.Done():
				}
			}
		}()
		return run(inside)
	})
}

// inside runs a function in a bubble. It is the one place that knows how bubbles are
// made: package synctest has no other way, and asks for no test that runs.
//
// Meanwhile the whole process runs on one processor and collects garbage less
// often. What happens in a bubble is one long chain, in which each goroutine
// wakes the next: a second processor only adds the time of waking it.
func inside(run func() error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(garbagePercent))
	ended := make(chan error, 1)
	go func() { // of its own, because a test that fails, as by the race detector, ends its goroutine
		failed := errEarly
		defer func() {
			if cause := recover(); cause != nil {
				failed = errors.Join(failed, fmt.Errorf("in the bubble: %v", cause))
			}
			ended <- failed
		}()
		synctest.Test(new(testing.T), func(*testing.T) { failed = run() })
	}()
	return <-ended
}
