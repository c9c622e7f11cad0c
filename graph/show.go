package graph

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func metadataOf(metadata map[string]string) []*gql.MetadataEntry {
	entries := make([]*gql.MetadataEntry, 0, len(metadata))
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		entries = append(entries, &gql.MetadataEntry{Key: key, Value: metadata[key]})
	}
	return entries
}

// filled is null for an empty text.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func optionsOf(options meeting.Options) *gql.MeetingOptions {
	return &gql.MeetingOptions{
		BreakoutRooms:       options.BreakoutRooms,
		MoveInAutomatically: options.MoveInAutomatically, AllowReturn: options.AllowReturn, ChooseRoom: options.ChooseRoom,
		ClosingCountdownSeconds: int(options.ClosingCountdown / time.Second), RoundDurationSeconds: int(options.RoundDuration / time.Second),
		TimerCloses: options.TimerCloses, RoomCapacity: options.RoomCapacity, LateJoin: cmp.Or(options.LateJoin, meeting.LateToMain),
		ParticipantsBroadcast: options.ParticipantsBroadcast, MoveBackAutomatically: options.MoveBackAutomatically,
		Rejoin: cmp.Or(options.Rejoin, meeting.RejoinRoom), Chat: options.Chat, Polls: options.Polls, ScreenShare: options.ScreenShare,
		Recording: options.Recording, WaitingRoom: cmp.Or(options.WaitingRoom, meeting.WaitingRoomOff), WaitAgain: options.WaitAgain, WaitForRooms: options.WaitForRooms,
		WaitForHost: options.WaitForHost, Locked: options.Locked, Capacity: options.Capacity, BotsAskToRecord: options.BotsAskToRecord,
	}
}

func stateOf(row *ent.Segment) gql.SegmentState {
	switch {
	case row.DeletedAt != 0:
		return gql.SegmentStateDeleted
	case row.EndedAt == 0:
		return gql.SegmentStateRecording
	case row.Interrupted:
		return gql.SegmentStateInterrupted
	}
	return gql.SegmentStateCompleted
}

func secondsOf(row *ent.Segment) *float64 {
	if row.EndedAt == 0 {
		return nil
	}
	lasted := row.EndedAt.Time().Sub(row.StartedAt.Time()).Seconds()
	return &lasted
}

// seconds is a duration that may be left out.
func seconds(n *int) *time.Duration {
	if n == nil {
		return nil
	}
	d := time.Duration(*n) * time.Second
	return &d
}

// personaName is the rules' name of a persona, and personaOf the schema's.
func personaName(persona gql.Persona) string {
	return strings.ReplaceAll(strings.ToLower(string(persona)), "_", "-")
}

func personaOf(name string) gql.Persona {
	return gql.Persona(strings.ReplaceAll(strings.ToUpper(name), "-", "_"))
}
