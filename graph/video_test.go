package graph_test

import (
	"bytes"
	"image/color"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/testbed"
	"github.com/breakoutrooms/breakout/webmfile"
	"golang.org/x/image/vp8"
)

// filmed is a track as the API tells of it.
type filmed struct {
	Kind, Name, ContentType, URL   string
	Width, Height, Frames          int
	DurationSeconds, MissedSeconds float64
}

// films are the tracks of all segments, by bot, room, person and kind.
func (h *hosting) films() map[string]filmed {
	h.t.Helper()
	var answer struct {
		Segments struct {
			Nodes []struct {
				Room, Bot struct{ Name string }
				Tracks    struct{ Nodes []filmed }
			}
		}
	}
	h.house.Do(`query($id: ID!) { segments(meetingId: $id, first: 100) { nodes { room { name } bot { name } tracks { nodes {
	  kind name contentType url width height frames durationSeconds missedSeconds } } } } }`, map[string]any{"id": h.ID}, &answer)
	films := make(map[string]filmed)
	for _, segment := range answer.Segments.Nodes {
		for _, track := range segment.Tracks.Nodes {
			films[strings.Join([]string{segment.Bot.Name, segment.Room.Name, track.Name, track.Kind}, "/")] = track
		}
	}
	return films
}

// corner decodes a VP8 keyframe, and looks into its upper left corner.
func corner(t *testing.T, frame []byte) color.Color {
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

// showTime is a meeting in which Ada and Ben show themselves, and Ben a screen, for 4 s
// in main; then Ben goes to a room for 3 s.
func (h *hosting) showTime() {
	h.do("createRooms", map[string]any{"names": []string{"Red"}})
	for name, video := range map[string]string{"Everything": "ALL", "Faces": "CAMERAS", "Voices": "NONE"} {
		h.do("createBot", map[string]any{"name": name, "breakoutRoom": map[string]any{"mode": "JOIN_MAIN_ROOM"}, "recording": map[string]any{"video": video}})
	}
	h.do("coverRooms", map[string]any{"name": "Cover", "maxBots": 1, "video": "ALL"})
	h.WaitForCount("in_call_recording", 3)
	for _, name := range []string{"Ada", "Ben"} {
		h.do("setMedia", map[string]any{"participantId": h.people[name], "actorId": h.people[name], "camera": true})
	}
	h.do("setMedia", map[string]any{"participantId": h.people["Ben"], "actorId": h.people["Ben"], "screen": true})
	time.Sleep(4 * time.Second)
	h.do("openRooms", map[string]any{})
	h.do("moveParticipant", map[string]any{"participantId": h.people["Ben"], "roomId": h.room("Red")})
	time.Sleep(3 * time.Second)
	h.do("endMeeting", map[string]any{})
	h.WaitForCount("done", 4)
}

// TestBotsRecordCamerasAndScreens has people show themselves and a screen to bots
// that record all, cameras or nothing of it. What the recorded files decode to shows
// the right person, and nobody is in a file of a room where they were not.
func TestBotsRecordCamerasAndScreens(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben", "Chidi")
		h.showTime()

		pictures, err := simulator.LoadPictures()
		if err != nil {
			t.Fatal(err)
		}
		films := h.films()
		seconds := map[string]float64{
			"Everything/Main room/Ada/CAMERA": 7, "Everything/Main room/Ben/CAMERA": 4, "Everything/Main room/Ben/SCREEN": 4,
			"Faces/Main room/Ada/CAMERA": 7, "Faces/Main room/Ben/CAMERA": 4, "Cover/Red/Ben/CAMERA": 3,
		}
		for name, film := range films {
			parts := strings.Split(name, "/")
			lasts, wanted := seconds[name]
			if film.Kind == "AUDIO" {
				if film.Width != 0 || film.Frames != 0 || !strings.HasPrefix(film.ContentType, "audio/ogg") {
					t.Errorf("%s is %+v", name, film)
				}
				continue
			}
			if !wanted || film.DurationSeconds < lasts-0.5 || film.DurationSeconds > lasts+0.5 || film.MissedSeconds > 0.3 || film.ContentType != "video/webm; codecs=vp8" {
				t.Errorf("%s is %+v", name, film)
				continue
			}
			delete(seconds, name)
			status, content := h.fetch(film.URL, "")
			if status != http.StatusOK {
				t.Fatalf("%s answers %d", name, status)
			}
			reader, err := webmfile.NewReader(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			first, err := reader.Next()
			if err != nil || !first.Key {
				t.Fatalf("%s begins with %v, %v", name, first.Key, err)
			}
			kind := meeting.MediaKind(strings.ToLower(film.Kind))
			number := map[string]int{"Ada": 0, "Ben": 1}[parts[2]]
			if got, want := corner(t, first.Data), corner(t, pictures[kind][number].Frames[0]); got != want {
				t.Errorf("%s shows %v and not %v", name, got, want)
			}
			decodes(t, name, content, film.Frames)
		}
		for name := range seconds {
			t.Errorf("%s was not recorded", name)
		}
	})
}

// decodes has ffmpeg decode every frame of a file, where there is ffmpeg.
func decodes(t *testing.T, name string, content []byte, frames int) {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Log("there is no ffmpeg")
		return
	}
	path := filepath.Join(t.TempDir(), "film.webm")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "framecrc", "-").CombinedOutput()
	if got := bytes.Count(out, []byte("\n0,")); err != nil || got != frames {
		t.Errorf("ffmpeg decodes %d frames of %d in %s, %v", got, frames, name, err)
	}
}
