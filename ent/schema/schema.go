// Package schema holds the tables of the product. Rows are written by the
// journal alone, in the transaction of the events that they follow from.
package schema

import (
	"context"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/privacy"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
)

// workspaced gives a table its owner and keeps workspaces apart: a viewer reads
// the rows of its own workspace and no others, and only the product itself
// writes.
type workspaced struct{ mixin.Schema }

func (workspaced) Fields() []ent.Field {
	return []ent.Field{
		field.String("workspace_id").Immutable().NotEmpty(),
	}
}

func (workspaced) Policy() ent.Policy { return policyBy("workspace_id") }

// policyBy allows the product itself everything, and a viewer to read the rows
// whose column names its workspace.
func policyBy(column string) ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{ownRows(column)},
		Mutation: privacy.MutationPolicy{systemOnly()},
	}
}

// ownRows narrows every query to the rows of the viewer's workspace.
func ownRows(column string) privacy.QueryRule {
	return queryRule(func(ctx context.Context, query ent.Query) error {
		viewer, err := access.From(ctx)
		if err != nil {
			return privacy.Denyf("read without a viewer: %w", err)
		}
		if viewer.IsSystem() {
			return privacy.Allow
		}
		narrowed, ok := query.(interface{ WhereP(...func(*sql.Selector)) })
		if !ok {
			return privacy.Denyf("query %T cannot be narrowed to a workspace", query)
		}
		narrowed.WhereP(sql.FieldEQ(column, viewer.Workspace))
		return privacy.Allow
	})
}

// systemReads lets the product itself read and nobody else.
func systemReads() privacy.QueryRule {
	return queryRule(func(ctx context.Context, _ ent.Query) error {
		if viewer, err := access.From(ctx); err != nil || !viewer.IsSystem() {
			return privacy.Denyf("only the product itself may read this")
		}
		return privacy.Allow
	})
}

// systemOnly lets the product itself write and nobody else.
func systemOnly() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, _ ent.Mutation) error {
		viewer, err := access.From(ctx)
		if err != nil {
			return privacy.Denyf("write without a viewer: %w", err)
		}
		if !viewer.IsSystem() {
			return privacy.Denyf("workspace %s may not write rows directly", viewer.Workspace)
		}
		return privacy.Allow
	})
}

// queryRule makes a rule of a function.
type queryRule func(context.Context, ent.Query) error

func (r queryRule) EvalQuery(ctx context.Context, query ent.Query) error { return r(ctx, query) }

// instant is a column that holds a moment.
func instant(name string) ent.Field {
	return field.Int64(name).GoType(meeting.Instant(0)).Immutable()
}

// laterInstant is a column for a moment that is not known when the row is made;
// zero until then.
func laterInstant(name string) ent.Field {
	return field.Int64(name).GoType(meeting.Instant(0)).Default(0)
}
