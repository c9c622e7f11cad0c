package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// Event is one line of the journal. Rows are only ever added.
type Event struct{ ent.Schema }

// Mixin makes events belong to a workspace.
func (Event) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an event.
func (Event) Fields() []ent.Field {
	return []ent.Field{
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.Int64("sequence").Immutable(),
		instant("at"),
		field.String("type").GoType(meeting.EventType("")).Immutable(),
		field.String("room_id").GoType(meeting.RoomID("")).Immutable(),
		field.String("bot_id").GoType(meeting.BotID("")).Immutable(),
		// body is what meeting.Event.MarshalBody wrote.
		field.JSON("body", json.RawMessage{}).Immutable(),
	}
}

// Indexes of events: they are read in their order, per meeting or per bot.
func (Event) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("meeting_id", "sequence").Unique(),
		index.Fields("bot_id", "sequence"),
	}
}

// Request is an order that was given under a key, and the events that followed:
// given again, it is answered with them.
type Request struct{ ent.Schema }

// Mixin makes requests belong to a workspace.
func (Request) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a request.
func (Request) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").Immutable().NotEmpty(),
		// digest tells other orders under the same key apart.
		field.String("digest").Immutable(),
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.Int64("first_sequence").Immutable(),
		field.Int64("last_sequence").Immutable(),
	}
}

// Indexes of requests: a key is used once in a workspace.
func (Request) Indexes() []ent.Index {
	return []ent.Index{index.Fields("workspace_id", "key").Unique()}
}
