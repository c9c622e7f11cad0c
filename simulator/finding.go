package simulator

import (
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// findAgain is after how long a client looks for a way for its media anew, where it has
// found none.
const findAgain = 5 * time.Second

// watch tells when a peer connection is up, and when it has failed. Whenever its way is
// lost, lost is called, which must not wait.
func watch(peer *webrtc.PeerConnection, lost func()) (connected, failed chan struct{}) {
	connected, failed = make(chan struct{}), make(chan struct{})
	var found, ended sync.Once
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			found.Do(func() { close(connected) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			ended.Do(func() { close(failed) })
		}
		if state == webrtc.PeerConnectionStateDisconnected || state == webrtc.PeerConnectionStateFailed {
			lost()
		}
	})
	return connected, failed
}

// extend negotiates more slots whenever a room has more voices than the seat
// can hear, or more to be seen than it can see, and another way when the client has
// another address, or its media comes no longer.
func (n *session) extend() {
	again := time.NewTimer(findAgain)
	defer again.Stop()
	again.Stop()
	for {
		select {
		case <-n.seat.short:
		case <-n.seat.moved:
			n.findWay()
			again.Reset(findAgain)
			continue
		case <-again.C:
			if n.anyPeer().ICEConnectionState() != webrtc.ICEConnectionStateConnected {
				token(n.seat.moved)
			}
			continue
		case <-n.left:
			return
		}
		if lots := n.seat.lacking(false); len(lots) > 0 {
			n.hearMore(lots)
		}
	}
}

// findWay negotiates another way for media: the client asks for it, and the meeting
// offers it, as soon as signals pass.
func (n *session) findWay() {
	for since, changed := n.seat.line.state(); !since.IsZero(); since, changed = n.seat.line.state() {
		select {
		case <-changed:
		case <-n.left:
			return
		}
	}
	if !n.wait(2 * n.seat.delay()) {
		return
	}
	n.negotiating.Lock()
	defer n.negotiating.Unlock()
	if offer, err := n.seat.restart(); err != nil {
		n.warn("a new way for media could not be offered", err)
	} else if err := n.negotiate(offer, nil); err != nil {
		n.warn("a new way for media could not be found", err)
	}
}

// anyPeer is an end of the seat's connection: the client's where that is ours.
func (n *session) anyPeer() *webrtc.PeerConnection {
	if n.far != nil {
		return n.seat.peer
	}
	return n.peer
}
