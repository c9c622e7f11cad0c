package simulator

import (
	"context"
	"errors"

	"github.com/breakoutrooms/breakout/meeting"
)

// FarSpec says who takes a seat from another process.
type FarSpec struct {
	// JoinRequest is what a seat of this process would be taken by; Receive is not used.
	meeting.JoinRequest
	// ExternalID is what the client knows itself by: who comes with it again is the same
	// participant.
	ExternalID string
	// Person says that it is no bot.
	Person bool
	// SignalsOnly says that it has no media: no connection is made for it.
	SignalsOnly bool
	// Answer has the client answer an offer of the meeting's: a session description.
	// It is called by one goroutine at a time, at first and whenever there is more to be
	// heard or said.
	Answer func(offer string) (answer string, err error)
}

// Far is a seat whose client is in another process. It is told signals and gives commands
// as any other; media goes to the client itself.
type Far struct{ session *session }

// JoinFar takes a seat for a client in another process. It returns when media can flow.
func (s *Simulator) JoinFar(ctx context.Context, spec FarSpec) (*Far, error) {
	join := meeting.Join{
		Name: spec.Name, IsBot: !spec.Person, Email: spec.Email, ExternalID: spec.ExternalID, FollowsMoves: spec.FollowsMoves, Outside: true, Media: &meeting.Media{},
	}
	brings := client{signalsOnly: true, captions: spec.Captions, partial: spec.PartialCaptions}
	if !spec.SignalsOnly {
		brings = spec.outfit()
	}
	session, err := s.join(ctx, spec.Meeting, join, brings)
	if err != nil {
		return nil, err
	}
	return &Far{session}, nil
}

// outfit is what a client with media brings along.
func (spec FarSpec) outfit() client {
	return client{
		receive:   func(meeting.Packet) {}, // it has ears, elsewhere
		roomsOnly: spec.RoomsOnly, captions: spec.Captions, partial: spec.PartialCaptions, video: spec.Video, far: spec.Answer,
	}
}

// refuseVoice refuses what only a client with media can do.
func (f *Far) refuseVoice() error {
	if f.session.signalsOnly {
		return meeting.Refuse(meeting.CodeInvalid, []string{"do"}, "A seat that has signals only has no voice; join without signalsOnly.")
	}
	return nil
}

// Session is the seat, but for [meeting.Session.Speak], which is the client's.
func (f *Far) Session() meeting.Session { return f.session }

// Failed is closed when media can't flow any more.
func (f *Far) Failed() <-chan struct{} { return f.session.failed }

// Drop gives the seat up for a client that is gone.
func (f *Far) Drop(ctx context.Context) error { return f.session.leaveFor(ctx, meeting.LeftByLostLine) }

// OpenMouth negotiates a way for the voice of the client, once. The client's answer to the
// offer that comes has its voice in it.
func (f *Far) OpenMouth() error {
	if err := f.refuseVoice(); err != nil {
		return err
	}
	n := f.session
	n.negotiating.Lock()
	defer n.negotiating.Unlock()
	if n.speech != nil {
		return nil
	}
	offer, err := n.seat.offerMouth()
	if err != nil {
		return err
	}
	if err := n.negotiate(offer, nil); err != nil {
		return err
	}
	n.speech = &speech{}
	return nil
}

// Microphone turns the seat's microphone on or off.
func (f *Far) Microphone(ctx context.Context, on bool) error {
	if err := f.refuseVoice(); err != nil {
		return err
	}
	err := f.session.microphone(ctx, on)
	if _, refused := errors.AsType[meeting.Refusals](err); refused && !on {
		return nil // who is gone is silent
	}
	return err
}
