package main_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestThePageReplays plays a scenario ten times as fast as the world, has its
// events delivered, and plays its recordings, all in the page.
func TestThePageReplays(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	server := serve(t, t.TempDir(), "--time", "10x", "--allow-private-addresses", "127.0.0.0/8")
	var found complaints
	if err := found.watch(ctx, server.URL); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, server.URL+"/#key="+server.Key)
	until(t, ctx, `document.querySelector('a[href="/graphiql"]') !== null && !location.href.includes('key')`)
	webhooksInThePage(t, ctx, server.URL)
	meeting := simulatorInThePage(t, ctx, server.URL)
	eventsInThePage(t, ctx, server.URL, meeting)
	recordingsInThePage(t, ctx, server.URL, meeting)
	timelineInThePage(t, ctx, server.URL, meeting)

	found.mu.Lock()
	defer found.mu.Unlock()
	for _, complaint := range found.list {
		t.Error(complaint)
	}
}

// simulatorInThePage plays a scenario until all of its expectations are green, and returns its meeting.
func simulatorInThePage(t *testing.T, ctx context.Context, origin string) (meeting string) {
	t.Helper()
	open(t, ctx, origin+"/?page=simulator")
	press(t, ctx, "bot-moved-by-host")
	until(t, ctx, `document.querySelector('section[aria-label="bot-moved-by-host"]')?.textContent.includes('The host moves a bot from room to room')`)
	axe(t, ctx, "a scenario")
	press(t, ctx, "Play it")
	until(t, ctx, `document.querySelector('section[aria-label="Run of bot-moved-by-host"] [role=status]')?.textContent === 'is being played'`)
	verdicts := `[...document.querySelectorAll('[aria-label=Expectations] li')]`
	until(t, ctx, verdicts+`.length > 5`)
	for _, red := range evaluate[[]string](t, ctx, verdicts+`.filter(verdict => verdict.dataset.ok !== 'true').map(verdict => verdict.textContent)`) {
		t.Errorf("the page shows an expectation in red: %s", red)
	}
	axe(t, ctx, "a run")
	press(t, ctx, "The meeting")
	until(t, ctx, `document.querySelector('[role=tab]') !== null`)
	return evaluate[string](t, ctx, `new URL(location.href).searchParams.get('meeting')`)
}

// receiver is a server that takes webhooks.
type receiver struct {
	*httptest.Server
	messages chan message
}

type message struct {
	header http.Header
	body   string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{messages: make(chan message, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		r.messages <- message{request.Header, string(body)}
		if _, err := io.WriteString(w, `{"taken":true}`); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// isSigned says whether a message bears a signature under a secret, by Standard Webhooks.
func (m message) isSigned(secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", m.header.Get("webhook-id"), m.header.Get("webhook-timestamp"), m.body)
	return strings.Contains(m.header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// webhooksInThePage makes an endpoint, sends it a test event, and replays it.
func webhooksInThePage(t *testing.T, ctx context.Context, origin string) {
	t.Helper()
	receiver := newReceiver(t)
	open(t, ctx, origin+"/?page=webhooks")
	press(t, ctx, "New endpoint")
	if err := chromedp.Do(ctx, chromedp.SendKeys(`[role=dialog] input[required]`, receiver.URL)); err != nil {
		t.Fatal(err)
	}
	// Of these the meeting has none: what comes is what the page sends.
	press(t, ctx, "All types")
	press(t, ctx, "poll started")
	escape(t, ctx) // the list lies over the form
	press(t, ctx, "Make it")
	until(t, ctx, `document.querySelector('[role=dialog] code')?.textContent.startsWith('whsec_')`)
	secret := evaluate[string](t, ctx, `document.querySelector('[role=dialog] code').textContent`)
	axe(t, ctx, "a new endpoint's secret")
	press(t, ctx, "Close")
	press(t, ctx, "Send a test event")
	sent := <-receiver.messages
	if !sent.isSigned(secret) {
		t.Errorf("the test event is not signed by the secret that the page showed: %v", sent.header)
	}
	until(t, ctx, `document.querySelector('li[aria-label="Attempt 1"]')?.textContent.includes('taken')`)
	press(t, ctx, "Deliver it again")
	if again := <-receiver.messages; again.header.Get("webhook-id") != sent.header.Get("webhook-id") || again.body != sent.body {
		t.Errorf("what was delivered again is another message: %v", again)
	}
	until(t, ctx, `document.querySelector('li[aria-label="Attempt 2"]')?.textContent.includes('200')`)
	axe(t, ctx, "a delivery")
	press(t, ctx, "All deliveries")
	axe(t, ctx, "the webhooks")
}

// eventsInThePage filters the events, opens one, and opens the address of what is then seen.
func eventsInThePage(t *testing.T, ctx context.Context, origin, meeting string) {
	t.Helper()
	open(t, ctx, origin+"/?view=events&meeting="+meeting)
	rows := `[...document.querySelectorAll('li[data-index] button')]`
	until(t, ctx, rows+`.length > 3`)
	press(t, ctx, "All types")
	press(t, ctx, "participant entered room")
	escape(t, ctx)
	until(t, ctx, rows+`.length > 0 && `+rows+`.every(row => row.dataset.type === 'PARTICIPANT_ENTERED_ROOM')`)
	until(t, ctx, `(() => { const row = `+rows+`.find(row => row.textContent.includes('Rover') && row.textContent.includes('Red')); row?.click(); return row !== undefined; })()`)
	shown := `document.querySelector('section[aria-label="Event"] pre')?.textContent`
	until(t, ctx, shown+`?.includes('"type": "PARTICIPANT_ENTERED_ROOM"')`)
	axe(t, ctx, "the events")
	event := evaluate[string](t, ctx, shown)
	link := evaluate[string](t, ctx, `location.href`)
	open(t, ctx, "about:blank")
	open(t, ctx, link)
	until(t, ctx, shown+` === `+fmt.Sprintf("%q", event))
	until(t, ctx, rows+`.length > 0 && `+rows+`.every(row => row.dataset.type === 'PARTICIPANT_ENTERED_ROOM')`)
}

// recordingsInThePage plays a recording: from an event, from a word, and from where somebody came in.
func recordingsInThePage(t *testing.T, ctx context.Context, origin, meeting string) {
	t.Helper()
	heard := `[...document.querySelectorAll('audio')].some(audio => !audio.paused && audio.currentTime > 0.2)`
	press(t, ctx, "Hear this moment")
	until(t, ctx, `document.querySelector('article[aria-label^="Red, recorded by Rover"]') !== null`)
	until(t, ctx, heard)
	until(t, ctx, `document.querySelectorAll('[data-now]').length > 0`) // the transcript follows

	// A word is heard when it is pressed: the line says when it begins, the player where it is.
	word := `[...document.querySelectorAll('article li[data-index] p')].filter(p => p.querySelectorAll('button').length > 4).at(-1).querySelectorAll('button')[2]`
	pressed := evaluate[string](t, ctx, `(() => { const word = `+word+`; word.click(); return word.textContent; })()`)
	until(t, ctx, fmt.Sprintf(`[...document.querySelectorAll('[data-now]')].some(word => word.textContent === %q)`, pressed))
	position := evaluate[float64](t, ctx, `Number(document.querySelector('[aria-label=Player] input[type=range]').value)`)
	began := evaluate[float64](t, ctx, word+`.closest('li').querySelector('button').textContent.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)`)
	if position < began || position > began+10 {
		t.Errorf("after the word %q, which is said some time after %v s, the player is at %v s", pressed, began, position)
	}
	until(t, ctx, `[...document.querySelectorAll('audio')].some(audio => !audio.paused && audio.currentTime > `+fmt.Sprint(began/2)+`)`)
	until(t, ctx, `[...document.querySelectorAll('canvas')].some(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))`)
	press(t, ctx, "Pause this recording")
	axe(t, ctx, "a recording")

	open(t, ctx, origin+"/?view=recordings&meeting="+meeting)
	until(t, ctx, `document.querySelectorAll('section[aria-label^="Recordings of"]').length > 2`)
	axe(t, ctx, "the recordings")
	press(t, ctx, "By person")
	press(t, ctx, "Play Ada in Red")
	until(t, ctx, heard)
	axe(t, ctx, "the recordings by person")
}

// timelineInThePage goes to where a bot came into a room: it is heard, and the room is shown as it was then.
func timelineInThePage(t *testing.T, ctx context.Context, origin, meeting string) {
	t.Helper()
	open(t, ctx, origin+"/?view=timeline&meeting="+meeting)
	until(t, ctx, `document.querySelectorAll('section[aria-label="Rooms over time"] canvas').length === 3`)
	until(t, ctx, `(() => {
	  const row = [...document.querySelectorAll('li[data-index] button')].find(row => row.textContent.includes('Rover came into Red'));
	  if (!row) document.querySelector('[aria-label="What was said and done"]').scrollTop += 300; // only what is in sight is there
	  row?.click();
	  return row !== undefined;
	})()`)
	until(t, ctx, `[...document.querySelectorAll('audio')].some(audio => !audio.paused && audio.currentTime > 0.2)`)
	until(t, ctx, `document.querySelector('section[aria-label="At this moment"]')?.textContent.includes('Ada')`)
	press(t, ctx, "Close the player")
	axe(t, ctx, "the timeline")
}

func open(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return value
}

// press presses what is called so, as soon as it is there.
func press(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf(`(() => {
	  const found = [...document.querySelectorAll('button, a, [role=option], [role=radio], [role=menuitem]')].find(element =>
	    !element.disabled && (element.textContent.trim().startsWith(%[1]q) || element.getAttribute('aria-label')?.startsWith(%[1]q)));
	  found?.click();
	  return found !== undefined;
	})()`, name))
}

// escape closes what lies over the page and has a list in it.
func escape(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, `(() => { const field = document.querySelector('[role=listbox]')?.closest('[role=dialog]').querySelector('input'); field?.focus(); return document.activeElement === field; })()`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Escape)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector('[role=listbox]') === null`)
}
