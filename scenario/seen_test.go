package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/webmfile"
)

// film writes frames of a camera under somebody's name.
func (b *bench) film(who meeting.ParticipantID, room meeting.RoomID, frames ...[]byte) {
	b.t.Helper()
	folder := filepath.Join(b.folder, "mtg_1", "segment")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		b.t.Fatal(err)
	}
	w := webmfile.NewWriter(func() (webmfile.File, webmfile.Header, error) {
		file, err := os.Create(filepath.Join(folder, fmt.Sprint(who)+recording.VideoExtension))
		b.t.Cleanup(func() { _ = file.Close() })
		return file, webmfile.Header{Width: 320, Height: 180, Tags: []webmfile.Tag{
			{Name: recording.TagParticipant, Value: fmt.Sprint(who)}, {Name: recording.TagVisit, Value: "1"}, {Name: recording.TagBot, Value: "bot_1"},
			{Name: recording.TagRoom, Value: string(room)}, {Name: recording.TagKind, Value: string(meeting.KindCamera)},
		}}, err
	})
	for i, frame := range frames {
		if err := w.Write(webmfile.Frame{At: time.Duration(i) * 100 * time.Millisecond, Data: frame}); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// filmed is what somebody's camera shows, ten frames a second.
func filmed(who meeting.ParticipantID, from time.Duration, frames int) (list [][]byte) {
	for n := range frames {
		list = append(list, frameOf(who, from+time.Duration(n)*100*time.Millisecond, meeting.KindCamera, byte(who)))
	}
	return list
}

func frameOf(who meeting.ParticipantID, at time.Duration, kind meeting.MediaKind, content byte) []byte {
	return simulator.Stamp{Participant: who, Visit: 1, At: after(at)}.MarkFrame(kind, []byte{0, content})
}

func (b *bench) judgeVideo() (*seen, error) {
	b.t.Helper()
	pictures := make(map[meeting.ParticipantID]map[meeting.MediaKind]simulator.Picture)
	for _, who := range []meeting.ParticipantID{ada, ben} {
		pictures[who] = map[meeting.MediaKind]simulator.Picture{meeting.KindCamera: {Interval: 100 * time.Millisecond, Frames: [][]byte{{0, byte(who)}}}}
		b.truth.showings = append(b.truth.showings, showing{who: who, kind: meeting.KindCamera, room: b.truth.presences[stay{who, 1}].room, from: noon, to: after(5 * time.Second)})
	}
	return judgeVideo(b.folder, "mtg_1", b.truth, pictures)
}

// TestJudgeOfVideo plants one fault at a time into files that are right otherwise.
// Cameras are on for five of the ten seconds.
func TestJudgeOfVideo(t *testing.T) {
	for name, c := range map[string]struct {
		of   meeting.ParticipantID
		file [][]byte
		want string
	}{
		"all is well":                    {ada, filmed(ada, 0, 50), "50 frames, 0 leaked, 0 misattributed, share 1.00"},
		"half is missing":                {ada, filmed(ada, 0, 25), "25 frames, 0 leaked, 0 misattributed, share 0.50"},
		"seen from another room":         {ben, filmed(ben, 0, 3), "3 frames, 3 leaked, 0 misattributed, share 0.00"},
		"seen when the camera was off":   {ada, filmed(ada, 4900*time.Millisecond, 5), "5 frames, 3 leaked, 0 misattributed, share 0.02"},
		"under another name":             {ada, append(filmed(ben, 0, 1), filmed(ada, 0, 50)...), "51 frames, 0 leaked, 1 misattributed, share 1.00"},
		"of another picture":             {ada, [][]byte{frameOf(ada, 0, meeting.KindCamera, 7)}, "1 frames, 0 leaked, 1 misattributed, share 0.00"},
		"a screen in a camera's file":    {ada, [][]byte{frameOf(ada, 0, meeting.KindScreen, byte(ada))}, "1 frames, 0 leaked, 1 misattributed, share 0.00"},
		"of nobody":                      {ada, [][]byte{{0, byte(ada)}}, "0 frames, 0 leaked, 1 misattributed, share 0.00"},
		"nothing, although there should": {ada, nil, "0 frames, 0 leaked, 0 misattributed, share 0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.film(c.of, red, c.file...)
			s, err := b.judgeVideo()
			if err != nil {
				t.Fatal(err)
			}
			share := s.share(func(meeting.BotID, meeting.MediaKind, meeting.RoomRef) bool { return true })
			if got := fmt.Sprintf("%d frames, %d leaked, %d misattributed, share %.2f", s.frames, s.leaked, s.misattributed, share); got != c.want {
				t.Errorf("judged %s, want %s", got, c.want)
			}
		})
	}
}

func TestJudgeRefusesVideoThatLies(t *testing.T) {
	b := newBench(t)
	b.film(ada, blue, filmed(ada, 0, 3)...)
	if _, err := b.judgeVideo(); err == nil || !strings.Contains(err.Error(), "was in room_red on visit 1") {
		t.Error(err)
	}
}
