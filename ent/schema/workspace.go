package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/breakoutrooms/breakout/access"
)

// Workspace is a tenant: everything else belongs to one.
type Workspace struct{ ent.Schema }

// Fields of a workspace.
func (Workspace) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("name").NotEmpty().Unique(),
		instant("created_at"),
	}
}

// Policy lets a viewer read its own workspace.
func (Workspace) Policy() ent.Policy { return policyBy("id") }

// APIKey opens the doors of one workspace. The key itself is never stored.
type APIKey struct{ ent.Schema }

// Mixin makes keys belong to a workspace.
func (APIKey) Mixin() []ent.Mixin { return []ent.Mixin{workspaced{}} }

// Fields of an API key.
func (APIKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(),
		field.String("name"),
		field.String("hash").Sensitive().Immutable().NotEmpty(),
		field.String("hint").Immutable(),
		instant("created_at"),
		laterInstant("expires_at"),
		// Keys from before there were scopes have all of them.
		field.String("scopes").Default(access.Everything.String()).Immutable(),
		laterInstant("revoked_at"),
		// replaced_by is the key that rotation made, while this one still opens for a while.
		field.String("replaced_by").Default(""),
	}
}

// Indexes of API keys: every request looks one up by its hash.
func (APIKey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("hash").Unique()}
}
