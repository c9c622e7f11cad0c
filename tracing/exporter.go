package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
)

const (
	// attempts is how often a batch of spans is sent at most, and wait how long is waited
	// after the first time, and twice as long after each.
	attempts = 3
	wait     = time.Second
)

// exporter sends spans as JSON over HTTP (OpenTelemetry Protocol, "OTLP/HTTP").
type exporter struct {
	address string
	headers http.Header
	http    *http.Client
}

// ExportSpans sends spans (package trace).
func (e *exporter) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	body, err := json.Marshal(requestOf(spans))
	if err != nil {
		return fmt.Errorf("write %d spans: %w", len(spans), err)
	}
	pause := wait
	for attempt := 1; ; attempt++ {
		again, err := e.send(ctx, body)
		if err == nil || !again || attempt == attempts {
			return err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return err
		}
	}
}

// Shutdown ends the exporter (package trace).
func (e *exporter) Shutdown(context.Context) error {
	e.http.CloseIdleConnections()
	return nil
}

// send sends one request, and says whether it may go better another time.
func (e *exporter) send(ctx context.Context, body []byte) (again bool, err error) {
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("send spans: %w", err)
	}
	post.Header = e.headers.Clone()
	response, err := e.http.Do(post)
	if err != nil {
		return true, fmt.Errorf("send spans: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	const most = 64 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, most)) // so that the connection is kept
	switch response.StatusCode {
	case http.StatusOK:
		return false, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		again = true
	}
	return again, fmt.Errorf("send spans: the collector answered %s", response.Status)
}
