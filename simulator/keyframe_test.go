package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// TestKeyframesAreNotAskedForTooOften lets many begin to look at one sender.
func TestKeyframesAreNotAskedForTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var asked []time.Duration
		k := &keyframes{ask: func(uint32) { asked = append(asked, time.Since(began)) }}
		k.want() // nothing was sent yet: the first frame will be a keyframe
		for n := range 200 {
			k.passing(&received{Packet: &rtp.Packet{Header: rtp.Header{SSRC: 7}}})
			if n == 10 || n > 20 && n < 60 {
				k.want()
			}
			time.Sleep(10 * time.Millisecond)
		}
		want := []time.Duration{100 * time.Millisecond, 600 * time.Millisecond}
		if !slices.Equal(asked, want) {
			t.Errorf("keyframes were asked for at %v, want %v", asked, want)
		}
	})
}

// TestRequestsAndGapsAreRead reads a request as a receiver sends it, and packets of
// which some are missing.
func TestRequestsAndGapsAreRead(t *testing.T) {
	var asked []uint32
	var gaps []bool
	i := &intake{
		keyframe: func(ssrc uint32) { asked = append(asked, ssrc) },
		take:     func(r *received) { gaps = append(gaps, r.gap) },
	}
	report, err := (&rtcp.PictureLossIndication{MediaSSRC: 42}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	write(t, (&requests{keyframe: i.keyframe}).Write, report)
	s := &sink{intake: i}
	s.received.Packet = &s.packet
	for _, number := range []uint16{65534, 65535, 0, 3, 2, 3} { // 1 is missing, 2 comes late
		packet, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: number}, Payload: []byte{1}}).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		write(t, s.Write, packet)
	}
	if !slices.Equal(asked, []uint32{42}) || !slices.Equal(gaps, []bool{false, false, false, true, false, false}) {
		t.Errorf("asked for %v, gaps %v", asked, gaps)
	}
}

func write(t *testing.T, to func([]byte) (int, error), b []byte) {
	t.Helper()
	if _, err := to(b); err != nil {
		t.Error(err)
	}
}

// TestStreamsAreToldApart reads what a client announces.
func TestStreamsAreToldApart(t *testing.T) {
	s := New(Config{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	if err := s.Create(t.Context(), meeting.Create{Meeting: "mtg_1", Title: "Test", Options: meeting.DefaultOptions()}); err != nil {
		t.Fatal(err)
	}
	g, err := s.JoinGuest(t.Context(), GuestSpec{Meeting: "mtg_1", Name: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	known := &g.session.seat.intake.streams
	if got := known.of(g.outlet.header.SSRC); got != meeting.KindAudio {
		t.Errorf("the voice is taken for %q", got)
	}
	for _, film := range g.films {
		if got := known.of(film.outlet.header.SSRC); got != film.picture.Kind {
			t.Errorf("the %s is taken for %q", film.picture.Kind, got)
		}
	}
	if err := g.Leave(t.Context()); err != nil {
		t.Error(err)
	}
}
