package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// Meeting is the container of rooms, rounds and people.
type Meeting struct{ ent.Schema }

// Mixin makes meetings belong to a workspace.
func (Meeting) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a meeting.
func (Meeting) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.ID("")).NotEmpty(),
		field.String("title"),
		field.String("platform").Immutable(),
		field.String("persona").Default(meeting.PersonaIdeal).Immutable(),
		// join_url is an address by which the meeting is known elsewhere, if any.
		field.String("join_url").Default("").Immutable(),
		field.JSON("options", meeting.Options{}),
		field.JSON("plans", []meeting.Plan{}).Optional(),
		field.JSON("presets", []meeting.Preset{}).Optional(),
		// cover_policy is how bots cover the rooms; null when they do not.
		field.JSON("cover_policy", &meeting.CoverPolicy{}).Optional(),
		// applied_plan is the name of the plan by which newcomers are assigned.
		field.String("applied_plan").Default(""),
		// head_sequence is the number of the meeting's latest event. It counts
		// inside the transaction that writes the event, so that numbers appear in
		// the order of commits, without gaps.
		field.Int64("head_sequence").Default(0),
		instant("created_at"),
		laterInstant("ended_at"),
	}
}

// Edges of a meeting.
func (Meeting) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("rounds", Round.Type),
		edge.To("rooms", Room.Type),
		edge.To("participants", Participant.Type),
		edge.To("bots", Bot.Type),
	}
}

// Indexes of meetings: they are listed per workspace, newest first, and
// found by their addresses.
func (Meeting) Indexes() []ent.Index {
	return []ent.Index{index.Fields("workspace_id", "created_at"), index.Fields("workspace_id", "join_url")}
}

// Round is one open-to-closed cycle of a meeting's breakout rooms.
type Round struct{ ent.Schema }

// Mixin makes rounds belong to a workspace.
func (Round) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a round.
func (Round) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.Int("ordinal").Immutable(),
		field.String("state").GoType(meeting.RoundState("")),
		laterInstant("opened_at"),
		laterInstant("ends_at"),
		laterInstant("closes_at"),
		laterInstant("closed_at"),
		field.String("cause").GoType(meeting.CloseCause("")).Default(""),
	}
}

// Edges of a round.
func (Round) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("meeting", Meeting.Type).Ref("rounds").Field("meeting_id").Required().Immutable().Unique(),
	}
}

// Indexes of rounds.
func (Round) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "ordinal").Unique()}
}

// Room is the main room or a breakout room of a meeting.
type Room struct{ ent.Schema }

// Mixin makes rooms belong to a workspace.
func (Room) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a room.
func (Room) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.RoomID("")).NotEmpty(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.String("kind").GoType(meeting.RoomKind("")).Immutable(),
		field.Int("ordinal"),
		field.String("name"),
		field.String("state").GoType(meeting.RoomState("")),
		field.Bool("recordable").Default(false),
		instant("created_at"),
		laterInstant("opened_at"),
		laterInstant("closes_at"),
		laterInstant("closed_at"),
	}
}

// Edges of a room.
func (Room) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("meeting", Meeting.Type).Ref("rooms").Field("meeting_id").Required().Immutable().Unique(),
		edge.To("presences", Presence.Type),
		edge.To("segments", Segment.Type),
	}
}

// Indexes of rooms.
func (Room) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "ordinal").Unique()}
}
