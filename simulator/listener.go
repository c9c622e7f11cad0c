package simulator

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4"
)

// The most that a listener can hear and see at once.
const (
	maxVoices  = 16
	maxCameras = 8
)

// ListenerSpec says what somebody listens to.
type ListenerSpec struct {
	Meeting meeting.ID
	Room    meeting.RoomID
	// Offer is the session description of the client. Each of its sections that
	// receives is a place for one voice, or for one camera.
	Offer string
}

// Listener hears one room without being in it, as by WHEP (draft-ietf-wish-whep).
type Listener struct {
	*listener
	parting
}

// listener is the meeting's side of a listener.
type listener struct {
	id     meeting.ListenerID
	live   *live
	answer string
	peer   *webrtc.PeerConnection
	intake intake
	// voices and cameras are its places in the room.
	voices, cameras   station
	connected, failed <-chan struct{}
	// stopped is closed when the meeting has ended the listening.
	stopped chan struct{}
}

// Answer is the meeting's answer to the client's offer.
func (l *Listener) Answer() string { return l.answer }

// Listen lets somebody hear and see a room who is not in it. The client has some seconds
// to connect.
func (s *Simulator) Listen(ctx context.Context, spec ListenerSpec) (*Listener, error) {
	offer, err := readOffer(spec.Offer, false)
	if err != nil {
		return nil, err
	}
	m, err := s.find(spec.Meeting)
	if err != nil {
		return nil, err
	}
	l := &Listener{&listener{live: m, stopped: make(chan struct{})}, newParting()}
	voices, cameras := places(meeting.KindAudio, min(offer.audio, maxVoices)), places(meeting.KindCamera, min(offer.video, maxCameras))
	l.voices.board, l.cameras.board = newBoard(voices, true), newBoard(cameras, false)
	l.intake.take = func(*received) {} // who listens says nothing
	l.intake.keyframe = func(ssrc uint32) { l.cameras.board.keyframe(ssrc) }
	if err := l.connect(offer, append(voices, cameras...)); err != nil {
		return nil, errors.Join(err, l.close())
	}
	if err := l.begin(ctx, spec.Room); err != nil {
		return nil, errors.Join(err, l.close())
	}
	go l.stay(context.WithoutCancel(ctx))
	return l, nil
}

// places are the slots of one kind that a client offers to receive by.
func places(kind meeting.MediaKind, n int) (slots []*slot) {
	for i := range n {
		slots = append(slots, newSlot(string(kind)+"place-"+strconv.Itoa(i), kind))
	}
	return slots
}

func (l *listener) connect(offer offered, slots []*slot) (err error) {
	onSide(meetingSide, func() {
		if l.peer, err = l.live.simulator.engine.forOutside(&l.intake); err == nil {
			l.connected, l.failed = watch(l.peer, func() {})
			l.answer, err = answerTo(l.peer, offer, slots)
		}
	})
	return err
}

// begin has the meeting let the listener hear a room.
func (l *listener) begin(ctx context.Context, room meeting.RoomID) error {
	events, err := l.live.apply(ctx, meeting.StartListening{Room: room}, nil)
	if err != nil {
		return err
	}
	started, ok := events[0].Fact.(meeting.ListeningStarted)
	if !ok {
		return fmt.Errorf("the meeting let somebody listen and said %T", events[0].Fact)
	}
	l.id = started.Listener
	l.live.mu.Lock()
	defer l.live.mu.Unlock()
	if _, listens := l.live.state.Listeners.In[l.id]; !listens { // it has ended since
		close(l.stopped)
		return nil
	}
	l.live.listeners[l.id] = l
	l.live.forwarder.place(&l.voices, room, 0)
	l.live.videos[0].place(&l.cameras, room, 0)
	return nil
}

// hush ends what listeners hear when the events say so. The caller holds mu.
func (m *live) hush(events []meeting.Event) {
	for _, event := range events {
		if stopped, is := event.Fact.(meeting.ListeningStopped); is {
			if l := m.listeners[stopped.Listener]; l != nil {
				delete(m.listeners, stopped.Listener)
				m.forwarder.place(&l.voices, "", 0)
				m.videos[0].place(&l.cameras, "", 0)
				close(l.stopped)
			}
		}
	}
}

// stay keeps the listener until the client or the meeting ends it.
func (l *Listener) stay(ctx context.Context) {
	defer close(l.done)
	cause := l.attend()
	var failed error
	if cause != "" {
		if _, err := l.live.apply(ctx, meeting.StopListening{Listener: l.id, Cause: cause}, nil); !alreadyGone(err) {
			failed = err
		}
	}
	if failed = errors.Join(failed, l.close()); failed != nil {
		l.live.simulator.log.Warn("a listener could not leave", "listener", l.id, "error", failed)
	}
}

// attend waits until the listening ends, and tells why; nothing, when the meeting itself
// has ended it.
func (l *Listener) attend() meeting.LeaveCause {
	late := time.NewTimer(visitWithin)
	defer late.Stop()
	connected := l.connected
	for {
		select {
		case <-connected:
			connected = nil
			late.Stop()
			l.cameras.board.freshen() // what was sent before has not come
		case <-l.stopped:
			return ""
		case <-l.failed:
			return meeting.LeftByLostLine
		case <-late.C:
			return meeting.LeftByLostLine
		case <-l.asked:
			return l.cause
		}
	}
}

func (l *listener) close() error {
	if l.peer == nil {
		return nil
	}
	if err := l.peer.GracefulClose(); err != nil {
		return fmt.Errorf("close the peer connection of a listener: %w", err)
	}
	return nil
}
