package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/outbound"
)

const (
	// timeout bounds an attempt, from looking up the name to the end of the answer.
	timeout = 20 * time.Second
	// maxRetryAfter bounds for how long an endpoint can ask to be left alone.
	maxRetryAfter = 24 * time.Hour
	// maxHeaders bounds an answer's headers in bytes; keptHeaders are how many are
	// kept, with up to keptValue bytes each, and keptBody bytes of its body.
	maxHeaders  = 64 << 10
	keptHeaders = 30
	keptValue   = 500
	keptBody    = 16 << 10
)

// delays are how long after the one before each attempt comes: 10 attempts over 75
// hours (Standard Webhooks, "Deliverability and reliability").
var delays = []time.Duration{
	0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// result is what became of an attempt.
type result struct {
	delivery *ent.Delivery
	at       time.Time
	took     time.Duration
	url      string
	sent     map[string]string
	status   int
	headers  map[string]string
	body     string
	problem  string
	// aborted says that the server gave up because it stops: it never happened.
	aborted bool
	// retryAfter is for how long the endpoint asked to be left alone.
	retryAfter time.Duration

	// lane and end say, without a delivery, that a lane is free again.
	lane string
	end  bool
}

func (r result) delivered() bool {
	return r.status >= http.StatusOK && r.status < http.StatusMultipleChoices && r.problem == ""
}

// lost says that the message is not tried again.
func (r result) lost() bool {
	return !r.delivered() && (r.status == http.StatusGone || r.delivery.IsTest || r.delivery.Tries+1 >= len(delays))
}

// next is when the message is tried again: by the schedule, give or take a tenth, or
// when the endpoint asked for it, if that is later.
func (r result) next() time.Time {
	delay := delays[min(r.delivery.Tries+1, len(delays)-1)]
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", r.delivery.ID, r.delivery.AttemptCount))
	share := float64(binary.BigEndian.Uint32(sum[:4]))/(1<<32)/5 - 0.1 // from -0.1 to 0.1
	delay += time.Duration(share * float64(delay))
	return r.at.Add(r.took).Add(max(delay, r.retryAfter))
}

// attempt sends a message once.
func (s *Service) attempt(ctx context.Context, to *endpoint, d *ent.Delivery) result {
	r := result{delivery: d, at: time.Now(), url: to.row.URL}
	r.sent = to.headers(d, r.at)
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := s.send(within, &r)
	r.took = time.Since(r.at)
	if err != nil {
		r.aborted = ctx.Err() != nil
		r.problem = sentence(err)
	}
	return r
}

func (s *Service) send(ctx context.Context, r *result) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, strings.NewReader(r.delivery.Body))
	if err != nil {
		return err
	}
	for name, value := range r.sent {
		request.Header.Set(name, value)
	}
	response, err := s.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was read as far as it is wanted
	r.status, r.headers, r.retryAfter = response.StatusCode, keep(response.Header), retryAfter(response)
	body, err := io.ReadAll(io.LimitReader(response.Body, keptBody))
	r.body = clean(string(body))
	if r.delivered() {
		return nil // the endpoint has said that it took the message
	}
	return err
}

// keep bounds what is kept of an answer's headers.
func keep(header http.Header) map[string]string {
	kept := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if len(kept) < keptHeaders {
			value := strings.Join(header[name], ", ")
			kept[name] = clean(value[:min(len(value), keptValue)])
		}
	}
	return kept
}

// clean makes text that a database takes of whatever came.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// retryAfter reads for how long an endpoint that took nothing asks to be left alone:
// in seconds, or until a moment (RFC 9110, section 10.2.3).
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if text == "" || response.StatusCode < http.StatusMultipleChoices {
		return 0
	}
	var wait time.Duration
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		wait = time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second
	} else if moment, err := http.ParseTime(text); err == nil {
		wait = time.Until(moment)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// sentence says what went wrong, without the address, which may hold a secret.
func sentence(err error) string {
	if in, ok := errors.AsType[*url.Error](err); ok {
		err = in.Err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "The endpoint did not answer within " + timeout.String() + "."
	case errors.Is(err, outbound.ErrRefused):
		return "The endpoint's name leads to no public address."
	}
	return clean("The endpoint is out of reach: " + err.Error() + ".")
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// row is how an attempt is written down.
func (r result) row(tx *ent.Tx) *ent.DeliveryAttemptCreate {
	d := r.delivery
	number := d.AttemptCount + 1
	return tx.DeliveryAttempt.Create().SetID(fmt.Sprintf("att_%s_%d", strings.TrimPrefix(string(d.ID), idPrefix), number)).
		SetWorkspaceID(d.WorkspaceID).SetDeliveryID(d.ID).SetNumber(number).SetAt(meeting.InstantOf(r.at)).SetDuration(int64(r.took)).
		SetURL(r.url).SetRequestHeaders(r.sent).SetStatus(r.status).SetResponseHeaders(r.headers).SetResponseBody(r.body).SetError(r.problem)
}
