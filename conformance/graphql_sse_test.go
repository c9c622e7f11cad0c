package conformance_test

import (
	"encoding/json"
	"testing"
)

// TestGraphQLSSE follows 200 events by npm's graphql-sse, over connections that
// break.
func TestGraphQLSSE(t *testing.T) {
	s := start(t)
	var got struct {
		Sequences         []int
		Cuts, Connections int
		Results           []struct {
			Data *struct {
				Meetings struct{ Nodes []struct{ Title string } }
			}
			Errors []struct{ Extensions struct{ Code string } }
		}
	}
	if err := json.Unmarshal(run(t, "graphql-sse.mjs", "BREAKOUT_URL", s.URL(), "BREAKOUT_KEY", s.NewKey()), &got); err != nil {
		t.Fatal(err)
	}
	for i, sequence := range got.Sequences {
		if sequence != i+1 {
			t.Fatalf("event %d has sequence %d", i+1, sequence)
		}
	}
	if len(got.Sequences) != 200 || got.Cuts != 3 || got.Connections < 4 {
		t.Errorf("%d events came over %d connections, %d of which were cut", len(got.Sequences), got.Connections, got.Cuts)
	}
	if len(got.Results) != 2 || got.Results[0].Data == nil || len(got.Results[0].Data.Meetings.Nodes) != 1 {
		t.Fatalf("the queries got %+v", got.Results)
	}
	if errors := got.Results[1].Errors; len(errors) != 1 || errors[0].Extensions.Code != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("a query that is not valid got %+v", errors)
	}
}
