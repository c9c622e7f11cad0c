package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// attack is something that is sent to the server, byte by byte, and how it must be
// refused: by one of these statuses, with a text that holds this, or by the end of the
// connection, with status 0.
type attack struct {
	name, sent string
	status     int
	says       string
}

// asking writes a request with a valid key, to which headers can be added.
func (h *house) asking(method, target, body string, headers ...string) string {
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: breakout.memory\r\nAuthorization: Bearer %s\r\nConnection: close\r\n", method, target, h.Client.Key)
	for _, header := range headers {
		text += header + "\r\n"
	}
	if body != "" {
		text += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return text + "\r\n" + body
}

func (h *house) connect() net.Conn {
	h.t.Helper()
	conn, err := h.Client.HTTP.Transport.(*http.Transport).DialContext(h.t.Context(), "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return conn
}

// send sends something as it is and reads what comes back, until the end or for a
// minute.
func (h *house) send(sent string) (status int, said string) {
	h.t.Helper()
	conn := h.connect()
	written := make(chan struct{})
	go func() {
		defer close(written)
		_, _ = io.WriteString(conn, sent) // the server may have enough of it
	}()
	defer func() {
		_ = conn.Close()
		<-written
	}()
	if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		h.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, err.Error()
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return response.StatusCode, fmt.Sprintf("%s and then %v", body, err)
	}
	return response.StatusCode, string(body)
}

// processor is how much time of processors this process has used.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// heap is how much memory is in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what had a finalizer
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

// settled is how long a meeting is left alone before goroutines are counted: its
// connections are as they stay then.
const settled = 10 * time.Second

// TestHostileInput attacks every door over HTTP. Each attack is refused in words and
// takes little, and after all of them the server is as it was.
func TestHostileInput(t *testing.T) {
	const (
		dearest = 3 * time.Second // of a processor, for one attack, on a slow machine
		most    = 64 << 20        // bytes of memory that may be in use afterwards, with the documents that are remembered
	)
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		link, err := url.Parse(h.link(h.meet()))
		if err != nil {
			t.Fatal(err)
		}
		attacks := slices.Concat(h.malformed(), h.mistyped(), h.excessive(), h.inventive(), h.misdirected(), h.trespassing(link), h.unspeakable())
		if len(attacks) < 150 {
			t.Errorf("there are only %d attacks", len(attacks))
		}
		h.Client.HTTP.CloseIdleConnections()
		time.Sleep(settled)
		synctest.Wait()
		goroutines, memory, longest := runtime.NumGoroutine(), heap(), time.Duration(0)
		for _, attack := range attacks {
			began := processor(t)
			status, said := h.send(attack.sent)
			if status != attack.status || !strings.Contains(said, attack.says) || strings.TrimSpace(said) == "" && status != http.StatusExpectationFailed {
				t.Errorf("%s: got %d %.300q, want %d and %q", attack.name, status, said, attack.status, attack.says)
			}
			for _, never := range []string{"SQLite format", "OggS", `"nodes":[{`, "goroutine ", ".go:"} {
				if strings.Contains(said, never) {
					t.Errorf("%s: the answer holds %q: %.300q", attack.name, never, said)
				}
			}
			longest = max(longest, processor(t)-began)
			if took := processor(t) - began; took > dearest {
				t.Errorf("%s: took %s of a processor", attack.name, took)
			}
		}
		if status, said := h.send(h.asking("GET", "/healthz", "")); status != http.StatusOK {
			t.Errorf("afterwards, /healthz answers %d %s", status, said)
		}
		if status, said := h.send(h.query("{ meetings { nodes { id } } }", "")); status != http.StatusOK || !strings.Contains(said, "mtg_") {
			t.Errorf("afterwards, a query gets %d %s", status, said)
		}
		time.Sleep(settled)
		synctest.Wait()
		if now := runtime.NumGoroutine(); now > goroutines {
			var stacks bytes.Buffer
			all := make([]byte, 1<<20)
			stacks.Write(all[:runtime.Stack(all, true)])
			t.Errorf("afterwards, %d goroutines run; before, %d did:\n%s", now, goroutines, stacks.String())
		}
		now := heap()
		runtime.KeepAlive(attacks)
		if now > memory+most {
			t.Errorf("afterwards, %d MB are in use; before, %d MB were", now>>20, memory>>20)
		}
		t.Logf("%d attacks, of which the dearest took %s of a processor; %d kB more are in use afterwards", len(attacks), longest, (int64(now)-int64(memory))>>10)
	})
}

// TestSlowRequests are given up in time, whichever part of them is slow.
func TestSlowRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		id := h.meet()
		h.Client.HTTP.CloseIdleConnections()
		synctest.Wait()
		goroutines := runtime.NumGoroutine()
		whole := h.asking("POST", "/graphql", `{"query": "{ meetings { nodes { id } } }"}`, "Content-Type: application/json")
		for name, test := range map[string]struct {
			stopAt int // how much of the request comes
			drip   time.Duration
			within time.Duration
			says   string
		}{
			"half of a header":   {30, 0, 11 * time.Second, ""},
			"headers in drips":   {30, time.Second, 11 * time.Second, ""},
			"no body":            {len(whole) - 42, 0, 31 * time.Second, "REQUEST_TIMEOUT"},
			"half of a body":     {len(whole) - 10, 0, 31 * time.Second, "REQUEST_TIMEOUT"},
			"a body in drips":    {len(whole) - 20, 2 * time.Second, 31 * time.Second, "REQUEST_TIMEOUT"},
			"nothing at all":     {0, 0, 11 * time.Second, ""},
			"a header in one go": {60, 0, 11 * time.Second, ""},
		} {
			conn, began := h.connect(), time.Now()
			written := make(chan struct{})
			go func() {
				defer close(written)
				_, _ = io.WriteString(conn, whole[:test.stopAt])
				for at := test.stopAt; test.drip > 0 && at < len(whole)-1; at++ {
					time.Sleep(test.drip)
					if _, err := io.WriteString(conn, whole[at:at+1]); err != nil {
						return
					}
				}
			}()
			said, _ := io.ReadAll(conn)
			if took := time.Since(began); took > test.within || !strings.Contains(string(said), test.says) {
				t.Errorf("%s: after %s came %q", name, took, said)
			}
			_ = conn.Close()
			<-written
		}
		// Who asks for a stream and does not read it.
		subscription := url.QueryEscape(`subscription { meetingEvents(meetingId: "` + id + `") { cursor } }`)
		conn := h.connect()
		if _, err := io.WriteString(conn, h.asking("GET", "/graphql?query="+subscription, "", "Accept: text/event-stream")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if now := runtime.NumGoroutine(); now > goroutines {
			t.Errorf("%d goroutines run for readers that stalled; before, %d did", now, goroutines)
		}
		_ = conn.Close()
	})
}
