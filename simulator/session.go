package simulator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4"
)

// ErrLeft says that the seat was given up already.
var ErrLeft = errors.New("the seat was given up")

// ErrNoWay says that nobody can be in the meeting who has no media.
var ErrNoWay = errors.New("no way for media was found between the client and the meeting")

// connectWithin bounds how long a client tries: ICE gives up by itself, and a handshake of
// DTLS that nobody answers does not.
const connectWithin = time.Minute

// client is what a participant brings along: ears, a voice, or both.
type client struct {
	receive func(meeting.Packet)
	voice   *outlet
	// roomsOnly says that the client hears nothing in the main room.
	roomsOnly bool
	captions  bool
	// partial says that it wants captions of sentences that are not over too.
	partial bool
	// films are the cameras and screens by which the client shows something, and
	// video is what it wants to see of others.
	films []*film
	video []meeting.MediaKind
	// far has a client in another process answer an offer; nil for clients of ours.
	far func(offer string) (answer string, err error)
	// keyframe is called when somebody needs a keyframe of what goes out.
	keyframe func(ssrc uint32)
	// signalsOnly says that the client has no media, and needs no connection for it.
	signalsOnly bool
	// brief says that it makes nothing of what others do.
	brief bool
}

// session is the client's side of a seat: a peer connection and the signals
// that come with it.
type session struct {
	client
	seat    *seat
	peer    *webrtc.PeerConnection
	signals chan meeting.Signal

	// left is closed when the session ends; running is done when all of it has.
	left    chan struct{}
	leave   sync.Once
	running sync.WaitGroup
	intake  intake
	// failed is closed when there is no way to a far client any more.
	failed <-chan struct{}
	// lost says that the connection was given up: its line was cut for too long.
	lost atomic.Bool
	// negotiating lets one thing be negotiated at a time.
	negotiating sync.Mutex
	speech      *speech // nil until it speaks
}

var _ meeting.Session = (*session)(nil)

// join takes a seat in a meeting.
func (s *Simulator) join(ctx context.Context, id meeting.ID, join meeting.Join, c client) (*session, error) {
	m, err := s.find(id)
	if err != nil {
		return nil, err
	}
	seat := newSeat(m, c.voice != nil, c.receive != nil)
	seat.captions, seat.partial, seat.brief = c.captions, c.partial, c.brief
	seat.far, seat.marks = c.far != nil, c.far != nil
	if c.partial {
		m.partial.Store(true)
	}
	if seat.line = m.lineFor(join); seat.line.whole(ctx) != nil {
		return nil, fmt.Errorf("%q reaches no meeting: %w", join.Name, context.Cause(ctx))
	}
	if c.roomsOnly {
		seat.station.deaf = meeting.MainRoom(id)
	}
	if seat.sights = newSights(seat, c); len(c.video) > 0 {
		seat.intake.keyframe = seat.keyframe
	}
	if _, err := m.apply(ctx, join, seat); err != nil {
		return nil, err
	}
	n := &session{client: c, seat: seat, signals: make(chan meeting.Signal), left: make(chan struct{})}
	n.intake.take, n.intake.keyframe = n.take, c.keyframe
	if c.signalsOnly {
		n.running.Go(n.pump)
		return n, nil
	}
	if err := n.connect(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect %q: %w", join.Name, err), n.Leave(context.WithoutCancel(ctx)))
	}
	n.running.Go(n.pump)
	n.running.Go(n.extend)
	return n, nil
}

// hearMore negotiates more slots.
func (n *session) hearMore(lots []lot) {
	n.negotiating.Lock()
	defer n.negotiating.Unlock()
	if offer, slots, err := n.seat.extend(lots); err != nil {
		n.warn("more slots could not be offered", err)
	} else if err := n.negotiate(offer, slots); err != nil {
		n.warn("more slots could not be negotiated", err)
	}
}

func (n *session) warn(text string, err error) {
	select {
	case <-n.left: // what fails while the seat is given up is no news
	default:
		n.seat.live.simulator.log.Warn(text, "participant", n.seat.id, "error", err)
	}
}

// pump hands signals to the client, each when it is due and the line is whole.
func (n *session) pump() {
	defer close(n.signals)
	for {
		since, changed := n.seat.line.state()
		if !since.IsZero() {
			if !n.sitOut(since, changed) {
				return
			}
			continue
		}
		m, ok := n.seat.next()
		if !ok {
			select {
			case <-n.seat.queued:
			case <-changed:
			case <-n.left:
				return
			}
			continue
		}
		if !n.wait(time.Until(m.due)) || !n.hand(m.signal) {
			return
		}
	}
}

// hand hands one signal to the client, and says whether more can follow.
func (n *session) hand(signal meeting.Signal) bool {
	select {
	case n.signals <- signal:
	case <-n.left:
		return false
	}
	_, last := signal.(meeting.Removed)
	return !last
}

// sitOut waits until a line that is cut is whole again, and says whether the
// session goes on: a client notices after a while, and gives up after another.
func (n *session) sitOut(since time.Time, changed <-chan struct{}) bool {
	noticed, given := noticedAfter, givenUpAfter
	if n.seat.line.reset.Load() {
		noticed, given = 0, 0
	}
	whole, going := n.outlast(changed, noticed-time.Since(since))
	if whole || !going {
		return going
	}
	if !n.hand(meeting.ConnectionLost{At: time.Now(), Since: since}) {
		return false
	}
	whole, going = n.outlast(changed, given-time.Since(since))
	switch {
	case !going:
		return false
	case whole:
		return n.hand(meeting.ConnectionRestored{At: time.Now(), Since: since})
	}
	n.lost.Store(true)
	return n.hand(meeting.Removed{At: time.Now(), Cause: meeting.LeftByLostLine})
}

// outlast waits for a change of the line, up to some time, and says whether it came
// and whether the seat is still taken.
func (n *session) outlast(changed <-chan struct{}, d time.Duration) (came, going bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-changed:
		return true, true
	case <-timer.C:
		return false, true
	case <-n.left:
		return false, false
	}
}

// wait lets time pass and says whether the seat is still taken.
func (n *session) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-n.left:
		return false
	}
}

// take hands a packet to the client. Where video is missing, what follows can't be
// decoded, so that a keyframe is asked for.
func (n *session) take(packet *received) {
	if packet.gap && packet.kind != meeting.KindAudio {
		requestKeyframe(n.peer, packet.SSRC)
	}
	if n.receive != nil && len(packet.CSRC) > 0 {
		n.receive(meeting.Packet{
			Participant: meeting.ParticipantID(packet.CSRC[0]), Visit: packet.visit, Kind: packet.kind,
			Speaking: packet.kind == meeting.KindAudio && packet.speaking(), RTP: packet.Packet,
		})
	}
}

func (n *session) Participant() meeting.ParticipantID { return n.seat.id }

func (n *session) Signals() <-chan meeting.Signal { return n.signals }

func (n *session) EnterRoom(ctx context.Context, room meeting.RoomID) error {
	return n.ask(ctx, meeting.EnterRoom{Actor: meeting.As(n.seat.id), Room: room})
}

func (n *session) ReturnToMain(ctx context.Context) error {
	return n.ask(ctx, meeting.ReturnToMain{Actor: meeting.As(n.seat.id)})
}

func (n *session) SendChat(ctx context.Context, to meeting.ParticipantID, text string) error {
	return n.ask(ctx, meeting.SendChat{Actor: meeting.As(n.seat.id), To: to, Text: text})
}

func (n *session) AskToRecord(ctx context.Context) error {
	return n.ask(ctx, meeting.AskToRecord{Actor: meeting.As(n.seat.id)})
}

func (n *session) Answer(ctx context.Context, invitation meeting.InvitationID, accept bool) error {
	return n.ask(ctx, meeting.Answer{Actor: meeting.As(n.seat.id), Invitation: invitation, Accept: accept})
}

// ask gives the meeting a command of this seat, which takes as long to get
// there as signals take to get here.
func (n *session) ask(ctx context.Context, command meeting.Command) error {
	if !n.wait(n.seat.delay()) {
		return ErrLeft
	}
	if n.cut() {
		return meeting.ErrConnectionLost
	}
	_, err := n.seat.live.apply(ctx, command, nil)
	return err
}

func (n *session) Leave(ctx context.Context) error { return n.leaveFor(ctx, meeting.LeftByChoice) }

func (n *session) leaveFor(ctx context.Context, cause meeting.LeaveCause) error {
	var failed error
	n.leave.Do(func() {
		err := n.tellLeaving(ctx, cause)
		close(n.left)
		failed = errors.Join(err, n.disconnect())
		n.running.Wait()
	})
	return failed
}

// cut says whether nothing reaches the meeting by this connection.
func (n *session) cut() bool { return n.seat.line.deaf.Load() || n.lost.Load() }

// tellLeaving tells the meeting that the seat is given up. Where nothing gets
// there, the meeting will notice by itself.
func (n *session) tellLeaving(ctx context.Context, cause meeting.LeaveCause) error {
	if n.cut() {
		n.seat.abandon()
		return nil
	}
	leave := meeting.Leave{Actor: meeting.As(n.seat.id), Connection: n.seat.connection, Cause: cause}
	_, err := n.seat.live.apply(ctx, leave, nil)
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok && (refusals.Has(meeting.CodeMeetingEnded) || refusals.Has(meeting.CodeParticipantAbsent)) {
		return nil // somebody else ended it first
	}
	return err
}

func (n *session) disconnect() error {
	var failed error
	if n.peer != nil {
		failed = n.peer.GracefulClose()
	}
	return errors.Join(failed, n.seat.close())
}
