package seat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/coder/websocket"
	"github.com/pion/webrtc/v4"
)

// ErrLeft says that the seat was given up already.
var ErrLeft = errors.New("the seat was given up")

// Client takes seats in the meetings of another process.
type Client struct {
	// Key is an API key for the scope simulate; none is needed with a link.
	Key string
	// HTTP makes the connections. Defaults to http.DefaultClient.
	HTTP *http.Client
	// API makes peer connections, where they need settings. What [Register] registers,
	// it must have. Defaults to pion's.
	API *webrtc.API
}

// session is a seat from the client's side.
type session struct {
	socket  *websocket.Conn
	peer    *webrtc.PeerConnection
	receive func(meeting.Packet)
	id      meeting.ParticipantID
	signals chan meeting.Signal

	mu      sync.Mutex
	latest  int
	replies map[int]chan Message
	// heard are signals that nobody has taken yet; queued holds a token when there are
	// some. Nobody who waits for an answer has to take signals meanwhile.
	heard  []meeting.Signal
	queued chan struct{}
	mouth  *mouth // nil until it speaks
	left   chan struct{}
	leave  sync.Once
	// ears are the goroutines that read media, and reading the one that reads signals.
	ears, reading sync.WaitGroup
	gone          chan struct{} // closed when nothing can be read any more
}

var _ meeting.Session = (*session)(nil)

// Join takes a seat at an address: of a server's door, or a link to it. It returns when the
// seat is in the main room, or in the waiting room, and media can flow.
func (c Client) Join(ctx context.Context, address string, request meeting.JoinRequest) (meeting.Session, error) {
	socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{ //nolint:bodyclose // it is the socket's
		HTTPClient: c.HTTP, Subprotocols: []string{Subprotocol}, HTTPHeader: c.header(),
	})
	if err != nil {
		return nil, fmt.Errorf("reach the meeting at %s: %w", address, err)
	}
	socket.SetReadLimit(MaxMessage)
	s := &session{
		socket: socket, receive: request.Receive, signals: make(chan meeting.Signal), replies: make(map[int]chan Message),
		left: make(chan struct{}), gone: make(chan struct{}), queued: make(chan struct{}, 1),
	}
	if err := s.begin(ctx, c.API, request); err != nil {
		return nil, errors.Join(fmt.Errorf("join as %q: %w", request.Name, err), s.close())
	}
	s.reading.Go(s.read)
	s.reading.Go(s.tell)
	return s, nil
}

func (c Client) header() http.Header {
	if c.Key == "" {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + c.Key}}
}

// begin asks for the seat and answers offers until it is taken.
func (s *session) begin(ctx context.Context, api *webrtc.API, request meeting.JoinRequest) (err error) {
	if s.peer, err = newPeer(api); err != nil {
		return err
	}
	s.peer.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) { s.hear(track, receiver) })
	join := Message{
		Type: TypeJoin, Name: request.Name, ExternalID: string(request.Bot), Email: request.Email, FollowsMoves: request.FollowsMoves,
		Captions: request.Captions, PartialCaptions: request.PartialCaptions, RoomsOnly: request.RoomsOnly, Video: request.Video,
	}
	if err := s.write(ctx, join); err != nil {
		return err
	}
	for {
		m, err := s.next(ctx)
		switch {
		case err != nil:
			return err
		case m.Type == TypeOffer:
			if err := s.answer(ctx, m); err != nil {
				return err
			}
		case m.Type == TypeRefused:
			return m.Err()
		case m.Type == TypeJoined:
			s.id = m.Participant
			return nil
		}
	}
}

// read takes what the meeting says, until the end.
func (s *session) read() {
	defer close(s.gone)
	for {
		m, err := s.next(context.Background())
		if err != nil { // of which nothing is known any more
			s.queue(meeting.Removed{At: time.Now(), Cause: meeting.LeftByLostLine})
			return
		}
		switch m.Type {
		case TypeOffer:
			if err := s.answer(context.Background(), m); err != nil {
				_ = s.socket.CloseNow() // without media there is no seat
			}
		case TypeReply:
			s.reply(m)
		case TypeSignal:
			if signal, err := m.ReadSignal(); err == nil && signal != nil {
				s.queue(signal)
			}
		}
	}
}

func (s *session) queue(signal meeting.Signal) {
	s.mu.Lock()
	s.heard = append(s.heard, signal)
	s.mu.Unlock()
	select {
	case s.queued <- struct{}{}:
	default:
	}
}

// tell hands signals to who holds the seat, until the last or until that gives it up.
func (s *session) tell() {
	defer close(s.signals)
	for {
		s.mu.Lock()
		heard := s.heard
		s.heard = nil
		s.mu.Unlock()
		for _, signal := range heard {
			select {
			case s.signals <- signal:
			case <-s.left:
				return
			}
			if _, last := signal.(meeting.Removed); last {
				return
			}
		}
		select {
		case <-s.queued:
		case <-s.left:
			return
		}
	}
}

func (s *session) reply(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if waiting := s.replies[m.ID]; waiting != nil {
		waiting <- m // which holds one
		delete(s.replies, m.ID)
	}
}

// ask makes a request and waits for what becomes of it.
func (s *session) ask(ctx context.Context, m Message) error {
	answered := make(chan Message, 1)
	s.mu.Lock()
	s.latest++
	m.Type, m.ID = TypeRequest, s.latest
	s.replies[m.ID] = answered
	s.mu.Unlock()
	if err := s.write(ctx, m); err != nil {
		return errors.Join(ErrLeft, err)
	}
	select {
	case reply := <-answered:
		return reply.Err()
	case <-s.gone:
		return ErrLeft
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Participant is the seat's number in the meeting ([meeting.Session]).
func (s *session) Participant() meeting.ParticipantID { return s.id }

// Signals is what the seat hears ([meeting.Session]).
func (s *session) Signals() <-chan meeting.Signal { return s.signals }

// EnterRoom walks into an open room ([meeting.Session]).
func (s *session) EnterRoom(ctx context.Context, room meeting.RoomID) error {
	return s.ask(ctx, Message{Do: DoEnterRoom, RoomID: room})
}

// ReturnToMain walks back ([meeting.Session]).
func (s *session) ReturnToMain(ctx context.Context) error {
	return s.ask(ctx, Message{Do: DoReturnToMain})
}

// SendChat writes to the seat's room ([meeting.Session]).
func (s *session) SendChat(ctx context.Context, to meeting.ParticipantID, text string) error {
	return s.ask(ctx, Message{Do: DoSendChat, To: to, Text: text})
}

// Answer answers an invitation ([meeting.Session]).
func (s *session) Answer(ctx context.Context, invitation meeting.InvitationID, accept bool) error {
	return s.ask(ctx, Message{Do: DoAnswer, Invitation: invitation, Accept: accept})
}

// AskToRecord asks the hosts ([meeting.Session]).
func (s *session) AskToRecord(ctx context.Context) error {
	return s.ask(ctx, Message{Do: DoAskToRecord})
}

// leaveWithin bounds how long the meeting is waited for that was told good-bye.
const leaveWithin = 5 * time.Second

// Leave gives the seat up ([meeting.Session]).
func (s *session) Leave(ctx context.Context) (failed error) {
	s.leave.Do(func() {
		close(s.left)
		ctx, cancel := context.WithTimeout(ctx, leaveWithin)
		defer cancel()
		if err := s.ask(ctx, Message{Do: DoLeave}); err != nil && !errors.Is(err, ErrLeft) {
			failed = err
		}
		failed = errors.Join(failed, s.close())
	})
	return failed
}

// close ends what runs.
func (s *session) close() error {
	var failed error
	_ = s.socket.CloseNow() // the meeting has been told, or is gone
	if s.peer != nil {
		failed = s.peer.GracefulClose()
	}
	s.ears.Wait()
	s.reading.Wait()
	return failed
}

// next reads one message.
func (s *session) next(ctx context.Context) (m Message, err error) {
	_, text, err := s.socket.Read(ctx)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

func (s *session) write(ctx context.Context, m Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.socket.Write(ctx, websocket.MessageText, text)
}
