package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// inDoor runs a test at a door of its own, in virtual time.
func inDoor(t *testing.T, test func(t *testing.T, d *door)) {
	synctest.Test(t, func(t *testing.T) { test(t, openDoor(t)) })
}

// TestSocketsCloseByTheProtocol breaks each rule of graphql-transport-ws.
func TestSocketsCloseByTheProtocol(t *testing.T) {
	const begin, again = `{"type":"connection_init","payload":{"key":"ours"}}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription{meetingEvents(meetingId:\"mtg_test\"){sequence}}"}}`
	inDoor(t, func(t *testing.T, d *door) {
		for name, test := range map[string]struct {
			say  []string
			want websocket.StatusCode
		}{
			"no JSON":                       {[]string{"hello"}, 4400},
			"no JSON, known":                {[]string{begin, `{"type":`}, 4400},
			"no object":                     {[]string{begin, `["ping"]`}, 4400},
			"no type":                       {[]string{begin, `{"id":"1"}`}, 4400},
			"an unknown type":               {[]string{begin, `{"type":"start"}`}, 4400},
			"a type of servers":             {[]string{begin, `{"type":"connection_ack"}`}, 4400},
			"an id that is no text":         {[]string{begin, `{"type":"complete","id":1}`}, 4400},
			"no id":                         {[]string{begin, `{"type":"subscribe","payload":{"query":"{__typename}"}}`}, 4400},
			"no payload":                    {[]string{begin, `{"id":"1","type":"subscribe"}`}, 4400},
			"no query":                      {[]string{begin, `{"id":"1","type":"subscribe","payload":{}}`}, 4400},
			"variables that are no object":  {[]string{begin, `{"id":"1","type":"subscribe","payload":{"query":"{__typename}","variables":[1]}}`}, 4400},
			"a ping with a text":            {[]string{begin, `{"type":"ping","payload":"hello"}`}, 4400},
			"too early":                     {[]string{again}, 4401},
			"no key":                        {[]string{`{"type":"connection_init"}`}, 4403},
			"a wrong key":                   {[]string{`{"type":"connection_init","payload":{"key":"bk_wrong"}}`}, 4403},
			"a key that can't be looked up": {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer broken"}}`}, 1013},
			"silence":                       {nil, 4408},
			"pings alone":                   {[]string{`{"type":"ping"}`, `{"type":"pong"}`}, 4408},
			"twice the same id":             {[]string{begin, again, again}, 4409},
			"two beginnings":                {[]string{begin, begin}, 4429},
			"a panic":                       {[]string{`{"type":"connection_init","payload":{"key":"panic"}}`}, 4500},
			"too much before it is known":   {[]string{`{"type":"ping","payload":{"a":"` + strings.Repeat("a", 20<<10) + `"}}`}, 1009},
			"too much":                      {[]string{begin, `{"type":"ping","payload":{"a":"` + strings.Repeat("a", 3<<20) + `"}}`}, 1009},
		} {
			w := d.mustDial()
			go func() {
				for _, text := range test.say { // the socket may end before all is said
					_ = w.Write(t.Context(), websocket.MessageText, []byte(text))
				}
			}()
			began := time.Now()
			if _, end := w.hearUntilEnd(); end.Code != test.want || end.Reason == "" {
				t.Errorf("%s: closed with %d %q, want %d", name, end.Code, end.Reason, test.want)
			}
			if took := time.Since(began); test.want == 4408 != (took == 10*time.Second) || took > 10*time.Second {
				t.Errorf("%s: it took %s", name, took)
			}
		}
	})
}

// TestSocketsOfOtherProtocolsAndPages get none, or are told why.
func TestSocketsOfOtherProtocolsAndPages(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		w, _, err := d.dial(http.Header{"Sec-Websocket-Protocol": {"graphql-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, end := w.hearUntilEnd(); end.Code != 4406 {
			t.Errorf("the old protocol is closed with %d", end.Code)
		}
		binary := d.enter("ours")
		if err := binary.Write(t.Context(), websocket.MessageBinary, []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if _, end := binary.hearUntilEnd(); end.Code != 4400 {
			t.Errorf("bytes are answered by closing with %d", end.Code)
		}
		for origin, want := range map[string]bool{
			"": true, "http://breakout.test": true, "https://BREAKOUT.test": true,
			"https://evil.example": false, "null": false, "https://breakout.test.evil.example": false,
		} {
			header := http.Header{}
			if origin != "" {
				header.Set("Origin", origin)
			}
			_, response, err := d.dial(header)
			if (err == nil) != want || !want && response.StatusCode != http.StatusForbidden {
				t.Errorf("a page of %q: %v", origin, err)
			}
		}
	})
}

// TestSocketsAnswer runs queries, faulty operations and pings.
func TestSocketsAnswer(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		w := d.enter("ours")
		for _, test := range []struct{ query, want string }{
			{`{ meetings { nodes { title } } }`, `next {"data":{"meetings":{"nodes":[{"title":"Test"}]}}},complete `},
			{`{ colour }`, `error GRAPHQL_VALIDATION_FAILED`},
			{`subscription { meetingEvents(meetingId: "mtg_none") { cursor } }`, `error MEETING_NOT_FOUND`},
			{`subscription { meetingEvents(meetingId: "mtg_test", after: "x") { cursor } }`, `error INVALID_CURSOR`},
		} {
			w.say(fmt.Sprintf(`{"id":"same \"id\"","type":"subscribe","payload":{"query":%q}}`, test.query))
			w.say(`{"type":"ping","payload":{"then":1}}`)
			var heard []string
			for {
				m := w.hear()
				if m.Type == "pong" {
					if string(m.Payload) != `{"then":1}` {
						t.Errorf("the pong is %s", m.Payload)
					}
					continue
				}
				if m.ID != `same "id"` {
					t.Errorf("%s: %+v came", test.query, m)
				}
				if m.Type == "error" {
					var errs []struct{ Extensions struct{ Code string } }
					if err := json.Unmarshal(m.Payload, &errs); err != nil || len(errs) != 1 {
						t.Fatalf("%s: the error is %s", test.query, m.Payload)
					}
					m.Payload = json.RawMessage(errs[0].Extensions.Code)
				}
				if heard = append(heard, m.Type+" "+string(m.Payload)); m.Type != "next" {
					break
				}
			}
			if got := strings.Join(heard, ","); got != test.want {
				t.Errorf("%s: got %s, want %s", test.query, got, test.want)
			}
		}
		// Nothing comes after an error: the next is what is asked for next.
		synctest.Wait()
		w.say(`{"id":"2","type":"subscribe","payload":{"query":"{__typename}"}}`)
		if m := w.hear(); m.ID != "2" && m.Type != "pong" {
			t.Errorf("%+v came after an error", m)
		}
	})
}

func TestAnExpiredKeyEndsItsSocket(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		w := d.enter("short")
		w.follow("1", "")
		began := time.Now()
		pings := 0
		for {
			m, err := w.listen(t.Context())
			if err != nil {
				if websocket.CloseStatus(err) != 4403 || time.Since(began) != time.Minute || pings < 3 {
					t.Errorf("after %s and %d pings: %v", time.Since(began), pings, err)
				}
				return
			}
			if m.Type == "ping" {
				pings++
				w.say(`{"type":"pong"}`)
			}
		}
	})
}

func TestSocketsHaveManyOperationsButNotMore(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		w := d.enter("ours")
		for i := range 32 {
			w.follow(fmt.Sprint(i), "")
			if m := w.hear(); m.event(t).Sequence != 1 {
				t.Fatalf("%+v came first", m)
			}
		}
		w.follow("too many", "")
		if m := w.hear(); m.Type != "error" || m.ID != "too many" || !strings.Contains(string(m.Payload), "TOO_MANY_OPERATIONS") {
			t.Errorf("the 33rd operation is answered by %+v", m)
		}
		w.say(`{"id":"7","type":"complete"}`)
		w.follow("one less", "")
		if m := w.hear(); m.ID != "one less" || m.Type != "next" {
			t.Errorf("an operation in the place of another is answered by %+v", m)
		}
		if stats := d.api.Stats(); stats.Subscriptions != 32 || stats.Feeds != 1 {
			t.Errorf("%+v", stats)
		}
	})
}

// TestHeartbeats come every 15 seconds, say how things are, and are to be answered.
func TestHeartbeats(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		w := d.enter("ours")
		began := time.Now()
		w.follow("1", "")
		cursor := w.take(1, 1)
		for beat := range 4 {
			m := w.hear()
			var payload struct {
				ServerTime    time.Time
				Subscriptions map[string]struct {
					Cursor, HeadCursor string
					Lagging            bool
				}
			}
			if err := json.Unmarshal(m.Payload, &payload); err != nil || m.Type != "ping" {
				t.Fatalf("%+v is no heartbeat", m)
			}
			due := began.Add(time.Duration(beat+1) * 15 * time.Second)
			if one := payload.Subscriptions["1"]; !payload.ServerTime.Equal(due) || one.Cursor != cursor || one.HeadCursor != cursor || one.Lagging {
				t.Errorf("at %s, heartbeat %d says %s", due, beat, m.Payload)
			}
			w.say(`{"type":"pong"}`)
		}
		if _, end := w.hearUntilEnd(); end.Code != 1013 || time.Since(began) < 90*time.Second || time.Since(began) > 100*time.Second {
			t.Errorf("after %s, a client that answers no ping is closed with %+v", time.Since(began), end)
		}
	})
}
