package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

var update = flag.Bool("update", false, "write the documents that are made of the code")

// played is what became of each step of a run.
type played struct {
	mu    sync.Mutex
	steps []string
	seen  []map[string]int // events since the step began, by type
}

func (p *played) progress() scenario.Progress {
	return scenario.Progress{
		Step: func(_ time.Duration, action scenario.Action) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.steps, p.seen = append(p.steps, action.String()), append(p.seen, make(map[string]int))
		},
		Event: func(e scenario.Seen) {
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.seen) > 0 && e.Bot == nil {
				p.seen[len(p.seen)-1][e.Type]++
			}
		},
	}
}

// cell tells in a few words what a step did.
func (p *played) cell(step int, refused meeting.Code) string {
	var parts []string
	if refused != "" {
		parts = append(parts, "`"+string(refused)+"`")
	}
	for _, one := range []struct{ event, what string }{
		{"PARTICIPANT_ENTERED_ROOM", "moved"}, {"INVITATION_SENT", "invited"}, {"CAPABILITIES_CHANGED", "may do other things"},
	} {
		if n := p.seen[step][one.event]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, one.what))
		}
	}
	if len(parts) == 0 {
		return "done"
	}
	return strings.Join(parts, ", ")
}

// TestSameScenarioUnderEachPersona plays one scenario as on every platform, holds
// what is expected of every run, and docs/personas-played.md against what came of
// it.
func TestSameScenarioUnderEachPersona(t *testing.T) {
	skipWithRaceDetector(t)
	s, err := scenario.Bundled("every-control")
	if err != nil {
		t.Fatal(err)
	}
	var runs []*played
	var refused []map[int]meeting.Code // by line
	header, line := "| step |", "|---|"
	for _, persona := range meeting.Personas() {
		as, err := s.As(persona.Name)
		if err != nil {
			t.Fatal(err)
		}
		run := &played{}
		report := play(t, as, run.progress())
		for _, v := range report.Verdicts {
			if !v.OK {
				t.Errorf("as %s, %s: want %s, got %s", persona.Name, v.What, v.Want, v.Got)
			}
		}
		codes := make(map[int]meeting.Code)
		for _, passed := range report.PassedBy {
			codes[passed.Line] = passed.Code
		}
		if persona.Name == meeting.PersonaIdeal && len(codes) > 0 {
			t.Errorf("the ideal platform refused %v", report.PassedBy)
		}
		runs, refused = append(runs, run), append(refused, codes)
		header, line = header+" "+persona.Name+" |", line+"---|"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# One scenario, every persona\n\nThe bundled scenario `every-control`, played under each persona by people and bots\nover WebRTC (`breakout test --persona zoom scenario/library/every-control.yaml`). Each cell\ntells what followed until the next step. This page is made by\n`go test ./scenario -run EachPersona -update`.\n\n%s\n%s\n", header, line)
	for i, step := range s.Steps {
		fmt.Fprintf(&b, "| %s |", step.Action)
		for j := range runs {
			fmt.Fprintf(&b, " %s |", runs[j].cell(i, refused[j][step.Line]))
		}
		fmt.Fprintln(&b)
	}
	path := filepath.Join("..", "docs", "personas-played.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if document, err := os.ReadFile(path); err != nil || string(document) != b.String() {
		t.Errorf("docs/personas-played.md differs from what was played (%v); write it anew with -update, and look at it", err)
	}
}
