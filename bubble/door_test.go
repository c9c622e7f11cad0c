package bubble_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"go.uber.org/goleak"
)

// house is a bubble with an HTTP server in it, whose handlers a test gives.
type house struct {
	t    *testing.T
	url  string
	gate *bubble.Gate
}

// open starts a house that ends with the test. It is called with the gate inside, to
// say what the server answers.
func open(t *testing.T, config bubble.Config, routes func(ctx context.Context, gate *bubble.Gate, mux *http.ServeMux)) *house {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config.Listener = listener
	h := &house{t: t, url: "http://" + listener.Addr().String()}
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	opened := sync.OnceFunc(func() { close(ready) })
	go func() {
		ended <- bubble.RunWithDoor(ctx, config, func(ctx context.Context, gate *bubble.Gate) error {
			h.gate = gate
			mux := http.NewServeMux()
			mux.HandleFunc("/advance", h.advance)
			mux.HandleFunc("/now", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, stamp()) })
			routes(ctx, gate, mux)
			server := &http.Server{Handler: mux, IdleTimeout: time.Minute, ReadHeaderTimeout: time.Minute}
			serving := make(chan error, 1)
			go func() { serving <- server.Serve(gate.Listener) }()
			gate.Open()
			opened()
			<-ctx.Done()
			err := server.Shutdown(context.WithoutCancel(ctx))
			if served := <-serving; !errors.Is(served, http.ErrServerClosed) {
				err = errors.Join(err, served)
			}
			return err
		})
	}()
	<-ready
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t)
	})
	return h
}

var epoch = time.Date(2030, time.January, 1, 9, 0, 0, 0, time.UTC)

// stamp is the time in the bubble, since the epoch.
func stamp() string { return time.Since(epoch).String() }

// advance lets the clock go by what the query says.
func (h *house) advance(w http.ResponseWriter, r *http.Request) {
	duration := func(name string) (d time.Duration) {
		d, _ = time.ParseDuration(r.URL.Query().Get(name))
		return d
	}
	order := bubble.Order{To: time.Now().Add(duration("by")), Wait: duration("wait")}
	if settle := duration("settle"); settle > 0 {
		order.Settle = &settle
	}
	reading, err := h.gate.Clock.Advance(r.Context(), order)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	text := string(reading.State) + " " + stamp()
	for _, hold := range reading.Holds {
		text += fmt.Sprintf(" %s %s", hold.Kind, hold.Name)
	}
	_, _ = io.WriteString(w, text)
}

// get asks the house from outside.
func (h *house) get(path string) string {
	h.t.Helper()
	response, err := http.Get(h.url + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

func nothing(context.Context, *bubble.Gate, *http.ServeMux) {}

func TestClockMovesOnlyWhenTold(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	h := open(t, bubble.Config{Start: epoch}, nothing)
	if got := h.get("/now"); got != "0s" {
		t.Errorf("it begins at %s", got)
	}
	time.Sleep(30 * time.Millisecond) // the world's time, which is not the bubble's
	if got := h.get("/now"); got != "0s" {
		t.Errorf("the clock went by itself, to %s", got)
	}
	if got := h.get("/advance?by=1h30s&wait=10s"); got != "READY 1h0m30s" {
		t.Error(got)
	}
	if got := h.get("/now"); got != "1h0m30s" {
		t.Errorf("the clock shows %s", got)
	}
}

// TestClockStandsForCalls has the house call an application each minute, which takes
// its time and calls back before it answers.
func TestClockStandsForCalls(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	var h *house
	var mu sync.Mutex
	var came []string
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		time.Sleep(time.Millisecond)
		now := h.get("/now")
		mu.Lock()
		defer mu.Unlock()
		if came = append(came, now); now != string(body) {
			t.Errorf("what was sent at %s saw %s", body, now)
		}
	}))
	defer application.Close()
	h = open(t, bubble.Config{Start: epoch}, func(ctx context.Context, gate *bubble.Gate, _ *http.ServeMux) {
		transport := &http.Transport{DialContext: gate.DialContext}
		caller := &http.Client{Transport: gate.Calls("a call", transport), Timeout: 10 * time.Second}
		go func() {
			defer caller.CloseIdleConnections()
			tick := time.NewTicker(time.Minute)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					if response, err := caller.Post(application.URL, "text/plain", strings.NewReader(stamp())); err == nil {
						_ = response.Body.Close()
					} else {
						t.Error(err)
					}
				case <-ctx.Done():
					return
				}
			}
		}()
	})
	if got := h.get("/advance?by=2h&wait=20s"); got != "READY 2h0m0s" {
		t.Error(got)
	}
	if mu.Lock(); len(came) != 120 || came[119] != "2h0m0s" {
		t.Errorf("%d calls came, at %v", len(came), came)
	}
	mu.Unlock()
}

// TestClockStallsForWhoDoesNotAnswer has an application answer late, and never.
func TestClockStallsForWhoDoesNotAnswer(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	release := make(chan struct{})
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer application.Close()
	failed := make(chan error, 4) // of the world
	h := open(t, bubble.Config{Start: epoch, Patience: 2 * time.Second}, func(_ context.Context, gate *bubble.Gate, mux *http.ServeMux) {
		transport := &http.Transport{DialContext: gate.DialContext, DisableKeepAlives: true}
		caller := &http.Client{Transport: gate.Calls("a call", transport), Timeout: 10 * time.Second}
		mux.HandleFunc("/call", func(http.ResponseWriter, *http.Request) {
			go func() {
				response, err := caller.Post(application.URL+"/hook?secret", "text/plain", nil)
				if err == nil {
					_ = response.Body.Close()
				}
				failed <- err
			}()
		})
	})
	h.get("/call")
	if got, want := h.get("/advance?by=1h&wait=1200ms"), "STALLED 0s CALL a call to "+application.URL+"/hook"; got != want {
		t.Errorf("got %q, not %q", got, want)
	}
	close(release)
	if err := <-failed; err != nil {
		t.Error(err)
	}
	if got := h.get("/advance?by=1ms&wait=10s"); !strings.HasPrefix(got, "READY 1h0m0") {
		t.Error(got)
	}
	release = make(chan struct{})
	defer close(release)
	h.get("/call")
	if got := h.get("/advance?by=1h&wait=10s"); !strings.HasPrefix(got, "READY 2h0m0") {
		t.Errorf("the clock stands for ever: %s", got)
	}
	if err := <-failed; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the call failed with %v", err)
	}
}

// TestClockSettles has an application act after it has answered.
func TestClockSettles(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	var h *house
	seen := make(chan string, 1)
	application := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		go func() {
			time.Sleep(20 * time.Millisecond) // the application's own time
			seen <- h.get("/now")
		}()
	}))
	defer application.Close()
	h = open(t, bubble.Config{Start: epoch}, func(_ context.Context, gate *bubble.Gate, mux *http.ServeMux) {
		caller := &http.Client{Transport: gate.Calls("a call", &http.Transport{DialContext: gate.DialContext, DisableKeepAlives: true})}
		mux.HandleFunc("/later", func(http.ResponseWriter, *http.Request) {
			time.AfterFunc(time.Minute, func() {
				if response, err := caller.Get(application.URL); err == nil {
					_ = response.Body.Close()
				}
			})
		})
	})
	h.get("/later")
	if got := h.get("/advance?by=1h&wait=10s&settle=500ms"); got != "READY 1h0m0s" {
		t.Error(got)
	}
	if got := <-seen; got != "1m0s" {
		t.Errorf("what the application did after its answer came at %s", got)
	}
}

func TestNamesHoldTheClock(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	h := open(t, bubble.Config{Start: epoch}, func(_ context.Context, gate *bubble.Gate, mux *http.ServeMux) {
		mux.HandleFunc("/hold", func(w http.ResponseWriter, r *http.Request) {
			most, _ := time.ParseDuration(r.URL.Query().Get("most"))
			if _, err := gate.Clock.Hold("the index", most); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		})
		mux.HandleFunc("/release", func(w http.ResponseWriter, _ *http.Request) {
			if err := gate.Clock.Release("the index"); err != nil {
				_, _ = io.WriteString(w, err.Error())
			}
		})
	})
	h.get("/hold?most=1m")
	h.get("/hold?most=1m") // again
	if got := h.get("/advance?by=1h&wait=50ms"); got != "ADVANCING 0s NAMED the index" {
		t.Error(got)
	}
	if got := h.get("/release"); got != "" {
		t.Error(got)
	}
	if got := h.get("/release"); got != bubble.ErrNotHeld.Error() {
		t.Errorf("%q is held again", got)
	}
	if got := h.get("/advance?wait=10s"); !strings.HasPrefix(got, "READY") {
		t.Error(got)
	}
	h.get("/hold?most=100ms")
	if got := h.get("/advance?by=1h&wait=10s"); !strings.HasPrefix(got, "READY") {
		t.Errorf("the hold has not expired: %s", got)
	}
}
