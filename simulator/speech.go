package simulator

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/pion/webrtc/v4"
)

// speech is by what a seat speaks that came to listen: a way for its voice, which is
// negotiated when it speaks first.
type speech struct {
	outlet *outlet
	// since is where its timestamps begin.
	since time.Time
}

// Speak says packets on a visit of the seat.
func (n *session) Speak(ctx context.Context, visit meeting.VisitNumber, packets [][]byte) error {
	if err := n.openMouth(); err != nil {
		return fmt.Errorf("prepare to speak: %w", err)
	}
	if err := n.microphone(ctx, true); err != nil {
		return fmt.Errorf("turn the microphone on: %w", err)
	}
	said := n.say(ctx, visit, packets)
	off := n.microphone(context.WithoutCancel(ctx), false)
	if _, refused := errors.AsType[meeting.Refusals](off); refused || errors.Is(off, ErrLeft) || errors.Is(off, meeting.ErrConnectionLost) {
		off = nil // who is gone is silent
	}
	return errors.Join(said, off)
}

func (n *session) microphone(ctx context.Context, on bool) error {
	return n.ask(ctx, meeting.SetMedia{Actor: meeting.As(n.seat.id), Participant: n.seat.id, Microphone: &on})
}

// openMouth negotiates a way for the seat's voice, once.
func (n *session) openMouth() error {
	n.negotiating.Lock()
	defer n.negotiating.Unlock()
	if n.speech != nil {
		return nil
	}
	voice := newOutlet("voice")
	offer, err := n.seat.offerMouth()
	if err != nil {
		return err
	}
	onSide(n.side(), func() {
		send := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
		_, err = n.peer.AddTransceiverFromTrack(voice, send)
	})
	if err != nil {
		return fmt.Errorf("add the voice: %w", err)
	}
	if err := n.negotiate(offer, nil); err != nil {
		return err
	}
	n.speech = &speech{voice, time.Now()}
	return nil
}

// offerMouth offers to hear a seat that came to listen.
func (s *seat) offerMouth() (offer webrtc.SessionDescription, err error) {
	onSide(meetingSide, func() {
		receive := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
		if _, err = s.peer.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, receive); err != nil {
			err = fmt.Errorf("prepare to hear the seat: %w", err)
			return
		}
		s.mouth = newPublisher()
		offer, _, err = s.extend(nil)
	})
	return offer, err
}

// say sends packets in real time. The last is always silence: after it, a pause of
// any length loses nothing.
func (n *session) say(ctx context.Context, visit meeting.VisitNumber, packets [][]byte) error {
	next := time.Now().Add(offBeat)
	timestamp := uint32(int64(next.Sub(n.speech.since)) * opusfile.SampleRate / int64(time.Second))
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	for i := 0; ; i++ {
		packet, last := opusfile.Silence, i == len(packets)
		if !last {
			packet = packets[i]
		}
		var stopped error
		select {
		case <-timer.C:
		case <-n.left:
			return ErrLeft
		case <-ctx.Done():
			packet, last, stopped = opusfile.Silence, true, context.Cause(ctx)
			next = time.Now()
		}
		stamp := Stamp{Participant: n.seat.id, Visit: visit, At: next}
		if err := n.speech.outlet.speak(stamp, packet, timestamp, i == 0); err != nil || last {
			return errors.Join(err, stopped)
		}
		timestamp += opusfile.SilenceSamples
		next = next.Add(frame)
		timer.Reset(time.Until(next))
	}
}

// speak sends one packet, with the stamp if it can bear one. The first after a pause
// is marked (RFC 3551, section 4.1).
func (o *outlet) speak(stamp Stamp, packet []byte, timestamp uint32, first bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	binary.BigEndian.PutUint32(o.visit[:], uint32(stamp.Visit))
	o.header.Marker = first
	o.header.SequenceNumber++
	o.header.Timestamp = timestamp
	// How loud clips are is not known, but of silence it is.
	o.tell(silentLevel, bytes.Equal(packet, opusfile.Silence))
	if stampable(packet) {
		packet = stamp.Mark(packet)
	}
	return o.write(packet)
}
