package simulator

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4"
)

// slotsAtOnce is how many slots are negotiated together: a room change should
// seldom need more.
const slotsAtOnce = 8

// seat is the meeting's side of one participant.
type seat struct {
	id meeting.ParticipantID
	// connection is the one by which the participant has the seat.
	connection meeting.ConnectionID
	// arrived is the visit by which the participant came in.
	arrived meeting.VisitNumber
	live    *live
	line    *line
	// abandoned says that the client gave the seat up without being able to say so.
	abandoned atomic.Bool
	// captions says that the seat is told what is said.
	captions bool
	// brief says that the seat is told of itself alone.
	brief bool
	// records says that the seat was last told that it may record.
	records bool
	// marks says that the meeting stamps what comes from the seat, whose client is not
	// ours and so can't. What is muted is not taken from it.
	marks bool
	muted atomic.Bool
	// far says that its client is in another process and speaks WebRTC as it likes.
	far bool
	// partial says that it is told what is being said too.
	partial bool
	// stays are where the seat was lately, and heard where its voice was broadcast.
	// The live meeting's mutex guards them.
	stays, heard []stretch
	station      station
	peer         *webrtc.PeerConnection
	intake       intake
	// mouth is what the seat says; nil when it has no voice.
	mouth *publisher
	// sights are its part in video.
	sights []*sight
	// connected says that media can flow. The live meeting's mutex guards it.
	connected bool

	mu     sync.Mutex
	queue  []message
	queued chan struct{} // holds a token when the queue has something
	short  chan struct{} // holds a token when slots are missing
	moved  chan struct{} // holds a token when the client has another address
	slots  int
}

// message is a signal on its way to a client.
type message struct {
	due    time.Time
	signal meeting.Signal
}

func newSeat(m *live, speaks, listens bool) *seat {
	s := &seat{live: m, queued: make(chan struct{}, 1), short: make(chan struct{}, 1), moved: make(chan struct{}, 1)}
	if speaks {
		s.mouth = newPublisher()
	}
	s.intake.take = s.take
	if listens {
		s.station.short = func() { token(s.short) }
	}
	return s
}

// token puts a token into a channel that holds one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// tell queues a signal. It never blocks: a slow seat delays itself alone.
func (s *seat) tell(signal meeting.Signal) {
	due := time.Now().Add(s.delay())
	s.mu.Lock()
	s.queue = append(s.queue, message{due, signal})
	s.mu.Unlock()
	token(s.queued)
}

// delay is how long signals take to the seat, and from it.
func (s *seat) delay() time.Duration {
	return s.live.simulator.config.Delay(s.id) + s.line.slowness()
}

// next takes the oldest signal from the queue.
func (s *seat) next() (message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return message{}, false
	}
	first := s.queue[0]
	s.queue = s.queue[1:]
	return first, true
}

// offer makes the peer connection and the first offer of the seat. The client
// answers with [seat.accept].
func (s *seat) offer() (offer webrtc.SessionDescription, slots []*slot, err error) {
	onSide(meetingSide, func() { offer, slots, err = s.firstOffer() })
	return offer, slots, err
}

func (s *seat) firstOffer() (offer webrtc.SessionDescription, slots []*slot, err error) {
	open := s.live.simulator.engine.forMeeting
	if s.far {
		open = s.live.simulator.engine.forOutside
	}
	if s.peer, err = open(&s.intake); err != nil {
		return offer, nil, fmt.Errorf("make the meeting's peer connection: %w", err)
	}
	if s.mouth != nil {
		receive := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
		if _, err := s.peer.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, receive); err != nil {
			return offer, nil, fmt.Errorf("prepare to hear the seat: %w", err)
		}
	}
	if err := s.prepareSights(); err != nil {
		return offer, nil, fmt.Errorf("prepare to see the seat: %w", err)
	}
	return s.extend(s.lacking(true))
}

// extend offers more slots.
func (s *seat) extend(lots []lot) (offer webrtc.SessionDescription, slots []*slot, err error) {
	for _, lot := range lots {
		for range lot.slots {
			slot := newSlot("slot-"+strconv.Itoa(s.slots), lot.kind)
			s.slots++
			send := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
			if _, err := s.peer.AddTransceiverFromTrack(slot, send); err != nil {
				return offer, nil, fmt.Errorf("add a slot: %w", err)
			}
			slots = append(slots, slot)
		}
	}
	offer, err = s.propose(nil)
	return offer, slots, err
}

// restart offers to find a new way for media.
func (s *seat) restart() (offer webrtc.SessionDescription, err error) {
	onSide(meetingSide, func() { offer, err = s.propose(&webrtc.OfferOptions{ICERestart: true}) })
	return offer, err
}

// propose makes an offer of what the peer connection has.
func (s *seat) propose(options *webrtc.OfferOptions) (offer webrtc.SessionDescription, err error) {
	if offer, err = s.peer.CreateOffer(options); err != nil {
		return offer, fmt.Errorf("make an offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(s.peer)
	if err := s.peer.SetLocalDescription(offer); err != nil {
		return offer, fmt.Errorf("take the offer: %w", err)
	}
	<-gathered
	return *s.peer.LocalDescription(), nil
}

// accept takes the client's answer: the seat is heard from now on, and the slots
// that were offered carry voices.
func (s *seat) accept(answer webrtc.SessionDescription, slots []*slot) (err error) {
	if err := s.intake.streams.announce(answer); err != nil {
		return err
	}
	onSide(meetingSide, func() { err = s.peer.SetRemoteDescription(answer) })
	if err != nil {
		return fmt.Errorf("take the answer: %w", err)
	}
	s.intake.learn(s.peer)
	if s.mouth != nil && s.station.mouth == nil {
		s.mouth.id = s.id
		s.live.forwarder.speak(&s.station, s.mouth)
	}
	s.listen(slots)
	return nil
}

// close ends the meeting's side of the seat.
func (s *seat) close() error {
	if s.peer == nil {
		return nil
	}
	if err := s.peer.GracefulClose(); err != nil {
		return fmt.Errorf("close the meeting's peer connection: %w", err)
	}
	return nil
}
