package scenario

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// automaticLeave reads when a bot leaves by itself, under the names that Recall.ai
// has for it, as the API's input says it.
func (r *reader) automaticLeave(node *yaml.Node) map[string]any {
	input := make(map[string]any)
	plain := func(name, field string) func(*yaml.Node) {
		return func(n *yaml.Node) { input[field] = r.seconds(n, name) }
	}
	r.fields(node, "automatic_leave", map[string]func(*yaml.Node){
		"waiting_room_timeout":                plain("waiting_room_timeout", "waitingRoomTimeoutSeconds"),
		"noone_joined_timeout":                plain("noone_joined_timeout", "nooneJoinedTimeoutSeconds"),
		"in_call_not_recording_timeout":       plain("in_call_not_recording_timeout", "inCallNotRecordingTimeoutSeconds"),
		"in_call_recording_timeout":           plain("in_call_recording_timeout", "inCallRecordingTimeoutSeconds"),
		"recording_permission_denied_timeout": plain("recording_permission_denied_timeout", "recordingPermissionDeniedTimeoutSeconds"),
		"everyone_left_timeout":               func(n *yaml.Node) { input["everyoneLeftTimeout"] = r.timeout(n, "everyone_left_timeout") },
		"silence_detection":                   func(n *yaml.Node) { input["silenceDetection"] = r.timeout(n, "silence_detection") },
		"bot_detection":                       func(n *yaml.Node) { input["botDetection"] = r.botDetection(n) },
	})
	return input
}

func (r *reader) botDetection(node *yaml.Node) map[string]any {
	input := make(map[string]any)
	r.fields(node, "bot_detection", map[string]func(*yaml.Node){
		"using_participant_events": func(n *yaml.Node) { input["usingParticipantEvents"] = r.timeout(n, "using_participant_events") },
		"using_participant_names": func(n *yaml.Node) {
			input["usingParticipantNames"] = r.timeout(n, "using_participant_names", "matches")
		},
	})
	return input
}

// timeout reads how long something may last, and from when on it is looked at;
// beside them, lists of texts.
func (r *reader) timeout(node *yaml.Node, what string, lists ...string) map[string]any {
	input := make(map[string]any)
	known := map[string]func(*yaml.Node){
		"timeout":        func(n *yaml.Node) { input["timeoutSeconds"] = r.seconds(n, "timeout") },
		"activate_after": func(n *yaml.Node) { input["activateAfterSeconds"] = r.seconds(n, "activate_after") },
	}
	for _, name := range lists {
		known[name] = func(n *yaml.Node) { input[name] = r.texts(n, name) }
	}
	r.fields(node, what, known)
	return input
}

// seconds reads a duration that the API takes in whole seconds.
func (r *reader) seconds(node *yaml.Node, what string) int {
	span := r.duration(node, what)
	if span%time.Second != 0 {
		r.fault(node, "%s is counted in whole seconds.", what)
	}
	return int(span / time.Second)
}
