package graph

import (
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestEveryRootFieldHasOneScope holds the table of scopes against the schema.
func TestEveryRootFieldHasOneScope(t *testing.T) {
	listed := make(map[string]int)
	for _, fields := range fieldsByScope {
		for name := range strings.FieldsSeq(fields) {
			listed[name]++
		}
	}
	schema := gql.NewExecutableSchema(gql.Config{}).Schema()
	served := 0
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			served++
			if n := listed[field.Name]; n != 1 {
				t.Errorf("%s.%s stands in the table of scopes %d times; give it one scope in graph/scopes.go", root.Name, field.Name, n)
			}
		}
	}
	if served != len(listed) {
		t.Errorf("the schema has %d root fields of different names and the table of scopes %d", served, len(listed))
	}
}
