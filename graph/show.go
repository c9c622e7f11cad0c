package graph

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func metadataOf(row *ent.Bot) []*gql.MetadataEntry {
	entries := make([]*gql.MetadataEntry, 0, len(row.Metadata))
	for key, value := range row.Metadata {
		entries = append(entries, &gql.MetadataEntry{Key: key, Value: value})
	}
	slices.SortFunc(entries, func(a, b *gql.MetadataEntry) int { return cmp.Compare(a.Key, b.Key) })
	return entries
}

func optionsOf(options meeting.Options) *gql.MeetingOptions {
	return &gql.MeetingOptions{
		BreakoutRooms:       options.BreakoutRooms,
		MoveInAutomatically: options.MoveInAutomatically, AllowReturn: options.AllowReturn, ChooseRoom: options.ChooseRoom,
		ClosingCountdownSeconds: int(options.ClosingCountdown / time.Second), RoundDurationSeconds: int(options.RoundDuration / time.Second),
		TimerCloses: options.TimerCloses, RoomCapacity: options.RoomCapacity, LateJoin: cmp.Or(options.LateJoin, meeting.LateToMain),
		ParticipantsBroadcast: options.ParticipantsBroadcast, MoveBackAutomatically: options.MoveBackAutomatically,
		Rejoin: cmp.Or(options.Rejoin, meeting.RejoinRoom), Chat: options.Chat, Polls: options.Polls, ScreenShare: options.ScreenShare,
		Recording: options.Recording,
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
