package scenario_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// checker is the published schema, compiled.
func checker(t *testing.T) *jsonschema.Schema {
	t.Helper()
	made, err := scenario.Schema()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "docs", "scenario.schema.json")
	if *update {
		if err := os.WriteFile(path, made, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if published, err := os.ReadFile(path); err != nil || !bytes.Equal(published, made) {
		t.Errorf("docs/scenario.schema.json differs from what the reader takes (%v); write it anew with -update", err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(made))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scenario.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// check holds a file against the schema, as an editor does.
func check(t *testing.T, schema *jsonschema.Schema, file string) error {
	t.Helper()
	var content any
	if err := yaml.Unmarshal([]byte(file), &content); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchema holds every file that comes with the program against the published schema,
// and files that the reader refuses.
func TestSchema(t *testing.T) {
	schema := checker(t)
	for _, name := range scenario.Library() {
		file, err := os.ReadFile(filepath.Join("library", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := check(t, schema, string(file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct{ old, broken string }{
		{"name: sound\n", "nme: sound\n"}, {"name: sound\n", ""}, {"role: host", "role: boss"}, {"role: host", "rle: host"},
		{"{count: 2}", "{count: many}"}, {"{count: 2}", "{count: 0}"}, {"mode: join_specific_room", "mode: join_all"},
		{"at: 1s", "at: soon"}, {"[Red, Blue]", "Red"}, {"send: bots", "send: bots, join: people"}, {"send: bots", "sends: bots"},
		{"event: in_call_recording", "event: in_call"}, {"who: Ada, to: Blue", "who: Ada, two: Blue"}, {"0.9", "1.1"}, {"count: 1}", "counts: 1}"},
		{"expect:", "faults: [{packet_loss: {}}]\nexpect:"}, {"expect:", "faults: [{packet_los: {share: 1}}]\nexpect:"},
		{"expect:", "faults: [{packet_loss: {share: 0.1, by: 2s}}]\nexpect:"}, {"coverage: 0.9", "score: {pints: 1}"},
	} {
		if !strings.Contains(sound, c.old) {
			t.Fatalf("the sound file has no %q", c.old)
		}
		broken := strings.Replace(sound, c.old, c.broken, 1)
		if err := check(t, schema, broken); err == nil {
			t.Errorf("with %q for %q, the schema finds nothing wrong", c.broken, c.old)
		}
		if _, err := scenario.Parse("f.yaml", []byte(broken)); err == nil {
			t.Errorf("with %q for %q, the reader finds nothing wrong", c.broken, c.old)
		}
	}
}
