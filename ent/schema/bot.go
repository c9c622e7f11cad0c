package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// Bot is a bot that was sent to a meeting.
type Bot struct{ ent.Schema }

// Mixin makes bots belong to a workspace.
func (Bot) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a bot.
func (Bot) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.BotID("")).NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.String("name"),
		field.String("mode"),
		field.String("room_wanted").Default(""),
		field.JSON("metadata", map[string]string{}).Optional(),
		// order is all that was ordered, as the fleet wrote it.
		field.JSON("order", json.RawMessage{}).Optional(),
		field.JSON("transcription", meeting.Transcription{}).Optional(),
		// status_code and status_sub_code are the latest status; the journal has
		// all of them.
		field.String("status_code").Default(""),
		field.String("status_sub_code").Default(""),
		// join_at is when a scheduled bot joins; zero for one that joined at once.
		laterInstant("join_at"),
		field.String("deduplication_key").Default(""),
		instant("created_at"),
		laterInstant("ended_at"),
	}
}

// Edges of a bot.
func (Bot) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("meeting", Meeting.Type).Ref("bots").Field("meeting_id").Required().Immutable().Unique(),
		edge.To("segments", Segment.Type),
		edge.To("gaps", Gap.Type),
		edge.To("entries", BotMetadata.Type),
		edge.To("realtime_endpoints", RealtimeEndpoint.Type),
	}
}

// Indexes of bots. Of the living bots of a workspace, one at most has a
// deduplication key.
func (Bot) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("meeting_id", "created_at"), index.Fields("workspace_id", "created_at"),
		index.Fields("ended_at"), index.Fields("status_code", "join_at"),
		index.Fields("workspace_id", "deduplication_key").Unique().
			Annotations(entsql.IndexWhere("deduplication_key <> '' AND ended_at = 0")),
	}
}

// BotMetadata is an entry of a bot's metadata, by which bots are found. The bot's
// own row has all of them.
type BotMetadata struct{ ent.Schema }

// Mixin makes entries belong to a workspace.
func (BotMetadata) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an entry.
func (BotMetadata) Fields() []ent.Field {
	return []ent.Field{
		field.String("bot_id").GoType(meeting.BotID("")).Immutable(),
		field.String("key").Immutable(),
		field.String("value").Immutable(),
	}
}

// Edges of an entry.
func (BotMetadata) Edges() []ent.Edge {
	return []ent.Edge{edge.From("bot", Bot.Type).Ref("entries").Field("bot_id").Required().Immutable().Unique()}
}

// Indexes of entries: bots are found by what is said under a key.
func (BotMetadata) Indexes() []ent.Index {
	return []ent.Index{index.Fields("workspace_id", "key", "value"), index.Fields("bot_id", "key").Unique()}
}

// Segment is what a bot recorded during one visit to a room.
type Segment struct{ ent.Schema }

// Mixin makes segments belong to a workspace.
func (Segment) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a segment.
func (Segment) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.SegmentID("")).NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.String("bot_id").GoType(meeting.BotID("")).Immutable(),
		field.String("room_id").GoType(meeting.RoomID("")).Immutable(),
		field.Int("visit").Immutable(),
		// folder is where the files lie, below the recordings' root.
		field.String("folder").Immutable(),
		instant("started_at"),
		laterInstant("ended_at"),
		// interrupted says that the recorder died and the segment was finished
		// from what was on disk.
		field.Bool("interrupted").Default(false),
		// expires_at is when the recording is to be deleted, deleted_at when it was,
		// and erased_at when its files were gone.
		laterInstant("expires_at"),
		laterInstant("deleted_at"),
		laterInstant("erased_at"),
	}
}

// Edges of a segment.
func (Segment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("bot", Bot.Type).Ref("segments").Field("bot_id").Required().Immutable().Unique(),
		edge.From("room", Room.Type).Ref("segments").Field("room_id").Required().Immutable().Unique(),
		edge.To("tracks", Track.Type),
	}
}

// Indexes of segments.
func (Segment) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "started_at"), index.Fields("bot_id", "visit").Unique(), index.Fields("deleted_at", "expires_at"), index.Fields("erased_at", "deleted_at")}
}

// Track is one participant's audio, camera or screen in a segment.
type Track struct{ ent.Schema }

// Mixin makes tracks belong to a workspace.
func (Track) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a track.
func (Track) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("segment_id").GoType(meeting.SegmentID("")).Immutable(),
		field.Int("number").Immutable(),
		// kind is empty for audio.
		field.String("kind").GoType(meeting.MediaKind("")).Default("").Immutable(),
		field.String("name").Immutable(),
		field.String("file").Immutable(),
		instant("started_at"),
		field.Int64("duration").Immutable().Comment("nanoseconds"),
		field.Int("packets").Immutable(),
		field.Int("lost").Immutable(),
		field.Int64("bytes").Immutable(),
		// Of video: its size in pixels, its frames, and how much could not be decoded.
		field.Int("width").Default(0).Immutable(),
		field.Int("height").Default(0).Immutable(),
		field.Int("frames").Default(0).Immutable(),
		field.Int64("missed").Default(0).Immutable().Comment("nanoseconds"),
	}
}

// Edges of a track.
func (Track) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("segment", Segment.Type).Ref("tracks").Field("segment_id").Required().Immutable().Unique(),
	}
}

// Indexes of tracks.
func (Track) Indexes() []ent.Index {
	return []ent.Index{index.Fields("segment_id", "number", "kind").Unique()}
}

// Gap is a time in which a bot recorded nothing, although it was to.
type Gap struct{ ent.Schema }

// Mixin makes gaps belong to a workspace.
func (Gap) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a gap.
func (Gap) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.String("bot_id").GoType(meeting.BotID("")).Immutable(),
		// room_id is where the bot was when it began.
		field.String("room_id").GoType(meeting.RoomID("")).Immutable(),
		instant("from"),
		instant("to"),
		field.String("cause").GoType(meeting.GapCause("")).Immutable(),
	}
}

// Edges of a gap.
func (Gap) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("bot", Bot.Type).Ref("gaps").Field("bot_id").Required().Immutable().Unique(),
	}
}

// Indexes of gaps.
func (Gap) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "from"), index.Fields("bot_id", "from")}
}
