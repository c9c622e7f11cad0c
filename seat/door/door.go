// Package door lets programs of other processes take seats in simulated meetings, by the
// seat protocol.
package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/coder/websocket"
)

const (
	// answerWithin is how long a client may take for each of its steps.
	answerWithin = 15 * time.Second
	// pingEvery is how often it is looked whether the client is there.
	pingEvery = 15 * time.Second
	// maxSeats bounds how many seats are taken by this door, and maxRequests how many
	// requests a client can have under way.
	maxSeats    = 1000
	maxRequests = 16
)

// Config is what the door works with.
type Config struct {
	Client    *ent.Client
	Simulator *simulator.Simulator
	// Links are the links that open the door without a key, and Doorkeeper knows the keys.
	Links      access.Links
	Doorkeeper access.Doorkeeper
	Log        *slog.Logger
}

// Handler serves the door until Close. Its requests carry their viewer, if they showed a
// key.
type Handler struct {
	Config
	ctx    context.Context //nolint:containedctx // that of connections, which outlive their requests
	end    context.CancelFunc
	places chan struct{}
	seats  sync.WaitGroup
}

// NewHandler makes the door.
func NewHandler(config Config) *Handler {
	ctx, end := context.WithCancel(context.Background())
	return &Handler{Config: config, ctx: ctx, end: end, places: make(chan struct{}, maxSeats)}
}

// Close has everybody leave, and returns when they have.
func (h *Handler) Close() {
	h.end()
	h.seats.Wait()
}

// ServeHTTP lets a client take a seat (package http). It returns when the seat is given up.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	viewer, status, err := h.admitted(r)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	default:
		http.Error(w, "As many seats are taken from outside as there can be. Try again in a moment.", http.StatusServiceUnavailable)
		return
	}
	h.seats.Add(1)
	defer h.seats.Done()
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{seat.Subprotocol}})
	if err != nil {
		return // the client was told
	}
	socket.SetReadLimit(seat.MaxMessage)
	ctx, release := h.Doorkeeper.Hold(access.AsSystem(h.ctx), viewer)
	defer release()
	c := &connection{socket: socket, answers: make(chan seat.Message), gone: make(chan struct{})}
	if err := c.serve(ctx, h.Simulator, meeting.ID(r.PathValue("meeting"))); err != nil {
		h.Log.DebugContext(ctx, "a seat from outside ended", "error", err)
	}
	_ = socket.CloseNow() // it was closed in order, or there is nobody
}

// admitted says whether a request may pass the door, and whose key its seat hangs on:
// nobody's, when it came by a link.
func (h *Handler) admitted(r *http.Request) (viewer access.Viewer, status int, err error) {
	if access.IsLink(r.URL) {
		return viewer, http.StatusForbidden, h.Links.Check(r.URL)
	}
	err = access.Require(r.Context(), access.ScopeSimulate, "the seat protocol")
	switch {
	case errors.Is(err, access.ErrForbidden):
		return viewer, http.StatusForbidden, err
	case err != nil:
		return viewer, http.StatusUnauthorized, errors.New("no API key was given, or it is not valid; send one as the header Authorization: Bearer bk_…, or use a link")
	}
	// A meeting of another workspace does not exist for the viewer.
	if _, err := h.Client.Meeting.Get(r.Context(), meeting.ID(r.PathValue("meeting"))); err != nil {
		return viewer, http.StatusNotFound, errors.New("there is no such meeting")
	}
	viewer, err = access.From(r.Context())
	return viewer, http.StatusUnauthorized, err
}

// connection is a client's connection.
type connection struct {
	socket  *websocket.Conn
	answers chan seat.Message
	offers  int
	// gone is closed when nothing can be read any more.
	gone     chan struct{}
	requests sync.WaitGroup
}

// serve seats the client and keeps the seat until either end gives it up.
func (c *connection) serve(ctx context.Context, platform *simulator.Simulator, id meeting.ID) error {
	first, err := c.read(ctx, answerWithin)
	if err != nil {
		return err
	}
	if first.Type != seat.TypeJoin {
		return c.close(websocket.StatusPolicyViolation, "The first message is of the type join.")
	}
	requests := make(chan seat.Message)
	var reading sync.WaitGroup
	reading.Go(func() { c.listen(ctx, requests) })
	defer func() {
		_ = c.socket.CloseNow() // which ends the reading
		reading.Wait()
	}()
	far, err := platform.JoinFar(ctx, c.specOf(ctx, id, first))
	if err != nil {
		refused := seat.Message{Type: seat.TypeRefused}
		refused.Bear(err)
		return errors.Join(c.write(ctx, refused), c.close(websocket.StatusNormalClosure, "refused"))
	}
	left, err := c.attend(ctx, far, requests)
	c.requests.Wait()
	if left {
		return err
	}
	return errors.Join(err, far.Drop(context.WithoutCancel(ctx)))
}

func (c *connection) specOf(ctx context.Context, id meeting.ID, first seat.Message) simulator.FarSpec {
	return simulator.FarSpec{
		JoinRequest: meeting.JoinRequest{
			Meeting: id, Name: first.Name, Email: first.Email, FollowsMoves: first.FollowsMoves,
			Captions: first.Captions, PartialCaptions: first.PartialCaptions, RoomsOnly: first.RoomsOnly, Video: first.Video,
		},
		ExternalID: first.ExternalID, Person: first.Person, SignalsOnly: first.SignalsOnly,
		Answer: func(offer string) (string, error) { return c.answer(ctx, offer) },
	}
}

// answer has the client answer an offer.
func (c *connection) answer(ctx context.Context, offer string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	c.offers++
	if err := c.write(ctx, seat.Message{Type: seat.TypeOffer, Offer: c.offers, SDP: offer}); err != nil {
		return "", err
	}
	for {
		select {
		case answer := <-c.answers:
			if answer.Offer == c.offers { // the answer to one before came too late
				return answer.SDP, nil
			}
		case <-c.gone:
			return "", errors.New("the client is gone")
		case <-ctx.Done():
			return "", fmt.Errorf("the client did not answer an offer: %w", context.Cause(ctx))
		}
	}
}

// listen reads until the client is gone.
func (c *connection) listen(ctx context.Context, requests chan<- seat.Message) {
	defer close(c.gone)
	for {
		m, err := c.read(ctx, 0)
		if err != nil {
			return
		}
		to := requests
		switch m.Type {
		case seat.TypeAnswer:
			to = c.answers
		case seat.TypeRequest:
		default: // of a later version
			continue
		}
		select {
		case to <- m:
		case <-ctx.Done():
			return
		case <-time.After(answerWithin): // nobody waits for it
		}
	}
}

// attend tells the client what its seat hears, and does what it asks for, until the seat is
// given up: left says that the meeting knows of it.
func (c *connection) attend(ctx context.Context, far *simulator.Far, requests <-chan seat.Message) (left bool, err error) {
	own := far.Session()
	if err := c.write(ctx, seat.Message{Type: seat.TypeJoined, Participant: own.Participant()}); err != nil {
		return false, err
	}
	under := make(chan struct{}, maxRequests)
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case signal, open := <-own.Signals():
			if !open {
				return true, errors.Join(own.Leave(context.WithoutCancel(ctx)), c.close(websocket.StatusNormalClosure, "removed"))
			}
			if err := c.tell(ctx, signal); err != nil {
				return false, err
			}
		case request := <-requests:
			if request.Do == seat.DoLeave {
				reply := seat.Message{Type: seat.TypeReply, ID: request.ID}
				reply.Bear(own.Leave(context.WithoutCancel(ctx)))
				return true, errors.Join(c.write(ctx, reply), c.close(websocket.StatusNormalClosure, "left"))
			}
			under <- struct{}{}
			c.requests.Go(func() {
				reply := seat.Message{Type: seat.TypeReply, ID: request.ID}
				reply.Bear(do(ctx, far, request))
				_ = c.write(ctx, reply) // who is gone needs none
				<-under
			})
		case <-ticker.C:
			go func() { _ = c.ping(ctx) }()
		case <-far.Failed():
			return false, c.close(websocket.StatusGoingAway, "no media comes any more")
		case <-c.gone:
			return false, nil
		case <-ctx.Done():
			return false, c.close(websocket.StatusGoingAway, "the key opens nothing any more, or the server stops")
		}
	}
}

// do carries out a request.
func do(ctx context.Context, far *simulator.Far, m seat.Message) error {
	own := far.Session()
	switch m.Do {
	case seat.DoEnterRoom:
		return own.EnterRoom(ctx, m.RoomID)
	case seat.DoReturnToMain:
		return own.ReturnToMain(ctx)
	case seat.DoSendChat:
		return own.SendChat(ctx, m.To, m.Text)
	case seat.DoAnswer:
		return own.Answer(ctx, m.Invitation, m.Accept)
	case seat.DoAskToRecord:
		return own.AskToRecord(ctx)
	case seat.DoOpenMouth:
		return far.OpenMouth()
	case seat.DoMicrophone:
		return far.Microphone(ctx, m.On)
	}
	return meeting.Refuse(meeting.CodeInvalid, []string{"do"}, "A seat can't %q.", m.Do)
}

func (c *connection) tell(ctx context.Context, signal meeting.Signal) error {
	m, err := seat.SignalMessage(signal)
	if err != nil {
		return err
	}
	return c.write(ctx, m)
}

// ping closes the connection when nobody answers.
func (c *connection) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingEvery/2)
	defer cancel()
	if err := c.socket.Ping(ctx); err != nil {
		return errors.Join(err, c.socket.CloseNow())
	}
	return nil
}

// read reads one message, within some time unless that is 0.
func (c *connection) read(ctx context.Context, within time.Duration) (m seat.Message, err error) {
	if within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, within)
		defer cancel()
	}
	_, text, err := c.socket.Read(ctx)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, errors.Join(err, c.close(websocket.StatusUnsupportedData, "Messages are JSON."))
	}
	return m, nil
}

func (c *connection) write(ctx context.Context, m seat.Message) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.socket.Write(ctx, websocket.MessageText, text)
}

func (c *connection) close(code websocket.StatusCode, why string) error {
	return c.socket.Close(code, why)
}
