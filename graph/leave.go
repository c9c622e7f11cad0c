package graph

import (
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/gql"
)

// leavesOf says when a bot leaves by itself.
func leavesOf(input *gql.AutomaticLeaveInput) (leaves fleet.AutomaticLeave) {
	set(&leaves.WaitingRoom, seconds(input.WaitingRoomTimeoutSeconds))
	set(&leaves.NooneJoined, seconds(input.NooneJoinedTimeoutSeconds))
	set(&leaves.InCallNotRecording, seconds(input.InCallNotRecordingTimeoutSeconds))
	set(&leaves.InCallRecording, seconds(input.InCallRecordingTimeoutSeconds))
	set(&leaves.PermissionDenied, seconds(input.RecordingPermissionDeniedTimeoutSeconds))
	set(&leaves.EveryoneLeft, timeoutOf(input.EveryoneLeftTimeout))
	set(&leaves.Silence, timeoutOf(input.SilenceDetection))
	if detection := input.BotDetection; detection != nil {
		set(&leaves.OnlyBots, timeoutOf(detection.UsingParticipantEvents))
		if names := detection.UsingParticipantNames; names != nil {
			leaves.BotNames = names.Matches
			leaves.OnlyBotNames = *timeoutOf(&gql.TimeoutInput{TimeoutSeconds: names.TimeoutSeconds, ActivateAfterSeconds: names.ActivateAfterSeconds})
		}
	}
	return leaves
}

func timeoutOf(input *gql.TimeoutInput) *fleet.Timeout {
	if input == nil {
		return nil
	}
	timeout := fleet.Timeout{After: *seconds(&input.TimeoutSeconds)}
	set(&timeout.ActivateAfter, seconds(input.ActivateAfterSeconds))
	return &timeout
}
