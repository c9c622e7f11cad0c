package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// RealtimeEndpoint is a server that a bot sends what it hears to.
type RealtimeEndpoint struct{ ent.Schema }

// Mixin makes endpoints belong to a workspace.
func (RealtimeEndpoint) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an endpoint.
func (RealtimeEndpoint) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.RealtimeEndpointID("")).NotEmpty(),
		field.String("bot_id").GoType(meeting.BotID("")).Immutable(),
		// ordinal is its place among the bot's.
		field.Int("ordinal").Immutable(),
		field.String("url").Immutable(),
		field.JSON("outputs", []meeting.RealtimeOutput{}).Immutable(),
		field.String("status").GoType(meeting.RealtimeStatus("")).Default(string(meeting.RealtimeConnecting)),
		field.Int64("sent").Default(0).Comment("packets"),
		field.Int64("dropped").Default(0).Comment("packets"),
		field.String("message").Optional().Nillable(),
	}
}

// Edges of an endpoint.
func (RealtimeEndpoint) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("bot", Bot.Type).Ref("realtime_endpoints").Field("bot_id").Required().Immutable().Unique(),
	}
}

// Indexes of endpoints.
func (RealtimeEndpoint) Indexes() []ent.Index {
	return []ent.Index{index.Fields("bot_id", "ordinal").Unique()}
}
