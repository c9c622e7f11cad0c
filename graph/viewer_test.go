package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/access"
)

// TestTheViewerIsTold has keys say what they allow and when they end.
func TestTheViewerIsTold(t *testing.T) {
	d := openDoor(t)
	for key, want := range map[string]string{
		"ours":  `{"data":{"viewer":{"scopes":["READ","CONTROL","SIMULATE","ADMIN"],"expiresAt":null}}}`,
		"short": `"expiresAt":"2`,
		"none":  `"UNAUTHENTICATED"`,
	} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ viewer { scopes expiresAt } }"}`))
		if viewer, err := authenticateTest(t.Context(), key); err == nil {
			r = r.WithContext(access.With(r.Context(), viewer))
		}
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		d.api.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the key %q is told %s, not %s", key, w.Body, want)
		}
	}
}
