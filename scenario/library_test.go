package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
)

// expects says in words what a scenario's file expects, beside what always is.
func expects(e scenario.Expectations) string {
	var list []string
	if e.Coverage != nil {
		list = append(list, fmt.Sprintf("%g of the occupied time is recorded", *e.Coverage))
	}
	if e.LostPackets != nil {
		list = append(list, fmt.Sprintf("at most %d packets are lost", *e.LostPackets))
	}
	if e.MoveP99 != nil {
		list = append(list, fmt.Sprintf("a move takes %s at most", *e.MoveP99))
	}
	for _, event := range e.Events {
		what := event.String()
		if event.Count == 0 {
			what = "no" + strings.TrimPrefix(what, "1 ×")
		}
		list = append(list, what)
	}
	for _, want := range e.Within {
		list = append(list, fmt.Sprintf("%s within %s", want, want.Time))
	}
	for _, want := range e.Eventually {
		list = append(list, fmt.Sprintf("%s before the end", want))
	}
	for _, want := range e.Never {
		list = append(list, fmt.Sprintf("never %s", want))
	}
	for _, want := range e.Order {
		list = append(list, want.String())
	}
	list = append(list, e.Score.Bounds()...)
	return strings.Join(list, "; ")
}

// TestLibraryDocument holds docs/library.md against the scenarios that come with the
// program.
func TestLibraryDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Bundled scenarios\n\nEach is played with `breakout test --bundled NAME`, all of them with `--bundled all`. Beside what\n" +
		"stands here, every run must have no packet, frame or word in a wrong recording, and no event\nmissing or doubled. This page is made by `go test ./scenario -run LibraryDocument -update`.\n\n" +
		"| scenario | what happens | known from | what must have come of it |\n|---|---|---|---|\n")
	for _, name := range scenario.Library() {
		s, err := scenario.Bundled(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || s.Story == "" || s.Source == "" || s.Expect.Count() == 0 {
			t.Errorf("%s is called %q, tells %q and expects %d things", name, s.Name, s.Story, s.Expect.Count())
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, strings.TrimSpace(s.Story), s.Source, expects(s.Expect))
	}
	path := filepath.Join("..", "docs", "library.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if document, err := os.ReadFile(path); err != nil || string(document) != b.String() {
		t.Errorf("docs/library.md differs from the scenarios (%v); write it anew with -update, and look at it", err)
	}
}
