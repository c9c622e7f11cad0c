package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/privacy"
	"entgo.io/ent/schema/field"
)

// Secret is something random that all processes on one database share, such as what
// signs the addresses of recordings.
type Secret struct{ ent.Schema }

// Fields of a secret.
func (Secret) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").NotEmpty(), // what it is for
		field.Bytes("value").Sensitive().Immutable(),
		instant("created_at"),
	}
}

// Policy keeps secrets from every viewer.
func (Secret) Policy() ent.Policy {
	return privacy.Policy{Query: privacy.QueryPolicy{systemReads()}, Mutation: privacy.MutationPolicy{systemOnly()}}
}
