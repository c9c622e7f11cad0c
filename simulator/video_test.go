package simulator_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/rtp/codecs"
	"golang.org/x/image/vp8"
)

// decode decodes a VP8 keyframe.
func decode(t testing.TB, frame []byte) image.Image {
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
	return picture
}

// TestStampsAreInvisible puts a stamp on every frame of every picture: the stamp and
// the frame come out again, and keyframes decode to the same picture.
func TestStampsAreInvisible(t *testing.T) {
	pictures, err := simulator.LoadPictures()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []meeting.MediaKind{meeting.KindCamera, meeting.KindScreen} {
		if len(pictures[kind]) < 12 {
			t.Errorf("there are %d pictures for a %s", len(pictures[kind]), kind)
		}
		corners := make(map[color.Color]string)
		for _, picture := range pictures[kind] {
			for n, frame := range picture.Frames {
				stamp := simulator.Stamp{Participant: 2500, Visit: 7, At: time.Unix(0, int64(n)).UTC()}
				got, of, bare, ok := simulator.ReadFrameStamp(stamp.MarkFrame(kind, frame))
				if !ok || got != stamp || of != kind || !bytes.Equal(bare, frame) {
					t.Fatalf("%s, frame %d: read %+v of a %q, %v", picture.ID, n, got, of, ok)
				}
			}
			plain := decode(t, picture.Frames[0]).(*image.YCbCr)
			marked := decode(t, simulator.Stamp{Participant: 1 << 31, Visit: 9, At: time.Unix(1e9, 0)}.MarkFrame(kind, picture.Frames[0])).(*image.YCbCr)
			if !bytes.Equal(plain.Y, marked.Y) || !bytes.Equal(plain.Cb, marked.Cb) || !bytes.Equal(plain.Cr, marked.Cr) {
				t.Errorf("%s looks different with a stamp", picture.ID)
			}
			if size := plain.Bounds().Size(); size != image.Pt(picture.Width, picture.Height) {
				t.Errorf("%s is %v large", picture.ID, size)
			}
			if other := corners[plain.At(5, 5)]; other != "" {
				t.Errorf("%s has the colour of %s", picture.ID, other)
			}
			corners[plain.At(5, 5)] = picture.ID
		}
	}
	if _, _, _, ok := simulator.ReadFrameStamp(pictures[meeting.KindCamera][0].Frames[0]); ok {
		t.Error("a frame without a stamp has one")
	}
}

// eye puts together what a seat sees, and checks that each packet is of whom it says
// and each stream begins with a keyframe.
type eye struct {
	mu     sync.Mutex
	partly map[uint32][]byte // frames at hand, by stream
	frames []seen
	wrong  []string
	voices int
}

// seen is a frame that came.
type seen struct {
	simulator.Stamp
	kind  meeting.MediaKind
	visit meeting.VisitNumber // of the receiver
	key   bool
	at    time.Time
}

func newEye() *eye { return &eye{partly: make(map[uint32][]byte)} }

func (e *eye) receive(p meeting.Packet) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p.Kind == meeting.KindAudio {
		e.voices++
	} else if frame, whole := e.put(p); whole {
		e.frames = append(e.frames, frame)
	}
}

// put adds a packet to its frame, and tells of the frame when it is whole.
func (e *eye) put(p meeting.Packet) (frame seen, whole bool) {
	var packet codecs.VP8Packet
	if _, err := packet.Unmarshal(p.RTP.Payload); err != nil {
		e.wrong = append(e.wrong, err.Error())
		return seen{}, false
	}
	if packet.S == 1 {
		e.partly[p.RTP.SSRC] = nil
	}
	e.partly[p.RTP.SSRC] = append(e.partly[p.RTP.SSRC], packet.Payload...)
	parts := e.partly[p.RTP.SSRC]
	if !p.RTP.Marker {
		return seen{}, false
	}
	stamp, kind, bare, ok := simulator.ReadFrameStamp(parts)
	if !ok || kind != p.Kind || stamp.Participant != p.Participant {
		e.wrong = append(e.wrong, fmt.Sprintf("a frame of %d bytes under the name of %d's %s has the stamp %+v of a %s", len(parts), p.Participant, p.Kind, stamp, kind))
		return seen{}, false
	}
	return seen{stamp, kind, p.Visit, bare[0]&1 == 0, time.Now()}, true
}

// since are the frames that came since a time, in the whole.
func (e *eye) since(at time.Time) (frames []seen) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, frame := range e.frames {
		if !frame.at.Before(at) {
			frames = append(frames, frame)
		}
	}
	return frames
}

// looker takes a seat that looks at others, until the test ends.
func (m held) looker(name string, e *eye, video ...meeting.MediaKind) meeting.Session {
	return m.seat(meeting.JoinRequest{Meeting: m.ID, Name: name, Receive: e.receive, Video: video})
}

func both() []meeting.MediaKind { return []meeting.MediaKind{meeting.KindCamera, meeting.KindScreen} }

// turn turns somebody's camera or screen on or off.
func (m held) turn(g *simulator.Guest, camera, screen bool) {
	m.do(meeting.SetMedia{Actor: meeting.As(g.Participant()), Participant: g.Participant(), Camera: &camera, Screen: &screen})
}

// TestWhatIsTurnedOnIsSeen turns a camera and a screen on and off before those who
// want to see both, one, or nothing.
func TestWhatIsTurnedOnIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		all, cameras, none := newEye(), newEye(), newEye()
		m.looker("All", all, both()...)
		m.looker("Cameras", cameras, meeting.KindCamera)
		m.looker("None", none)
		ada := guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ada", Voice: 3})
		time.Sleep(time.Second)
		if n := len(all.since(time.Time{})); n != 0 {
			t.Errorf("%d frames came while nothing was on", n)
		}
		m.turn(ada, true, true)
		on := time.Now()
		time.Sleep(5 * time.Second)
		m.turn(ada, false, false)
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		count := make(map[meeting.MediaKind]int)
		for _, frame := range all.since(on) {
			if count[frame.kind] == 0 && (!frame.key || frame.at.Sub(on) > time.Millisecond) {
				t.Errorf("the first frame of the %s is %+v", frame.kind, frame)
			}
			count[frame.kind]++
		}
		if count[meeting.KindCamera] != 50 || count[meeting.KindScreen] != 25 {
			t.Errorf("there were %v frames of 10 and 5 per second in 5 s", count)
		}
		off := time.Now()
		time.Sleep(2 * time.Second)
		if n := len(all.since(off)); n != 0 {
			t.Errorf("%d frames came after all was off", n)
		}
		if n := len(cameras.since(on)); n != 50 {
			t.Errorf("who looks at cameras got %d frames", n)
		}
		if n := len(none.since(time.Time{})); n != 0 || none.voices == 0 {
			t.Errorf("who looks at nothing got %d frames and %d packets of voices", n, none.voices)
		}
		for _, e := range []*eye{all, cameras, none} {
			if len(e.wrong) > 0 {
				t.Error(e.wrong)
			}
		}
	})
}

// TestWhoBeginsToLookGetsAKeyframe joins in the middle of a clip, and moves.
func TestWhoBeginsToLookGetsAKeyframe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		red := m.rooms("Red")[0]
		media := meeting.Media{Microphone: true, Camera: true}
		guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ada", Media: &media})
		ben := guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ben", Voice: 1, Media: &media})
		m.do(meeting.Assign{Room: red, Participants: []meeting.ParticipantID{ben.Participant()}})
		m.do(meeting.OpenRooms{})
		time.Sleep(1230 * time.Millisecond)
		e := newEye()
		bot := m.looker("Bot", e, meeting.KindCamera)
		time.Sleep(730 * time.Millisecond)
		m.do(meeting.Move{Participant: bot.Participant(), Room: red})
		moved := time.Now()
		time.Sleep(time.Second)
		first := make(map[meeting.VisitNumber]seen)
		for _, frame := range e.since(time.Time{}) {
			if _, known := first[frame.visit]; frame.key && !known {
				first[frame.visit] = frame
			}
		}
		if waited := first[2].at.Sub(moved); len(first) != 2 || waited > 200*time.Millisecond {
			t.Errorf("the keyframes are %+v; after the move it took %v", first, waited)
		}
	})
}

// TestWhoMissedSomethingGetsAKeyframe cuts a seat off for a moment, right after a
// keyframe: the next would come by itself in 3 s.
func TestWhoMissedSomethingGetsAKeyframe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		e := newEye()
		bot := m.looker("Bot", e, meeting.KindCamera)
		guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ada", Media: &meeting.Media{Camera: true}})
		time.Sleep(620 * time.Millisecond)
		if err := s.Cut(m.ID, bot.Participant(), 300*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(300 * time.Millisecond)
		whole := time.Now()
		time.Sleep(500 * time.Millisecond)
		frames := e.since(whole)
		if len(frames) < 4 || frames[0].key || !frames[1].key {
			t.Errorf("after the loss there came %+v", frames)
		}
	})
}

// TestScreensEndWithTheirRoom shares a screen in main, sends it to rooms, and moves
// who shares it away. The camera goes along.
func TestScreensEndWithTheirRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		red := m.rooms("Red")[0]
		inMain, inRed := newEye(), newEye()
		m.looker("Main Bot", inMain, both()...)
		bot := m.looker("Red Bot", inRed, both()...)
		grace := guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Grace", Role: meeting.RoleHost})
		m.do(meeting.OpenRooms{})
		m.do(meeting.Move{Participant: bot.Participant(), Room: red})
		time.Sleep(time.Second)
		m.turn(grace, true, true)
		time.Sleep(time.Second)
		if n := len(inRed.since(time.Time{})); n != 0 {
			t.Errorf("%d frames were seen from another room", n)
		}
		m.do(meeting.StartBroadcast{Actor: meeting.As(grace.Participant()), Kind: meeting.BroadcastScreen})
		time.Sleep(2 * time.Second)
		frames := inRed.since(time.Time{})
		if len(frames) < 9 || len(frames) > 11 || !frames[0].key {
			t.Errorf("%d frames of the screen reached the room in 2 s", len(frames))
		}
		for _, frame := range frames {
			if frame.kind != meeting.KindScreen {
				t.Errorf("the %s reached the room", frame.kind)
			}
		}
		m.do(meeting.Move{Participant: grace.Participant(), Room: red})
		time.Sleep(10 * time.Millisecond)
		moved := time.Now()
		time.Sleep(2 * time.Second)
		if n := len(inMain.since(moved)); n != 0 {
			t.Errorf("%d frames were seen in main after the move", n)
		}
		for _, frame := range inRed.since(moved) {
			if frame.kind != meeting.KindCamera || frame.Visit != 2 {
				t.Fatalf("in the new room there is %+v", frame)
			}
		}
		if n := len(inRed.since(moved)); n < 19 {
			t.Errorf("%d frames of the camera in the new room in 2 s", n)
		}
	})
}

// TestARoomCanHaveMoreCamerasThanSlots looks at many at once.
func TestARoomCanHaveMoreCamerasThanSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 13
		s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
		m := create(t, s, "mtg_1")
		e := newEye()
		m.looker("Bot", e, both()...)
		for i := range people {
			guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: fmt.Sprintf("Guest %d", i), Voice: i, Media: &meeting.Media{Camera: true}})
		}
		time.Sleep(time.Second)
		synctest.Wait()
		shown := make(map[meeting.ParticipantID]bool)
		for _, frame := range e.since(time.Time{}) {
			shown[frame.Participant] = true
		}
		if len(shown) != people || len(e.wrong) > 0 {
			t.Errorf("%d of %d cameras are seen, %v", len(shown), people, e.wrong)
		}
	})
}
