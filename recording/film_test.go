package recording_test

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// TestTheComposedFileShowsScreensAndFaces records a voice and a camera, then a screen
// beside them: the composed file shows the one and then the other, each from a keyframe
// on, and has all of the sound.
func TestTheComposedFileShowsScreensAndFaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		began := time.Now()
		started := d.enter(t)
		voice := newTone(t, 100, 500)
		cam, screen := newCamera(t, 100, meeting.KindCamera, 1), newCamera(t, 100, meeting.KindScreen, 2)
		for n := range 400 { // 8 s of 20 ms, the screen from 4 s on
			d.Receive(voice.packet(0.4))
			for _, one := range []struct {
				*camera
				from time.Duration
			}{{cam, 0}, {screen, 4 * time.Second}} {
				since := time.Duration(n)*20*time.Millisecond - one.from
				if k := since / one.picture.Interval; since >= 0 && since%one.picture.Interval < 20*time.Millisecond {
					for _, p := range one.packets(1, int(k)) {
						d.Receive(p)
					}
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		completed, err := d.End(1, time.Now())
		if err != nil || len(completed.Tracks) != 3 {
			t.Fatalf("%+v, %v", completed, err)
		}
		all := recording.Mixdown{Folder: started.Folder, From: began, To: time.Now(), Tracks: completed.Tracks}
		voices := all
		for _, track := range all.Tracks {
			if track.Kind == meeting.KindAudio {
				voices.Tracks = []meeting.Track{track}
			}
		}
		if err := d.store.Mix(t.Context(), voices); err != nil {
			t.Fatal(err)
		}
		if err := d.store.Compose(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		composed := filepath.Join(d.folder, started.Folder, recording.ComposedFile)
		checkPictures(t, composed, cam, screen)
		decodeWhole(t, composed)
	})
}

// checkPictures reads the blocks of video in a composed file.
func checkPictures(t *testing.T, name string, cam, screen *camera) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]string) // whose picture a frame is
	for what, one := range map[string]*camera{"camera": cam, "screen": screen} {
		for _, frame := range one.picture.Frames {
			known[string(frame)] = what
		}
	}
	shown := make(map[string]int)
	now, last := "", uint64(0)
	for _, cluster := range in(t, data, 0x18538067, 0x1F43B675) {
		began := binary.BigEndian.Uint64(in(t, cluster.content, 0xE7)[0].content)
		for _, block := range in(t, cluster.content, 0xA3) {
			at := began + uint64(binary.BigEndian.Uint16(block.content[1:]))
			if block.content[0] != 0x82 {
				continue
			}
			what := known[string(block.content[4:])]
			if what != now && block.content[3] != 0x80 {
				t.Errorf("at %d ms the %s begins without a keyframe", at, what)
			}
			if at < last || what == "" || what == "camera" && at > 6100 || what == "screen" && at < 3900 {
				t.Errorf("at %d ms, after %d ms, the %q is shown", at, last, what)
			}
			now, last = what, at
			shown[what]++
		}
	}
	if shown["camera"] < 40 || shown["screen"] < 15 {
		t.Errorf("shown are %v pictures", shown)
	}
}

// decodeWhole has ffmpeg decode a file, where there is one.
func decodeWhole(t *testing.T, name string) {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Log("ffmpeg is not there, and does not look at the file")
		return
	}
	out, err := exec.Command(ffmpeg, "-v", "error", "-i", name, "-f", "null", "-").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "" {
		t.Errorf("ffmpeg says %v: %s", err, out)
	}
}
