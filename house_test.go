package breakout_test

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// module is what the import paths of our own packages begin with.
const module = "github.com/breakoutrooms/breakout"

// mayImport is the floor plan: which of our own packages each package may
// import, outside of its tests. Everything points downward, and what is not
// named here is forbidden: testbed and meeting/meetingtest are for tests only,
// and a test may import what it needs. gen/ent stands for all packages below it.
var mayImport = map[string][]string{
	".":                   {},
	"access":              {},
	"audit":               {"access", "gen/ent", "meeting"},
	"bench":               {"access", "gen/gql", "graph", "journal", "meeting", "scenario"},
	"bot":                 {"meeting", "opusfile", "recording"},
	"bubble":              {},
	"client":              {},
	"cmd/breakout":        {"access", "bench", "bubble", "client", "dispatch", "graph/view", "keyring", "outbound", "report", "scenario", "server", "shrink", "tape", "tracing"},
	"conformance":         {},
	"dashboard":           {},
	"dispatch":            {"meeting", "webhook"},
	"ent":                 {},
	"ent/schema":          {"access", "meeting"},
	"fleet":               {"access", "bot", "gen/ent", "journal", "meeting", "outbound", "output", "recording", "spans", "transcription"},
	"graph":               {"access", "bot", "bubble", "fleet", "gen/ent", "gen/gql", "graph/limit", "graph/overhttp", "graph/socket", "graph/view", "journal", "keyring", "logs", "meeting", "plan", "recording", "webhook"},
	"graph/lean":          {},
	"graph/limit":         {},
	"graph/overhttp":      {},
	"graph/socket":        {"access"},
	"graph/view":          {"journal", "meeting"},
	"journal":             {"access", "gen/ent", "meeting"},
	"keyring":             {"access", "audit", "gen/ent", "meeting"},
	"logs":                {},
	"meeting":             {},
	"meeting/meetingtest": {"meeting"},
	"opusfile":            {},
	"outbound":            {},
	"output":              {"meeting", "opusfile", "recording"},
	"plan":                {"meeting"},
	"recall":              {"access", "bot", "fleet", "gen/ent", "journal", "meeting", "recording", "webhook"},
	"recording":           {"meeting", "opusfile", "webmfile"},
	"report":              {"meeting", "scenario"},
	"scenario":            {"bot", "bubble", "client", "dispatch", "graph/view", "meeting", "opusfile", "plan", "recording", "server", "simulator", "spans", "webmfile"},
	"seat":                {"meeting"},
	"seat/door":           {"access", "gen/ent", "meeting", "seat", "simulator"},
	"server":              {"access", "bubble", "dashboard", "fleet", "gen/ent", "graph", "graph/view", "journal", "keyring", "logs", "meeting", "outbound", "recall", "recording", "seat", "seat/door", "simulator", "transcription", "webhook", "whip"},
	"shrink":              {"scenario"},
	"simulator":           {"meeting", "opusfile"},
	"spans":               {},
	"tape":                {"meeting", "scenario"},
	"testbed":             {"client", "meeting", "report", "scenario", "server", "simulator", "testbed/sink"},
	"testbed/container":   {"testbed/sink"},
	"testbed/sink":        {},
	"tracing":             {},
	"transcription":       {"meeting", "opusfile", "recording"},
	"webhook":             {"access", "audit", "gen/ent", "journal", "meeting", "outbound"},
	"webmfile":            {"opusfile"},
	"whip":                {"access", "gen/ent", "journal", "meeting", "simulator"},
}

const (
	// maxLines is the ceiling for a Go file. Most have about 150.
	maxLines = 400
	// saysNothing are names of folders that say nothing of what is in them.
	saysNothing = "internal pkg common util utils types models"
)

// source is a Go file that was written by hand.
type source struct {
	*ast.File
	path, folder string // relative to the root, with slashes
	lines        int
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// house walks through everything that was written by hand.
func house(t *testing.T) (sources []source, folders []string) {
	t.Helper()
	notOurs := []string{"gen", "dashboard/dist"}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		name, file := entry.Name(), filepath.ToSlash(file)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(notOurs, file) || name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && file != "."):
			return filepath.SkipDir
		case entry.IsDir():
			folders = append(folders, file)
		case path.Ext(file) == ".go":
			s, err := parse(file)
			if err != nil || ast.IsGenerated(s.File) {
				return err
			}
			sources = append(sources, s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources, folders
}

func parse(file string) (source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return source{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly|parser.ParseComments)
	return source{parsed, file, path.Dir(file), bytes.Count(text, []byte("\n"))}, err
}

// imports are those of our own packages that a file imports, as the floor plan
// names them.
func (s source) imports(t *testing.T) (ours []string) {
	t.Helper()
	for _, spec := range s.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("%s: %v", s.path, err)
		}
		if folder, isOurs := strings.CutPrefix(imported+"/", module+"/"); isOurs {
			if strings.HasPrefix(folder, "gen/ent/") {
				folder = "gen/ent"
			}
			ours = append(ours, path.Clean(folder)) // of the root itself, "."
		}
	}
	return ours
}

func TestPackagesImportDownwardOnly(t *testing.T) {
	sources, folders := house(t)
	for _, s := range sources {
		allowed, isKnown := mayImport[s.folder]
		if !isKnown {
			t.Errorf("%s is in a package that the floor plan does not know: give %s a line in mayImport.", s.path, s.folder)
			continue
		}
		for _, imported := range s.imports(t) {
			if !s.isTest() && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s. Of our own packages, %s may import only these: %v.", s.path, imported, s.folder, allowed)
			}
		}
	}
	for known := range mayImport {
		if !slices.Contains(folders, known) {
			t.Errorf("The floor plan knows %s, which is not there.", known)
		}
	}
}

// TestTheLinterHasTheSameFloorPlan keeps depguard, which tells in the editor,
// from drifting away from the table above.
func TestTheLinterHasTheSameFloorPlan(t *testing.T) {
	text, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Mode         string `yaml:"list-mode"`
						Files, Allow []string
						Deny         []struct{ Pkg string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	rules := config.Linters.Settings.Depguard.Rules
	for folder, allowed := range mayImport {
		if folder == "." {
			continue // has no code, and the configuration knows no such name
		}
		var want []string
		for _, imported := range allowed {
			if imported != "gen/ent" {
				imported += "$" // this package, and none below it
			}
			want = append(want, module+"/"+imported)
		}
		rule := rules[folder]
		if rule.Mode != "lax" || len(rule.Deny) != 1 || rule.Deny[0].Pkg != module {
			t.Errorf("depguard's rule %q does not deny what it does not allow of our own packages.", folder)
		}
		if files := []string{path.Join("${base-path}", folder, "*.go"), "!$test"}; !slices.Equal(rule.Files, files) {
			t.Errorf("depguard's rule %q is for the files %v and not for %v.", folder, rule.Files, files)
		}
		if !slices.Equal(rule.Allow, want) {
			t.Errorf("depguard lets %s import %v. The floor plan says %v.", folder, rule.Allow, want)
		}
	}
	for folder := range rules {
		if _, isKnown := mayImport[folder]; !isKnown {
			t.Errorf("depguard has a rule for %s, which the floor plan does not know.", folder)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	sources, _ := house(t)
	for _, s := range sources {
		if s.lines > maxLines {
			t.Errorf("%s has %d lines. A file has at most %d: part it by what it is about.", s.path, s.lines, maxLines)
		}
	}
}

func TestFoldersSayWhatTheyHold(t *testing.T) {
	_, folders := house(t)
	for _, folder := range folders {
		if slices.Contains(strings.Fields(saysNothing), path.Base(folder)) {
			t.Errorf("The folder %s says nothing of what is in it. Name it after that.", folder)
		}
	}
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	sources, _ := house(t)
	comments := map[string]string{}
	for _, s := range sources {
		if !s.isTest() {
			comments[s.folder] += s.Doc.Text()
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(comments)) {
		if sentence := new(doc.Package).Synopsis(comments[folder]); !strings.HasSuffix(sentence, ".") {
			t.Errorf("Package %s has no comment of a sentence or more above its package clause, but %q.", folder, sentence)
		}
	}
}
