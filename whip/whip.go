// Package whip is the doors of WebRTC: guests come by WHIP (RFC 9725), and listeners
// listen in by WHEP (draft-ietf-wish-whep).
package whip

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// The paths of the doors.
const (
	GuestPath  = "/whip/"
	ListenPath = "/whep/"
)

const (
	// maxOffer bounds an offer, in bytes.
	maxOffer = 128 << 10
	// maxSessions and maxInMeeting bound how many sessions there can be at a time.
	maxSessions  = 1000
	maxInMeeting = 200
	// mediaType is what offers and answers are (RFC 9725, section 4.2).
	mediaType = "application/sdp"
	// ParticipantHeader tells a guest who it is in the API.
	ParticipantHeader = "Breakout-Participant"
)

// Config is what the doors work with.
type Config struct {
	Client    *ent.Client
	Simulator *simulator.Simulator
	// Links are the links that open the doors without a key, and Doorkeeper knows the keys.
	Links      access.Links
	Doorkeeper access.Doorkeeper
	Log        *slog.Logger
}

// Handler serves the doors until Close. Its requests carry their viewer, if they showed
// a key.
type Handler struct {
	Config
	mux *http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
	// opening counts those that are about to begin, by meeting, and closed says that
	// none can.
	opening map[meeting.ID]int
	closed  bool
	running sync.WaitGroup
}

// session is a guest or a listener.
type session struct {
	visit   visit
	meeting meeting.ID
}

// visit is what a session and the simulator have in common.
type visit interface {
	Answer() string
	Leave(meeting.LeaveCause)
	Done() <-chan struct{}
}

// NewHandler makes the doors.
func NewHandler(config Config) *Handler {
	h := &Handler{Config: config, mux: http.NewServeMux(), sessions: make(map[string]*session), opening: make(map[meeting.ID]int)}
	for _, path := range []string{GuestPath + "{meeting}", ListenPath + "{meeting}/{room}"} {
		guests := strings.HasPrefix(path, GuestPath)
		h.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { h.answered(w, r, h.post(w, r, guests)) })
		h.mux.HandleFunc("OPTIONS "+path, options("POST, OPTIONS"))
		h.mux.HandleFunc(path, methodNotAllowed("POST, OPTIONS"))
		h.mux.HandleFunc("DELETE "+path+"/{session}", func(w http.ResponseWriter, r *http.Request) { h.answered(w, r, h.delete(w, r)) })
		h.mux.HandleFunc("OPTIONS "+path+"/{session}", options("DELETE, OPTIONS"))
		h.mux.HandleFunc(path+"/{session}", methodNotAllowed("DELETE, OPTIONS"))
	}
	return h
}

// ServeHTTP serves a request (package http).
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// options tells what a resource takes (RFC 9725, section 4.2).
func options(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", methods)
		if strings.HasPrefix(methods, http.MethodPost) {
			w.Header().Set("Accept-Post", mediaType)
		}
	}
}

// post begins a session.
func (h *Handler) post(w http.ResponseWriter, r *http.Request, guest bool) error {
	viewer, err := h.admitted(r, guest)
	if err != nil {
		return err
	}
	offer, err := readOffer(w, r)
	if err != nil {
		return err
	}
	id := meeting.ID(r.PathValue("meeting"))
	if err := h.open(id); err != nil {
		return err
	}
	begun, err := h.begin(r, guest, offer)
	path := r.URL.Path + "/" + strings.ToLower(rand.Text()+rand.Text()[:6])
	h.opened(context.WithoutCancel(r.Context()), viewer, path, &session{begun, id})
	if err != nil {
		return err
	}
	if visitor, is := begun.(*simulator.Visitor); is {
		w.Header().Set(ParticipantHeader, journal.ParticipantRow(id, visitor.Participant()))
	}
	w.Header().Set("Location", path)
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write([]byte(begun.Answer())) //nolint:gosec // it is a session description, as its type says; who is gone is missed soon
	return nil
}

// begin takes in a guest or a listener.
func (h *Handler) begin(r *http.Request, guest bool, offer string) (visit, error) {
	id, query := meeting.ID(r.PathValue("meeting")), r.URL.Query()
	ctx := context.WithoutCancel(r.Context()) // what has begun is written down
	if guest {
		spec := simulator.VisitorSpec{Meeting: id, Name: query.Get("name"), Room: meeting.RoomID(query.Get("roomId")), Offer: offer}
		visitor, err := h.Simulator.Visit(ctx, spec)
		if err != nil {
			return nil, err
		}
		return visitor, nil
	}
	listener, err := h.Simulator.Listen(ctx, simulator.ListenerSpec{Meeting: id, Room: meeting.RoomID(r.PathValue("room")), Offer: offer})
	if err != nil {
		return nil, err
	}
	return listener, nil
}

// admitted says whether a request may pass a door, and whose key its session hangs on:
// nobody's, when it came by a link.
func (h *Handler) admitted(r *http.Request, guest bool) (viewer access.Viewer, err error) {
	if access.IsLink(r.URL) {
		return viewer, h.Links.Check(r.URL)
	}
	scope, what := access.ScopeControl, "WHEP"
	if guest {
		scope, what = access.ScopeSimulate, "WHIP"
	}
	if err := access.Require(r.Context(), scope, what); err != nil {
		return viewer, err
	}
	// A meeting of another workspace does not exist for the viewer.
	if _, err := h.Client.Meeting.Get(r.Context(), meeting.ID(r.PathValue("meeting"))); err != nil {
		return viewer, err
	}
	return access.From(r.Context())
}

// readOffer reads the client's offer.
func readOffer(w http.ResponseWriter, r *http.Request) (string, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != mediaType {
		return "", errMediaType
	}
	var text strings.Builder
	_, err := io.Copy(&text, http.MaxBytesReader(w, r.Body, maxOffer))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return "", errTooLarge
	}
	return text.String(), err
}

// open counts a session in, if there can be one more.
func (h *Handler) open(id meeting.ID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, here := len(h.sessions), 0
	for _, s := range h.sessions {
		if s.meeting == id {
			here++
		}
	}
	for of, n := range h.opening {
		if all += n; of == id {
			here += n
		}
	}
	switch {
	case h.closed:
		return meeting.ErrClosed
	case all >= maxSessions:
		return errFull
	case here >= maxInMeeting:
		return errMeetingFull
	}
	h.opening[id]++
	h.running.Add(1)
	return nil
}

// opened keeps a session that has begun until it is over, or the viewer's key has ended;
// nothing, when it has not begun.
func (h *Handler) opened(ctx context.Context, viewer access.Viewer, path string, s *session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.opening[s.meeting]--; h.opening[s.meeting] == 0 {
		delete(h.opening, s.meeting)
	}
	if s.visit == nil {
		h.running.Done()
		return
	}
	h.sessions[path] = s
	go h.keep(ctx, viewer, path, s.visit)
	if h.closed {
		go s.visit.Leave(meeting.LeftByInterruption)
	}
}

// keep forgets a session when it is over, and ends it when the viewer's key has ended.
func (h *Handler) keep(ctx context.Context, viewer access.Viewer, path string, begun visit) {
	defer h.running.Done()
	held, release := h.Doorkeeper.Hold(ctx, viewer)
	defer release()
	select {
	case <-begun.Done():
	case <-held.Done():
		begun.Leave(meeting.LeftByRemoval)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, path)
}

// delete ends a session. Its address can't be guessed, and so needs no key.
func (h *Handler) delete(w http.ResponseWriter, r *http.Request) error {
	h.mu.Lock()
	s := h.sessions[r.URL.Path]
	h.mu.Unlock()
	if s == nil {
		return errNoSession
	}
	s.visit.Leave(meeting.LeftByChoice)
	w.WriteHeader(http.StatusOK)
	return nil
}

// Close ends all sessions, and returns when nothing of them runs any more. None can
// begin after it.
func (h *Handler) Close() {
	h.mu.Lock()
	h.closed = true
	sessions := make([]*session, 0, len(h.sessions))
	for _, s := range h.sessions {
		sessions = append(sessions, s)
	}
	h.mu.Unlock()
	for _, s := range sessions {
		s.visit.Leave(meeting.LeftByInterruption)
	}
	h.running.Wait()
}

// retryAfter is when to come back to doors that are full.
var retryAfter = strconv.Itoa(int((5 * time.Second).Seconds()))
