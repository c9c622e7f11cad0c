package conformance_test

import (
	"encoding/json"
	"testing"
)

// TestGraphQLOverHTTP runs all audits of npm's graphql-http.
func TestGraphQLOverHTTP(t *testing.T) {
	const audits = 61 // of version 1.23.1: fewer would be a run that broke off
	s := start(t)
	var results []struct{ ID, Name, Status, Reason string }
	if err := json.Unmarshal(run(t, "graphql-http.mjs", "BREAKOUT_URL", s.URL(), "BREAKOUT_KEY", s.NewKey()), &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != audits {
		t.Errorf("%d audits were run, not %d", len(results), audits)
	}
	for _, audit := range results {
		if audit.Status != "ok" {
			t.Errorf("%s %s: %s: %s", audit.ID, audit.Name, audit.Status, audit.Reason)
		}
	}
}
