package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts a headless Chromium that ends with the test. Without one the
// test is skipped, unless BREAKOUT_TEST_BROWSER says that there must be one.
func browser(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("BREAKOUT_TEST_BROWSER") != "" {
			t.Fatal("BREAKOUT_TEST_BROWSER is set, but no Chromium is installed")
		}
		t.Skip("no Chromium is installed; the page was not opened")
	}
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoFirstRun, chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.WindowSize(1440, 1000), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
	}, more...)
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	return ctx
}

// complaints are what a page does that it should not: errors on its console and
// requests to other places than its own server.
type complaints struct {
	mu   sync.Mutex
	list []string
}

func (c *complaints) add(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, fmt.Sprintf(format, args...))
}

// watch listens to a page.
func (c *complaints) watch(ctx context.Context, origin string) error {
	return chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			text := e.ExceptionDetails.Text
			if thrown := e.ExceptionDetails.Exception; thrown != nil {
				text = thrown.Description
			}
			c.add("exception: %s", text)
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError {
				c.add("console error: %v", e.Args)
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				c.add("log: %s %s", e.Entry.Text, e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			own := strings.HasPrefix(e.Request.URL, origin) || strings.HasPrefix(e.Request.URL, "data:") || strings.HasPrefix(e.Request.URL, "blob:")
			if !own {
				c.add("a request to %s", e.Request.URL)
			}
		}
	})
}

// isIn is a script that is true when the card of a room holds somebody.
func isIn(who, room string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('section[data-kind] [data-flip]')].some(item =>
	  item.textContent.includes(%q) && item.closest('section').getAttribute('aria-label').startsWith(%q + ','))`, who, room)
}

// until waits until a script is true.
func until(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](script, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(time.Minute)))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

// TestThePageShowsPeopleMove opens the page of a running demo in Chromium, sees
// people and bots go from room to room, and plays a recording.
func TestThePageShowsPeopleMove(t *testing.T) {
	ctx := browser(t)
	demo := start(t, "demo", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	address := demo.until(`Watch it live: (http://\S+)`)
	origin, _, _ := strings.Cut(address, "/#")
	var found complaints
	if err := found.watch(ctx, origin); err != nil {
		t.Fatal(err)
	}
	look(t, ctx, 1440, "light")
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ who, room string }{
		{"Chidi", "Main room"}, {"Chidi", "Ideas"}, {"BreakoutBot-1", "Ideas"}, {"Chidi", "Research"},
		{"Keiko", "Prototype"}, {"Rover", "Sketches"}, {"Chidi", "Main room"},
	} {
		until(t, ctx, isIn(step.who, step.room))
		picture(t, ctx, fmt.Sprintf("%s in %s.png", step.who, step.room))
	}
	if err := chromedp.Do(ctx, chromedp.Click(`[role=tab][data-key=recordings]`)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `(() => { const play = document.querySelector('button[aria-label^="Play"]'); play?.click(); return play !== null; })()`)
	until(t, ctx, `[...document.querySelectorAll('audio')].some(audio => audio.currentTime > 0.2)`)
	fragment, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href`))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fragment, "bk_") {
		t.Errorf("the key stands in the page's address: %s", fragment)
	}
	found.mu.Lock()
	defer found.mu.Unlock()
	for _, complaint := range found.list {
		t.Error(complaint)
	}
}
