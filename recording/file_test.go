package recording

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// TestFileTakesItsNameWithTheFirstWrite sees to it that a process that dies between
// making a file and writing to it leaves none that can't be played.
func TestFileTakesItsNameWithTheFirstWrite(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	const name = "1-ada.ogg"
	f, err := create(root, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that holds nothing has its name: %v", err)
	}
	for _, text := range []string{"OggS", "OggS"} {
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := root.ReadFile(name); err != nil || int64(len(got)) != f.bytes {
			t.Errorf("the file holds %q of %d bytes: %v", got, f.bytes, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := create(root, name); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file was begun in the place of another: %v", err)
	}
}
