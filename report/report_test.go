package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
)

// file is a run of which one expectation fails, and whose names would end a script.
const file = `name: two-rooms
story: "</script><b>Ada</b> goes to Red."
people:
  - {name: Grace, role: host}
  - {name: "Ada </script>"}
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red]}
  - {at: 2s, assign: {Red: ["Ada </script>"]}}
  - {at: 3s, open_rooms: }
  - {at: 5s, end_meeting: }
expect:
  events:
    - {event: round_opened, count: 1}
    - {event: round_opened, count: 2}
`

// play plays a file, and takes note of it.
func play(t *testing.T, file string) *report.Run {
	t.Helper()
	s, err := scenario.Parse("two-rooms.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	run := &report.Run{Scenario: s}
	data := t.TempDir()
	err = scenario.InBubble(t.Context(), func(ctx context.Context) (err error) {
		house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Virtual: true, Data: data, Seed: s.Seed})
		if err != nil {
			return err
		}
		run.Report, err = scenario.Play(ctx, house.Stage(), s, run.Progress(scenario.Progress{}))
		return errors.Join(err, house.Stop(ctx))
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestReports(t *testing.T) {
	run := play(t, file)

	var log bytes.Buffer
	if err := run.Log(&log); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	for i, line := range lines {
		var event scenario.Seen
		if err := json.Unmarshal([]byte(line), &event); err != nil || event.Sequence != int64(i)+1 {
			t.Errorf("line %d of the log is %s (%v)", i+1, line, err)
		}
	}
	if len(lines) != run.Report.Events {
		t.Errorf("the log has %d events, the report %d", len(lines), run.Report.Events)
	}

	var suites bytes.Buffer
	if err := report.JUnit(&suites, []*report.Run{run}); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(suites.Bytes(), &read); err != nil || len(read.Suites) != 1 {
		t.Fatalf("%v\n%s", err, suites.Bytes())
	}
	suite := read.Suites[0]
	last := suite.Cases[len(suite.Cases)-1].Failure
	if suite.Name != "two-rooms" || suite.Tests != len(run.Report.Verdicts) || suite.Failures != 1 || last == nil || last.Message != "line 15: round_opened was expected 2 times; it was seen once, at 3s." {
		t.Errorf("the suite is\n%s", suites.Bytes())
	}

	var page bytes.Buffer
	if err := run.Page(&page); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), "</script>"); n != 2 || strings.Contains(page.String(), "<b>Ada") {
		t.Errorf("what people are called can break the page: %d scripts end", n)
	}
	const namespace = "http://www.w3.org/2000/svg" // is a name, and nothing is fetched from there
	if addresses := strings.ReplaceAll(page.String(), namespace, ""); strings.Contains(addresses, "http:") || strings.Contains(addresses, "https:") {
		t.Error("the page names an address, and must open offline")
	}
}

// TestThePageTellsOfWebhooks looks for attempts that had another answer than the last.
func TestThePageTellsOfWebhooks(t *testing.T) {
	run := play(t, strings.Replace(file, "steps:", "webhooks: {}\nfaults:\n  - webhooks_5xx: {share: 0.5, status: 503}\nsteps:", 1))
	var page bytes.Buffer
	if err := run.Page(&page); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(page.String(), `id="run">`)
	text, _, _ = strings.Cut(text, "</script>")
	var shown struct {
		Events []struct{ Sequence int64 }
		Sent   []struct {
			Sequence int64
			At       float64
			Status   int
		}
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		t.Fatal(err)
	}
	refused, taken := 0, make(map[int64]bool)
	for _, one := range shown.Sent {
		if one.Status == 503 {
			refused++
		}
		taken[one.Sequence] = taken[one.Sequence] || one.Status == 204
	}
	for _, event := range shown.Events {
		if !taken[event.Sequence] {
			t.Errorf("event %d was never taken", event.Sequence)
		}
	}
	if refused < 5 || len(shown.Sent) < len(shown.Events)+refused {
		t.Errorf("%d attempts for %d events, %d refused", len(shown.Sent), len(shown.Events), refused)
	}
}
