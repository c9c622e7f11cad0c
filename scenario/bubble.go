package scenario

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// lookEvery is how often, in virtual time, a bubble looks whether it is to end.
const lookEvery = time.Second

// InBubble runs a function in virtual time: an hour passes in the moment in
// which nothing has anything left to do but to wait. Everything that the
// function starts must have ended when it returns. It works outside of tests.
func InBubble(ctx context.Context, run func(ctx context.Context) error) (err error) {
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
