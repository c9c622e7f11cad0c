package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/coder/websocket"
)

func TestTheAPIRefusesWhoShowsNoValidKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		short, err := h.Server.IssueKey(t.Context(), "default", "short", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		post, query := h.Client.URL+"/graphql", h.Client.URL+"/graphql?query="+url.QueryEscape("{ meetings { nodes { id } } }")
		want := func(status int, authorization string) {
			t.Helper()
			for method, address := range map[string]string{http.MethodPost: post, http.MethodGet: query} {
				got, text := h.request(method, address, authorization)
				if refused := strings.Contains(text, "UNAUTHENTICATED"); got != status || refused != (status == http.StatusUnauthorized) {
					t.Errorf("%s with %q answers %d %s", method, authorization, got, text)
				}
			}
		}
		for _, authorization := range []string{
			"", "Bearer", "Bearer ", "Bearer bk_wrong", h.Client.Key, "Basic " + h.Client.Key, "Bearer " + h.Client.Key + "x", "Bearer " + h.Client.Key[:20],
		} {
			want(http.StatusUnauthorized, authorization)
		}
		want(http.StatusOK, "Bearer "+h.Client.Key)
		time.Sleep(time.Hour - time.Second)
		want(http.StatusOK, "Bearer "+short)
		time.Sleep(2 * time.Second)
		want(http.StatusUnauthorized, "Bearer "+short)
		want(http.StatusOK, "Bearer "+h.Client.Key)
		stranger := &client.Client{URL: h.Client.URL, Key: short, HTTP: h.Client.HTTP}
		if err := stranger.Subscribe(t.Context(), `subscription { meetingEvents(meetingId: "x") { cursor } }`, nil, nil); err == nil || !strings.Contains(err.Error(), "4403") {
			t.Errorf("a WebSocket with a key that has expired got %v", err)
		}
		for _, door := range []string{"/healthz", "/readyz"} {
			if status, _ := h.request(http.MethodGet, h.Client.URL+door, ""); status != http.StatusOK {
				t.Errorf("%s answers %d", door, status)
			}
		}
	})
}

func TestRecordingsArePlayedToWhoHasTheirAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		id := h.meet()
		link := h.link(id)
		good, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		with := func(change func(u *url.URL, q url.Values)) string {
			changed := *good
			query := changed.Query()
			change(&changed, query)
			changed.RawQuery = query.Encode()
			return changed.String()
		}
		for name, test := range map[string]struct {
			address string
			want    int
		}{
			"as it was given":      {link, http.StatusOK},
			"without a signature":  {with(func(_ *url.URL, q url.Values) { q.Del("signature") }), http.StatusForbidden},
			"without an expiry":    {with(func(_ *url.URL, q url.Values) { q.Del("expires") }), http.StatusForbidden},
			"with nothing":         {with(func(_ *url.URL, q url.Values) { clear(q) }), http.StatusForbidden},
			"a wrong signature":    {with(func(_ *url.URL, q url.Values) { q.Set("signature", q.Get("signature")[1:]+"A") }), http.StatusForbidden},
			"a later expiry":       {with(func(_ *url.URL, q url.Values) { q.Set("expires", "4102444800") }), http.StatusForbidden},
			"another file's":       {with(func(u *url.URL, _ url.Values) { u.Path = strings.Replace(u.Path, "001", "002", 1) }), http.StatusForbidden},
			"out of the recording": {with(func(u *url.URL, _ url.Values) { u.Path = recording.PathPrefix + "../breakout.db" }), http.StatusNotFound},
		} {
			status, body := h.request(http.MethodGet, test.address, "Bearer "+h.Client.Key) // a key is no address
			if status != test.want || (status == http.StatusOK) != strings.HasPrefix(body, "OggS") {
				t.Errorf("%s: the door answers %d %.40q, want %d", name, status, body, test.want)
			}
		}
		h.ask(fmt.Sprintf(`mutation { endMeeting(input: {meetingId: %q}) { userErrors { code } } }`, id), nil)
		time.Sleep(recording.LinkLife + time.Second)
		if status, body := h.request(http.MethodGet, link, ""); status != http.StatusForbidden || !strings.Contains(body, "expired") {
			t.Errorf("an address that has expired answers %d %s", status, body)
		}
	})
}

// TestARestartKeepsEverything stops a server in the middle of a meeting and
// starts another one on its folder.
func TestARestartKeepsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		h := open(t, data, 1)
		key := h.Client.Key
		id := h.meet()
		before := h.follow(id, func(e scenario.Seen) bool { return e.Type == "SEGMENT_COMPLETED" })
		oldLink := h.link(id)
		h.close()

		again := open(t, data, 2)
		again.Client.Key = key
		after := again.follow(id, func(e scenario.Seen) bool { return e.Type == "MEETING_ENDED" })
		if !slices.EqualFunc(before, after[:len(before)], func(a, b scenario.Seen) bool { return a.Cursor == b.Cursor && a.Type == b.Type && a.At.Equal(b.At) }) {
			t.Errorf("the events were %v and are %v", before, after)
		}
		for i, event := range after {
			if event.Sequence != int64(i+1) {
				t.Errorf("event %d has sequence %d", i+1, event.Sequence)
			}
		}
		var head struct{ Meeting struct{ Cursor string } }
		again.ask(fmt.Sprintf(`{ meeting(id: %q) { cursor } }`, id), &head)
		if last := after[len(after)-1]; head.Meeting.Cursor != last.Cursor { // the bots were done by then
			t.Errorf("something follows the end of the meeting, which is event %d", last.Sequence)
		}
		if got := again.left(id); got != "ended/done/COMPLETED/COMPLETED" {
			t.Errorf("the meeting is %s", got)
		}
		if status, _ := again.request(http.MethodGet, oldLink, ""); status != http.StatusOK {
			t.Errorf("an address of the server before answers %d", status)
		}
		time.Sleep(recording.LinkLife + time.Second)
		if status, _ := again.request(http.MethodGet, oldLink, ""); status != http.StatusForbidden {
			t.Errorf("an address of the server before, which has expired, answers %d", status)
		}
		if status, _ := again.request(http.MethodGet, again.link(id), ""); status != http.StatusOK {
			t.Errorf("a recording of the server before answers %d", status)
		}
		again.meet()
	})
}

// TestARestartAfterDeathSetsStraight starts a server on the folder of one that
// was killed: on a copy of what was on disk while it ran.
func TestARestartAfterDeathSetsStraight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		id := h.meet()
		synctest.Wait() // nobody writes while the folder is copied
		data := t.TempDir()
		if err := os.CopyFS(data, os.DirFS(strings.TrimSuffix(h.Server.RecordingsFolder(), "/recordings"))); err != nil {
			t.Fatal(err)
		}
		again := open(t, data, 2)
		if got := again.left(id); got != "ended/fatal/COMPLETED/INTERRUPTED" {
			t.Errorf("the meeting is %s", got)
		}
		if got := h.left(id); got != "running/in_call_recording/COMPLETED/RECORDING" {
			t.Errorf("the meeting of the server that lives is %s", got)
		}
	})
}

// TestSilentConnections are given up in time, and do not keep the server from
// stopping.
func TestSilentConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		connect := func() net.Conn {
			conn, err := h.Client.HTTP.Transport.(*http.Transport).DialContext(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			return conn
		}
		slow, began := connect(), time.Now()
		if _, err := io.WriteString(slow, "GET /healthz HTTP/1.1\r\nHost: "); err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(slow) // the answer is of no interest, its end is
		if took := time.Since(began); took > 11*time.Second {
			t.Errorf("a request that never ends was given up after %s", took)
		}
		connect()
		socket, _, err := websocket.Dial(t.Context(), strings.Replace(h.Client.URL, "http", "ws", 1)+"/graphql", &websocket.DialOptions{
			HTTPClient: h.Client.HTTP, Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + h.Client.Key}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = socket.CloseNow() }()
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(`{"type": "connection_init"}`)); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		h.close()
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("stopping took %s", took)
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for err == nil { // what was said before, then the end
			_, _, err = socket.Read(soon)
		}
		if soon.Err() != nil {
			t.Error("a WebSocket stays open when the server has stopped")
		}
	})
}
