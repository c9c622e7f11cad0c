package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// tracerName names who makes the spans.
const tracerName = "github.com/breakoutrooms/breakout"

// countWithin bounds how long a count of bots may take when metrics are read.
const countWithin = 2 * time.Second

// metrics are what the server counts. docs/operations.md lists them.
type metrics struct {
	registry *prometheus.Registry

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	underWay  *prometheus.GaugeVec

	events      *prometheus.CounterVec
	moves       prometheus.Counter
	packets     *prometheus.CounterVec
	subscribers prometheus.Gauge
	lag         prometheus.Histogram
}

// newMetrics makes the metrics. All begin at zero, so that what never happened shows.
func newMetrics() *metrics {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "breakout", Name: name, Help: help}
	}
	gauge := func(name, help string) prometheus.GaugeOpts {
		return prometheus.GaugeOpts{Namespace: "breakout", Name: name, Help: help}
	}
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		requests:  prometheus.NewCounterVec(counter("http_requests_total", "Requests that were answered, by door and status."), []string{"door", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "breakout", Name: "http_request_duration_seconds", Help: "How long answers took, streams included, by door.", Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5, 30, 300}}, []string{"door"}),
		underWay:  prometheus.NewGaugeVec(gauge("http_requests_in_flight", "Requests that are being answered, open streams included, by door."), []string{"door"}),
		events:    prometheus.NewCounterVec(counter("events_total", "Events that were written down, by type."), []string{"type"}),
		moves:     prometheus.NewCounter(counter("room_moves_total", "Entries into rooms, of people and bots.")),
		packets:   prometheus.NewCounterVec(counter("packets_total", "Media packets of segments that are over: received, or sent and lost."), []string{"outcome"}),

		subscribers: prometheus.NewGauge(gauge("subscribers", "Subscriptions to events that are open.")),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "breakout", Name: "event_lag_seconds", Help: "From when an event happened, over its commit, until it was handed to a subscriber who was watching.",
			Buckets: []float64{.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.underWay, m.events, m.moves, m.packets, m.subscribers, m.lag,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, outcome := range []string{"received", "lost"} {
		m.packets.WithLabelValues(outcome)
	}
	return m
}

// serving counts a request until the function that it returns is called.
func (m *metrics) serving(door string) (done func()) {
	gauge := m.underWay.WithLabelValues(door)
	gauge.Inc()
	return gauge.Dec
}

func (m *metrics) served(door string, code int, took time.Duration) {
	m.requests.WithLabelValues(door, strconv.Itoa(code)).Inc()
	m.durations.WithLabelValues(door).Observe(took.Seconds())
}

// written counts events that were committed.
func (m *metrics) written(events []meeting.Event) {
	for _, event := range events {
		m.events.WithLabelValues(string(event.Type())).Inc()
		switch fact := event.Fact.(type) {
		case meeting.ParticipantEnteredRoom:
			m.moves.Inc()
		case meeting.SegmentCompleted:
			for _, track := range fact.Tracks {
				m.packets.WithLabelValues("received").Add(float64(track.Packets))
				m.packets.WithLabelValues("lost").Add(float64(track.Lost))
			}
		}
	}
}

// subscribed counts a subscription until the function that it returns is called.
func (m *metrics) subscribed() (ended func()) {
	m.subscribers.Inc()
	return m.subscribers.Dec
}

// handedOver notes how late an event is.
func (m *metrics) handedOver(event meeting.Event) { m.lag.Observe(time.Since(event.At).Seconds()) }

// deliveries tell of webhooks: what the service counts is read when metrics are.
func deliveries(of func() webhook.Stats) []prometheus.Collector {
	count := func(name, help string, n func(webhook.Stats) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "breakout", Name: name, Help: help}, func() float64 { return float64(n(of())) })
	}
	return []prometheus.Collector{
		count("deliveries_taken_total", "Messages that receivers of webhooks took.", func(s webhook.Stats) int64 { return s.Delivered }),
		count("deliveries_refused_total", "Attempts to deliver that receivers did not take.", func(s webhook.Stats) int64 { return s.Refused }),
		count("deliveries_given_up_total", "Messages that will not be tried again.", func(s webhook.Stats) int64 { return s.GivenUp }),
		count("webhook_endpoints_disabled_total", "Endpoints that were disabled because they took nothing.", func(s webhook.Stats) int64 { return s.Disabled }),
	}
}

// livingBots counts bots whose life is not over, when metrics are read.
type livingBots struct {
	client *ent.Client
	bots   *prometheus.Desc
}

func newLivingBots(client *ent.Client) livingBots {
	return livingBots{client, prometheus.NewDesc("breakout_bots", "Bots whose life is not over, by status code.", []string{"status"}, nil)}
}

// Describe names the metric (package prometheus).
func (l livingBots) Describe(all chan<- *prometheus.Desc) { all <- l.bots }

// Collect counts (package prometheus).
func (l livingBots) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(access.AsSystem(context.Background()), countWithin)
	defer cancel()
	var counts []struct {
		StatusCode string `json:"status_code"`
		Count      int    `json:"count"`
	}
	err := l.client.Bot.Query().Where(bot.StatusCodeNotIn(meeting.TerminalStatuses()...)).GroupBy(bot.FieldStatusCode).Aggregate(ent.Count()).Scan(ctx, &counts)
	if err != nil {
		all <- prometheus.NewInvalidMetric(l.bots, err)
		return
	}
	for _, c := range counts {
		all <- prometheus.MustNewConstMetric(l.bots, prometheus.GaugeValue, float64(c.Count), c.StatusCode)
	}
}

// metricsDoor answers with the metrics, in Prometheus' text format.
func (s *Server) metricsDoor() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4, Timeout: 2 * countWithin,
	})
}

// requireScope lets pass who shows a key with a scope.
func requireScope(scope access.Scope, what string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch err := access.Require(r.Context(), scope, what); {
		case err == nil:
			next.ServeHTTP(w, r)
		case isNoViewer(err):
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "No API key was given, or it is not valid. Send one as the header Authorization: Bearer bk_….", http.StatusUnauthorized)
		default:
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	})
}
