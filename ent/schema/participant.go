package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// Participant is a person or a bot in a meeting.
type Participant struct{ ent.Schema }

// Mixin makes participants belong to a workspace.
func (Participant) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a participant.
func (Participant) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.Int("number").Immutable(),
		field.String("name"),
		field.String("role").GoType(meeting.Role("")),
		field.Bool("is_bot").Immutable(),
		field.String("bot_id").GoType(meeting.BotID("")).Default(""),
		field.String("email").Default(""),
		field.String("external_id").Default(""),
		// assigned_room_id is where the participant should be while rooms are open.
		field.String("assigned_room_id").GoType(meeting.RoomID("")).Default(""),
		field.String("device").GoType(meeting.Device("")).Default(string(meeting.DeviceDesktop)),
		field.String("preset").Default(""),
		field.JSON("media", meeting.Media{}),
		field.Bool("may_record").Default(false),
		field.String("recording").GoType(meeting.RecordingState("")).Default(""),
		field.String("help").GoType(meeting.HelpState("")).Default(""),
		// waiting_since is since when the participant waits to be let in, 0 while it
		// does not.
		laterInstant("waiting_since"),
		// joined_at is when the participant first came; left_at is when it left for
		// the last time, and 0 while it is there.
		instant("joined_at"),
		laterInstant("left_at"),
	}
}

// Edges of a participant.
func (Participant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("meeting", Meeting.Type).Ref("participants").Field("meeting_id").Required().Immutable().Unique(),
		edge.To("presences", Presence.Type),
		edge.To("connections", Connection.Type),
		edge.To("names", KnownName.Type),
	}
}

// Indexes of participants.
func (Participant) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "number").Unique(), index.Fields("bot_id")}
}

// Presence is the interval of truth: this participant, by this connection, was
// in this room from then to then.
type Presence struct{ ent.Schema }

// Mixin makes presences belong to a workspace.
func (Presence) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a presence.
func (Presence) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("participant_id").Immutable(),
		field.String("room_id").GoType(meeting.RoomID("")).Immutable(),
		field.Int("connection").Immutable(),
		field.Int("visit").Immutable(),
		instant("entered_at"),
		laterInstant("left_at"),
		field.String("cause").GoType(meeting.LeaveCause("")).Default(""),
	}
}

// Edges of a presence.
func (Presence) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("participant", Participant.Type).Ref("presences").Field("participant_id").Required().Immutable().Unique(),
		edge.From("room", Room.Type).Ref("presences").Field("room_id").Required().Immutable().Unique(),
	}
}

// Indexes of presences: who is in a room now, and a participant's journey.
func (Presence) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room_id", "left_at"), index.Fields("participant_id", "visit").Unique()}
}

// Connection is one join of a participant: a reconnect is another.
type Connection struct{ ent.Schema }

// Mixin makes connections belong to a workspace.
func (Connection) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a connection.
func (Connection) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("participant_id").Immutable(),
		// number counts the connections of the meeting.
		field.Int("number").Immutable(),
		field.String("device").GoType(meeting.Device("")).Immutable(),
		instant("joined_at"),
		laterInstant("left_at"),
		field.String("cause").GoType(meeting.LeaveCause("")).Default(""),
	}
}

// Edges of a connection.
func (Connection) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("participant", Participant.Type).Ref("connections").Field("participant_id").Required().Immutable().Unique(),
	}
}

// Indexes of connections.
func (Connection) Indexes() []ent.Index {
	return []ent.Index{index.Fields("participant_id", "number").Unique()}
}

// KnownName is what a participant was called from some moment on.
type KnownName struct{ ent.Schema }

// Mixin makes names belong to a workspace.
func (KnownName) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a name.
func (KnownName) Fields() []ent.Field {
	return []ent.Field{
		field.String("participant_id").Immutable(),
		field.String("name").Immutable(),
		instant("since"),
	}
}

// Edges of a name.
func (KnownName) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("participant", Participant.Type).Ref("names").Field("participant_id").Required().Immutable().Unique(),
	}
}

// Indexes of names.
func (KnownName) Indexes() []ent.Index { return []ent.Index{index.Fields("participant_id", "since")} }
