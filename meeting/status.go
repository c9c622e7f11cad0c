package meeting

// The status codes of a bot, in the words of the bot APIs in use (Recall.ai,
// docs.recall.ai/docs/bot-status-change-events). The set is open.
const (
	// StatusScheduled comes before all others: the bot waits for its time to join.
	// Recall.ai has no word for it; this is Attendee's.
	StatusScheduled           = "scheduled"
	StatusReady               = "ready"
	StatusJoiningCall         = "joining_call"
	StatusInWaitingRoom       = "in_waiting_room"
	StatusInCallNotRecording  = "in_call_not_recording"
	StatusRecordingAllowed    = "recording_permission_allowed"
	StatusRecordingDenied     = "recording_permission_denied"
	StatusInCallRecording     = "in_call_recording"
	StatusBreakoutRoomAwaited = "breakout_room_awaited"
	StatusBreakoutRoomEntered = "breakout_room_entered"
	StatusBreakoutRoomLeft    = "breakout_room_left"
	StatusBreakoutRoomOpened  = "breakout_room_opened"
	StatusBreakoutRoomClosed  = "breakout_room_closed"
	StatusCallEnded           = "call_ended"
	StatusDone                = "done"
	StatusFatal               = "fatal"
	// StatusMediaExpired follows the end of a bot, when all that it recorded is
	// deleted.
	StatusMediaExpired = "media_expired"
)

// StatusCodes lists every status code that bots report.
func StatusCodes() []string {
	return []string{
		StatusScheduled, StatusReady, StatusJoiningCall, StatusInWaitingRoom, StatusInCallNotRecording, StatusRecordingAllowed, StatusRecordingDenied, StatusInCallRecording,
		StatusBreakoutRoomAwaited, StatusBreakoutRoomOpened, StatusBreakoutRoomEntered, StatusBreakoutRoomLeft, StatusBreakoutRoomClosed,
		StatusCallEnded, StatusDone, StatusFatal, StatusMediaExpired,
	}
}

// TerminalStatus says whether a bot has ended with a status code: nothing of its
// own follows.
func TerminalStatus(code string) bool { return code == StatusDone || code == StatusFatal }

// TerminalStatuses are the codes with which a bot has ended.
func TerminalStatuses() []string { return []string{StatusDone, StatusFatal} }

// BreakoutStatus says whether a code tells of a breakout room. Such a status is
// a step of the bot's journey and leaves its place in its life as it was.
func BreakoutStatus(code string) bool {
	switch code {
	case StatusBreakoutRoomAwaited, StatusBreakoutRoomEntered, StatusBreakoutRoomLeft, StatusBreakoutRoomOpened, StatusBreakoutRoomClosed:
		return true
	}
	return false
}
