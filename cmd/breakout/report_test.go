package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAReportOpensOffline has a run reported on, opens the page from the disk and
// walks through the meeting.
func TestAReportOpensOffline(t *testing.T) {
	ctx := browser(t)
	folder := t.TempDir()
	if out, err := exec.Command(program, "test", "--bundled", "every-control", "--html", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	address := "file://" + filepath.ToSlash(filepath.Join(folder, "every-control.html"))
	var found complaints
	if err := found.watch(ctx, address); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	const inRoom = `[...document.querySelectorAll('.room')].find(r => r.querySelector('h3').textContent === 'Main room').querySelectorAll('li').length`
	at := func(moment string) string {
		return `(() => { const s = document.getElementById('scrubber'); s.value = ` + moment + `; s.dispatchEvent(new Event('input')); return ` + inRoom + `; })()`
	}
	until(t, ctx, `document.getElementById('verdict').textContent.startsWith('✓')`)
	until(t, ctx, at("5")+` === 8`)  // six people and two bots are in main
	until(t, ctx, at("25")+` === 3`) // the others are in breakout rooms
	until(t, ctx, `(() => { document.querySelector('#expected button').click(); return document.querySelectorAll('#events li').length === 2; })()`)
	until(t, ctx, `(() => { document.querySelector('#events button').click(); return document.getElementById('moment').textContent !== '0:25.0'; })()`)
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.getElementById('happening').textContent`))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "#") {
		t.Errorf("at a moment the page says %q", text)
	}
	found.mu.Lock()
	defer found.mu.Unlock()
	for _, complaint := range found.list {
		t.Error(complaint)
	}
}
