package bubble_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
)

// TestStreamsCarryVirtualTime reads what a stream says over an hour, and closes it
// from this end.
func TestStreamsCarryVirtualTime(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	gone := make(chan string, 1)
	h := open(t, bubble.Config{Start: epoch}, func(_ context.Context, _ *bubble.Gate, mux *http.ServeMux) {
		mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
			tick := time.NewTicker(time.Minute)
			defer tick.Stop()
			_ = http.NewResponseController(w).Flush()
			for {
				select {
				case <-tick.C:
					_, _ = fmt.Fprintln(w, stamp())
					_ = http.NewResponseController(w).Flush()
				case <-r.Context().Done():
					gone <- stamp()
					return
				}
			}
		})
	})
	response, err := http.Get(h.url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	if got := h.get("/advance?by=1h&wait=10s"); got != "READY 1h0m0s" {
		t.Error(got)
	}
	lines := bufio.NewScanner(response.Body)
	for minute := 1; minute <= 60 && lines.Scan(); minute++ {
		if want := (time.Duration(minute) * time.Minute).String(); lines.Text() != want {
			t.Errorf("line %d is %s", minute, lines.Text())
		}
	}
	_ = response.Body.Close()
	if got := <-gone; got != "1h0m0s" { // is told although the clock stands
		t.Errorf("the house saw the end at %s", got)
	}
}

// TestIdleConnectionsStay uses one connection, which is idle for hours of the bubble.
func TestIdleConnectionsStay(t *testing.T) {
	h := open(t, bubble.Config{Start: epoch}, nothing)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for _, path := range []string{"/now", "/advance?by=5h&wait=10s", "/now"} {
		if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: house\r\n\r\n", path); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
	}
}

// TestSlowReadersHoldTheClock has a client read nothing for a while, and another one
// nothing at all.
func TestSlowReadersHoldTheClock(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	const size = 64 << 20 // more than all buffers take
	wrote := make(chan string, 2)
	h := open(t, bubble.Config{Start: epoch, Patience: 2 * time.Second}, func(_ context.Context, _ *bubble.Gate, mux *http.ServeMux) {
		mux.HandleFunc("/much", func(w http.ResponseWriter, _ *http.Request) {
			part := make([]byte, 1<<20)
			var err error
			for n := 0; n < size && err == nil; n += len(part) {
				_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Second))
				_, err = w.Write(part)
			}
			wrote <- fmt.Sprint(err == nil, " ", stamp())
		})
	})
	response, err := http.Get(h.url + "/much")
	if err != nil {
		t.Fatal(err)
	}
	if got := h.get("/advance?by=1h&wait=1200ms"); !strings.HasPrefix(got, "STALLED 0s CONNECTION") {
		t.Error(got)
	}
	if n, err := io.Copy(io.Discard, response.Body); n != size || err != nil {
		t.Errorf("%d bytes came: %v", n, err)
	}
	_ = response.Body.Close()
	if got := <-wrote; got != "true 0s" {
		t.Errorf("it was written: %s", got)
	}
	h.get("/advance?wait=10s")
	if response, err = http.Get(h.url + "/much"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got := <-wrote; !strings.HasPrefix(got, "false") {
		t.Errorf("who reads nothing is waited for: %s", got)
	}
}

func TestPacedClockGoesByItself(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	h := open(t, bubble.Config{Start: epoch, Pace: 100}, func(_ context.Context, gate *bubble.Gate, mux *http.ServeMux) {
		mux.HandleFunc("/wait", func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(10 * time.Second) // of the bubble
			_, _ = io.WriteString(w, string(gate.Clock.Read().State))
		})
	})
	began := time.Now()
	if got := h.get("/wait"); got != string(bubble.Advancing) {
		t.Error(got)
	}
	if took := time.Since(began); took < 90*time.Millisecond {
		t.Errorf("ten seconds passed in %s", took)
	}
}
