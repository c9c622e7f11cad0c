// Command lean takes out of gqlgen's code a map that it makes for each operation and
// that nobody here asks for: how every input of the schema is read. Making it is a
// twentieth of the time of a small mutation and a fifth of its garbage. gqlgen has no
// setting for it.
package main

import (
	"fmt"
	"os"
	"regexp"
)

// unasked are the statements that make the map and hand it on.
var unasked = regexp.MustCompile(`(?s)\tinputUnmarshalMap := graphql\.BuildUnmarshalerMap\(\n.*?\n\t\)\n|\t+ctx = graphql\.WithUnmarshalerMap\(ctx, inputUnmarshalMap\)\n`)

// written is the file that has them, beside the folder that generates it.
const written = "../gen/gql/root_.generated.go"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

// run rewrites the file.
func run() error {
	text, err := os.ReadFile(written)
	if err != nil {
		return err
	}
	// It is made once and handed on for queries and for mutations.
	if found := len(unasked.FindAll(text, -1)); found != 3 {
		return fmt.Errorf("%s has %d of the 3 statements: gqlgen writes something else now. See whether it still makes the map for each operation", written, found)
	}
	return os.WriteFile(written, unasked.ReplaceAll(text, nil), 0o600) //nolint:gosec // the path is a constant
}
