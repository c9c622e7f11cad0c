package tracing

import (
	"fmt"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
)

// The messages of the protocol, in its mapping to JSON: ids are hexadecimal, 64-bit
// numbers are texts (OpenTelemetry Protocol, "JSON Protobuf Encoding").
type (
	exportRequest struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   describedBy  `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	describedBy struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope  `json:"scope"`
		Spans []span `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	span struct {
		TraceID      string     `json:"traceId"`
		SpanID       string     `json:"spanId"`
		ParentSpanID string     `json:"parentSpanId,omitempty"`
		Name         string     `json:"name"`
		Kind         int        `json:"kind"`
		Start        string     `json:"startTimeUnixNano"`
		End          string     `json:"endTimeUnixNano"`
		Attributes   []keyValue `json:"attributes,omitempty"`
		Status       status     `json:"status"`
	}
	status struct {
		Code    int    `json:"code,omitempty"`
		Message string `json:"message,omitempty"`
	}
	keyValue struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

// requestOf writes spans as one request. All have the same resource: there is one
// provider in the process.
func requestOf(spans []trace.ReadOnlySpan) exportRequest {
	var request exportRequest
	if len(spans) == 0 {
		return request
	}
	all := resourceSpans{Resource: describedBy{attributesOf(spans[0].Resource().Attributes())}}
	places := map[string]int{}
	for _, s := range spans {
		name := s.InstrumentationScope().Name
		place, known := places[name]
		if !known {
			place = len(all.ScopeSpans)
			places[name] = place
			all.ScopeSpans = append(all.ScopeSpans, scopeSpans{Scope: scope{name}})
		}
		all.ScopeSpans[place].Spans = append(all.ScopeSpans[place].Spans, spanOf(s))
	}
	request.ResourceSpans = []resourceSpans{all}
	return request
}

func spanOf(s trace.ReadOnlySpan) span {
	written := span{
		TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(), Name: s.Name(), Kind: int(s.SpanKind()),
		Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()), Attributes: attributesOf(s.Attributes()),
	}
	if s.Parent().SpanID().IsValid() {
		written.ParentSpanID = s.Parent().SpanID().String()
	}
	switch s.Status().Code { // the protocol numbers them otherwise
	case codes.Ok:
		written.Status.Code = 1
	case codes.Error:
		written.Status = status{Code: 2, Message: s.Status().Description}
	case codes.Unset:
	}
	return written
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func attributesOf(attributes []attribute.KeyValue) (written []keyValue) {
	for _, a := range attributes {
		written = append(written, keyValue{string(a.Key), valueOf(a.Value)})
	}
	return written
}

// valueOf writes a value by its type; lists, which spans of ours don't have, as text.
func valueOf(v attribute.Value) map[string]any {
	switch v.Type() {
	case attribute.BOOL:
		return map[string]any{"boolValue": v.AsBool()}
	case attribute.INT64:
		return map[string]any{"intValue": strconv.FormatInt(v.AsInt64(), 10)}
	case attribute.FLOAT64:
		return map[string]any{"doubleValue": v.AsFloat64()}
	case attribute.STRING:
		return map[string]any{"stringValue": v.AsString()}
	default:
		return map[string]any{"stringValue": fmt.Sprint(v.AsInterface())}
	}
}
