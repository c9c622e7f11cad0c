package bot

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// The sub codes of what happens at a meeting's door.
const (
	SubCodeLocked      = "meeting_locked"
	SubCodeFull        = "meeting_full"
	SubCodeNotStarted  = "meeting_not_started"
	SubCodeDenied      = "bot_kicked_from_waiting_room"
	SubCodeWaitingRoom = "timeout_exceeded_waiting_room"
)

// The sub codes of bots that leave by themselves, beside those above.
const (
	SubCodeNotRecording     = "timeout_exceeded_in_call_not_recording"
	SubCodePermissionDenied = "timeout_exceeded_recording_permission_denied"
	SubCodeSilence          = "timeout_exceeded_silence_detected"
	SubCodeOnlyBots         = "timeout_exceeded_only_bots_detected_using_participant_events"
	SubCodeOnlyBotNames     = "timeout_exceeded_only_bots_detected_using_participant_names"
)

// refusedCode is the sub code of a meeting that does not take the bot in.
func refusedCode(refusals meeting.Refusals) string {
	for _, known := range []struct {
		code    meeting.Code
		subCode string
	}{
		{meeting.CodeMeetingNotFound, SubCodeNotFound},
		{meeting.CodeMeetingEnded, SubCodeMeetingEnded},
		{meeting.CodeMeetingLocked, SubCodeLocked},
		{meeting.CodeMeetingFull, SubCodeFull},
		{meeting.CodeMeetingNotStarted, SubCodeNotStarted},
	} {
		if refusals.Has(known.code) {
			return known.subCode
		}
	}
	return SubCodeErrored
}

// heldBack tells that the bot waits to be let in: on coming, or on its way back
// from a room, the visit to which is over.
func (b *bot) heldBack(reporting context.Context, at time.Time) error {
	events := append(b.leave(at), b.event(at, nil, meeting.BotStatusChanged{Code: meeting.StatusInWaitingRoom}))
	b.now = nil
	return b.Report(reporting, events...)
}
