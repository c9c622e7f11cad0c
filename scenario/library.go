package scenario

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed library/*.yaml
var libraryFiles embed.FS

// Bundled reads a scenario that comes with the program.
func Bundled(name string) (*Scenario, error) {
	data, err := bundledText(name)
	if err != nil {
		return nil, fmt.Errorf("there is no bundled scenario %q; there are %s", name, strings.Join(Library(), ", "))
	}
	return Parse(name+".yaml", data)
}

func bundledText(name string) ([]byte, error) {
	return libraryFiles.ReadFile(path.Join("library", name+".yaml"))
}

// Library lists the names of the bundled scenarios.
func Library() []string {
	entries, err := fs.ReadDir(libraryFiles, "library")
	if err != nil {
		return nil // the folder is part of the program
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	return names
}
