package bot

import (
	"context"
	"errors"

	"github.com/breakoutrooms/breakout/meeting"
)

// stopCode is why a bot leaves whose context has ended.
func stopCode(ctx context.Context) string {
	if leaves, ok := errors.AsType[LeaveError](context.Cause(ctx)); ok {
		return leaves.SubCode
	}
	if errors.Is(context.Cause(ctx), ErrRemoved) {
		return SubCodeLeaveCall
	}
	return SubCodeTerminated
}

// removalCode is why a bot is not in its meeting any more.
func removalCode(cause meeting.LeaveCause) string {
	switch cause {
	case meeting.LeftByMeetingEnd, meeting.LeftByInterruption:
		return SubCodeEndedByHost
	case meeting.LeftByLostLine:
		return SubCodeConnectionLost
	case meeting.LeftByDenial:
		return SubCodeDenied
	}
	return SubCodeKicked
}
