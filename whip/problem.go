package whip

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// problem is why a request was refused (RFC 9457), with the code of our errors.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

// Error is the sentence for people.
func (p problem) Error() string { return p.Detail }

func refuse(status int, code, format string, args ...any) problem {
	return problem{http.StatusText(status), status, fmt.Sprintf(format, args...), code}
}

var (
	errMediaType   = refuse(http.StatusUnsupportedMediaType, "INVALID_INPUT", "Send the offer as %s.", mediaType)
	errTooLarge    = refuse(http.StatusRequestEntityTooLarge, "INVALID_INPUT", "An offer has up to %d KiB.", maxOffer>>10)
	errNoSession   = refuse(http.StatusNotFound, "SESSION_NOT_FOUND", "There is no such session; it may be over.")
	errFull        = refuse(http.StatusServiceUnavailable, "UNAVAILABLE", "The server has %d guests and listeners from outside, which are as many as it takes. Try again in a moment.", maxSessions)
	errMeetingFull = refuse(http.StatusTooManyRequests, "MEETING_FULL", "The meeting has %d guests and listeners from outside, which are as many as it takes.", maxInMeeting)
)

// statusOf is the status of a refusal by the rules; 409, where nothing says otherwise.
func statusOf(refusals meeting.Refusals) int {
	switch refusals[0].Code {
	case meeting.CodeMeetingNotFound, meeting.CodeRoomNotFound:
		return http.StatusNotFound
	case meeting.CodeMeetingEnded:
		return http.StatusGone
	case meeting.CodeInvalid:
		return http.StatusBadRequest
	case meeting.CodeNotAllowed, meeting.CodeNotOffered:
		return http.StatusForbidden
	}
	return http.StatusConflict
}

// problemOf is the one table from errors to what callers see.
func problemOf(err error) problem {
	if known, is := errors.AsType[problem](err); is {
		return known
	}
	if refusals, is := errors.AsType[meeting.Refusals](err); is {
		return refuse(statusOf(refusals), string(refusals[0].Code), "%s", refusals.Error())
	}
	switch {
	case errors.Is(err, access.ErrNoViewer):
		return refuse(http.StatusUnauthorized, "UNAUTHENTICATED", "No API key was given, or it is not valid. Send one as the header Authorization: Bearer bk_…, or use a link.")
	case errors.Is(err, access.ErrForbidden):
		return refuse(http.StatusForbidden, "FORBIDDEN", "%s", err)
	case errors.Is(err, access.ErrBadLink):
		return refuse(http.StatusForbidden, "FORBIDDEN", "The link is not valid or has expired; have another one made.")
	case ent.IsNotFound(err):
		return refuse(http.StatusNotFound, string(meeting.CodeMeetingNotFound), "There is no such meeting.")
	case errors.Is(err, simulator.ErrNoCodec):
		return refuse(http.StatusUnprocessableEntity, "INVALID_INPUT", "Audio is Opus here, and video VP8: %s.", err)
	case errors.Is(err, simulator.ErrBadOffer):
		return refuse(http.StatusBadRequest, "INVALID_INPUT", "The offer can't be taken: %s.", err)
	case errors.Is(err, meeting.ErrClosed):
		return refuse(http.StatusServiceUnavailable, "UNAVAILABLE", "The server is stopping. Try again in a moment.")
	}
	return refuse(http.StatusInternalServerError, "INTERNAL", "The server failed to answer. The failure was logged; try again, and tell whoever runs the server.")
}

// answered tells what is wrong, if something is.
func (h *Handler) answered(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		return
	}
	p := problemOf(err)
	switch p.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, section 11.6.1
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	case http.StatusInternalServerError:
		if r.Context().Err() == nil {
			h.Log.ErrorContext(r.Context(), "a request failed", "path", r.URL.Path, "error", err)
		}
	}
	p.write(w)
}

func (p problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) //nolint:errchkjson // who is gone reads nothing
}

// methodNotAllowed refuses a method (RFC 9725, sections 4.1 and 4.3).
func methodNotAllowed(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		refuse(http.StatusMethodNotAllowed, "INVALID_INPUT", "%s is not taken here. Allowed are: %s.", r.Method, allowed).write(w)
	}
}
