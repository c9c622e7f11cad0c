package graph_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// update makes TestSchema write down the schema instead of comparing it.
var update = flag.Bool("update", false, "write testdata/schema.graphql anew")

// served is the schema that the server answers by.
func served() *ast.Schema { return gql.NewExecutableSchema(gql.Config{}).Schema() }

// TestSchema makes every change of the public surface show in a diff: other
// people's programs are written against this schema.
func TestSchema(t *testing.T) {
	var printed strings.Builder
	formatter.NewFormatter(&printed, formatter.WithIndent("  ")).FormatSchema(served())
	path := filepath.Join("testdata", "schema.graphql")
	if *update {
		if err := os.WriteFile(path, []byte(printed.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if was, is := string(written), printed.String(); was != is {
		changes := difference(strings.Split(was, "\n"), strings.Split(is, "\n"))
		t.Errorf("The schema that is served is not %s any more:\n%s\nIf that is meant: go test ./graph -run TestSchema -update", path, strings.Join(changes, "\n"))
	}
}

// difference lists the lines that were taken away and that came, by the longest
// sequence of lines that stayed.
func difference(was, is []string) (changes []string) {
	stay := make([][]int, len(was)+1) // how many lines stay of was[i:] and is[j:]
	for i := range stay {
		stay[i] = make([]int, len(is)+1)
	}
	for i, old := range slices.Backward(was) {
		for j, now := range slices.Backward(is) {
			if stay[i][j] = max(stay[i+1][j], stay[i][j+1]); old == now {
				stay[i][j] = stay[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(was) || j < len(is); {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && stay[i+1][j] >= stay[i][j+1]:
			changes = append(changes, fmt.Sprintf("  line %d: - %s", i+1, was[i]))
			i++
		default:
			changes = append(changes, fmt.Sprintf("  line %d: + %s", j+1, is[j]))
			j++
		}
	}
	return changes
}

// TestEverythingIsDescribed asks for a description of all that is ours in the
// schema: it is the reference that callers read.
func TestEverythingIsDescribed(t *testing.T) {
	var silent []string
	ask := func(description, format string, args ...any) {
		if strings.TrimSpace(description) == "" {
			silent = append(silent, fmt.Sprintf(format, args...))
		}
	}
	schema := served()
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		definition := schema.Types[name]
		if definition.BuiltIn {
			continue
		}
		ask(definition.Description, "%s", name)
		for _, value := range definition.EnumValues {
			ask(value.Description, "%s.%s", name, value.Name)
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue // introspection
			}
			ask(field.Description, "%s.%s", name, field.Name)
			for _, argument := range field.Arguments {
				ask(argument.Description, "%s.%s(%s:)", name, field.Name, argument.Name)
			}
		}
	}
	if len(silent) > 0 {
		t.Errorf("Without a description in graph/schema:\n%s", strings.Join(silent, "\n"))
	}
}
