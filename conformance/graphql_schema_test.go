package conformance_test

import (
	"bytes"
	"path/filepath"
	"strconv"
	"testing"
)

// TestGraphQLSchema holds the schema against @graphql-eslint's rules for schemas and
// for Relay.
func TestGraphQLSchema(t *testing.T) {
	files, err := filepath.Glob("../graph/schema/*.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	want := strconv.Itoa(len(files)) + " files" // and no finding
	if got := bytes.TrimSpace(run(t, "graphql-schema.mjs")); string(got) != want {
		t.Errorf("the rules found, in what should be %s:\n%s", want, got)
	}
}
