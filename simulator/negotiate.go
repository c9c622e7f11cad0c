package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/pion/webrtc/v4"
)

// connect negotiates the first slots and waits until media can flow.
func (n *session) connect(ctx context.Context) error {
	offer, slots, err := n.seat.offer()
	if err != nil {
		return err
	}
	if n.far != nil {
		var connected chan struct{}
		connected, n.failed = watch(n.seat.peer, func() { token(n.seat.moved) })
		if err := n.negotiate(offer, slots); err != nil {
			return err
		}
		return flowing(ctx, connected, n.failed)
	}
	onSide(n.side(), func() { n.peer, err = n.seat.live.simulator.engine.forClient(&n.intake, n.seat.line) })
	if err != nil {
		return fmt.Errorf("make the client's peer connection: %w", err)
	}
	connected, failed := watch(n.peer, func() { token(n.seat.moved) })
	if n.voice != nil {
		if _, err := n.peer.AddTrack(n.voice); err != nil {
			return fmt.Errorf("add the voice: %w", err)
		}
	}
	for _, film := range n.films {
		if _, err := n.peer.AddTrack(film.outlet); err != nil {
			return fmt.Errorf("add the %s: %w", film.picture.Kind, err)
		}
	}
	if err := n.negotiate(offer, slots); err != nil {
		return err
	}
	return flowing(ctx, connected, failed)
}

// flowing waits until media can flow.
func flowing(ctx context.Context, connected, failed <-chan struct{}) error {
	tooLong := time.NewTimer(connectWithin)
	defer tooLong.Stop()
	select {
	case <-connected:
		return nil
	case <-failed:
		return ErrNoWay
	case <-tooLong.C:
		return ErrNoWay
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// negotiate answers an offer and lets its slots carry voices.
func (n *session) negotiate(offer webrtc.SessionDescription, slots []*slot) (err error) {
	if n.far != nil {
		answer, err := n.far(offer.SDP)
		if err != nil {
			return fmt.Errorf("have an offer answered: %w", err)
		}
		return n.seat.accept(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}, slots)
	}
	onSide(n.side(), func() { err = n.answer(offer) })
	if err != nil {
		return err
	}
	n.intake.learn(n.peer)
	return n.seat.accept(*n.peer.LocalDescription(), slots)
}

// answer makes the client's answer to an offer.
func (n *session) answer(offer webrtc.SessionDescription) error {
	if err := n.intake.streams.announce(offer); err != nil {
		return err
	}
	if err := n.peer.SetRemoteDescription(offer); err != nil {
		return fmt.Errorf("take the offer: %w", err)
	}
	answer, err := n.peer.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("make an answer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(n.peer)
	if err := n.peer.SetLocalDescription(answer); err != nil {
		return fmt.Errorf("take the answer: %w", err)
	}
	<-gathered
	return nil
}
