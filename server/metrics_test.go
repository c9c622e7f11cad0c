package server_test

import (
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/server"
)

// scrape reads the house's metrics as Prometheus does.
func (h *house) scrape() string {
	h.t.Helper()
	status, text := h.request(http.MethodGet, h.Client.URL+"/metrics", "Bearer "+h.Client.Key)
	if status != http.StatusOK {
		h.t.Fatalf("/metrics answers %d %s", status, text)
	}
	return text
}

// value is what a metric has, "" when it is not there.
func value(scraped, metric string) string {
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(metric) + ` (.*)$`).FindStringSubmatch(scraped)
	if found == nil {
		return ""
	}
	return found[1]
}

func TestMetricsCountWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		before := h.scrape()
		for _, metric := range []string{"breakout_subscribers", "breakout_room_moves_total", `breakout_packets_total{outcome="lost"}`} {
			if got := value(before, metric); got != "0" {
				t.Errorf("before anything happened, %s is %q", metric, got)
			}
		}
		h.meet()
		synctest.Wait() // subscriptions that were left have ended
		after := h.scrape()
		for metric, want := range map[string]string{
			`breakout_bots{status="breakout_room_entered"}`:           "^$|1",
			`breakout_bots{status="in_call_recording"}`:               "^1$",
			`breakout_room_moves_total`:                               "^3$", // Ada and the bot come, and the bot goes to its room
			`breakout_packets_total{outcome="received"}`:              "^[1-9][0-9]+$",
			`breakout_events_total{type="segment_completed"}`:         "^1$",
			`breakout_event_lag_seconds_count`:                        "^[1-9]",
			`breakout_http_requests_total{code="200",door="graphql"}`: "^[1-9]",
			`breakout_subscribers`:                                    "^0$",
			`breakout_deliveries_taken_total`:                         "^0$",
			`go_goroutines`:                                           "^[1-9]",
		} {
			if got := value(after, metric); !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s is %q, want %s", metric, got, want)
			}
		}
	})
}

func TestMetricsAreForAdmins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		door := h.Client.URL + "/metrics"
		if status, _ := h.request(http.MethodGet, door, ""); status != http.StatusUnauthorized {
			t.Errorf("without a key, /metrics answers %d", status)
		}
		reader := h.keyFor(access.ScopesOf(access.ScopeRead), 0)
		if status, text := h.request(http.MethodGet, door, "Bearer "+reader.Key); status != http.StatusForbidden || !strings.Contains(text, `"admin"`) {
			t.Errorf("with a key for reading, /metrics answers %d %s", status, text)
		}
	})
}

func TestMetricsAtAnAddressOfTheirOwn(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir(), MetricsListen: anywhere})
	for _, address := range []string{s.MetricsURL(), strings.Replace(s.MetricsURL(), "/metrics", "/readyz", 1)} {
		if status := get(t, address); status != http.StatusOK {
			t.Errorf("%s answers %d", address, status)
		}
	}
	if status := get(t, s.URL()+"/metrics"); status != http.StatusUnauthorized {
		t.Errorf("the doors' /metrics answers %d without a key", status)
	}
}

// TestMetricsAreDocumented holds the list in docs/operations.md against what is served.
func TestMetricsAreDocumented(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir(), MetricsListen: anywhere})
	get(t, s.URL()+"/healthz")
	if err := caller(s, s.NewKey()).Do(t.Context(), `mutation { createMeeting(input: {title: "Test"}) { meeting { id } } }`, nil, nil); err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(s.MetricsURL())
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{"breakout_bots": true} // there is none
	for _, match := range regexp.MustCompile(`(?m)^# TYPE (breakout_\w+)`).FindAllStringSubmatch(string(text), -1) {
		served[match[1]] = true
	}
	document, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, match := range regexp.MustCompile("(?m)^\\| `(breakout_\\w+)").FindAllStringSubmatch(string(document), -1) {
		documented[match[1]] = true
	}
	if got, want := slices.Sorted(maps.Keys(documented)), slices.Sorted(maps.Keys(served)); !slices.Equal(got, want) {
		t.Errorf("docs/operations.md lists the metrics\n%q\nand these are served:\n%q", got, want)
	}
}
