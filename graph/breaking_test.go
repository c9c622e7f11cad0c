package graph_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestBreakingChangesAreRecorded holds the schema against that of the last release,
// testdata/released.graphql: whatever breaks a program that was written for that one
// must be named in the changelog. A release puts testdata/schema.graphql in its place.
func TestBreakingChangesAreRecorded(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "released.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	changelog, err := os.ReadFile(filepath.Join("..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(changelog), "\n## Unreleased\n")
	unreleased, _, _ := strings.Cut(after, "\n## ")
	_, recorded, _ := strings.Cut(unreleased, "\n### Breaking\n")
	for _, change := range breaking(read(t, string(text)), served()) {
		place, what, _ := strings.Cut(change, " ")
		if !strings.Contains(recorded, "`"+place+"`") {
			t.Errorf("%s %s, which breaks programs that use it. Name `%s` in CHANGELOG.md, below ## Unreleased and ### Breaking, or leave it as it was.", place, what, place)
		}
	}
}

func read(t *testing.T, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// breaking lists what a new schema breaks for those who use the old one: where, and
// what it is.
func breaking(was, is *ast.Schema) (changes []string) {
	for _, name := range slices.Sorted(maps.Keys(was.Types)) {
		old, now := was.Types[name], is.Types[name]
		switch {
		case old.BuiltIn:
		case now == nil:
			changes = append(changes, name+" is gone")
		case old.Kind != now.Kind:
			changes = append(changes, fmt.Sprintf("%s was %s and is %s", name, old.Kind, now.Kind))
		default:
			changes = append(changes, changed(old, now)...)
		}
	}
	return changes
}

func changed(old, now *ast.Definition) (changes []string) {
	for _, value := range old.EnumValues {
		if now.EnumValues.ForName(value.Name) == nil {
			changes = append(changes, old.Name+"."+value.Name+" is gone")
		}
	}
	for _, kind := range slices.Concat(old.Interfaces, old.Types) {
		if !slices.Contains(slices.Concat(now.Interfaces, now.Types), kind) {
			changes = append(changes, old.Name+" has nothing to do with "+kind+" any more")
		}
	}
	for _, field := range old.Fields {
		place, other := old.Name+"."+field.Name, now.Fields.ForName(field.Name)
		switch {
		case other == nil:
			changes = append(changes, place+" is gone")
		case old.Kind == ast.InputObject && !takes(other.Type, field.Type), old.Kind != ast.InputObject && !takes(field.Type, other.Type):
			changes = append(changes, fmt.Sprintf("%s was %s and is %s", place, field.Type, other.Type))
		default:
			changes = append(changes, arguments(place, field.Arguments, other.Arguments)...)
		}
	}
	for _, field := range now.Fields {
		if old.Kind == ast.InputObject && old.Fields.ForName(field.Name) == nil && field.Type.NonNull && field.DefaultValue == nil {
			changes = append(changes, old.Name+"."+field.Name+" must be given now")
		}
	}
	return changes
}

func arguments(place string, old, now ast.ArgumentDefinitionList) (changes []string) {
	for _, argument := range old {
		place, other := place+"."+argument.Name, now.ForName(argument.Name)
		if other == nil {
			changes = append(changes, place+" is gone")
		} else if !takes(other.Type, argument.Type) {
			changes = append(changes, fmt.Sprintf("%s was %s and is %s", place, argument.Type, other.Type))
		}
	}
	for _, argument := range now {
		if old.ForName(argument.Name) == nil && argument.Type.NonNull && argument.DefaultValue == nil {
			changes = append(changes, place+"."+argument.Name+" must be given now")
		}
	}
	return changes
}

// takes says whether who takes values of one type can be given those of another:
// all that are not null are as good as those that may be.
func takes(taken, given *ast.Type) bool {
	if taken.NonNull && !given.NonNull {
		return false
	}
	if taken.Elem != nil && given.Elem != nil {
		return takes(taken.Elem, given.Elem)
	}
	return taken.Elem == nil && given.Elem == nil && taken.NamedType == given.NamedType
}

func TestBreakingChangesAreFound(t *testing.T) {
	const was = `
		type Query { node(id: ID!, kind: Kind): Node list(first: Int): [A] input(i: In): Any names: [String!]! }
		interface Node { id: ID! }
		type A implements Node { id: ID! name: String }
		type B { id: ID! }
		union Any = A | B
		enum Kind { ONE TWO }
		input In { a: Int! b: Int }
		scalar Time`
	for _, test := range []struct{ old, now, change string }{
		{"scalar Time", "", "Time is gone"},
		{"scalar Time", "input Time { a: Int }", "Time was SCALAR and is INPUT_OBJECT"},
		{"ONE TWO", "TWO", "Kind.ONE is gone"},
		{"ONE TWO", "ONE TWO THREE", ""},
		{"A | B", "A", "Any has nothing to do with B any more"},
		{"type A implements Node", "type A", "A has nothing to do with Node any more"},
		{"name: String ", "", "A.name is gone"},
		{"name: String ", "name: String! ", ""},
		{"name: String ", "name: Int ", "A.name was String and is Int"},
		{"names: [String!]!", "names: [String]!", "Query.names was [String!]! and is [String]!"},
		{"names: [String!]!", "names: String!", "Query.names was [String!]! and is String!"},
		{"list(first: Int): [A]", "list(first: Int): [A!]!", ""},
		{"first: Int", "last: Int", "Query.list.first is gone"},
		{"first: Int", "first: Int!", "Query.list.first was Int and is Int!"},
		{"first: Int", "first: Int after: String!", "Query.list.after must be given now"},
		{"first: Int", `first: Int after: String! = ""`, ""},
		{"id: ID!, kind", "id: ID, kind", ""},
		{"a: Int! b", "a: Int b", ""},
		{"a: Int! b: Int", "a: Int! b: Int!", "In.b was Int and is Int!"},
		{"a: Int! b: Int", "a: Int!", "In.b is gone"},
		{"b: Int }", "b: Int c: Int! }", "In.c must be given now"},
		{"b: Int }", "b: Int c: Int! = 3 }", ""},
	} {
		changes := breaking(read(t, was), read(t, strings.Replace(was, test.old, test.now, 1)))
		if got := strings.Join(changes, "; "); got != test.change {
			t.Errorf("%q instead of %q: found %q, not %q", test.now, test.old, got, test.change)
		}
	}
}
