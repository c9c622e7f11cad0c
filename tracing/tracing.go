// Package tracing sends the spans of requests to a collector of OpenTelemetry, by the
// standard environment variables. Without an endpoint it does nothing.
package tracing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// sendWithin is how long sending may take, unless the environment says otherwise.
const sendWithin = 10 * time.Second

// Config says how tracing is set up.
type Config struct {
	// Getenv reads the environment: os.Getenv.
	Getenv func(string) string
	// HTTP makes the requests.
	HTTP http.RoundTripper
	// Version is the program's.
	Version string
}

// NewProvider makes a provider by the environment: OTEL_EXPORTER_OTLP_ENDPOINT and its
// companions (OpenTelemetry Protocol Exporter), OTEL_TRACES_EXPORTER, OTEL_SDK_DISABLED,
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER and OTEL_BSP_…. It is
// nil when these ask for none. Shutdown of the provider sends what is left.
func NewProvider(ctx context.Context, c Config) (*trace.TracerProvider, error) {
	to, err := c.exporter()
	if to == nil || err != nil {
		return nil, err
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "breakout"), attribute.String("service.version", c.Version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("read OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return trace.NewTracerProvider(trace.WithBatcher(to), trace.WithResource(about)), nil
}

// exporter is where spans go; nil for nowhere.
func (c Config) exporter() (*exporter, error) {
	if strings.EqualFold(c.Getenv("OTEL_SDK_DISABLED"), "true") || c.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nil //nolint:nilnil // no tracing was asked for
	}
	address := c.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
	if base := c.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"); address == "" && base != "" {
		address = strings.TrimSuffix(base, "/") + "/v1/traces"
	}
	if address == "" {
		return nil, nil //nolint:nilnil // no tracing was asked for
	}
	if parsed, err := url.Parse(address); err != nil || parsed.Host == "" {
		return nil, fmt.Errorf("the collector's address %q is not a URL; write OTEL_EXPORTER_OTLP_ENDPOINT as http://localhost:4318", address)
	}
	if protocol := c.either("PROTOCOL"); protocol != "" && protocol != "http/json" {
		return nil, fmt.Errorf("spans are sent by http/json, not by %q; set OTEL_EXPORTER_OTLP_PROTOCOL to that, or leave it out", protocol)
	}
	within := sendWithin
	if text := c.either("TIMEOUT"); text != "" {
		milliseconds, err := strconv.Atoi(text)
		if err != nil || milliseconds <= 0 {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_TIMEOUT is %q; write it in milliseconds, such as 10000", text)
		}
		within = time.Duration(milliseconds) * time.Millisecond
	}
	headers, err := readHeaders(c.either("HEADERS"))
	return &exporter{address: address, headers: headers, http: &http.Client{Transport: c.HTTP, Timeout: within}}, err
}

// either reads a variable for traces, or the one for everything.
func (c Config) either(name string) string {
	if own := c.Getenv("OTEL_EXPORTER_OTLP_TRACES_" + name); own != "" {
		return own
	}
	return c.Getenv("OTEL_EXPORTER_OTLP_" + name)
}

// readHeaders reads "name=value,name=value" with values as in URLs.
func readHeaders(text string) (http.Header, error) {
	headers := http.Header{"Content-Type": {"application/json"}}
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, found := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !found || err != nil {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_HEADERS has an entry that is not name=value: the one that begins with %.10q", pair)
		}
		headers.Set(strings.TrimSpace(name), value)
	}
	return headers, nil
}
