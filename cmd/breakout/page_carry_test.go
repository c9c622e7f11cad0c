package main_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chip is a script that finds somebody in the card of a room.
func chip(who, room string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('section[aria-label^="%s,"] [role=row]')].find(row => row.textContent.includes(%q))`, room, who)
}

// drag carries what a script finds to what another finds, by mouse.
func drag(t *testing.T, ctx context.Context, from, to string) {
	t.Helper()
	lifted := make(chan *input.DragData, 1)
	listening, stop := context.WithCancel(ctx)
	defer stop()
	err := chromedp.Listen(listening, func(event any) {
		if e, ok := event.(*input.EventDragIntercepted); ok {
			lifted <- e.Data
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	a, b := middle(t, ctx, from), middle(t, ctx, to)
	mouse(t, ctx, input.DispatchMouseEventTypeMousePressed, a)
	for step := 1.0; step <= 3; step++ {
		mouse(t, ctx, input.DispatchMouseEventTypeMouseMoved, [2]float64{a[0] + 6*step, a[1] + 2*step})
	}
	data := <-lifted
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if _, err := chromedp.Call(ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: b[0], Y: b[1], Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	mouse(t, ctx, input.DispatchMouseEventTypeMouseReleased, b)
}

// middle is where the middle of what a script finds lies on the screen.
func middle(t *testing.T, ctx context.Context, script string) [2]float64 {
	t.Helper()
	until(t, ctx, script+` !== undefined`)
	at := evaluate[[]float64](t, ctx, `(() => { const { x, y, width, height } = `+script+`.getBoundingClientRect(); return [x + width / 2, y + height / 2]; })()`)
	return [2]float64(at)
}

func mouse(t *testing.T, ctx context.Context, kind input.DispatchMouseEventType, at [2]float64) {
	t.Helper()
	_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// carry carries somebody to a room by keyboard alone, from where the focus is put.
func carry(t *testing.T, ctx context.Context, who, from, to string) {
	t.Helper()
	until(t, ctx, `(() => { const who = `+chip(who, from)+`; who?.focus(); return document.activeElement === who; })()`)
	keys(t, ctx, kb.Tab, kb.Enter) // to the grip, and lift
	until(t, ctx, `document.querySelector('[role=button][id*=react-aria][aria-label^="Drop on"], [aria-label*="Drop on"]') !== null`)
	for range 10 {
		if evaluate[bool](t, ctx, fmt.Sprintf(`document.activeElement?.closest('section')?.getAttribute('aria-label').startsWith('%s,') === true`, to)) {
			keys(t, ctx, kb.Enter)
			return
		}
		keys(t, ctx, kb.Tab)
	}
	t.Fatalf("no way leads to %s by keyboard", to)
}

func keys(t *testing.T, ctx context.Context, list ...string) {
	t.Helper()
	for _, key := range list {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
			t.Fatal(err)
		}
	}
}

// cuttable is a way to a server that can be cut.
type cuttable struct {
	url, server string
	mu          sync.Mutex
	isCut       bool
	conns       []net.Conn
}

// openCuttable opens a way to a server, which ends with the test.
func openCuttable(t *testing.T, server string) *cuttable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cuttable{url: "http://" + listener.Addr().String(), server: strings.TrimPrefix(server, "http://")}
	t.Cleanup(func() {
		_ = listener.Close()
		c.cut()
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(near)
		}
	}()
	return c
}

// pass passes on what comes by a connection, until one side ends it.
func (c *cuttable) pass(near net.Conn) {
	far, err := net.Dial("tcp", c.server)
	if err != nil || !c.keep(near, far) {
		_ = near.Close()
		return
	}
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	_, _ = io.Copy(near, far)
	_ = near.Close()
}

// keep keeps connections so that they can be cut; it says no while all are.
func (c *cuttable) keep(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns = append(c.conns, conns...)
	return !c.isCut
}

func (c *cuttable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = true
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

func (c *cuttable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = false
}
