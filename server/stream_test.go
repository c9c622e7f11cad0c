package server_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/coder/websocket"
)

// TestAStreamLives while nothing happens, and tells its reader to come back when the
// server stops.
func TestAStreamLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		id := h.meet()
		address := h.Client.URL + "/graphql?query=" + url.QueryEscape(`subscription { meetingEvents(meetingId: "`+id+`") { cursor type } }`)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Authorization": {"Bearer " + h.Client.Key}, "Accept": {"text/event-stream"}}
		response, err := h.Client.HTTP.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			time.Sleep(10 * time.Minute)
			h.close()
		}()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatalf("the stream broke off: %v", err) // it ends as HTTP has it
		}
		<-ended
		all := string(text)
		if strings.Count(all, "\n:\n") < 39 { // one each 15 s
			t.Error("the stream was silent for long")
		}
		if strings.Contains(all, "event: complete") || !strings.Contains(all[len(all)-20:], "retry: ") {
			t.Errorf("the stream ends by %q, and should ask its reader to come back", all[len(all)-60:])
		}
	})
}

// TestStreamsEndWithTheirKey revokes a key while a stream and a socket are open by it.
func TestStreamsEndWithTheirKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		id := h.meet()
		var made struct {
			CreateAPIKey struct {
				Key    string
				APIKey struct{ ID string }
			} `json:"createApiKey"`
		}
		h.ask(`mutation { createApiKey(input: {name: "short-lived", scopes: [READ]}) { key apiKey { id } } }`, &made)
		const query = `subscription($id: ID!) { meetingEvents(meetingId: $id) { cursor } }`
		other := *h.Client
		other.Key = made.CreateAPIKey.Key
		ended := make(chan error, 2)
		go func() {
			ended <- other.Subscribe(t.Context(), query, map[string]any{"id": id}, func(json.RawMessage) error { return nil })
		}()
		go func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, other.URL+"/graphql?query="+url.QueryEscape(query)+"&variables="+url.QueryEscape(`{"id":"`+id+`"}`), nil)
			if err != nil {
				ended <- err
				return
			}
			r.Header = http.Header{"Authorization": {"Bearer " + other.Key}, "Accept": {"text/event-stream"}}
			response, err := other.HTTP.Do(r)
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			ended <- err
		}()
		time.Sleep(5 * time.Minute)
		if len(ended) > 0 {
			t.Fatalf("ended before its key: %v", <-ended)
		}
		h.ask(`mutation { revokeApiKey(input: {id: "`+made.CreateAPIKey.APIKey.ID+`"}) { userErrors { code } } }`, nil)
		revoked := time.Now()
		for range 2 {
			if err := <-ended; err != nil && websocket.CloseStatus(err) != 4403 {
				t.Error(err)
			}
		}
		if took := time.Since(revoked); took > 15*time.Second {
			t.Errorf("what was open by a revoked key ended after %s", took)
		}
		var refused client.Errors
		if err := other.Do(t.Context(), `{ meetings { nodes { id } } }`, nil, nil); !errors.As(err, &refused) {
			t.Errorf("a revoked key opens on: %v", err)
		}
	})
}
