package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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
