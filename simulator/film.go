package simulator

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/rtp/codecs"
)

// videoClock is how many units an RTP timestamp of video counts in a second
// (RFC 7741, section 4.1).
const videoClock = 90000

// maxPayload bounds what a packet of video carries, so that it fits into a datagram
// with all that stands before it.
const maxPayload = 1180

// filmBeats keep frames off the moments of everything else, as offBeat does for
// voices, and off those.
var filmBeats = map[meeting.MediaKind]time.Duration{meeting.KindCamera: 250 * time.Nanosecond, meeting.KindScreen: 750 * time.Nanosecond}

// film is what a guest shows by its camera or on its screen: a clip that begins
// anew at its end, and whenever somebody needs a keyframe.
type film struct {
	guest   *Guest
	picture Picture
	outlet  *outlet
	epoch   time.Time

	on, again atomic.Bool
	// turned holds a token when the film was turned on.
	turned chan struct{}
	began  sync.Once
}

func newFilm(g *Guest, picture Picture) *film {
	return &film{
		guest: g, picture: picture, outlet: newVideoOutlet(string(picture.Kind), picture.Kind), epoch: time.Now(), turned: make(chan struct{}, 1),
	}
}

// dress gives the guest the pictures to show.
func (g *Guest) dress(bundled func() (map[meeting.MediaKind][]Picture, error)) error {
	pictures, err := bundled()
	if err != nil {
		return err
	}
	for _, kind := range videoKinds {
		of := pictures[kind]
		g.films = append(g.films, newFilm(g, of[g.spec.Voice%len(of)]))
	}
	return nil
}

// show turns the guest's camera and screen on or off.
func (g *Guest) show(running context.Context, media meeting.Media) {
	for _, f := range g.films {
		on := shows(media, f.picture.Kind)
		if was := f.on.Swap(on); on && !was {
			f.began.Do(func() { g.running.Go(func() { f.run(running) }) })
			token(f.turned)
		}
	}
}

// shows says whether somebody shows something of a kind.
func shows(media meeting.Media, kind meeting.MediaKind) bool {
	return kind == meeting.KindCamera && media.Camera || kind == meeting.KindScreen && media.Screen
}

// Picture is what the guest shows by its camera or on its screen.
func (g *Guest) Picture(kind meeting.MediaKind) Picture {
	for _, f := range g.films {
		if f.picture.Kind == kind {
			return f.picture
		}
	}
	return Picture{}
}

// keyframe has the film begin anew that goes over a stream.
func (g *Guest) keyframe(ssrc uint32) {
	for _, f := range g.films {
		if f.outlet.carries(ssrc) {
			f.again.Store(true)
		}
	}
}

// run plays the film whenever it is turned on, until the guest goes.
func (f *film) run(ctx context.Context) {
	for {
		select {
		case <-f.turned:
			f.play(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// play shows one frame after the other until the film is turned off.
func (f *film) play(ctx context.Context) {
	next := time.Now().Add(filmBeats[f.picture.Kind])
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	f.again.Store(true)
	for at := 0; ; at = (at + 1) % len(f.picture.Frames) {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if !f.on.Load() {
			return
		}
		if f.again.Swap(false) {
			at = 0
		}
		if err := f.send(f.picture.Frames[at], next); err != nil {
			return // the guest is going
		}
		next = next.Add(f.picture.Interval)
		timer.Reset(time.Until(next))
	}
}

// send sends one frame, in as many packets as it takes.
func (f *film) send(frame []byte, at time.Time) error {
	visit := f.guest.visit.Load()
	stamp := Stamp{Participant: f.guest.Participant(), Visit: meeting.VisitNumber(visit), At: at}
	packets := (&codecs.VP8Payloader{}).Payload(maxPayload, stamp.MarkFrame(f.picture.Kind, frame))
	o := f.outlet
	o.mu.Lock()
	defer o.mu.Unlock()
	binary.BigEndian.PutUint32(o.visit[:], visit)
	o.header.Timestamp = uint32(at.Sub(f.epoch) * videoClock / time.Second)
	for i, packet := range packets {
		o.header.SequenceNumber++
		o.header.Marker = i == len(packets)-1
		if err := o.write(packet); err != nil {
			return errors.Join(ErrLeft, err)
		}
	}
	return nil
}
