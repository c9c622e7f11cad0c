package tracing_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
)

// by reads variables from a map.
func by(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestWithoutAnEndpointThereIsNoTracing(t *testing.T) {
	for _, variables := range []map[string]string{
		{},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_TRACES_EXPORTER": "none"},
	} {
		if provider, err := tracing.NewProvider(t.Context(), tracing.Config{Getenv: by(variables)}); provider != nil || err != nil {
			t.Errorf("%v makes %v, %v", variables, provider, err)
		}
	}
}

func TestFaultyVariablesAreNamed(t *testing.T) {
	for name, value := range map[string]string{"ENDPOINT": "localhost", "PROTOCOL": "grpc", "TIMEOUT": "10s", "HEADERS": "secret-without-a-name"} {
		variables := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_EXPORTER_OTLP_" + name: value}
		_, err := tracing.NewProvider(t.Context(), tracing.Config{Getenv: by(variables)})
		if err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_"+name) || strings.Contains(err.Error(), "without") {
			t.Errorf("%s=%s: got %v", name, value, err)
		}
	}
}

// TestSpansReachACollector reads what is sent by the protocol's own words. The
// collector is busy at first.
func TestSpansReachACollector(t *testing.T) {
	type received struct {
		path, secret string
		body         map[string]any
	}
	requests := make(chan received, 10)
	busy := true
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got := received{path: r.URL.Path, secret: r.Header.Get("Api-Key")}
		if err := json.Unmarshal(text, &got.body); err != nil {
			t.Error(err)
		}
		requests <- got
		if busy {
			busy = false
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer collector.Close()
	variables := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL + "/", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20secret"}
	provider, err := tracing.NewProvider(t.Context(), tracing.Config{Getenv: by(variables), HTTP: &http.Transport{DisableKeepAlives: true}, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, parent := provider.Tracer("doors").Start(t.Context(), "POST graphql")
	_, child := provider.Tracer("fleet").Start(ctx, "mutation createBot")
	child.SetAttributes(attribute.String("meeting", "mtg_1"), attribute.Int("n", 7), attribute.Bool("yes", true))
	child.SetStatus(codes.Error, "it failed")
	child.End()
	parent.End()
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, second := <-requests, <-requests
	if first.path != "/v1/traces" || second.secret != "a secret" {
		t.Errorf("the collector was sent %+v", second)
	}
	all := second.body["resourceSpans"].([]any)[0].(map[string]any)
	if text, err := json.Marshal(all["resource"]); err != nil || !strings.Contains(string(text), `{"key":"service.name","value":{"stringValue":"breakout"}}`) || !strings.Contains(string(text), "1.2.3") {
		t.Errorf("the resource is %s", text)
	}
	spans := map[string]map[string]any{}
	for _, scope := range all["scopeSpans"].([]any) {
		for _, span := range scope.(map[string]any)["spans"].([]any) {
			spans[span.(map[string]any)["name"].(string)] = span.(map[string]any)
		}
	}
	inner, outer := spans["mutation createBot"], spans["POST graphql"]
	if len(inner["traceId"].(string)) != 32 || inner["traceId"] != outer["traceId"] || inner["parentSpanId"] != outer["spanId"] || outer["parentSpanId"] != nil {
		t.Errorf("the spans are %v and %v", inner, outer)
	}
	if text, err := json.Marshal(inner); err != nil || !strings.Contains(string(text), `{"key":"n","value":{"intValue":"7"}}`) || !strings.Contains(string(text), `"status":{"code":2,"message":"it failed"}`) {
		t.Errorf("the span is %s", text)
	}
	if began, err := time.ParseDuration(inner["startTimeUnixNano"].(string) + "ns"); err != nil || began <= 0 {
		t.Errorf("the span begins at %v", inner["startTimeUnixNano"])
	}
}
