package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// setting is what breakout config tells of a flag.
type setting struct{ Name, Variable, Value, Default, Source string }

// settings runs breakout config in an environment.
func settings(t *testing.T, environment []string, args ...string) (map[string]setting, string) {
	t.Helper()
	command := exec.Command(program, append([]string{"config", "--json"}, args...)...)
	command.Env = append([]string{"HOME=" + t.TempDir()}, environment...)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("config %v: %v", args, err)
	}
	var told struct{ Settings []setting }
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]setting)
	for _, s := range told.Settings {
		byName[s.Name] = s
	}
	return byName, string(out)
}

// TestSettingsComeFromFlagsTheEnvironmentAndAFile, in this order.
func TestSettingsComeFromFlagsTheEnvironmentAndAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "breakout.yaml")
	text := "listen: 127.0.0.1:1111\nmedia-listen: 127.0.0.1:2222\nmax-connections: 3333\nallow-private-addresses: [127.0.0.0/8, 10.0.0.0/8]\nlog-level: DEBUG\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := []string{"BREAKOUT_CONFIG=" + file, "BREAKOUT_LISTEN=127.0.0.1:4444", "BREAKOUT_MEDIA_LISTEN=127.0.0.1:5555", "BREAKOUT_INITIAL_KEY=a-key-that-must-not-be-shown"}
	got, whole := settings(t, environment, "--listen", "127.0.0.1:6666", "--database", "postgres://me:pa55word@db/x")
	for name, want := range map[string]setting{
		"listen":                  {Value: "127.0.0.1:6666", Source: "command line"},
		"media-listen":            {Value: "127.0.0.1:5555", Source: "environment"},
		"max-connections":         {Value: "3333", Source: "file"},
		"allow-private-addresses": {Value: "127.0.0.0/8 10.0.0.0/8", Source: "file"},
		"log-level":               {Value: "DEBUG", Source: "file"},
		"resume-within":           {Value: "10m0s", Source: "default"},
		"initial-key":             {Value: "(hidden)", Source: "environment"},
		"database":                {Value: "postgres://me:xxxxx@db/x", Source: "command line"},
	} {
		if got := got[name]; got.Value != want.Value || got.Source != want.Source {
			t.Errorf("%s is %q by %s, want %q by %s", name, got.Value, got.Source, want.Value, want.Source)
		}
	}
	if strings.Contains(whole, "must-not-be-shown") || strings.Contains(whole, "pa55word") {
		t.Errorf("a secret is shown:\n%s", whole)
	}
}

func TestFaultyFilesOfSettingsAreRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for file, want := range map[string]string{
		write("unknown.yaml", "lisen: x"):                     `has a setting "lisen", which is no flag`,
		write("list.yaml", "- a\n- b"):                        "holds no settings of the form name: value",
		write("number.json", `{"max-connections": "plenty"}`): "--max-connections",
		filepath.Join(folder, "nowhere.yaml"):                 "there is no file",
	} {
		out, err := exec.Command(program, "config", "--config="+file).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

// TestSettingsAreDocumented holds the table in docs/operations.md against the program.
func TestSettingsAreDocumented(t *testing.T) {
	t.Parallel()
	served, _ := settings(t, nil)
	document, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `(BREAKOUT_[A-Z_]+)` \\| (?:`([^`]*)`)? *\\|").FindAllStringSubmatch(string(document), -1)
	for _, row := range rows {
		name, variable, standard := row[1], row[2], row[3]
		if s, known := served[name]; !known || s.Variable != variable || s.Default != standard {
			t.Errorf("docs/operations.md says of --%s: %s, %q; the program says %+v", name, variable, standard, s)
		}
		delete(served, name)
	}
	for name := range served {
		t.Errorf("docs/operations.md does not tell of --%s", name)
	}
}

func TestHealthIsAskedOfARunningServer(t *testing.T) {
	t.Parallel()
	c := serve(t, t.TempDir())
	address := strings.TrimPrefix(c.URL, "http://")
	for _, args := range [][]string{{"health", "--listen", address}, {"health", "--ready", "--listen", strings.Replace(address, "127.0.0.1", "0.0.0.0", 1)}} {
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil || !strings.Contains(string(out), "is well") {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	out, err := exec.Command(program, "health", "--listen", "127.0.0.1:1").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "no server answers at 127.0.0.1:1") {
		t.Errorf("without a server: %v\n%s", err, out)
	}
}

func TestVersionTellsHowItWasBuilt(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(program, "version", "--json").Output()
	var told struct{ Version, Go, Platform string }
	if err := json.Unmarshal(out, &told); err != nil || told.Version == "" || !strings.HasPrefix(told.Go, "go1.") || told.Platform == "" {
		t.Errorf("version tells %s (%v)", out, err)
	}
	if err != nil {
		t.Error(err)
	}
}
