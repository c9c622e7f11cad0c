package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/term"
)

// screen tells of a run while it lasts: a line for each step, and on a terminal
// a last line that moves.
type screen struct {
	out      io.Writer
	terminal bool
	began    time.Time

	mu     sync.Mutex
	events int
	last   string
	shown  bool
}

func newScreen(out *os.File) *screen {
	return &screen{out: out, terminal: term.IsTerminal(int(out.Fd())), began: time.Now()}
}

func (s *screen) step(at time.Duration, action scenario.Action) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintf(s.out, "%7.1fs  %s\n", at.Seconds(), action)
	s.status()
}

func (s *screen) event(event scenario.Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events++
	s.last = event.String()
	s.clear()
	s.status()
}

// moving tells of a run on the moving line alone.
func (s *screen) moving(name string) scenario.Progress {
	return scenario.Progress{Step: func(at time.Duration, action scenario.Action) {
		s.move(fmt.Sprintf("… %s %7.1fs  %s", name, at.Seconds(), action))
	}}
}

// move puts a text on the moving line.
func (s *screen) move(text string) {
	if s.terminal {
		s.clear()
		fmt.Fprint(s.out, text)
		s.shown = true
	}
}

// printVerdict prints a line on a run, and one for each expectation that failed.
func printVerdict(out io.Writer, s *scenario.Scenario, r *scenario.Report, took time.Duration) {
	mark := "✓"
	if !r.OK {
		mark = "✗"
	}
	covered := fmt.Sprintf(", %.1f %% covered", 100*r.Coverage)
	if r.Target != nil {
		covered = ""
	}
	fmt.Fprintf(out, "%s %s  %d expectations, %d events%s, %.1f s\n", mark, s.Name, len(r.Verdicts), r.Events, covered, took.Seconds())
	for _, v := range r.Verdicts {
		if !v.OK {
			fmt.Fprintf(out, "    %s%s\n", lineOf(v), v.Said)
		}
	}
	var measured []string
	for _, m := range r.Measured() {
		measured = append(measured, m.What+" "+m.Value)
	}
	fmt.Fprintf(out, "    %s\n", strings.Join(measured, ", "))
	printTarget(out, r.Target)
	for _, passed := range r.PassedBy {
		fmt.Fprintf(out, "    line %d: passed by: %s: %s\n", passed.Line, passed.Step, passed.Code)
	}
}

// lineOf is where an expectation stands, if it stands in a file.
func lineOf(v scenario.Verdict) string {
	if v.Line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", v.Line)
}

const widestStatus = 60

func (s *screen) status() {
	if !s.terminal {
		return
	}
	last := []rune(s.last)
	if len(last) > widestStatus {
		last = last[:widestStatus]
	}
	fmt.Fprintf(s.out, "%7.1fs  %d events · %s", time.Since(s.began).Seconds(), s.events, string(last))
	s.shown = true
}

// clear wipes the moving line.
func (s *screen) clear() {
	if s.shown {
		fmt.Fprint(s.out, "\r\x1b[K")
		s.shown = false
	}
}

func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

// printReport prints a report as tables.
func printReport(out io.Writer, r *scenario.Report) {
	fmt.Fprintln(out)
	bots := newTable(out)
	bots.AppendHeader(table.Row{"Bot", "Mode", "Rooms", "Segments", "Recorded", "People heard", "Lost"})
	for _, b := range r.ByBot {
		bots.AppendRow(table.Row{b.Name, b.Mode, b.RoomsVisited, b.Segments, fmt.Sprintf("%.1f s", b.SecondsRecorded), b.PeopleHeard, b.LostPackets})
	}
	bots.Render()
	fmt.Fprintln(out)
	whole := newTable(out)
	whole.AppendRows([]table.Row{
		{"Rooms × rounds", fmt.Sprintf("%d × %d", r.Rooms, r.Rounds)},
		{"Participants, bots among them", fmt.Sprintf("%d, %d", r.Participants, r.Bots)},
		{"Room changes", r.Moves},
		{"Events, gaps, duplicates", fmt.Sprintf("%d, %d, %d", r.Events, r.EventGaps, r.EventDuplicates)},
		{"Coverage of occupied rooms", fmt.Sprintf("%.3f %% (%.1f ms missed per visit)", 100*r.Coverage, r.CoverageLossMSPerVisit)},
		{"Packets leaked, misattributed, lost", fmt.Sprintf("%d, %d, %d", r.LeakedPackets, r.MisattributedPackets, r.LostPackets)},
		{"Move to first packet, p50 and p99", fmt.Sprintf("%.1f ms, %.1f ms", r.MoveMSP50, r.MoveMSP99)},
	})
	whole.Render()
	for _, v := range r.Verdicts {
		if !v.OK {
			fmt.Fprintf(out, "✗ %s: wanted %s, got %s\n", v.What, v.Want, v.Got)
		}
	}
	if r.OK {
		fmt.Fprintf(out, "✓ all %d expectations hold\n", len(r.Verdicts))
	}
	fmt.Fprintf(out, "Recordings: %s\n", r.Recordings)
}

func newTable(out io.Writer) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleRounded)
	return t
}
