package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp"
)

// wire takes the packets of one place, by whose they are.
type wire struct{ from []uint32 }

func (w *wire) WriteRTP(header *rtp.Header, _ []byte) (int, error) {
	w.from = append(w.from, header.CSRC[0])
	return 0, nil
}

func (w *wire) Write([]byte) (int, error) { return 0, nil }

// last is whose the latest packet was.
func (w *wire) last() uint32 {
	if len(w.from) == 0 {
		return 0
	}
	return w.from[len(w.from)-1]
}

// somebody is somebody in the room of a listener.
func somebody(f *forwarder, id meeting.ParticipantID) (*station, func(speaks bool)) {
	s, mouth := &station{}, newPublisher()
	mouth.id = id
	f.place(s, "room_red", meeting.VisitNumber(id))
	f.speak(s, mouth)
	return s, func(speaks bool) {
		level := byte(silentLevel)
		if speaks {
			level = 20 | voiceActivity
		}
		mouth.publish(&received{Packet: &rtp.Packet{Payload: []byte{1}}, visit: meeting.VisitNumber(id), level: level, leveled: true})
	}
}

// TestPlacesGoToThoseWhoSpeak gives two places to three people: the third is heard when
// one of the others has been silent for a while, and nobody is heard who has gone.
func TestPlacesGoToThoseWhoSpeak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, first, second := newForwarder(), &wire{}, &wire{}
		slots := places(meeting.KindAudio, 2)
		slots[0].writer, slots[1].writer = first, second
		listener := &station{board: newBoard(slots, true)}
		f.place(listener, "room_red", 0)
		ada, adaSays := somebody(f, 100)
		_, benSays := somebody(f, 200)
		_, cemSays := somebody(f, 300)
		want := func(one, two uint32) {
			t.Helper()
			if first.last() != one || second.last() != two {
				t.Errorf("the places have %d and %d, want %d and %d", first.last(), second.last(), one, two)
			}
		}
		adaSays(true)
		benSays(true)
		cemSays(true)
		want(100, 200) // no place is left for the third
		time.Sleep(pauseBefore - time.Millisecond)
		cemSays(true)
		benSays(true)
		want(100, 200)
		time.Sleep(time.Millisecond)
		cemSays(false)
		want(100, 200) // who is silent needs no place
		cemSays(true)
		want(300, 200) // of the one who has been silent for longest
		adaSays(true)
		want(300, 200)

		time.Sleep(pauseBefore)
		f.place(ada, "room_blue", 1)
		adaSays(true)
		want(300, 200)
		benSays(false)
		cemSays(false)
		f.place(listener, "", 0)
		before := len(first.from) + len(second.from)
		benSays(true)
		cemSays(true)
		if after := len(first.from) + len(second.from); after != before {
			t.Errorf("%d packets came after the listener had gone", after-before)
		}
	})
}
