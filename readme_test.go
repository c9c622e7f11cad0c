package breakout_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// snippets are the pieces of code of one language in a document.
func snippets(t *testing.T, document, language string) []string {
	t.Helper()
	fence := regexp.MustCompile("(?s)```" + language + "\n(.*?)```")
	var found []string
	for _, match := range fence.FindAllStringSubmatch(read(t, document), -1) {
		found = append(found, match[1])
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReadmeShowsTheTestThatRuns holds the README's example against the test
// that proves it.
func TestReadmeShowsTheTestThatRuns(t *testing.T) {
	shown := snippets(t, "README.md", "go")
	if len(shown) != 1 {
		t.Fatalf("the README has %d pieces of Go; this test knows of one", len(shown))
	}
	if !strings.Contains(read(t, filepath.Join("testbed", "example_test.go")), shown[0]) {
		t.Error("the Go of the README differs from TestBotRecordsItsRoom in testbed/example_test.go; copy the test into the README")
	}
}

// TestDocumentsShowValidGraphQL holds the operations of the documents against
// the schema.
func TestDocumentsShowValidGraphQL(t *testing.T) {
	files, err := filepath.Glob("graph/schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	var sources []*ast.Source
	for _, file := range files {
		sources = append(sources, &ast.Source{Name: file, Input: read(t, file)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	valid := 0
	for _, document := range append(documents, "README.md") {
		for _, operation := range snippets(t, document, "graphql") {
			if _, faults := gqlparser.LoadQueryWithRules(schema, operation, nil); len(faults) > 0 {
				t.Errorf("%s shows\n%s%v", document, operation, faults)
				continue
			}
			valid++
		}
	}
	if valid == 0 {
		t.Error("no document shows an operation")
	}
}

// TestLinksLeadSomewhere looks whether files that documents link to exist.
func TestLinksLeadSomewhere(t *testing.T) {
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for _, document := range append(documents, "README.md", "AGENTS.md", "CHANGELOG.md") {
		for _, match := range link.FindAllStringSubmatch(read(t, document), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), match[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", document, match[1])
			}
		}
	}
}

// TestEveryCodeIsDocumented looks for the codes of refusals and errors, wherever
// they are written, in docs/errors.md.
func TestEveryCodeIsDocumented(t *testing.T) {
	document := read(t, "docs/errors.md")
	code := regexp.MustCompile(`(?m)^(?:const|\s)\s*[cC]ode\w+\s+(?:meeting\.)?(?:Code )?= "([A-Z_]+)"`)
	found := 0
	for _, folder := range []string{"meeting", "fleet", "graph", "graph/limit", "graph/overhttp", "graph/view", "keyring", "webhook"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, match := range code.FindAllStringSubmatch(read(t, file), -1) {
				found++
				if !strings.Contains(document, "`"+match[1]+"`") {
					t.Errorf("docs/errors.md does not tell of %s, which stands in %s", match[1], file)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d codes were found; has their form changed?", found)
	}
}

// TestFeaturesAreShown looks for the tests that docs/features.md names.
func TestFeaturesAreShown(t *testing.T) {
	var tests strings.Builder
	sources, _ := house(t)
	for _, source := range sources {
		if source.isTest() {
			tests.WriteString(read(t, source.path))
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(read(t, "docs/features.md"), -1)
	for _, match := range named {
		if !strings.Contains(tests.String(), "func "+match[1]+"(") {
			t.Errorf("docs/features.md names %s, which does not exist", match[1])
		}
	}
	if len(named) == 0 {
		t.Error("docs/features.md names no test")
	}
}

// TestFeaturesAreComplete looks for mutations and events that docs/features.md does
// not tell of.
func TestFeaturesAreComplete(t *testing.T) {
	schema, features := read(t, "graph/testdata/schema.graphql"), read(t, "docs/features.md")
	document, err := parser.ParseSchema(&ast.Source{Input: schema})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, field := range document.Definitions.ForName("Mutation").Fields {
		names = append(names, field.Name)
	}
	for _, value := range document.Definitions.ForName("EventType").EnumValues {
		names = append(names, value.Name)
	}
	for _, name := range names {
		if !strings.Contains(features, "`"+name+"`") {
			t.Errorf("docs/features.md does not tell of %s", name)
		}
	}
	if len(names) < 50 {
		t.Errorf("the schema has %d mutations and events", len(names))
	}
}
