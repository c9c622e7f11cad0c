package server_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// heard is a log that is kept in memory.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// openLogged opens a house that logs everything.
func openLogged(t *testing.T) (*house, *heard) {
	t.Helper()
	var log heard
	config := scenario.HouseConfig{
		Virtual: true, Data: t.TempDir(), Seed: 1,
		Log:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Change: func(c *server.Config) { c.InitialKey = given },
	}
	started, err := scenario.StartHouse(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{started, t}
	t.Cleanup(h.close)
	return h, &log
}

// fetch asks for an address with a header.
func (h *house) fetch(address, name, value string) *http.Response {
	h.t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if name != "" {
		request.Header.Set(name, value)
	}
	response, err := h.Client.HTTP.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response
}

func TestEveryAnswerKeepsBrowsersInCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		for path, door := range map[string]string{
			"/": "page", "/graphiql": "page", "/healthz": "health", "/graphql": "graphql", "/recordings/x": "recordings", "/nowhere": "page", "/metrics": "metrics",
		} {
			header := h.fetch(h.Client.URL+path, "", "").Header
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
				"Content-Security-Policy": "frame-ancestors 'none'", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": map[bool]string{true: "camera=(self)", false: "camera=()"}[door == "page"],
			} {
				if got := header.Get(name); !strings.Contains(got, want) {
					t.Errorf("%s has %s %q, want %q", path, name, got, want)
				}
			}
			policy, shared := header.Get("Content-Security-Policy"), header.Get("Cross-Origin-Resource-Policy")
			if (door == "recordings") != (shared == "cross-origin") || strings.Contains(policy, "script-src") || !strings.Contains(policy, "default-src '") {
				t.Errorf("%s has the policies %q and %q", path, policy, shared)
			}
			if header.Get("Strict-Transport-Security") != "" {
				t.Errorf("%s asks for TLS, which is not there", path)
			}
		}
	})
}

func TestRequestsHaveIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, log := openLogged(t)
		if got := h.fetch(h.Client.URL+"/healthz", "X-Request-Id", "order-66").Header.Get("X-Request-Id"); got != "order-66" {
			t.Errorf("the request is called %q", got)
		}
		made := h.fetch(h.Client.URL+"/healthz", "", "").Header.Get("X-Request-Id")
		if !regexp.MustCompile(`^[A-Z2-7]{16}$`).MatchString(made) {
			t.Errorf("a request without an id is called %q", made)
		}
		if got := h.fetch(h.Client.URL+"/healthz", "X-Request-Id", strings.Repeat("x", 65)).Header.Get("X-Request-Id"); len(got) != 16 {
			t.Errorf("an id that is too long became %q", got)
		}
		if !strings.Contains(log.String(), "request=order-66 method=GET path=/healthz status=200") {
			t.Errorf("the log is\n%s", log)
		}
	})
}

// TestTheLogHasNoSecrets uses keys and addresses in every way, rightly and wrongly,
// and looks for them in a log of everything.
func TestTheLogHasNoSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, log := openLogged(t)
		id := h.meet()
		link := h.link(id)
		signature := regexp.MustCompile(`signature=([^&]+)`).FindStringSubmatch(link)[1]
		h.request(http.MethodGet, link, "")
		h.request(http.MethodGet, link+"x", "")
		h.request(http.MethodPost, h.Client.URL+"/graphql", "Bearer "+given)
		wrong := access.NewKey()
		h.request(http.MethodPost, h.Client.URL+"/graphql?key="+wrong, "Bearer "+wrong)
		_ = h.with(wrong).Subscribe(t.Context(), `subscription { meetingEvents(meetingId: "x") { cursor } }`, nil, nil)
		_ = h.Client.Do(t.Context(), `mutation { revokeApiKey(input: {id: "`+wrong+`"}) { userErrors { code } } }`, nil, nil)
		_ = h.Client.Do(t.Context(), `{ `+wrong+` }`, nil, nil)
		text := log.String()
		for name, secret := range map[string]string{"the house's key": h.Client.Key, "the initial key": given, "a wrong key": wrong, "a signature": signature} {
			if strings.Contains(text, secret) || strings.Contains(text, strings.TrimPrefix(secret, access.KeyPrefix)) {
				t.Errorf("%s is in the log", name)
			}
		}
		if n := strings.Count(text, "a request was answered"); n < 10 {
			t.Errorf("the log tells of %d requests: this test looks in the wrong place", n)
		}
	})
}

// TestSlowClientsAreGivenUp sends a body that never ends, and reads nothing of an
// answer.
func TestSlowClientsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		connect := func(text string) *bufio.Reader {
			conn, err := h.Client.HTTP.Transport.(*http.Transport).DialContext(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			if _, err := io.WriteString(conn, text); err != nil {
				t.Fatal(err)
			}
			return bufio.NewReader(conn)
		}
		began := time.Now()
		slow := connect("POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + h.Client.Key + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
		_, _ = io.Copy(io.Discard, slow)
		if took := time.Since(began); took < 29*time.Second || took > 45*time.Second {
			t.Errorf("a body that does not come was waited for during %s", took)
		}
		began = time.Now()
		deaf := connect("GET /assets/nothing.js HTTP/1.1\r\nHost: x\r\n\r\n")
		time.Sleep(31 * time.Second) // the server's answer waits in a pipe that holds nothing
		if _, err := io.ReadAll(deaf); err != nil {
			t.Errorf("the connection of who does not read ended with %v", err)
		}
		if took := time.Since(began); took > 32*time.Second {
			t.Errorf("who does not read was waited for during %s", took)
		}
		wide := connect("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Wide: " + strings.Repeat("w", 60<<10) + "\r\n\r\n")
		if status, err := wide.ReadString('\n'); err != nil || !strings.Contains(status, "200") {
			t.Errorf("a head within bounds is answered %q (%v)", status, err)
		}
	})
}

// TestConnectionsAreLimited holds the only connection there may be.
func TestConnectionsAreLimited(t *testing.T) {
	s := start(t, server.Config{Data: t.TempDir(), MaxConnections: 1, MetricsListen: anywhere})
	holding := &http.Transport{}
	response, err := (&http.Client{Transport: holding}).Get(s.URL() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close() // the connection is kept
	waiting := make(chan int, 1)
	go func() { waiting <- get(t, s.URL()+"/healthz") }()
	if status := get(t, strings.TrimSuffix(s.MetricsURL(), "/metrics")+"/healthz"); status != http.StatusOK {
		t.Errorf("health at an address of its own answers %d", status)
	}
	select {
	case status := <-waiting:
		t.Errorf("a second connection was let in, and answered %d", status)
	default:
	}
	holding.CloseIdleConnections()
	if status := <-waiting; status != http.StatusOK {
		t.Errorf("when there is room, the second connection is answered %d", status)
	}
}
