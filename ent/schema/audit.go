package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AuditEvent is one thing that somebody did who administers a workspace. Rows are
// written in the transaction of what was done, and never changed.
type AuditEvent struct{ ent.Schema }

// Mixin makes them belong to a workspace.
func (AuditEvent) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Annotations name the table.
func (AuditEvent) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "audit_events"}}
}

// Fields of an audit event.
func (AuditEvent) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		instant("at"),
		// action is what was done, such as api_key.created.
		field.String("action").Immutable(),
		// actor is the id of the key that was shown; empty for whoever runs the server.
		field.String("actor").Immutable(),
		field.String("actor_hint").Immutable(),
		// target is the id of what it was done to.
		field.String("target").Immutable(),
		// detail tells more, without secrets.
		field.JSON("detail", map[string]string{}).Immutable(),
	}
}

// Indexes of audit events: they are read by their time.
func (AuditEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("workspace_id", "at", "id")}
}
