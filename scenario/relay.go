package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a relay does to a webhook.
type relayAct int

const (
	relayBreaks relayAct = iota
	relaySwallows
	relayDoubles
	relayPostpones
	relayDelays
	relayIgnores
	relayRefuses
)

// relayFault is what becomes of a share of the webhooks.
type relayFault struct {
	does   relayAct
	share  float64
	by     time.Duration
	status int
}

// Relay stands before the receivers of webhooks, and does to what is sent to them what a
// scenario's faults say. Without faults it passes everything on.
type Relay struct {
	// Next sends on what is for others than the scenario's own receiver.
	Next http.RoundTripper

	mu       sync.Mutex
	active   []relaying
	attempts map[uint64]uint64 // by message
	receiver *receiver
	running  sync.WaitGroup
}

type relaying struct {
	relayFault
	from, until time.Time
	seed        uint64
}

var (
	errBroken  = errors.New("the connection was broken by a fault of the scenario")
	errNowhere = errors.New("in virtual time, webhooks go to the scenario's own receiver alone")
)

func (r *Relay) add(f relayFault, from time.Time, lasts time.Duration, seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := relaying{relayFault: f, from: from, seed: seed}
	if lasts > 0 {
		one.until = from.Add(lasts)
	}
	r.active = append(r.active, one)
}

// drawn are the faults that hit the message at hand. Messages come side by side, in no
// order that could be repeated: what is drawn is by their content and the attempt.
func (r *Relay) drawn(body []byte) (hits []relayFault) {
	hash := fnv.New64a()
	if message := (notice{}); json.Unmarshal(body, &message) == nil && message.Data.Sequence > 0 {
		body = strconv.AppendInt(nil, message.Data.Sequence, 10)
	}
	_, _ = hash.Write(body) // it never fails
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.attempts == nil {
		r.attempts = make(map[uint64]uint64)
	}
	message := hash.Sum64()
	r.attempts[message]++
	for _, one := range r.active {
		now := time.Now()
		if now.Before(one.from) || !one.until.IsZero() && now.After(one.until) {
			continue
		}
		if rand.New(rand.NewPCG(message^one.seed, r.attempts[message])).Float64() < one.share {
			hits = append(hits, one.relayFault)
		}
	}
	return hits
}

// RoundTrip passes a webhook on as the faults let it.
func (r *Relay) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, fmt.Errorf("relay a webhook: %w", err)
	}
	began := time.Now()
	answer, err := r.relay(request, body)
	if own := r.own(request); own != nil {
		own.attempted(began, body, answer, err)
	}
	return answer, err
}

func (r *Relay) relay(request *http.Request, body []byte) (*http.Response, error) {
	for _, hit := range r.drawn(body) {
		answer, err := r.suffer(request, body, hit)
		if answer != nil || err != nil {
			return answer, err
		}
	}
	return r.pass(request.Context(), request, body)
}

// suffer does to a webhook what a fault says; without an answer or an error it goes on.
func (r *Relay) suffer(request *http.Request, body []byte, hit relayFault) (*http.Response, error) {
	switch hit.does {
	case relayBreaks:
		return nil, errBroken
	case relaySwallows:
		if own := r.own(request); own != nil {
			own.swallow(body)
		}
		return answerOf(http.StatusOK, 0), nil
	case relayRefuses:
		return answerOf(hit.status, hit.by), nil
	case relayDoubles:
		answer, err := r.pass(request.Context(), request, body)
		if err != nil {
			return nil, err
		}
		return nil, answer.Body.Close() // and once more
	case relayDelays:
		return nil, sleep(request.Context(), hit.by)
	case relayPostpones:
		r.running.Go(func() { r.late(request, body, hit.by) })
		return answerOf(http.StatusOK, 0), nil
	case relayIgnores:
		answer, err := r.pass(request.Context(), request, body)
		if err != nil {
			return nil, err
		}
		return nil, errors.Join(answer.Body.Close(), sleep(request.Context(), hit.by), errBroken)
	}
	return nil, nil //nolint:nilnil // it goes on
}

// late passes on what was answered already.
func (r *Relay) late(request *http.Request, body []byte, by time.Duration) {
	ctx := context.WithoutCancel(request.Context())
	_ = sleep(ctx, by) // it is not cancelled
	if answer, err := r.pass(ctx, request, body); err == nil {
		_ = answer.Body.Close()
	}
}

// pass sends a webhook to whom it is for.
func (r *Relay) pass(ctx context.Context, request *http.Request, body []byte) (*http.Response, error) {
	again := request.Clone(ctx)
	again.Body = io.NopCloser(bytes.NewReader(body))
	if own := r.own(request); own != nil {
		return own.take(again, body), nil
	}
	if r.Next == nil {
		return nil, errNowhere
	}
	return r.Next.RoundTrip(again)
}

// own is the scenario's receiver, where the request is for it.
func (r *Relay) own(request *http.Request) *receiver {
	r.mu.Lock()
	defer r.mu.Unlock()
	if request.URL.Host == receiverHost {
		return r.receiver
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answerOf is an answer without a body; with a pause, it asks to be left alone.
func answerOf(status int, pause time.Duration) *http.Response {
	header := make(http.Header)
	if pause > 0 {
		header.Set("Retry-After", strconv.Itoa(int(pause/time.Second)))
	}
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader("")),
	}
}
