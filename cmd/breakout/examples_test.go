package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// workflow is what is read of a workflow of GitHub Actions
// (docs.github.com/actions, workflow syntax).
type workflow struct {
	On   map[string]any
	Jobs map[string]struct {
		RunsOn   string `yaml:"runs-on"`
		Services map[string]service
		Env      map[string]string
		Steps    []struct{ Name, Uses, Run string }
	}
}

// service is a container beside others, as workflows and Docker Compose have it.
type service struct {
	Image       string
	Env         map[string]string
	Environment map[string]string
	Ports       []string
	Options     string
	Healthcheck struct{ Test []string }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
}

// example reads an example for CI.
func example(t *testing.T, name string, into any) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "ci", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// variables are those that commands take their settings from.
func variables(t *testing.T) (known []string) {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.DefaultEnvars("BREAKOUT"), kong.Bind(&settings{}))
	if err != nil {
		t.Fatal(err)
	}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, flag.Envs...)
		}
		return next(nil)
	})
	return known
}

// checkService holds what a service of ours is given against what the server takes.
func checkService(t *testing.T, s service) {
	t.Helper()
	known := variables(t)
	given := s.Env
	if given == nil {
		given = s.Environment
	}
	for name := range given {
		if !slices.Contains(known, name) {
			t.Errorf("no command takes a setting from %s", name)
		}
	}
	if len(given["BREAKOUT_INITIAL_KEY"]) < 20 {
		t.Error("the server would refuse its first key")
	}
	dockerfile, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range s.Ports {
		_, inside, _ := strings.Cut(port, ":")
		if inside = strings.TrimSuffix(inside, "/udp"); !strings.Contains(string(dockerfile), inside+"/") {
			t.Errorf("the image exposes no port %s", inside)
		}
	}
	if strings.Contains(s.Options, "--health-cmd") || !strings.Contains(string(dockerfile), "HEALTHCHECK") {
		t.Error("there is no shell in the image to ask after its health")
	}
}

// checkCommand parses a line of a shell that runs the program.
func checkCommand(t *testing.T, line string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("meetings", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("meetings", "two-rooms.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&commands{}, kong.DefaultEnvars("BREAKOUT"), kong.Bind(&settings{}))
	if err != nil {
		t.Fatal(err)
	}
	line = strings.ReplaceAll(line, "meetings/*.yaml", "meetings/two-rooms.yaml")
	if _, err := parser.Parse(strings.Fields(line)[1:]); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}

// ours are the lines of text that run the program.
var ours = regexp.MustCompile(`(?m)^\s*(?:run: )?(?:\./)?(breakout (?:test|health|import|serve)\b.*)$`)

func TestExampleOfAWorkflow(t *testing.T) {
	var w workflow
	text := example(t, "github-actions.yml", &w)
	if len(w.On) != 2 || len(w.Jobs) != 2 {
		t.Fatalf("the workflow is read as %+v", w)
	}
	checkService(t, w.Jobs["application"].Services["breakout"])
	if key := w.Jobs["application"].Env["BREAKOUT_KEY"]; key != w.Jobs["application"].Services["breakout"].Env["BREAKOUT_INITIAL_KEY"] {
		t.Errorf("the tests have the key %q, which the server does not know", key)
	}
	for name, job := range w.Jobs {
		if job.RunsOn == "" || len(job.Steps) == 0 {
			t.Errorf("job %s has nothing to run on, or nothing to do", name)
		}
		for _, step := range job.Steps {
			if (step.Uses == "") == (step.Run == "") {
				t.Errorf("a step of %s uses something or runs something: %+v", name, step)
			}
		}
	}
	commands := ours.FindAllStringSubmatch(text, -1)
	if len(commands) != 1 {
		t.Fatalf("the workflow runs the program %d times", len(commands))
	}
	checkCommand(t, commands[0][1])
}

func TestExampleForCompose(t *testing.T) {
	var c struct{ Services map[string]service }
	example(t, "compose.yaml", &c)
	server, application := c.Services["breakout"], c.Services["application"]
	checkService(t, server)
	if application.DependsOn["breakout"].Condition != "service_healthy" || application.Environment["BREAKOUT_KEY"] != server.Environment["BREAKOUT_INITIAL_KEY"] {
		t.Errorf("the application does not wait for the server, or has another key: %+v", application)
	}
	if test := server.Healthcheck.Test; len(test) < 3 || test[0] != "CMD" {
		t.Errorf("the image has no shell for %v", test)
	} else {
		checkCommand(t, strings.TrimPrefix(strings.Join(test[1:], " "), "/"))
	}
}

// TestCommandsInDocuments parses every command that documents show.
func TestCommandsInDocuments(t *testing.T) {
	for _, name := range []string{"testing.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		commands := ours.FindAllStringSubmatch(string(text), -1)
		if len(commands) == 0 {
			t.Errorf("%s shows no command", name)
		}
		for _, one := range commands {
			t.Run(one[1], func(t *testing.T) { checkCommand(t, one[1]) })
		}
	}
}
