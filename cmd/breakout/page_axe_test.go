package main_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axeSource is axe-core as npm installs it with what the page is built with.
const axeSource = "../../dashboard/node_modules/axe-core/axe.min.js"

// axe holds the view that is open against the rules of accessibility, in light
// and dark and at the widths of a phone and of a desk. Without axe-core it says
// so, unless BREAKOUT_TEST_BROWSER says that everything must be there.
func axe(t *testing.T, ctx context.Context, view string) {
	t.Helper()
	source, err := os.ReadFile(axeSource)
	if err != nil {
		if os.Getenv("BREAKOUT_TEST_BROWSER") != "" {
			t.Fatalf("BREAKOUT_TEST_BROWSER is set, but axe-core is not installed; run npm ci in dashboard: %v", err)
		}
		t.Logf("axe-core is not installed; %s was not checked. Run npm ci in dashboard.", view)
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{390, 1440} {
			look(t, ctx, width, scheme)
			found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axeScript(string(source)), chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatalf("axe on %s: %v", view, err)
			}
			picture(t, ctx, fmt.Sprintf("%s-%s-%d.png", view, scheme, width))
			for _, violation := range found {
				t.Errorf("%s, %s, %d px wide: %s", view, scheme, width, violation)
			}
		}
	}
	look(t, ctx, 1440, "light")
}

// picture keeps how a view looks below the folder that BREAKOUT_TEST_PICTURES names, if
// it names one.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("BREAKOUT_TEST_PICTURES")
	if folder == "" {
		return
	}
	shown, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")), shown, 0o600)
	}
	if err != nil {
		t.Errorf("keep a picture of %s: %v", name, err)
	}
}

// look sets how wide the window is and which colours are preferred.
func look(t *testing.T, ctx context.Context, width int64, scheme string) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err == nil {
		err = chromedp.Do(ctx, chromedp.EmulateViewport(width, 1000))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// axeScript runs axe when what moves has come to rest, and gives each violation in a line.
func axeScript(source string) string {
	return `(async () => {
	  if (!globalThis.axe) { ` + strings.TrimSpace(source) + ` }
	  const moves = () => document.getAnimations().some(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
	  for (let still = 0; still < 5; still = moves() ? 0 : still + 1) await new Promise(frame => requestAnimationFrame(frame));
	  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
	  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary.replaceAll('\n', ' ')));
	})()`
}
