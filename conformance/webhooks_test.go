package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/server"
)

// received is a webhook as it came.
type received struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// TestVerifiersOfOthers has npm's standardwebhooks and svix verify what the server
// sends, before a secret is rotated and after, with both secrets while they overlap.
func TestVerifiersOfOthers(t *testing.T) { //nolint:funlen // it is one story
	came := make(chan received, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		headers := make(map[string]string)
		for name := range r.Header {
			headers[name] = r.Header.Get(name)
		}
		came <- received{headers, string(body)}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()
	s := server.New(server.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), Outbound: outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c := &client.Client{URL: s.URL(), Key: s.NewKey()}
	ask := func(query string, variables map[string]any, answer any) {
		t.Helper()
		if err := c.Do(t.Context(), query, variables, answer); err != nil {
			t.Fatal(err)
		}
	}
	next := func() received {
		t.Helper()
		select {
		case r := <-came:
			return r
		case <-time.After(20 * time.Second):
			t.Fatal("nothing came for 20 s")
			return received{}
		}
	}
	var created struct {
		CreateWebhookEndpoint struct {
			Endpoint struct{ ID string }
			Secret   string
		}
	}
	ask(`mutation($url: String!) { createWebhookEndpoint(input: {url: $url, svixHeaders: true, eventTypes: [MEETING_CREATED]}) { endpoint { id } secret } }`,
		map[string]any{"url": receiver.URL}, &created)
	const meet = `mutation { createMeeting(input: {title: "Übung ☕"}) { meeting { id } } }`
	ask(meet, nil, nil)
	before := next()
	var rotated struct{ RotateWebhookSecret struct{ Secret string } }
	ask(`mutation($id: ID!) { rotateWebhookSecret(input: {endpointId: $id}) { secret } }`, map[string]any{"id": created.CreateWebhookEndpoint.Endpoint.ID}, &rotated)
	ask(meet, nil, nil)
	after := next()
	old, fresh := created.CreateWebhookEndpoint.Secret, rotated.RotateWebhookSecret.Secret
	cases, err := json.Marshal([]map[string]any{
		{"what": before, "secret": old, "valid": true}, {"what": before, "secret": fresh, "valid": false},
		{"what": after, "secret": old, "valid": true}, {"what": after, "secret": fresh, "valid": true},
		{"what": received{after.Headers, after.Body + " "}, "secret": fresh, "valid": false},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"verified":6,"refused":4}`
	if got := bytes.TrimSpace(run(t, "webhooks.mjs", "BREAKOUT_CASES", string(cases))); string(got) != want {
		t.Errorf("the verifiers say %s, not %s", got, want)
	}
}
