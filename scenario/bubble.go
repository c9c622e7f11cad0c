package scenario

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

// InBubble runs a function in virtual time: an hour passes in the moment in
// which nothing has anything left to do but to wait. Everything that the
// function starts must have ended when it returns. It works outside of tests.
func InBubble(run func() error) (err error) {
	failed := errors.New("the bubble ended before its work was done")
	defer func() {
		if cause := recover(); cause != nil {
			err = errors.Join(failed, fmt.Errorf("in the bubble: %v", cause))
		}
	}()
	synctest.Test(new(testing.T), func(*testing.T) { failed = run() })
	return failed
}
