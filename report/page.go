package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// page holds everything that it shows, so that it opens from a disk without a network.
var page = template.Must(template.New("page").Parse(pageText))

// shown is what the page shows of a run.
type shown struct {
	Name   string           `json:"name"`
	Story  string           `json:"story"`
	Seed   uint64           `json:"seed"`
	Took   float64          `json:"took"` // seconds
	Report *scenario.Report `json:"report"`
	// Score are the measures, each with its unit.
	Score   []scenario.Measured `json:"score"`
	Steps   []shownStep         `json:"steps"`
	Events  []shownEvent        `json:"events"`
	Sent    []shownDelivery     `json:"sent"`
	Began   time.Time           `json:"began"`
	Seconds float64             `json:"seconds"` // that the meeting lasted
}

type shownStep struct {
	At   float64 `json:"at"` // seconds since the first event
	Text string  `json:"text"`
}

type shownEvent struct {
	Sequence int64                 `json:"sequence"`
	At       float64               `json:"at"` // seconds since the first event
	Type     string                `json:"type"`
	Code     string                `json:"code,omitempty"`
	Room     *scenario.Named       `json:"room,omitempty"`
	Who      meeting.ParticipantID `json:"who,omitempty"`
	Name     string                `json:"name,omitempty"`
	IsBot    bool                  `json:"isBot,omitempty"`
	Bot      *scenario.Named       `json:"bot,omitempty"`
	Text     string                `json:"text"`
}

// shownDelivery is one attempt to send a webhook.
type shownDelivery struct {
	Sequence int64   `json:"sequence"`
	At       float64 `json:"at"` // seconds since the first event
	Status   int     `json:"status,omitempty"`
	Error    string  `json:"error,omitempty"`
}

// Page writes a run as one HTML file that needs nothing else: who was where on a
// timeline to walk through, the events, and what was expected.
func (r *Run) Page(out io.Writer) error {
	data := struct {
		Title  string
		Style  template.CSS
		Script template.JS
		Run    shown
	}{r.Scenario.Name, template.CSS(pageStyle), template.JS(pageScript), r.shown()} //nolint:gosec // they are files of this package
	if err := page.Execute(out, data); err != nil {
		return fmt.Errorf("write the page of %s: %w", r.Scenario.Name, err)
	}
	return nil
}

func (r *Run) shown() shown {
	s := shown{Name: r.Scenario.Name, Story: r.Scenario.Story, Seed: r.Scenario.Seed, Took: r.Took.Seconds(), Report: r.Report, Score: r.Report.Measured()}
	if len(r.events) == 0 {
		return s
	}
	s.Began = r.events[0].At
	for _, e := range r.events {
		one := shownEvent{Sequence: e.Sequence, At: e.At.Sub(s.Began).Seconds(), Type: e.Type, Code: e.Code, Room: e.Room, Bot: e.Bot, Text: e.String()}
		if e.Participant != nil {
			one.Who, one.Name, one.IsBot = e.Participant.Number, e.Participant.Name, e.Participant.IsBot
		}
		s.Events, s.Seconds = append(s.Events, one), max(s.Seconds, one.At)
	}
	for _, one := range r.steps {
		s.Steps = append(s.Steps, shownStep{one.at.Seconds(), one.action})
	}
	for _, one := range r.sent {
		s.Sent = append(s.Sent, shownDelivery{one.Sequence, one.At.Sub(s.Began).Seconds(), one.Status, one.Error})
	}
	return s
}
