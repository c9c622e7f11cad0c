package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrConnectionLost says that a seat can't reach its meeting at the moment.
var ErrConnectionLost = errors.New("the connection to the meeting is lost at the moment")

// ErrClosed says that a platform holds no meetings any more.
var ErrClosed = errors.New("the platform is closed")

// Code is the stable name of a refusal, for programs to act on.
type Code string

// The codes of the rules. They are part of the public API: they never change
// their meaning, and new ones may be added.
const (
	CodeInvalid              Code = "INVALID_INPUT"
	CodeNotAllowed           Code = "NOT_ALLOWED"
	CodeNotEnabled           Code = "BREAKOUT_ROOMS_NOT_ENABLED"
	CodeNotOffered           Code = "NOT_OFFERED"
	CodeMeetingEnded         Code = "MEETING_ENDED"
	CodeMeetingNotFound      Code = "MEETING_NOT_FOUND"
	CodeMeetingLocked        Code = "MEETING_LOCKED"
	CodeMeetingFull          Code = "MEETING_FULL"
	CodeMeetingNotStarted    Code = "MEETING_NOT_STARTED"
	CodeNotWaiting           Code = "PARTICIPANT_NOT_WAITING"
	CodeNobodyToAsk          Code = "NOBODY_TO_ASK"
	CodeNobodyWaiting        Code = "NOBODY_WAITING"
	CodeNoRooms              Code = "NO_ROOMS"
	CodeTooManyRooms         Code = "TOO_MANY_ROOMS"
	CodeRoomNotFound         Code = "ROOM_NOT_FOUND"
	CodeRoomNameTaken        Code = "ROOM_NAME_TAKEN"
	CodeRoomNameAmbiguous    Code = "ROOM_NAME_AMBIGUOUS"
	CodeRoomNotOpen          Code = "ROOM_NOT_OPEN"
	CodeRoomAlreadyOpen      Code = "ROOM_ALREADY_OPEN"
	CodeRoomFull             Code = "ROOM_FULL"
	CodeNotInBreakoutRoom    Code = "NOT_IN_BREAKOUT_ROOM"
	CodeNobodyToCall         Code = "NOBODY_TO_CALL"
	CodeHelpPending          Code = "HELP_PENDING"
	CodeHelpNotPending       Code = "HELP_NOT_PENDING"
	CodeRoundAlreadyOpen     Code = "ROUND_ALREADY_OPEN"
	CodeRoundNotOpen         Code = "ROUND_NOT_OPEN"
	CodeRoundClosing         Code = "ROUND_CLOSING"
	CodeNotInMainRoom        Code = "NOT_IN_MAIN_ROOM"
	CodeMuted                Code = "MUTED"
	CodeScreenTaken          Code = "SCREEN_TAKEN"
	CodeBroadcastRunning     Code = "BROADCAST_RUNNING"
	CodeNoBroadcast          Code = "NO_BROADCAST"
	CodePollRunning          Code = "POLL_RUNNING"
	CodePollNotFound         Code = "POLL_NOT_FOUND"
	CodePresetNotFound       Code = "PRESET_NOT_FOUND"
	CodePresetInUse          Code = "PRESET_IN_USE"
	CodePlanNotFound         Code = "PLAN_NOT_FOUND"
	CodeParticipantNotFound  Code = "PARTICIPANT_NOT_FOUND"
	CodeParticipantAbsent    Code = "PARTICIPANT_NOT_PRESENT"
	CodeAlreadyThere         Code = "ALREADY_THERE"
	CodeClipInvalid          Code = "CLIP_INVALID"
	CodeInvitationNotFound   Code = "INVITATION_NOT_FOUND"
	CodeInvitationNotPending Code = "INVITATION_NOT_PENDING"
)

// Refusal is one reason why a command was not carried out.
type Refusal struct {
	Code Code
	// Message is a sentence for people: what happened, what was expected and
	// what to do.
	Message string
	// Path names the part of the input that is at fault, outermost first.
	Path []string
	// Retryable says that the same command may succeed later.
	Retryable bool
}

// Refusals are all the reasons why a command was not carried out. A refused
// command has changed nothing.
type Refusals []Refusal

// Error joins the sentences of all refusals.
func (r Refusals) Error() string {
	messages := make([]string, len(r))
	for i, refusal := range r {
		messages[i] = refusal.Message
	}
	return strings.Join(messages, " ")
}

// Has says whether one of the refusals has the code.
func (r Refusals) Has(code Code) bool {
	for _, refusal := range r {
		if refusal.Code == code {
			return true
		}
	}
	return false
}

// Refuse makes an error of one refusal.
func Refuse(code Code, path []string, format string, args ...any) Refusals {
	return Refusals{{Code: code, Message: fmt.Sprintf(format, args...), Path: path}}
}

// RefuseForNow is [Refuse] for what may succeed when tried again later.
func RefuseForNow(code Code, path []string, format string, args ...any) Refusals {
	refusals := Refuse(code, path, format, args...)
	refusals[0].Retryable = true
	return refusals
}

// Retryable says whether all of it may succeed when tried again later.
func (r Refusals) Retryable() bool {
	return !slices.ContainsFunc(r, func(one Refusal) bool { return !one.Retryable })
}
