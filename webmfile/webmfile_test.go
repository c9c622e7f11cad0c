package webmfile_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/webmfile"
)

// clip is a bundled picture, shown twice: a keyframe at 0 s and one at 3 s.
func clip(t testing.TB) (frames []webmfile.Frame) {
	t.Helper()
	pictures, err := simulator.LoadPictures()
	if err != nil {
		t.Fatal(err)
	}
	picture := pictures[meeting.KindCamera][4]
	for n := range 2 * len(picture.Frames) {
		in := n % len(picture.Frames)
		frames = append(frames, webmfile.Frame{At: time.Duration(n) * picture.Interval, Key: in == 0, Data: picture.Frames[in]})
	}
	return frames
}

var header = webmfile.Header{Width: 320, Height: 180, Title: "Ada in Red", Tags: []webmfile.Tag{{Name: "ARTIST", Value: "Ada Ålesund"}, {Name: "BREAKOUT_VISIT", Value: "3"}}}

// written is a file with the clip in it, closed or not.
func written(t testing.TB, closed bool) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "clip.webm")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	w := webmfile.NewWriter(func() (webmfile.File, webmfile.Header, error) { return file, header, nil })
	for _, frame := range clip(t) {
		if err := w.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
	if closed {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// read reads the frames of a file.
func read(t testing.TB, content []byte) (*webmfile.Reader, []webmfile.Frame) {
	t.Helper()
	reader, err := webmfile.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var frames []webmfile.Frame
	for {
		frame, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return reader, frames
		}
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, frame)
	}
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want := clip(t)
	reader, got := read(t, load(t, written(t, true)))
	for i, frame := range got {
		if frame.At != want[i].At || frame.Key != want[i].Key || !bytes.Equal(frame.Data, want[i].Data) {
			t.Fatalf("frame %d is read at %v", i, frame.At)
		}
	}
	if len(got) != len(want) || reader.Duration() != 6*time.Second {
		t.Errorf("read %d frames of %d, %v long", len(got), len(want), reader.Duration())
	}
	if h := reader.Header(); h.Width != 320 || h.Height != 180 || h.Title != header.Title || reader.Tag("artist") != "Ada Ålesund" || reader.Tag("BREAKOUT_VISIT") != "3" {
		t.Errorf("the header is read as %+v", h)
	}
}

// TestAFileThatWasCutOffIsReadUpToThere cuts a file at every place.
func TestAFileThatWasCutOffIsReadUpToThere(t *testing.T) {
	want := clip(t)
	whole := load(t, written(t, true))
	longest := 0
	for size := 0; size < len(whole); size += 97 {
		reader, err := webmfile.NewReader(bytes.NewReader(whole[:size]))
		if err != nil {
			if !errors.Is(err, webmfile.ErrNotVP8) || size > 1000 {
				t.Fatalf("cut at %d: %v", size, err)
			}
			continue
		}
		n := 0
		for {
			frame, err := reader.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || !bytes.Equal(frame.Data, want[n].Data) {
				t.Fatalf("cut at %d, frame %d: %v", size, n, err)
			}
			n++
		}
		if n < longest {
			t.Fatalf("cut at %d there are %d frames, and %d before", size, n, longest)
		}
		longest = n
	}
	if _, err := webmfile.NewReader(strings.NewReader("OggS and so on, which is no WebM at all")); !errors.Is(err, webmfile.ErrNotVP8) {
		t.Errorf("another file is read: %v", err)
	}
}

func TestFramesKeepTheirOrder(t *testing.T) {
	w := webmfile.NewWriter(func() (webmfile.File, webmfile.Header, error) { return nil, header, errors.ErrUnsupported })
	if err := w.Write(webmfile.Frame{At: time.Second, Key: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(webmfile.Frame{At: time.Millisecond}); !errors.Is(err, webmfile.ErrOrder) {
		t.Errorf("a frame before the last is written: %v", err)
	}
	if err := w.Close(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("without a file it ends with %v", err)
	}
}

// TestOthersReadTheFiles has ffmpeg look at a file that was closed, search in it,
// and look at one whose writer died.
func TestOthersReadTheFiles(t *testing.T) {
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("there is no ffprobe")
	}
	closed, killed := written(t, true), written(t, false)
	for _, c := range []struct {
		name, want string
		command    []string
	}{
		{"a closed file", "vp8,320,180,60,6.000000", []string{
			"ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames:format=duration", "-of", "csv=p=0:s=,", closed,
		}},
		{"its tags", "Ada Ålesund", []string{"ffprobe", "-v", "error", "-show_entries", "format_tags=ARTIST", "-of", "csv=p=0", closed}},
		{"a search", "3.000000,K", []string{
			"ffprobe", "-v", "error", "-read_intervals", "3.2%+#1", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", closed,
		}},
		{"a file whose writer died", "57", []string{
			"ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", killed,
		}},
	} {
		out, err := exec.Command(c.command[0], c.command[1:]...).CombinedOutput()
		got := strings.TrimRight(strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", ","), ",_")
		if err != nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(load(f, written(f, true)))
	f.Fuzz(func(_ *testing.T, content []byte) {
		reader, err := webmfile.NewReader(bytes.NewReader(content))
		for err == nil {
			_, err = reader.Next()
		}
	})
}
