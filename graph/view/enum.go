package view

import (
	"cmp"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/meeting"
)

// Rows hold an empty text where the schema says null: these show it so. The
// executor calls them by their names.

// MarshalCloseCause shows why a round ended.
func MarshalCloseCause(cause meeting.CloseCause) graphql.Marshaler { return wordOrNull(cause) }

// UnmarshalCloseCause reads it back.
func UnmarshalCloseCause(v any) (meeting.CloseCause, error) { return word[meeting.CloseCause](v) }

// MarshalLeaveCause shows why somebody left.
func MarshalLeaveCause(cause meeting.LeaveCause) graphql.Marshaler { return wordOrNull(cause) }

// UnmarshalLeaveCause reads it back.
func UnmarshalLeaveCause(v any) (meeting.LeaveCause, error) { return word[meeting.LeaveCause](v) }

// MarshalRole shows what somebody is in a meeting.
func MarshalRole(role meeting.Role) graphql.Marshaler { return wordOrNull(role) }

// UnmarshalRole reads it back.
func UnmarshalRole(v any) (meeting.Role, error) { return word[meeting.Role](v) }

// MarshalRecordingState shows where a recording is.
func MarshalRecordingState(state meeting.RecordingState) graphql.Marshaler { return wordOrNull(state) }

// UnmarshalRecordingState reads it back.
func UnmarshalRecordingState(v any) (meeting.RecordingState, error) {
	return word[meeting.RecordingState](v)
}

// MarshalHelpOutcome shows what became of a request for help.
func MarshalHelpOutcome(state meeting.HelpState) graphql.Marshaler { return wordOrNull(state) }

// UnmarshalHelpOutcome reads it back.
func UnmarshalHelpOutcome(v any) (meeting.HelpState, error) { return word[meeting.HelpState](v) }

// trackKinds are what the kinds of tracks are called.
var trackKinds = map[meeting.MediaKind]string{meeting.KindAudio: "AUDIO", meeting.KindCamera: "CAMERA", meeting.KindScreen: "SCREEN"}

// MarshalTrackKind shows what a track holds.
func MarshalTrackKind(kind meeting.MediaKind) graphql.Marshaler {
	return graphql.MarshalString(trackKinds[kind])
}

// UnmarshalTrackKind reads it back.
func UnmarshalTrackKind(v any) (meeting.MediaKind, error) {
	name, err := word[string](v)
	for kind, known := range trackKinds {
		if known == name {
			return kind, err
		}
	}
	return "", fmt.Errorf("read %v: there is no such kind of tracks", v)
}

// MarshalVideoChoice shows what of people's video is recorded: nothing, where that
// was left open.
func MarshalVideoChoice(choice meeting.VideoChoice) graphql.Marshaler {
	return graphql.MarshalString(string(cmp.Or(choice, meeting.VideoNone)))
}

// UnmarshalVideoChoice reads it back.
func UnmarshalVideoChoice(v any) (meeting.VideoChoice, error) { return word[meeting.VideoChoice](v) }

func wordOrNull[W ~string](w W) graphql.Marshaler {
	if w == "" {
		return graphql.Null
	}
	return graphql.MarshalString(string(w))
}

func word[W ~string](v any) (W, error) {
	text, err := graphql.UnmarshalString(v)
	if err != nil {
		return "", fmt.Errorf("read %v: %w", v, err)
	}
	return W(text), nil
}
