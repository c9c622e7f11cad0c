package fleet

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/meeting"
)

// The bounds of what can be said of a bot. Metadata comes with every event of the
// bot, so it is no place for documents.
const (
	MaxMetadata      = 20  // entries
	MaxMetadataKey   = 40  // characters
	MaxMetadataValue = 500 // characters
	// MaxAhead is how long ahead bots can be scheduled.
	MaxAhead = 366 * 24 * time.Hour
)

// check refuses an order that can't be carried out, with all that is wrong with
// it, and fills in what it leaves open.
func (f *Fleet) check(ctx context.Context, row *ent.Meeting, spec *BotSpec, now time.Time) error {
	var problems meeting.Refusals
	if row.EndedAt != 0 {
		problems = append(problems, meeting.Refuse(meeting.CodeMeetingEnded, []string{"meetingId"}, "The meeting ended at %s; a bot can't join it.", row.EndedAt)...)
	}
	if spec.Name = strings.TrimSpace(spec.Name); spec.Name == "" {
		spec.Name = defaultBotName
	}
	if n := utf8.RuneCountInString(spec.Name); n > meeting.MaxNameLength {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "A bot's name can have %d characters; this one has %d.", meeting.MaxNameLength, n)...)
	}
	if spec.Mode == "" {
		spec.Mode = bot.AutoAcceptAllInvites
	}
	problems = slices.Concat(problems, spec.checkJoinAt(now), checkMetadata(spec.Metadata), spec.Leaves.check(), checkRetention(spec.Retention),
		f.checkTranscription(&spec.Transcription), f.checkEndpoints(spec.Endpoints))
	if spec.RecordingStart == "" {
		spec.RecordingStart = bot.StartOnJoin
	}
	if !spec.RecordingStart.Valid() {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"recording", "start"}, "There is no start %q; there are %v.", spec.RecordingStart, bot.RecordingStarts())...)
	}
	spec.ConsentNotice = strings.TrimSpace(spec.ConsentNotice)
	if n := utf8.RuneCountInString(spec.ConsentNotice); n > meeting.MaxMessageLength {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"consentNotice"}, "A message has up to %d characters; this one has %d.", meeting.MaxMessageLength, n)...)
	}
	if n := len(spec.DeduplicationKey); n > maxKey {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"deduplicationKey"}, "A key has up to %d bytes; this one has %d.", maxKey, n)...)
	}
	if spec.Video != "" && !slices.Contains(meeting.VideoChoices(), spec.Video) {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"recording", "video"}, "A bot can't record %q of people's video; there are %v.", spec.Video, meeting.VideoChoices())...)
	}
	found, err := f.checkRoom(ctx, row, spec)
	if err != nil {
		return err
	}
	if problems = append(problems, found...); len(problems) > 0 {
		return problems
	}
	return nil
}

// checkRoom checks that the room fits the mode and exists.
func (f *Fleet) checkRoom(ctx context.Context, row *ent.Meeting, spec *BotSpec) (meeting.Refusals, error) {
	spec.Room = strings.TrimSpace(spec.Room)
	path := []string{"breakoutRoom", "roomId"}
	switch {
	case !spec.Mode.Valid():
		return meeting.Refuse(CodeInvalidMode, []string{"breakoutRoom", "mode"}, "There is no mode %q; there are %v.", spec.Mode, bot.Modes()), nil
	case spec.Mode == bot.JoinSpecificRoom && spec.Room == "":
		return meeting.Refuse(CodeRoomIDRequired, path, "Mode %s needs a room: give its id or its name.", spec.Mode), nil
	case spec.Mode != bot.JoinSpecificRoom && spec.Room != "":
		return meeting.Refuse(CodeRoomIDNotTaken, path, "A room goes with mode %s only; mode %s takes none.", bot.JoinSpecificRoom, spec.Mode), nil
	case spec.Mode == bot.FollowParticipant && spec.Follow == 0:
		return meeting.Refuse(CodeParticipantRequired, []string{"breakoutRoom", "participantId"}, "Mode %s needs a participant to follow.", spec.Mode), nil
	case spec.Mode != bot.JoinSpecificRoom, !spec.JoinAt.IsZero(): // until a bot's time comes, its room can be made
		return nil, nil
	}
	count, err := row.QueryRooms().Where(room.KindEQ(meeting.RoomBreakout),
		room.Or(room.ID(meeting.RoomID(spec.Room)), room.NameEqualFold(spec.Room))).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("find room %q: %w", spec.Room, err)
	}
	if count == 0 {
		return meeting.Refuse(meeting.CodeRoomNotFound, path, "The meeting has no breakout room %q; create it first, or give the id or name of one that exists.", spec.Room), nil
	}
	return nil, nil
}

// checkJoinAt refuses times that have passed and that are too far ahead. A time that
// has just passed is for now: clocks differ, and orders take their time.
func (s BotSpec) checkJoinAt(now time.Time) meeting.Refusals {
	path := []string{"joinAt"}
	switch {
	case s.JoinAt.IsZero():
		return nil
	case now.Sub(s.JoinAt) > MaxLate:
		return meeting.Refuse(meeting.CodeInvalid, path, "The time %s has passed; give one that is to come, or none to join now.", s.JoinAt.UTC().Format(time.RFC3339))
	case s.JoinAt.Sub(now) > MaxAhead:
		return meeting.Refuse(meeting.CodeInvalid, path, "A bot can be scheduled %d days ahead; %s is later.", int(MaxAhead.Hours()/24), s.JoinAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkMetadata tells everything that is wrong with metadata.
func checkMetadata(metadata map[string]string) (problems meeting.Refusals) {
	refuse := func(format string, args ...any) {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"metadata"}, format, args...)...)
	}
	if n := len(metadata); n > MaxMetadata {
		refuse("Metadata has up to %d entries; this has %d.", MaxMetadata, n)
	}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		if n := utf8.RuneCountInString(key); n == 0 || n > MaxMetadataKey {
			refuse("A key of metadata has 1 to %d characters; %q has %d.", MaxMetadataKey, key, n)
		}
		if n := utf8.RuneCountInString(metadata[key]); n > MaxMetadataValue {
			refuse("A value of metadata has up to %d characters; that of %q has %d.", MaxMetadataValue, key, n)
		}
	}
	return problems
}
