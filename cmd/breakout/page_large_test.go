package main_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

var large = flag.Bool("large", false, "open a meeting of 300 rooms and 1,000 people in the page, and watch it for 10 s")

// busy is a meeting in which somebody is moved again and again.
const busy = `name: busy
seed: 7
people:
  - {name: Grace, role: host, media: false}
  - {count: %[2]d, media: false}
steps:
  - {at: 0s, join: people}
  - {at: 0s, create_rooms: %[1]d}
  - {at: 0s, assign_automatically: {seed: 1}}
  - {at: 0s, open_rooms: }
  - {wait: 1s, random_moves: {count: 5000, every: 60ms..60ms}}
`

// calm is a meeting in which nothing happens any more.
const calm = `name: calm
seed: 7
people:
  - {name: Grace, role: host, media: false}
  - {count: 24, media: false}
steps:
  - {at: 0s, join: people}
  - {at: 0s, create_rooms: 6}
  - {at: 0s, assign_automatically: {seed: 1}}
  - {at: 0s, open_rooms: }
  - {at: 10m, end_meeting: }
`

// The bounds of the page: how long a task may keep its main thread from answering, when
// the largest thing is painted, by when the rooms of a large meeting are drawn, and how
// much is loaded first, compressed.
const (
	longestTask  = 50 * time.Millisecond
	largestPaint = 500 * time.Millisecond
	roomsDrawn   = time.Second
	firstLoad    = 250_000
)

// slack is how much longer things may take without -large, when other tests have the
// processors too.
const slack = 4

// TestThePageComesSoon opens a meeting of 25 people, and waits until all of it is there.
func TestThePageComesSoon(t *testing.T) {
	paints := slack * largestPaint
	if *large {
		paints = largestPaint
	}
	ctx := browser(t)
	server := serve(t, t.TempDir())
	meeting := playBusy(t, server, calm)
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `new PerformanceObserver((list) => {
	  globalThis.painted = list.getEntries().at(-1).startTime;
	}).observe({ type: 'largest-contentful-paint', buffered: true });`})
	if err != nil {
		t.Fatal(err)
	}
	open(t, ctx, server.URL+"/#key="+server.Key)
	until(t, ctx, `document.querySelector('header dl')?.textContent.includes('people25')`)
	open(t, ctx, server.URL+"/?meeting="+meeting)
	settled(t, ctx)
	evaluate[bool](t, ctx, `(() => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => (globalThis.isSeen = true), 100))); return true; })()`)
	until(t, ctx, `globalThis.isSeen`)
	paint := time.Duration(evaluate[float64](t, ctx, `globalThis.painted`) * float64(time.Millisecond))
	first := evaluate[int](t, ctx, `performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType !== 'fetch').reduce((sum, { encodedBodySize }) => sum + encodedBodySize, performance.getEntriesByType('navigation')[0].encodedBodySize)`)
	t.Logf("largest contentful paint after %s; first load %d bytes", paint, first)
	if paint > paints {
		t.Errorf("the largest contentful paint came after %s", paint)
	}
	if first > firstLoad || first == 0 {
		t.Errorf("the first load has %d bytes", first)
	}
}

// TestThePageStaysSmooth watches a meeting in which much happens, scrolls through its
// rooms and searches them: 300 rooms, 1,000 people and 50 events a second for 10 s with
// -large, and a fifth of it without. A task counts by the time that it worked, as others
// may have the processor meanwhile.
func TestThePageStaysSmooth(t *testing.T) {
	rooms, people, watched := 60, 199, 4*time.Second
	task, draws := slack*longestTask, slack*roomsDrawn
	if *large {
		rooms, people, watched = 300, 999, 10*time.Second
		task, draws = longestTask, roomsDrawn
	}
	ctx := browser(t)
	server := serve(t, t.TempDir())
	meeting := playBusy(t, server, fmt.Sprintf(busy, rooms, people))
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `new MutationObserver((_, observer) => {
	  if (!document.querySelector('main section[data-kind]')) return;
	  globalThis.drawn = performance.now();
	  observer.disconnect();
	}).observe(document, { childList: true, subtree: true });`})
	if err != nil {
		t.Fatal(err)
	}
	open(t, ctx, server.URL+"/#key="+server.Key)
	until(t, ctx, fmt.Sprintf(`document.querySelector('section[aria-label^="Main room,"]') && document.querySelector('header dl')?.textContent.includes('people%d')`, people+1))
	open(t, ctx, server.URL+"/?meeting="+meeting)
	until(t, ctx, `document.querySelector('section[aria-label^="Room 3,"] [role=row]') !== null`)
	settled(t, ctx)
	drawn := time.Duration(evaluate[float64](t, ctx, `globalThis.drawn`) * float64(time.Millisecond))
	before := newest(t, ctx)
	tasks := traced(t, ctx, func() {
		wait(ctx, watched/2)
		for range 20 {
			evaluate[bool](t, ctx, `(() => { scrollBy(0, 400); return true; })()`)
			wait(ctx, watched/40)
		}
	})
	rate := float64(newest(t, ctx)-before) / watched.Seconds()
	t.Logf("%d rooms, %d people, %.0f events/s for %s: %d tasks, the longest %v; rooms drawn after %s",
		rooms, people+1, rate, watched, len(tasks), tasks[:min(3, len(tasks))], drawn)
	write(t, ctx, `main [type=search]`, "Room 4")
	until(t, ctx, `document.querySelectorAll('main section[data-kind]').length > 0 && [...document.querySelectorAll('main section[data-kind] h3')].every(({ textContent }) => textContent.startsWith('Room 4'))`)
	if tasks[0].worked > task {
		t.Errorf("the main thread was kept for %v", tasks[0])
	}
	if drawn > draws {
		t.Errorf("the rooms were drawn after %s", drawn)
	}
	if rate < 10 {
		t.Errorf("%.0f events a second came", rate)
	}
}

// playBusy plays a scenario on a server, and returns its meeting.
func playBusy(t *testing.T, server *client.Client, yaml string) (meeting string) {
	t.Helper()
	var played struct {
		PlayScenario struct {
			Run        struct{ Meeting struct{ ID string } }
			UserErrors []struct{ Message string }
		}
	}
	err := server.Do(t.Context(), `mutation($yaml: String!) { playScenario(input: {yaml: $yaml}) { run { meeting { id } } userErrors { message } } }`, map[string]any{"yaml": yaml}, &played)
	if err != nil || len(played.PlayScenario.UserErrors) > 0 {
		t.Fatalf("play the scenario: %v %v", err, played.PlayScenario.UserErrors)
	}
	return played.PlayScenario.Run.Meeting.ID
}

// settled waits until the page has read what was before it came: it shows as many events
// as there were, or as it keeps.
func settled(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, `(() => {
	  const aside = document.querySelector('aside[aria-label=Events]');
	  const newest = /#(\d+)/.exec(aside?.querySelector('li')?.textContent)?.[1];
	  return parseInt(aside?.querySelector('div > p:last-child')?.textContent) >= Math.min(newest - 50, 5000);
	})()`)
}

// newest is the number of the newest event that the page shows.
func newest(t *testing.T, ctx context.Context) int {
	t.Helper()
	return evaluate[int](t, ctx, `Number(/#(\d+)/.exec(document.querySelector('aside[aria-label=Events] li').textContent)[1])`)
}

// wait lets the page be for a while.
func wait(ctx context.Context, long time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
}

// task is something that a main thread did at one go.
type task struct {
	// worked is for how long the processor worked at it, and took how long it took.
	worked, took time.Duration
}

// traced does something, and returns what the main threads of pages did meanwhile, the
// longest first.
func traced(t *testing.T, ctx context.Context, do func()) []task {
	t.Helper()
	var events []traceEvent
	complete := make(chan struct{})
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *tracing.EventDataCollected:
			for _, value := range e.Value {
				var one traceEvent
				if err := json.Unmarshal(value, &one); err == nil {
					events = append(events, one)
				}
			}
		case *tracing.EventTracingComplete:
			close(complete)
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"toplevel"}, ExcludedCategories: []string{"*"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	do()
	if _, err := chromedp.Call(ctx, tracing.End, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-complete:
	case <-time.After(30 * time.Second):
		t.Fatal("no trace came")
	}
	tasks := tasksOf(events)
	if len(tasks) == 0 {
		t.Fatal("the trace has no task of a page")
	}
	return tasks
}

// traceEvent is an event of a trace (Trace Event Format): times in microseconds.
type traceEvent struct {
	Name, Ph  string
	Pid, Tid  int
	Dur, Tdur int64
	Args      struct{ Name string }
}

func tasksOf(events []traceEvent) (tasks []task) {
	main := make(map[[2]int]bool)
	for _, e := range events {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			main[[2]int{e.Pid, e.Tid}] = true
		}
	}
	for _, e := range events {
		if main[[2]int{e.Pid, e.Tid}] && strings.HasSuffix(e.Name, "RunTask") {
			tasks = append(tasks, task{time.Duration(e.Tdur) * time.Microsecond, time.Duration(e.Dur) * time.Microsecond})
		}
	}
	slices.SortFunc(tasks, func(a, b task) int { return int(b.worked - a.worked) })
	return tasks
}

func (t task) String() string { return fmt.Sprintf("%s of work in %s", t.worked, t.took) }
