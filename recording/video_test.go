package recording_test

import (
	"bytes"
	"errors"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/webmfile"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"golang.org/x/image/vp8"
	"pgregory.net/rapid"
)

// camera sends the frames of a bundled picture over a stream, in packets.
type camera struct {
	who      meeting.ParticipantID
	kind     meeting.MediaKind
	ssrc     uint32
	picture  simulator.Picture
	sequence uint16
}

func newCamera(t testing.TB, who meeting.ParticipantID, kind meeting.MediaKind, ssrc uint32) *camera {
	t.Helper()
	pictures, err := simulator.LoadPictures()
	if err != nil {
		t.Fatal(err)
	}
	return &camera{who: who, kind: kind, ssrc: ssrc, picture: pictures[kind][int(who/100)%len(pictures[kind])]}
}

// frame is the nth frame of the clip that goes on and on.
func (c *camera) frame(n int) []byte { return c.picture.Frames[n%len(c.picture.Frames)] }

// packets are those of the nth frame.
func (c *camera) packets(visit meeting.VisitNumber, n int) (packets []meeting.Packet) {
	payloads := (&codecs.VP8Payloader{}).Payload(1180, c.frame(n))
	for i, payload := range payloads {
		c.sequence++
		packets = append(packets, meeting.Packet{Participant: c.who, Visit: visit, Kind: c.kind, RTP: &rtp.Packet{
			Header: rtp.Header{
				SSRC: c.ssrc, SequenceNumber: c.sequence, Marker: i == len(payloads)-1,
				Timestamp: uint32(time.Duration(n) * c.picture.Interval * 90000 / time.Second),
			},
			Payload: payload,
		}})
	}
	return packets
}

// show has the recorder see some frames, in their time.
func (d *desk) show(c *camera, visit meeting.VisitNumber, from, to int) {
	for n := from; n < to; n++ {
		for _, p := range c.packets(visit, n) {
			d.Receive(p)
		}
		time.Sleep(c.picture.Interval)
	}
}

// film reads the frames of a video file.
func (d *desk) film(t testing.TB, folder, name string) (frames []webmfile.Frame) {
	t.Helper()
	file, err := d.store.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	reader, err := webmfile.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for {
		frame, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return frames
		}
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, frame)
	}
}

// colour decodes a keyframe and looks into its upper left corner.
func colour(t testing.TB, frame []byte) color.Color {
	t.Helper()
	decoder := vp8.NewDecoder()
	decoder.Init(bytes.NewReader(frame), len(frame))
	if _, err := decoder.DecodeFrameHeader(); err != nil {
		t.Fatal(err)
	}
	picture, err := decoder.DecodeFrame()
	if err != nil {
		t.Fatal(err)
	}
	return picture.At(5, 5)
}

// TestWhatIsSeenIsOnDisk begins in the middle of a clip: the file begins with the
// first keyframe and says what was missed.
func TestWhatIsSeenIsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		cam, screen := newCamera(t, 100, meeting.KindCamera, 1), newCamera(t, 100, meeting.KindScreen, 2)
		d.Receive(sent(100, 1, 7, 0))
		began := time.Now()
		d.show(cam, 1, 22, 100) // the keyframe of the second round is number 30
		d.show(screen, 1, 0, 25)
		completed, err := d.End(1, time.Now())
		if err != nil || len(completed.Tracks) != 3 {
			t.Fatalf("%+v, %v", completed, err)
		}
		voice, track, shared := completed.Tracks[0], completed.Tracks[1], completed.Tracks[2]
		if voice.Kind != meeting.KindAudio || shared.Kind != meeting.KindScreen || shared.Frames != 25 || shared.Width != 640 || shared.Missed != 0 {
			t.Errorf("the voice is %+v, the screen %+v", voice, shared)
		}
		if track.File != "0100-ada-ålesund-camera.webm" || track.Width != 320 || track.Height != 180 || track.Frames != 70 || track.Lost != 0 ||
			track.Duration != 7*time.Second || track.Missed != 800*time.Millisecond || !track.StartedAt.Equal(began.Add(800*time.Millisecond)) {
			t.Errorf("the camera is %+v", track)
		}
		for i, frame := range d.film(t, started.Folder, track.File) {
			if !bytes.Equal(frame.Data, cam.frame(30+i)) || frame.At != time.Duration(i)*100*time.Millisecond || frame.Key != (i%30 == 0) {
				t.Fatalf("frame %d lies at %v", i, frame.At)
			}
		}
		scanned, err := d.store.Scan(started.Folder)
		if err != nil || len(scanned) != 3 {
			t.Fatalf("from disk it reads %+v, %v", scanned, err)
		}
		want := track
		want.Packets = 0 // the file does not tell
		if got := scanned[0]; !got.StartedAt.Equal(want.StartedAt) {
			t.Errorf("from disk it begins at %v, not %v", got.StartedAt, want.StartedAt)
		} else if got.StartedAt = want.StartedAt; got != want {
			t.Errorf("from disk it reads %+v, not %+v", got, want)
		}
	})
}

// TestOneStreamManyPeople lets one stream carry one camera after the other, as the
// meeting does, in the middle of frames too.
func TestOneStreamManyPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		ada, ben := newCamera(t, 100, meeting.KindCamera, 1), newCamera(t, 200, meeting.KindCamera, 1)
		d.show(ada, 1, 0, 12)
		half := ada.packets(1, 30) // a keyframe of which the second half never comes
		for _, p := range half[:len(half)/2] {
			d.Receive(p)
		}
		ben.sequence = half[len(half)/2-1].RTP.SequenceNumber
		d.show(ben, 1, 25, 40)
		ada.sequence = ben.sequence
		d.show(ada, 1, 55, 65)
		completed, err := d.End(1, time.Now())
		if err != nil || len(completed.Tracks) != 2 {
			t.Fatalf("%+v, %v", completed, err)
		}
		for i, c := range []*camera{ada, ben} {
			frames := d.film(t, started.Folder, completed.Tracks[i].File)
			at := 0
			for _, frame := range frames {
				if frame.Key {
					at = 0
				}
				if !bytes.Equal(frame.Data, c.frame(at)) {
					t.Fatalf("the file of %d has a frame that is not number %d", c.who, at)
				}
				at++
			}
			if want := []int{12 + 5, 10}[i]; len(frames) != want {
				t.Errorf("the file of %d has %d frames, not %d", c.who, len(frames), want)
			}
		}
		// Ada was back after Ben's 1.5 s, and half a second later with a keyframe.
		if last := d.film(t, started.Folder, completed.Tracks[0].File)[12]; last.At != 3200*time.Millisecond || completed.Tracks[0].Missed != 500*time.Millisecond {
			t.Errorf("Ada goes on at %v, missed is %v", last.At, completed.Tracks[0].Missed)
		}
	})
}

// TestWhatIsOnDiskCanBeDecoded loses, doubles and swaps packets at random: no frame
// is in the file that needs one that is not, and none is half there.
func TestWhatIsOnDiskCanBeDecoded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		c := newCamera(t, 300, meeting.KindCamera, 1)
		lost, sentWhole := 0, 0
		var held *meeting.Packet
		for n := range 120 {
			whole := true
			for _, p := range c.packets(1, n) {
				switch what := rapid.IntRange(0, 99).Draw(rt, "what"); {
				case what < 1:
					lost++
					whole = false
					continue
				case what < 4 && held == nil:
					held = &p
					continue
				case what < 6:
					d.Receive(p)
				}
				d.Receive(p)
				if held != nil {
					d.Receive(*held)
					held = nil
				}
			}
			if whole {
				sentWhole++
			}
		}
		completed, err := d.End(1, time.Now())
		if err != nil {
			rt.Fatal(err)
		}
		if len(completed.Tracks) == 0 {
			return // all keyframes were lost
		}
		frames := d.film(t, started.Folder, completed.Tracks[0].File)
		at := -1
		for i, frame := range frames {
			if at++; frame.Key {
				at = 0
			}
			if !bytes.Equal(frame.Data, c.frame(at)) {
				rt.Fatalf("frame %d of the file needs others that are not there", i)
			}
		}
		if len(frames) > sentWhole || lost == 0 && held == nil && len(frames) != 120 {
			rt.Fatalf("the file has %d frames, %d came whole", len(frames), sentWhole)
		}
	})
}

func TestAPauseHidesPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		c := newCamera(t, 100, meeting.KindCamera, 1)
		d.show(c, 1, 0, 10)
		d.Pause(true)
		d.show(c, 1, 10, 50)
		d.Pause(false)
		d.show(c, 1, 50, 70) // the next keyframe is number 60
		completed, err := d.End(1, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		frames := d.film(t, started.Folder, completed.Tracks[0].File)
		if len(frames) != 20 || frames[10].At != 6*time.Second || !frames[10].Key {
			t.Errorf("%d frames, the eleventh at %v", len(frames), frames[10].At)
		}
	})
}

// TestAKilledRecorderLeavesVideoThatPlays abandons a recorder in the middle: what
// others decode of the file is at most a second short and shows the right picture.
func TestAKilledRecorderLeavesVideoThatPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		c := newCamera(t, 500, meeting.KindCamera, 1)
		d.show(c, 1, 0, 155)
		tracks, err := d.store.Scan(started.Folder)
		if err != nil || len(tracks) != 1 {
			t.Fatalf("%+v, %v", tracks, err)
		}
		if missing := 15500*time.Millisecond - tracks[0].Duration; missing > time.Second {
			t.Errorf("%v are missing", missing)
		}
		frames := d.film(t, started.Folder, tracks[0].File)
		if got, want := colour(t, frames[0].Data), colour(t, c.frame(0)); got != want {
			t.Errorf("the picture is %v and not %v", got, want)
		}
		time.Sleep(time.Second)
		d.Flush()
		if tracks, err = d.store.Scan(started.Folder); err != nil || tracks[0].Frames != 155 {
			t.Errorf("after a flush %d frames of 155 are on disk, %v", tracks[0].Frames, err)
		}
		path := filepath.Join(t.TempDir(), "killed.webm")
		content, err := os.ReadFile(filepath.Join(d.folder, started.Folder, tracks[0].File))
		if err != nil || os.WriteFile(path, content, 0o600) != nil {
			t.Fatal(err)
		}
		if _, err := d.End(1, time.Now()); err != nil {
			t.Error(err)
		}
		countedByOthers(t, path, "155")
		countedByOthers(t, filepath.Join(d.folder, started.Folder, tracks[0].File), "155")
	})
}

// countedByOthers has ffmpeg decode every frame of a file, where there is ffmpeg.
func countedByOthers(t *testing.T, path, want string) {
	t.Helper()
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Log("there is no ffprobe")
		return
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path).CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != want {
		t.Errorf("ffprobe decodes %q, %v; want %s frames", got, err, want)
	}
}

func BenchmarkReceiveVideo(b *testing.B) {
	d := newDesk(b)
	d.begin(b, 1)
	c := newCamera(b, 100, meeting.KindCamera, 1)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, p := range c.packets(1, n) {
			d.Receive(p)
		}
		n++
	}
}
