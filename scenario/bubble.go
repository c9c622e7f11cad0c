package scenario

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

// lookEvery is how often, in virtual time, a bubble looks whether it is to end.
const lookEvery = time.Second

// bubbleGC is how much the heap of a bubble may grow between two collections,
// in percent.
const bubbleGC = 400

// InBubble runs a function in virtual time: an hour passes in the moment in
// which nothing has anything left to do but to wait. Everything that the
// function starts must have ended when it returns. It works outside of tests.
//
// Meanwhile the whole process runs on one processor and collects garbage less
// often. What happens in a bubble is one long chain, in which each goroutine
// wakes the next: a second processor only adds the time of waking it.
func InBubble(ctx context.Context, run func(ctx context.Context) error) (err error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(bubbleGC))
	failed := errors.New("the bubble ended before its work was done")
	defer func() {
		if cause := recover(); cause != nil {
			err = errors.Join(failed, fmt.Errorf("in the bubble: %v", cause))
		}
	}()
	synctest.Test(new(testing.T), func(*testing.T) {
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
		failed = run(inside)
	})
	return failed
}
