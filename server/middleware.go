package server

import (
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/logs"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/whip"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const (
	// readWithin bounds how long a request's body may take to come, and writeWithin how
	// long a client may take to read what is written at once. A stream lasts as long as
	// it likes.
	readWithin  = 30 * time.Second
	writeWithin = 30 * time.Second
	// requestHeader names a request, in the request or in the answer.
	requestHeader = "X-Request-Id"
)

// requestID is what a caller can name a request; another name is replaced.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// doorOf names the door that a path leads to, in logs, metrics and traces.
func doorOf(path string) string {
	switch {
	case path == "/graphql" || strings.HasPrefix(path, "/graphql/"):
		return "graphql"
	case strings.HasPrefix(path, recording.PathPrefix):
		return "recordings"
	case strings.HasPrefix(path, whip.GuestPath):
		return "whip"
	case strings.HasPrefix(path, whip.ListenPath):
		return "whep"
	case strings.HasPrefix(path, seat.Path):
		return "seats"
	case strings.HasPrefix(path, graph.ReportPath):
		return "reports"
	case strings.HasPrefix(path, "/api/"):
		return "rest"
	case path == "/healthz", path == "/readyz":
		return "health"
	case path == "/metrics":
		return "metrics"
	}
	return "page"
}

// guarded is what all doors have in common: every request has an id, a bound on its
// time, headers that keep browsers in check, a log line, metrics and a trace.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, door := time.Now(), doorOf(r.URL.Path)
		id := r.Header.Get(requestHeader)
		if !requestID.MatchString(id) {
			id = rand.Text()[:16]
		}
		s.setHeaders(w.Header(), door)
		w.Header().Set(requestHeader, id)
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := s.config.Traces.Tracer(tracerName).Start(ctx, r.Method+" "+door, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("breakout.request_id", id)))
		defer span.End()
		answer := &answer{ResponseWriter: w, control: http.NewResponseController(w)}
		r = r.WithContext(logs.With(ctx, slog.String("request", id)))
		r.Body = answer.reads(r)
		defer s.metrics.serving(door)()
		next.ServeHTTP(answer, r)
		answer.extend()
		span.SetAttributes(attribute.Int("http.response.status_code", answer.code()))
		if answer.code() >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(answer.code()))
		}
		took := time.Since(began)
		s.metrics.served(door, answer.code(), took)
		// The path alone: queries have signatures in them.
		s.log.DebugContext(r.Context(), "a request was answered", "method", r.Method, "path", r.URL.Path, "status", answer.code(), "bytes", answer.bytes, "took", took)
	})
}

// setHeaders sets what browsers are to mind, where a door says nothing else: answers
// are what they say they are, are shown in no frame, load nothing, and tell nobody
// where a visitor came from. Recordings can be played from other pages; all else is
// for this origin.
func (s *Server) setHeaders(header http.Header, door string) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	switch door {
	case "recordings":
		header.Set("Content-Security-Policy", "default-src 'none'; media-src 'self'; frame-ancestors 'none'")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		header.Set("Cache-Control", "private")
	case "reports": // which draw themselves, as pages of nobody's origin
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox allow-scripts")
		header.Set("Cross-Origin-Opener-Policy", "unsafe-none") // browsers refuse the other with sandbox
		header.Set("Cache-Control", "no-store")
	case "page": // where people come by their own microphone and camera
		header.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()")
	default:
		header.Set("Cache-Control", "no-store")
	}
	if strings.HasPrefix(s.baseURL, "https://") {
		header.Set("Strict-Transport-Security", "max-age="+strconv.Itoa(int((365*24*time.Hour).Seconds())))
	}
}

// answer is an answer that is being written. Every write has a time of its own, so
// that a client that reads nothing is given up and a stream is not.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int
	bytes   int64
}

// Unwrap lets the connection be taken over, as WebSockets do, which then has no
// deadline but its own (package http).
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// code is the status of the answer.
func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// WriteHeader notes the status (package http).
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write writes what the client has to read in time (package http).
func (a *answer) Write(data []byte) (int, error) {
	a.extend()
	n, err := a.ResponseWriter.Write(data)
	a.bytes += int64(n)
	return n, err
}

// Flush sends what is written (package http).
func (a *answer) Flush() {
	a.extend()
	_ = a.control.Flush() // who can't be flushed to, writes at once
}

// extend gives the client time anew. A connection that was taken over, or has no
// deadlines, is left alone.
func (a *answer) extend() {
	if a.status != http.StatusSwitchingProtocols {
		_ = a.control.SetWriteDeadline(time.Now().Add(writeWithin))
	}
}

// reads is the request's body, which has to come in time.
func (a *answer) reads(r *http.Request) io.ReadCloser {
	if r.Body == nil || r.Body == http.NoBody {
		return r.Body
	}
	_ = a.control.SetReadDeadline(time.Now().Add(readWithin)) // a connection without deadlines is left alone
	return &timedBody{r.Body, a.control}
}

// timedBody ends the deadline with the body: a stream may follow, which lasts longer.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
