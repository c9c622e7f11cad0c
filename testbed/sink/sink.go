// Package sink takes webhooks in tests: it verifies their signatures, knows those that
// it has had already, and lets a test wait for one.
package sink

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// maxBody bounds a webhook, in bytes.
const maxBody = 1 << 20

// Message is one webhook, as it came first.
type Message struct {
	// ID names the message: the same at every attempt.
	ID string
	// Event is what happened, such as BOT_STATUS_CHANGED, or Recall.ai's name of it.
	Event string
	// Code is the step of a bot, such as breakout_room_entered; empty for other events.
	Code string
	// Meeting is the id of the meeting, where the format tells it.
	Meeting string
	Body    json.RawMessage
	// Attempts is how often it came.
	Attempts int
}

// Is says whether the message tells of an event, by its type or the step of a bot.
func (m Message) Is(event string) bool { return strings.EqualFold(m.Event, event) || m.Code == event }

// Sink is a server of an application under test that takes webhooks. It is served by
// [http.Server], or handed requests as an [http.RoundTripper] where there is no network.
type Sink struct {
	secret   string
	verifier *standardwebhooks.Webhook

	mu       sync.Mutex
	messages []Message
	answer   http.HandlerFunc
	changed  chan struct{} // closed and replaced when a message has come
}

var (
	_ http.Handler      = (*Sink)(nil)
	_ http.RoundTripper = (*Sink)(nil)
)

// New makes a sink with a secret of its own.
func New() *Sink {
	key := make([]byte, 24)
	_, _ = rand.Read(key) // never fails (package crypto/rand)
	secret := "whsec_" + base64.StdEncoding.EncodeToString(key)
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil { // what was written as base64 can be read
		panic(err)
	}
	return &Sink{secret: secret, verifier: verifier, changed: make(chan struct{})}
}

// Secret is what messages must be signed with.
func (s *Sink) Secret() string { return s.secret }

// Answer lets the application under test answer messages, once for each attempt. What
// it answers is the answer. Defaults to 204.
func (s *Sink) Answer(with http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = with
}

// ServeHTTP takes a webhook (package http). What is not signed with the secret is refused
// with 401 and not kept.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "The webhook can't be read.", http.StatusBadRequest)
		return
	}
	if err := s.verifier.Verify(body, r.Header); err != nil {
		http.Error(w, "The signature is not that of the sink's secret.", http.StatusUnauthorized)
		return
	}
	answer := s.keep(r.Header.Get("webhook-id"), body)
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	answer(w, r)
}

// RoundTrip takes a webhook without a network (package http).
func (s *Sink) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, r)
	if r.Body != nil {
		_ = r.Body.Close() // it was only read
	}
	return recorder.Result(), nil
}

// keep takes note of a message, and tells who answers it.
func (s *Sink) keep(id string, body []byte) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.messages, func(m Message) bool { return m.ID == id })
	if at < 0 {
		s.messages = append(s.messages, read(id, body))
		at = len(s.messages) - 1
		close(s.changed)
		s.changed = make(chan struct{})
	}
	s.messages[at].Attempts++
	return s.answer
}

// read reads what the formats have in common.
func read(id string, body []byte) Message {
	var told struct {
		Type  string
		Event string
		Data  struct {
			MeetingID string
			Fact      struct{ Code string }
			Status    struct{ Code string }
			Data      struct{ Code string }
		}
	}
	_ = json.Unmarshal(body, &told) // another format tells nothing of it
	return Message{
		ID: id, Event: told.Type + told.Event, Code: told.Data.Fact.Code + told.Data.Status.Code + told.Data.Data.Code,
		Meeting: told.Data.MeetingID, Body: body,
	}
}

// Messages are the messages so far, in the order in which they came first.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Wait waits until an event was told of a number of times, by its type or the step of a
// bot, and returns those messages. It looks at all that have come since the beginning.
func (s *Sink) Wait(ctx context.Context, event string, count int) ([]Message, error) {
	for {
		s.mu.Lock()
		changed, all := s.changed, slices.Clone(s.messages)
		s.mu.Unlock()
		found := slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return !m.Is(event) })
		if len(found) >= count {
			return found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found, fmt.Errorf("%d of %d webhooks of %s have come: %w; all that came: %v", len(found), count, event, context.Cause(ctx), names(all))
		}
	}
}

// names are what messages tell of.
func names(messages []Message) (list []string) {
	for _, m := range messages {
		list = append(list, strings.TrimSpace(m.Event+" "+m.Code))
	}
	return list
}

// Listen serves the sink at a TCP address, and returns the one it has and how to end it.
func (s *Sink) Listen(address string) (net.Addr, func() error, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("listen for webhooks on %s: %w", address, err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	end := func() error {
		failed := server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			failed = errors.Join(failed, err)
		}
		return failed
	}
	return listener.Addr(), end, nil
}
