package server_test

import (
	"testing"
	"testing/synctest"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestRequestsAreTraced looks for one trace from the door over the operation to the
// order that it is.
func TestRequestsAreTraced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans := tracetest.NewSpanRecorder()
		provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
		config := scenario.HouseConfig{Virtual: true, Data: t.TempDir(), Seed: 1, Change: func(c *server.Config) { c.Traces = provider }}
		started, err := scenario.StartHouse(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{started, t}
		t.Cleanup(h.close)
		h.ask(`mutation { endMeeting(input: {meetingId: "mtg_x"}) { userErrors { code } } }`, nil)
		h.fetch(h.Client.URL+"/healthz", "", "")
		names := map[string]trace.ReadOnlySpan{}
		for _, span := range spans.Ended() {
			names[span.Name()] = span
		}
		door, operation, order := names["POST graphql"], names["mutation endMeeting"], names["carry out an order"]
		if door == nil || operation == nil || order == nil || names["GET health"] == nil {
			t.Fatalf("the spans are %v", names)
		}
		if operation.Parent().SpanID() != door.SpanContext().SpanID() || order.Parent().SpanID() != operation.SpanContext().SpanID() {
			t.Error("the spans do not follow from one another")
		}
		about := attribute.NewSet(operation.Attributes()...)
		if id, _ := about.Value("breakout.meeting"); id.AsString() != "mtg_x" {
			t.Errorf("the operation's span tells %v", operation.Attributes())
		}
	})
}
