package main_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/testbed"
	"github.com/chromedp/chromedp"
)

// TestThePageHosts does in the page what hosts do, in a meeting with people in it.
func TestThePageHosts(t *testing.T) {
	ctx := browser(t)
	house := testbed.Start(t)
	door := openCuttable(t, house.URL)
	var found complaints
	if err := found.watch(ctx, door.url); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, door.url+"/#key="+house.Key)
	until(t, ctx, `document.querySelector('main h1')?.textContent === 'No meeting yet'`)
	axe(t, ctx, "no meeting yet")
	write(t, ctx, `main form input`, "Made here")
	press(t, ctx, "Open the meeting")
	until(t, ctx, `document.querySelector('h1')?.textContent === 'Made here'`)
	until(t, ctx, `document.querySelector('section[aria-label=Host] h3')?.textContent === 'Make breakout rooms'`)

	m := house.CreateMeeting("Workshop")
	m.Join("Ada", "Ben", "Chidi")
	open(t, ctx, door.url+"/?meeting="+m.ID)
	roomsInThePage(t, ctx)
	assignInThePage(t, ctx)
	roundInThePage(t, ctx, m)
	cutInThePage(t, ctx, door, m)
	closingInThePage(t, ctx, m)
	planInThePage(t, ctx)
	botsInThePage(t, ctx, m)
	found.mu.Lock()
	for _, complaint := range found.list {
		if !strings.Contains(complaint, "WebSocket") && !strings.Contains(complaint, "ERR_") { // those of the cut
			t.Error(complaint)
		}
	}
	found.mu.Unlock()
	lookingOnly(t, ctx, door.url, house, m)
}

// roomsInThePage makes rooms, and is refused a name that is taken.
func roomsInThePage(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, isIn("Ada", "Main room"))
	write(t, ctx, `section[aria-label=Host] textarea`, "Ideas\nSketches")
	press(t, ctx, "Make 2 rooms")
	until(t, ctx, `document.querySelector('section[aria-label^="Sketches,"]') !== null`)
	press(t, ctx, "What to do with Ideas")
	press(t, ctx, "Rename…")
	until(t, ctx, `(() => { const field = document.querySelector('[role=dialog] input'); field?.select(); return field !== null; })()`)
	write(t, ctx, `[role=dialog] input`, "Sketches")
	press(t, ctx, "Rename")
	until(t, ctx, `document.querySelector('[role=dialog] [role=alert] li') !== null`)
	if said := evaluate[string](t, ctx, `document.querySelector('[role=dialog] [role=alert] li').textContent`); !strings.Contains(said, "Sketches") || !strings.HasSuffix(said, ".") {
		t.Errorf("the refusal says %q", said)
	}
	press(t, ctx, "Close")
	until(t, ctx, `document.querySelector('[role=dialog]') === null`)
}

// assignInThePage carries Ada to Ideas by mouse and Ben to Sketches by keyboard, and sends Chidi by the list of rooms.
func assignInThePage(t *testing.T, ctx context.Context) {
	t.Helper()
	drag(t, ctx, chip("Ada", "Main room"), `document.querySelector('section[aria-label^="Ideas,"] [role=grid]')`)
	until(t, ctx, chip("Ada", "Ideas")+`?.dataset.expected === 'true'`)
	carry(t, ctx, "Ben", "Main room", "Sketches")
	until(t, ctx, chip("Ben", "Sketches")+`?.dataset.expected === 'true'`)
	evaluate[bool](t, ctx, `(() => { `+chip("Chidi", "Main room")+`.click(); return true; })()`)
	press(t, ctx, "Send to …")
	press(t, ctx, "Sketches")
	until(t, ctx, chip("Chidi", "Sketches")+`?.dataset.expected === 'true'`)
}

// roundInThePage opens the rooms and says something to them.
func roundInThePage(t *testing.T, ctx context.Context, m *testbed.Meeting) {
	t.Helper()
	press(t, ctx, "Open rooms")
	until(t, ctx, isIn("Ada", "Ideas"))
	until(t, ctx, isIn("Ben", "Sketches"))
	axe(t, ctx, "rooms that are open")
	press(t, ctx, "Say to the rooms…")
	write(t, ctx, `[role=dialog] textarea`, "Five more minutes")
	press(t, ctx, "Say it")
	m.WaitFor("MESSAGE_BROADCAST")
	until(t, ctx, `document.querySelector('[role=dialog]') === null`)
	until(t, ctx, `document.querySelector('aside[aria-label=Events]')?.textContent.includes('Five more minutes')`)
	press(t, ctx, "Time")
	press(t, ctx, "+5 min")
	m.WaitFor("ROUND_EXTENDED")
	until(t, ctx, `document.querySelector('header p[data-state=OPEN] b')?.textContent.match(/ in [45]:/) != null`)
}

// cutInThePage cuts the page off, changes something meanwhile, and sees it when the page is back.
func cutInThePage(t *testing.T, ctx context.Context, door *cuttable, m *testbed.Meeting) {
	t.Helper()
	const pill = `document.querySelector('main header [role=status]').textContent`
	door.cut()
	until(t, ctx, pill+` === 'Reconnecting…'`)
	m.CloseRooms()
	door.mend()
	until(t, ctx, pill+` === 'Live'`)
	until(t, ctx, isIn("Ada", "Main room"))
	until(t, ctx, `document.querySelector('section[aria-label^="Ideas,"]').dataset.state === 'CLOSED'`)
	until(t, ctx, `document.querySelector('aside[aria-label=Events]').textContent.includes('Five more minutes')`) // nothing is lost
}

// closingInThePage opens the rooms anew and closes them by a countdown, which it then cuts short.
func closingInThePage(t *testing.T, ctx context.Context, m *testbed.Meeting) {
	t.Helper()
	press(t, ctx, "Open rooms")
	until(t, ctx, isIn("Ada", "Ideas"))
	press(t, ctx, "Close after another countdown")
	press(t, ctx, "60 s")
	m.WaitFor("ROUND_CLOSING")
	until(t, ctx, `document.querySelector('header p[data-state=CLOSING] b')?.textContent.match(/ in (0:5|1:00)/) != null`)
	press(t, ctx, "Close now")
	m.WaitForCount("ROUND_CLOSED", 2)
	until(t, ctx, isIn("Ada", "Main room"))
}

// planInThePage brings in a faulty file, sees what is wrong with which line, and mends it.
func planInThePage(t *testing.T, ctx context.Context) {
	t.Helper()
	press(t, ctx, "Assign")
	press(t, ctx, "By a plan…")
	const header = "room_name,first_name,last_name,email\n"
	write(t, ctx, `[role=dialog] textarea`, header+"Ideas,Ada,L,ada@example.org\nIdeas,Ben,K,nonsense")
	press(t, ctx, "Bring in")
	until(t, ctx, `document.querySelector('[role=dialog] li[data-faulty] span')?.textContent.startsWith('Line 3')`)
	axe(t, ctx, "a faulty plan")
	until(t, ctx, `(() => { const field = document.querySelector('[role=dialog] textarea'); field.focus(); field.select(); return true; })()`)
	write(t, ctx, `[role=dialog] textarea`, header+"Ideas,Ada,L,ada@example.org")
	press(t, ctx, "Bring in")
	press(t, ctx, "Apply Plan")
	until(t, ctx, `document.querySelector('[role=dialog] small')?.textContent.includes('applied')`)
	press(t, ctx, "Close")
	until(t, ctx, `document.querySelector('[role=dialog]') === null`)
}

// botsInThePage sends a bot, moves it, looks at its journey and calls it back.
func botsInThePage(t *testing.T, ctx context.Context, m *testbed.Meeting) {
	t.Helper()
	m.OpenRooms()
	evaluate[bool](t, ctx, `(() => { document.querySelector('[role=tab][data-key=bots]').click(); return true; })()`)
	press(t, ctx, "Send a bot…")
	press(t, ctx, "Send it")
	row := `document.querySelector('ul[aria-label=Bots] li')`
	until(t, ctx, row+`?.textContent.includes('BreakoutBot')`)
	m.WaitFor("in_call_recording")
	until(t, ctx, row+`.textContent.includes('recording')`)
	press(t, ctx, "Move to … (BreakoutBot)")
	press(t, ctx, "Ideas")
	m.WaitFor("BOT_MOVE_ENDED")
	until(t, ctx, row+`.textContent.includes('Ideas')`)
	axe(t, ctx, "the bots")
	until(t, ctx, `(() => { const link = `+row+`?.querySelector('a'); link?.click(); return link != null; })()`)
	until(t, ctx, `document.querySelector('section[aria-label=Journey]')?.textContent.includes('Ideas')`)
	until(t, ctx, `document.querySelector('section[aria-label=Steps]')?.textContent.includes('in_call_recording')`)
	axe(t, ctx, "a bot")
	press(t, ctx, "Remove BreakoutBot")
	m.WaitFor("done")
	until(t, ctx, `document.querySelector('section[aria-label=Steps]')?.textContent.includes('BreakoutBot is done')`)
}

// lookingOnly opens the page by a key that can only read: it says so, and offers nothing that would be refused.
func lookingOnly(t *testing.T, ctx context.Context, url string, house *testbed.House, m *testbed.Meeting) {
	t.Helper()
	var made struct{ CreateAPIKey struct{ Key string } }
	house.Do(`mutation { createApiKey(input: {name: "looking", scopes: [READ]}) { key } }`, nil, &made)
	open(t, ctx, "about:blank")
	open(t, ctx, fmt.Sprintf("%s/?meeting=%s#key=%s", url, m.ID, made.CreateAPIKey.Key))
	until(t, ctx, `document.querySelector('[role=note]')?.textContent.includes('lacks the scope control')`)
	until(t, ctx, isIn("Ada", "Ideas"))
	if n := evaluate[int](t, ctx, `document.querySelectorAll('main button[aria-haspopup]').length`); n != 0 {
		t.Errorf("%d menus are offered to a key that can only look", n)
	}
	axe(t, ctx, "a key that can only look")
}

// write types into a field, as soon as it is there.
func write(t *testing.T, ctx context.Context, selector, text string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.SendKeys(selector, text)); err != nil {
		t.Fatal(err)
	}
}
