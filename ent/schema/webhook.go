package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/meeting"
)

// WebhookEndpoint is a server that a workspace's events are delivered to.
type WebhookEndpoint struct{ ent.Schema }

// Mixin makes endpoints belong to a workspace.
func (WebhookEndpoint) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an endpoint.
func (WebhookEndpoint) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.WebhookEndpointID("")).NotEmpty(),
		field.String("url"),
		field.String("description").Default(""),
		// What an event must be like to be delivered; what is empty lets all.
		field.JSON("event_types", []meeting.EventType{}).Optional(),
		field.String("meeting_id").GoType(meeting.ID("")).Default(""),
		field.JSON("metadata", map[string]string{}).Optional(),
		field.String("format").GoType(meeting.PayloadFormat("")),
		field.Bool("ordered").Default(false),
		field.Bool("svix_headers").Default(false),
		field.Bool("enabled").Default(true),
		laterInstant("disabled_at"),
		field.String("disabled_cause").GoType(meeting.DisableCause("")).Default(""),
		field.String("disabled_message").Default(""),
		// failing_since is when the first message was not taken since one was.
		laterInstant("failing_since"),
		instant("created_at"),
		laterInstant("deleted_at"),
		field.String("idempotency_key").Default("").Immutable(),
		field.String("idempotency_digest").Default("").Immutable(),
	}
}

// Edges of an endpoint.
func (WebhookEndpoint) Edges() []ent.Edge {
	return []ent.Edge{edge.To("secrets", WebhookSecret.Type), edge.To("deliveries", Delivery.Type)}
}

// Indexes of endpoints: they are listed per workspace, and made once per key.
func (WebhookEndpoint) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("workspace_id", "created_at"),
		index.Fields("workspace_id", "idempotency_key").Unique().Annotations(entsql.IndexWhere("idempotency_key <> ''")),
	}
}

// WebhookSecret signs what is sent to an endpoint.
type WebhookSecret struct{ ent.Schema }

// Mixin makes secrets belong to a workspace.
func (WebhookSecret) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a secret.
func (WebhookSecret) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("endpoint_id").GoType(meeting.WebhookEndpointID("")).Immutable(),
		field.String("signing").GoType(meeting.Signing("")).Immutable(),
		// sealed is the key, encrypted.
		field.Bytes("sealed").Sensitive().Immutable(),
		// public_key is the half that receivers know, of keys that have one.
		field.String("public_key").Default("").Immutable(),
		instant("created_at"),
		// expires_at is when a secret that was rotated signs no more.
		laterInstant("expires_at"),
	}
}

// Edges of a secret.
func (WebhookSecret) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("endpoint", WebhookEndpoint.Type).Ref("secrets").Field("endpoint_id").Required().Immutable().Unique(),
	}
}

// Indexes of secrets.
func (WebhookSecret) Indexes() []ent.Index {
	return []ent.Index{index.Fields("endpoint_id", "created_at")}
}

// Delivery is one message to one endpoint.
type Delivery struct{ ent.Schema }

// Mixin makes deliveries belong to a workspace.
func (Delivery) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a delivery.
func (Delivery) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.DeliveryID("")).NotEmpty(),
		field.String("endpoint_id").GoType(meeting.WebhookEndpointID("")).Immutable(),
		// The event, unless it is a test; part tells messages of one event apart.
		field.String("meeting_id").GoType(meeting.ID("")).Immutable(),
		field.Int64("sequence").Immutable(),
		field.Int("part").Immutable(),
		field.String("type").Immutable(),
		// body is sent as it stands here at every attempt.
		field.String("body").Immutable(),
		field.Bool("is_test").Default(false).Immutable(),
		field.String("state").GoType(meeting.DeliveryState("")),
		// attempt_count counts all attempts, tries those since it was queued last.
		field.Int("attempt_count").Default(0),
		field.Int("tries").Default(0),
		laterInstant("next_at"),
		instant("created_at"),
		laterInstant("ended_at"),
	}
}

// Edges of a delivery.
func (Delivery) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("endpoint", WebhookEndpoint.Type).Ref("deliveries").Field("endpoint_id").Required().Immutable().Unique(),
		edge.To("attempts", DeliveryAttempt.Type),
	}
}

// Indexes of deliveries: what is due, what is next in a meeting, lists, and what
// has been kept for long enough.
func (Delivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("endpoint_id", "state", "next_at"),
		index.Fields("endpoint_id", "meeting_id", "state", "sequence", "part"),
		index.Fields("workspace_id", "created_at"),
		index.Fields("endpoint_id", "created_at"),
		index.Fields("ended_at"),
	}
}

// DeliveryAttempt is one request that was made to deliver, and what came back.
type DeliveryAttempt struct{ ent.Schema }

// Mixin makes attempts belong to a workspace.
func (DeliveryAttempt) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an attempt.
func (DeliveryAttempt) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("delivery_id").GoType(meeting.DeliveryID("")).Immutable(),
		field.Int("number").Immutable(),
		instant("at"),
		field.Int64("duration").Immutable().Comment("nanoseconds"),
		field.String("url").Immutable(),
		field.JSON("request_headers", map[string]string{}).Immutable(),
		// status is the response's, 0 when none came; error says why then.
		field.Int("status").Immutable(),
		field.JSON("response_headers", map[string]string{}).Optional().Immutable(),
		field.String("response_body").Default("").Immutable(),
		field.String("error").Default("").Immutable(),
	}
}

// Edges of an attempt.
func (DeliveryAttempt) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("delivery", Delivery.Type).Ref("attempts").Field("delivery_id").Required().Immutable().Unique(),
	}
}

// Indexes of attempts.
func (DeliveryAttempt) Indexes() []ent.Index {
	return []ent.Index{index.Fields("delivery_id", "number").Unique()}
}

// Dispatch is how far the events of a meeting have been made into deliveries.
type Dispatch struct{ ent.Schema }

// Mixin makes it belong to a workspace.
func (Dispatch) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of a dispatch.
func (Dispatch) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").GoType(meeting.ID("")).NotEmpty().Comment("the meeting's"),
		field.Int64("sequence"),
	}
}

// Indexes of dispatches.
func (Dispatch) Indexes() []ent.Index { return []ent.Index{index.Fields("workspace_id")} }
