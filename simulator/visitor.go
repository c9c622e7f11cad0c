package simulator

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// visitWithin is how long a client from outside may take to send or receive.
const visitWithin = 15 * time.Second

// Visitor is a guest whose client is in another process and knows WebRTC alone, as by
// WHIP (RFC 9725): a participant who speaks and shows, and hears nothing.
type Visitor struct {
	seat   *seat
	answer string
	// connected and failed tell how it goes with the media.
	connected, failed <-chan struct{}
	parting
}

// VisitorSpec says who comes.
type VisitorSpec struct {
	Meeting meeting.ID
	Name    string
	// Room is the breakout room to come into; the main room when empty.
	Room meeting.RoomID
	// Offer is the session description of the client, which sends Opus, VP8 or both.
	Offer string
}

// parting is how a client from outside and the meeting part.
type parting struct {
	once sync.Once
	// asked is closed when the visit is to end, for a cause.
	asked chan struct{}
	cause meeting.LeaveCause
	// done is closed when nothing of it runs any more.
	done chan struct{}
}

func newParting() parting { return parting{asked: make(chan struct{}), done: make(chan struct{})} }

// Leave ends the visit for a cause, unless that has happened, and returns when nothing
// of it runs any more.
func (p *parting) Leave(cause meeting.LeaveCause) {
	p.once.Do(func() {
		p.cause = cause
		close(p.asked)
	})
	<-p.done
}

// Done is closed when the visit is over.
func (p *parting) Done() <-chan struct{} { return p.done }

// Answer is the meeting's answer to the client's offer.
func (v *Visitor) Answer() string { return v.answer }

// Participant is the guest's number in the meeting.
func (v *Visitor) Participant() meeting.ParticipantID { return v.seat.id }

// Visit brings somebody into a meeting whose client is in another process. The client
// has some seconds to connect.
func (s *Simulator) Visit(ctx context.Context, spec VisitorSpec) (*Visitor, error) {
	offer, err := readOffer(spec.Offer, true)
	if err != nil {
		return nil, err
	}
	m, err := s.find(spec.Meeting)
	if err != nil {
		return nil, err
	}
	v := &Visitor{seat: newSeat(m, offer.audio > 0, false), parting: newParting()}
	v.seat.prepareVisit(spec.Name, offer)
	join := meeting.Join{
		Name: spec.Name, Room: spec.Room, FollowsMoves: true, Outside: true, Device: meeting.DeviceBrowser,
		Media: &meeting.Media{Microphone: offer.audio > 0, Camera: offer.video > 0},
	}
	if _, err := m.apply(ctx, join, v.seat); err != nil {
		return nil, err
	}
	if err := v.connect(offer); err != nil {
		close(v.done)
		return nil, errors.Join(err, v.end(meeting.LeftByInterruption))
	}
	go v.stay()
	return v, nil
}

// prepareVisit makes a seat one of somebody who comes by an offer.
func (s *seat) prepareVisit(name string, offer offered) {
	s.line, s.marks, s.intake.vp8 = newLine(name), true, offer.vp8
	if offer.video == 0 {
		return
	}
	picture := newPublisher()
	picture.keyframes = &keyframes{ask: func(ssrc uint32) { requestKeyframe(s.peer, ssrc) }}
	s.sights = []*sight{{kind: meeting.KindCamera, forwarder: s.live.videos[0], picture: picture}}
}

// connect answers the offer. What comes from the client is forwarded from now on.
func (v *Visitor) connect(offer offered) (err error) {
	s := v.seat
	onSide(meetingSide, func() {
		if s.peer, err = s.live.simulator.engine.forOutside(&s.intake); err == nil {
			v.connected, v.failed = watch(s.peer, func() {})
			v.answer, err = answerTo(s.peer, offer, nil)
		}
	})
	if err != nil {
		return err
	}
	s.intake.learn(s.peer)
	if s.mouth != nil {
		s.mouth.id = s.id
		s.live.forwarder.speak(&s.station, s.mouth)
	}
	s.listen(nil)
	return nil
}

// stay keeps the seat until the client, the host or the meeting ends it.
func (v *Visitor) stay() {
	defer close(v.done)
	late := time.NewTimer(visitWithin)
	defer late.Stop()
	cause := v.attend(late.C)
	if err := v.end(cause); err != nil {
		v.seat.live.simulator.log.Warn("a guest could not leave", "participant", v.seat.id, "error", err)
	}
}

// attend hears what the meeting says until the visit ends, and tells why; nothing, when
// the meeting itself has ended it.
func (v *Visitor) attend(late <-chan time.Time) meeting.LeaveCause {
	connected := v.connected
	for {
		for m, ok := v.seat.next(); ok; m, ok = v.seat.next() {
			if _, removed := m.signal.(meeting.Removed); removed {
				return ""
			}
			v.hear(m.signal)
		}
		select {
		case <-v.seat.queued:
		case <-connected:
			connected, late = nil, nil
		case <-v.failed:
			return meeting.LeftByLostLine
		case <-late:
			return meeting.LeftByLostLine
		case <-v.asked:
			return v.cause
		}
	}
}

// hear does what a client would do that hears signals: whoever has no way to be asked
// accepts every invitation, and a microphone that was turned off is silent.
func (v *Visitor) hear(signal meeting.Signal) {
	switch said := signal.(type) {
	case meeting.Invited:
		// The invitation can be gone by now; then there is nothing to accept.
		_, _ = v.seat.live.apply(context.Background(), meeting.Answer{Actor: meeting.As(v.seat.id), Invitation: said.Invitation, Accept: true}, nil)
	case meeting.MediaShown:
		if said.Participant.ID == v.seat.id {
			v.seat.muted.Store(!said.Media.Microphone)
		}
	}
}

// end gives the seat up, for a cause unless the meeting knows.
func (v *Visitor) end(cause meeting.LeaveCause) error {
	var failed error
	if cause != "" {
		leave := meeting.Leave{Actor: meeting.As(v.seat.id), Connection: v.seat.connection, Cause: cause}
		if _, err := v.seat.live.apply(context.Background(), leave, nil); !alreadyGone(err) {
			failed = err
		}
	}
	return errors.Join(failed, v.seat.close())
}

// alreadyGone says whether somebody else has ended a stay first.
func alreadyGone(err error) bool {
	refusals, ok := errors.AsType[meeting.Refusals](err)
	return ok && (refusals.Has(meeting.CodeMeetingEnded) || refusals.Has(meeting.CodeParticipantAbsent))
}

// mark puts the meeting's stamp on a packet of the seat, and says whether it is taken.
func (s *seat) mark(packet *received) bool {
	of := s.mouth
	if packet.kind != meeting.KindAudio && len(s.sights) > 0 {
		of = s.sights[0].picture
	}
	if of == nil || packet.kind == meeting.KindAudio && s.muted.Load() {
		return false
	}
	// Publishing compares the visit: after a change of rooms in between, nobody hears it.
	if packet.visit == 0 { // the client knows no visits
		packet.visit = of.visit()
	}
	stamp := Stamp{Participant: s.id, Visit: packet.visit, At: time.Now()}
	switch {
	case packet.kind == meeting.KindAudio && stampable(packet.Payload):
		packet.Payload = stamp.Mark(packet.Payload)
	case packet.kind != meeting.KindAudio && packet.Marker:
		packet.Payload = stamp.MarkFrame(packet.kind, packet.Payload)
	}
	return true
}
