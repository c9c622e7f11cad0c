package scenario_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
	"go.yaml.in/yaml/v3"
)

var planted = flag.String("planted", "status-twice,another-name", "which defects of testdata/planted.yaml to plant: names with commas between, or all")

// defect is something wrong that is planted into a copy of the program.
type defect struct {
	Name, Says string
	Edits      []struct{ File, Old, New string }
	// Scenario is the bundled scenario that catches it, or rare, which is too long to be
	// bundled; Caught is the expectation of it that fails then.
	Scenario, Caught string
}

// defects reads them all. One that does not apply any more is a fault.
func defects(t *testing.T) (all []defect) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "planted.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if _, err := d.apply(); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
		if !slices.Contains(append(scenario.Library(), rare), d.Scenario) || d.Says == "" || d.Caught == "" {
			t.Errorf("%s is caught by %q of %q, which is not bundled, or says nothing", d.Name, d.Caught, d.Scenario)
		}
	}
	return all
}

// apply is what the files are with the defect.
func (d defect) apply() (map[string]string, error) {
	files := make(map[string]string)
	for _, edit := range d.Edits {
		text, known := files[edit.File]
		if !known {
			data, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(edit.File)))
			if err != nil {
				return nil, err
			}
			text = string(data)
		}
		old := strings.TrimSuffix(edit.Old, "\n")
		if n := strings.Count(text, old); n != 1 {
			return nil, fmt.Errorf("what is to be replaced stands %d times in %s, not once; plant the defect anew:\n%s", n, edit.File, edit.Old)
		}
		files[edit.File] = strings.Replace(text, old, strings.TrimSuffix(edit.New, "\n"), 1)
	}
	return files, nil
}

// overlay has the compiler read other files in the place of some
// (go help build, -overlay).
func (d defect) overlay(t *testing.T) string {
	t.Helper()
	files, err := d.apply()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	replaced := make(map[string]string)
	for name, text := range files {
		original, err := filepath.Abs(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		replaced[original] = filepath.Join(folder, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(replaced[original], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlay, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// build builds the program, with some files replaced.
func build(t *testing.T, overlay string) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "breakout")
	arguments := []string{"build", "-o", program}
	if overlay != "" {
		arguments = append(arguments, "-overlay", overlay)
	}
	command := exec.CommandContext(t.Context(), "go", append(arguments, "./cmd/breakout")...)
	command.Dir = ".."
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the program can't be built: %v\n%s", err, out)
	}
	return program
}

// rare is a scenario of random moves that a rare defect needs.
const rare = "rare"

// source is how a scenario is named to the program.
func source(name string) []string {
	if name == rare {
		return []string{filepath.Join("testdata", "rare.yaml")}
	}
	return []string{"--bundled", name}
}

// broken plays a scenario by a program, and lists the expectations that fail.
func broken(t *testing.T, program string, arguments ...string) (failed []string) {
	t.Helper()
	var out, said bytes.Buffer
	name := strings.Join(arguments, " ")
	command := exec.CommandContext(t.Context(), program, append([]string{"test", "--json"}, arguments...)...)
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	var reports struct{ Scenarios []scenario.Report }
	if json.Unmarshal(out.Bytes(), &reports) != nil || len(reports.Scenarios) != 1 {
		t.Fatalf("%s gave no report: %v\n%s", name, err, said.Bytes())
	}
	for _, v := range reports.Scenarios[0].Verdicts {
		if !v.OK {
			failed = append(failed, v.What)
		}
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); (len(failed) > 0) != (ok && exit.ExitCode() == 1) {
		t.Errorf("%s: %d expectations failed, and the program ended with %v", name, len(failed), err)
	}
	return failed
}

// reduced looks at what a long run was reduced to: a few steps, which hold without the
// defect.
func reduced(t *testing.T, planted, clean, file string) {
	t.Helper()
	s, err := scenario.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("reduced to %d steps:\n%s", len(s.Steps), text)
	if len(s.Steps) > 10 {
		t.Errorf("%d steps are left", len(s.Steps))
	}
	if failed := broken(t, planted, file); !slices.Contains(failed, "leaked packets") {
		t.Errorf("what is left fails otherwise: %q", failed)
	}
	if failed := broken(t, clean, file); len(failed) > 0 {
		t.Errorf("what is left fails without the defect: %q", failed)
	}
}

// TestPlantedDocument holds docs/planted.md against the defects.
func TestPlantedDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Planted defects\n\nWhoever trusts a test wants to see it fail. These defects are planted one by one into a copy of the\n" +
		"program, whose scenario must then fail by the expectation that is named here, and must hold\nwithout the defect:\n\n" +
		"```sh\ngo test ./scenario -run PlantedDefects -planted all -v             # all of them\n" +
		"go test ./scenario -run PlantedDefects -planted last-second-lost -v # one\n```\n\n" +
		"They stand in `scenario/testdata/planted.yaml`, each as a piece of a source file and what takes its\nplace. One that does not apply any more fails every run of the tests. The last one needs a rare\n" +
		"combination: the run of 205 random moves that finds it is reduced by `--shrink` to a few steps. This page is made by\n" +
		"`go test ./scenario -run PlantedDocument -update`.\n\n| defect | what is wrong | where | scenario | what fails |\n|---|---|---|---|---|\n")
	for _, d := range defects(t) {
		var files []string
		for _, edit := range d.Edits {
			if !slices.Contains(files, "`"+edit.File+"`") {
				files = append(files, "`"+edit.File+"`")
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s |\n", d.Name, d.Says, strings.Join(files, ", "), d.Scenario, d.Caught)
	}
	path := filepath.Join("..", "docs", "planted.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if document, err := os.ReadFile(path); err != nil || string(document) != b.String() {
		t.Errorf("docs/planted.md differs from the defects (%v); write it anew with -update", err)
	}
}

// TestPlantedDefects plants defects one by one. The scenario of each holds without it
// and fails with it, by the expectation that is there for it.
func TestPlantedDefects(t *testing.T) {
	all := defects(t)
	if t.Failed() || raceDetector || testing.Short() {
		return
	}
	clean := build(t, "")
	held := make(map[string]bool)
	for _, d := range all {
		if *planted != "all" && !slices.Contains(strings.Split(*planted, ","), d.Name) {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			if !held[d.Scenario] {
				if failed := broken(t, clean, source(d.Scenario)...); len(failed) > 0 {
					t.Errorf("%s fails without the defect: %v", d.Scenario, failed)
				}
				held[d.Scenario] = true
			}
			began := time.Now()
			program, arguments, kept := build(t, d.overlay(t)), source(d.Scenario), t.TempDir()
			if d.Scenario == rare {
				arguments = append(arguments, "--shrink", "--shrink-for", "20m", "--shrink-to", kept)
			}
			failed := broken(t, program, arguments...)
			if d.Scenario == rare {
				reduced(t, program, clean, filepath.Join(kept, "rare.shrunk.yaml"))
			}
			if !slices.Contains(failed, d.Caught) {
				t.Errorf("%s was not caught by %q of %s; what failed: %q", d.Name, d.Caught, d.Scenario, failed)
			}
			t.Logf("%-28s %-36s %q, in %s", d.Name, d.Scenario, failed, time.Since(began).Round(time.Second))
		})
	}
}
