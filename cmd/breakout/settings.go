package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// configVariable names the file of settings in the environment.
const configVariable = "BREAKOUT_CONFIG"

// settings are the flags that a file sets, by their names: YAML, which JSON is too.
// A flag on the command line goes before the environment, and that before the file.
type settings struct {
	path   string
	values map[string]string
}

// readSettings reads the file that the arguments or the environment name, if any.
func readSettings(args []string) (*settings, error) {
	s := &settings{path: os.Getenv(configVariable)}
	for i, arg := range args {
		if path, is := strings.CutPrefix(arg, "--config="); is {
			s.path = path
		} else if arg == "--config" && i+1 < len(args) {
			s.path = args[i+1]
		}
	}
	if s.path == "" {
		return s, nil
	}
	text, err := os.ReadFile(s.path) //nolint:gosec // it is the file that the user names
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s, which --config or %s names", s.path, configVariable)
	}
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	var written map[string]any
	if err := yaml.Unmarshal(text, &written); err != nil {
		return nil, fmt.Errorf("%s holds no settings of the form name: value: %w", s.path, err)
	}
	s.values = make(map[string]string, len(written))
	for name, value := range written {
		s.values[name] = textOf(value)
	}
	return s, nil
}

// textOf writes a value as a flag has it.
func textOf(value any) string {
	list, isList := value.([]any)
	if !isList {
		return fmt.Sprint(value)
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, ",")
}

// Validate refuses settings that are no flag of any command (kong).
func (s *settings) Validate(app *kong.Application) error {
	for name := range s.values {
		if !slices.ContainsFunc(everyFlag(app.Node), func(f *kong.Flag) bool { return f.Name == name }) {
			return fmt.Errorf("%s has a setting %q, which is no flag; breakout config lists them", s.path, name)
		}
	}
	return nil
}

func everyFlag(node *kong.Node) []*kong.Flag {
	flags := slices.Clone(node.Flags)
	for _, child := range node.Children {
		flags = append(flags, everyFlag(child)...)
	}
	return flags
}

// Resolve is what the file says of a flag that nobody else has set (kong).
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, set := s.values[flag.Name]
	if !set || slices.ContainsFunc(flag.Envs, isSet) {
		return nil, nil //nolint:nilnil // kong's word for nothing
	}
	return value, nil
}

func isSet(variable string) bool {
	_, set := os.LookupEnv(variable)
	return set
}

// sourceOf tells where the value of a flag comes from.
func (s *settings) sourceOf(context *kong.Context, flag *kong.Flag) string {
	for _, step := range context.Path {
		if step.Flag == flag && !step.Resolved {
			return "command line"
		}
	}
	if slices.ContainsFunc(flag.Envs, isSet) {
		return "environment"
	}
	if _, set := s.values[flag.Name]; set {
		return "file"
	}
	return "default"
}
