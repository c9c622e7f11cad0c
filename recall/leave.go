package recall

import (
	"time"

	"github.com/breakoutrooms/breakout/fleet"
)

// leaveInput says when a bot leaves by itself. Times are whole seconds; what is left
// out is as the API's defaults have it.
type leaveInput struct {
	WaitingRoom      *int          `json:"waiting_room_timeout"`
	NooneJoined      *int          `json:"noone_joined_timeout"`
	EveryoneLeft     *timeoutInput `json:"everyone_left_timeout"`
	NotRecording     *int          `json:"in_call_not_recording_timeout"`
	Recording        *int          `json:"in_call_recording_timeout"`
	PermissionDenied *int          `json:"recording_permission_denied_timeout"`
	Silence          *timeoutInput `json:"silence_detection"`
	Bots             *botsInput    `json:"bot_detection"`
}

type timeoutInput struct {
	Timeout       *int `json:"timeout"`
	ActivateAfter *int `json:"activate_after"`
}

type botsInput struct {
	ByEvents *timeoutInput `json:"using_participant_events"`
	ByNames  *namesInput   `json:"using_participant_names"`
}

type namesInput struct {
	Matches       []string `json:"matches"`
	Timeout       *int     `json:"timeout"`
	ActivateAfter *int     `json:"activate_after"`
}

// leaves makes the fleet's order of it. No time at all is one that the fleet refuses:
// there, it stands for the default.
func (in *leaveInput) leaves() fleet.AutomaticLeave {
	leaves := fleet.DefaultLeave()
	set := func(field *time.Duration, seconds *int) {
		if seconds != nil {
			*field = time.Duration(*seconds) * time.Second
		}
	}
	setBoth := func(field *fleet.Timeout, in *timeoutInput) {
		if in != nil {
			set(&field.After, in.Timeout)
			set(&field.ActivateAfter, in.ActivateAfter)
		}
	}
	set(&leaves.WaitingRoom, in.WaitingRoom)
	set(&leaves.NooneJoined, in.NooneJoined)
	set(&leaves.InCallNotRecording, in.NotRecording)
	set(&leaves.InCallRecording, in.Recording)
	set(&leaves.PermissionDenied, in.PermissionDenied)
	setBoth(&leaves.EveryoneLeft, in.EveryoneLeft)
	setBoth(&leaves.Silence, in.Silence)
	if in.Bots == nil {
		return leaves
	}
	setBoth(&leaves.OnlyBots, in.Bots.ByEvents)
	if names := in.Bots.ByNames; names != nil {
		leaves.BotNames = names.Matches
		setBoth(&leaves.OnlyBotNames, &timeoutInput{names.Timeout, names.ActivateAfter})
	}
	return leaves
}

// leaveView is the same as a bot has it, with the defaults filled in.
type leaveView struct {
	WaitingRoom      int         `json:"waiting_room_timeout"`
	NooneJoined      int         `json:"noone_joined_timeout"`
	EveryoneLeft     timeoutView `json:"everyone_left_timeout"`
	NotRecording     int         `json:"in_call_not_recording_timeout"`
	Recording        *int        `json:"in_call_recording_timeout"`
	PermissionDenied int         `json:"recording_permission_denied_timeout"`
	Silence          timeoutView `json:"silence_detection"`
	Bots             struct {
		ByEvents timeoutView `json:"using_participant_events"`
		ByNames  *namesView  `json:"using_participant_names"`
	} `json:"bot_detection"`
}

type timeoutView struct {
	Timeout       int `json:"timeout"`
	ActivateAfter int `json:"activate_after"`
}

type namesView struct {
	Matches []string `json:"matches"`
	timeoutView
}

func viewOfLeave(leaves *fleet.AutomaticLeave) (shown leaveView) {
	seconds := func(d time.Duration) int { return int(d / time.Second) }
	both := func(t fleet.Timeout) timeoutView { return timeoutView{seconds(t.After), seconds(t.ActivateAfter)} }
	shown.WaitingRoom, shown.NooneJoined = seconds(leaves.WaitingRoom), seconds(leaves.NooneJoined)
	shown.NotRecording, shown.PermissionDenied = seconds(leaves.InCallNotRecording), seconds(leaves.PermissionDenied)
	shown.EveryoneLeft, shown.Silence = both(leaves.EveryoneLeft), both(leaves.Silence)
	shown.Bots.ByEvents = both(leaves.OnlyBots)
	if most := seconds(leaves.InCallRecording); most > 0 {
		shown.Recording = &most
	}
	if len(leaves.BotNames) > 0 {
		shown.Bots.ByNames = &namesView{leaves.BotNames, both(leaves.OnlyBotNames)}
	}
	return shown
}
