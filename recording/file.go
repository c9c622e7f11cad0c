package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// partExtension follows the name of a file that holds nothing to be seen yet.
const partExtension = ".part"

// file is a file of a segment while it grows. It takes its name when the first write is
// on it: nobody sees one that holds nothing, also not when the process dies while it
// begins one.
type file struct {
	*os.File
	root  *os.Root
	name  string
	named bool
	// bytes is how many were written, without what was filled in by WriteAt.
	bytes int64
}

// create begins a file that takes a name below the root, which no file has yet.
func create(root *os.Root, name string) (*file, error) {
	if _, err := root.Lstat(name); err == nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := root.OpenFile(name+partExtension, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &file{File: f, root: root, name: name}, nil
}

// Write adds to the end.
func (f *file) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	f.bytes += int64(n)
	if err != nil || f.named {
		return n, err
	}
	if err := f.root.Rename(f.name+partExtension, f.name); err != nil {
		return n, fmt.Errorf("name %s: %w", path.Base(f.name), err)
	}
	f.named = true
	return n, nil
}
