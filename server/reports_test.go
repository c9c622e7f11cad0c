package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// look opens an address as somebody without a key.
func (h *house) look(address string) (status int, header http.Header, body string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	response, err := h.Client.HTTP.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(read)
}

// TestReportsOpenByTheirAddress plays a scenario, and opens the page that tells of it
// without a key, for as long as its address is good for.
func TestReportsOpenByTheirAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		var played struct {
			PlayScenario struct {
				Run struct{ ID, ReportURL string }
			}
		}
		h.ask(`mutation { playScenario(input: {name: "empty-room"}) { run { id reportUrl } } }`, &played)
		run := played.PlayScenario.Run
		if run.ReportURL != "" {
			t.Errorf("there is a page before anything was played: %s", run.ReportURL)
		}
		time.Sleep(5 * time.Minute)
		var ended struct {
			ScenarioRun struct{ State, Error, ReportURL string }
		}
		h.ask(fmt.Sprintf(`{ scenarioRun(id: %q) { state error reportUrl } }`, run.ID), &ended)
		address := ended.ScenarioRun.ReportURL
		if address == "" {
			t.Fatalf("the run has no page: %+v", ended)
		}
		status, header, body := h.look(address)
		if status != http.StatusOK || !strings.Contains(body, "What was expected") || !strings.Contains(body, "empty-room") {
			t.Fatalf("%+v: %d %.200s", ended, status, body)
		}
		if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "; sandbox allow-scripts") {
			t.Errorf("the page could act as the server's own: %s", policy)
		}
		if status, _, body := h.look(strings.Replace(address, run.ID, "run_of_another", 1)); status != http.StatusForbidden || !strings.Contains(body, "not valid or has expired") {
			t.Errorf("the address of another report: %d %s", status, body)
		}
		time.Sleep(time.Hour)
		if status, _, _ := h.look(address); status != http.StatusForbidden {
			t.Errorf("after an hour: %d", status)
		}
	})
}
