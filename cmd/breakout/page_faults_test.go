package main_test

import (
	"context"
	"fmt"
	"testing"
)

// faulty is a short meeting, which expects what does not happen with faults.
const faulty = `name: mine
story: Written in the page.
people: [{name: Grace, role: host}, {name: Ada}]
bots: [{name: Rover}]
steps:
  - {at: 0s, join: people}
  - {at: 1s, create_rooms: [Red]}
  - {at: 2s, send: bots}
  - {at: 4s, assign: {Red: [Ada, Rover]}}
  - {at: 5s, open_rooms: }
  - {at: 30s, close_rooms: {countdown: 0s}}
  - {at: 32s, end_meeting: }
expect:
  never: [{event: bot_connection_lost, bot: Rover}]
`

// TestThePageMakesFaults plays a scenario of one's own on a server whose clock goes when
// the page lets it: with faults laid over it, with faults injected meanwhile, once more,
// and changed. Then it reads the report, and all of many deliveries.
func TestThePageMakesFaults(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	receiver := newReceiver(t)
	server := serve(t, t.TempDir(), "--time", "virtual", "--allow-private-addresses", "127.0.0.0/8")
	if err := server.Do(t.Context(), `mutation($url: String!) { createWebhookEndpoint(input: {url: $url}) { userErrors { message } } }`, map[string]any{"url": receiver.URL}, nil); err != nil {
		t.Fatal(err)
	}
	var found complaints
	if err := found.watch(ctx, server.URL); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, server.URL+"/#key="+server.Key)
	until(t, ctx, `document.querySelector('a[href="/graphiql"]') !== null && !location.href.includes('key')`)
	ownScenarioInThePage(t, ctx, server.URL)
	faultsInThePage(t, ctx)
	againInThePage(t, ctx)
	deliveriesInThePage(t, ctx, server.URL)
	formsInThePage(t, ctx, server.URL)

	found.mu.Lock()
	defer found.mu.Unlock()
	for _, complaint := range found.list {
		t.Error(complaint)
	}
}

// state waits until the run that is shown is in some state.
func state(t *testing.T, ctx context.Context, words string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf(`document.querySelector('section[aria-label="Run of mine"] [role=status]')?.textContent === %q`, words))
}

// ownScenarioInThePage writes a scenario, and has it played with faults from the beginning.
func ownScenarioInThePage(t *testing.T, ctx context.Context, origin string) {
	t.Helper()
	open(t, ctx, origin+"/?page=simulator")
	press(t, ctx, "Play one of your own")
	rewrite(t, ctx, faulty)
	until(t, ctx, `(() => { const faults = document.querySelector('[role=dialog] details'); if (faults) faults.open = true; return faults?.querySelectorAll('input').length === 6; })()`)
	evaluate[bool](t, ctx, `(() => { [...document.querySelectorAll('[role=dialog] label')].find(label => label.textContent.startsWith('far-away')).click(); return true; })()`)
	axe(t, ctx, "a scenario of one's own")
	submit(t, ctx)
	state(t, ctx, "is being played")
	until(t, ctx, `document.querySelector('section[aria-label=Faults]')?.textContent.includes('far-away from the beginning')`)
}

// faultsInThePage lays faults over the run that is being played, and finds them made.
func faultsInThePage(t *testing.T, ctx context.Context) {
	t.Helper()
	press(t, ctx, "+10 s")
	until(t, ctx, `document.querySelector('[aria-label^="Run of"]')?.textContent.includes('5 of 7 steps')`)
	press(t, ctx, "Inject faults")
	until(t, ctx, `(() => { const kinds = document.querySelector('[role=dialog] details'); if (kinds) kinds.open = true; return kinds?.querySelectorAll('li').length > 20; })()`)
	rewrite(t, ctx, "faults: []\nexpect:\n  events: [{event: bot_connection_lost, bot: Rover, at_least: 1}]\nnothing: of this kind\n")
	press(t, ctx, "Inject them")
	until(t, ctx, `document.querySelector('[role=dialog] [role=alert]')?.textContent.includes('The file has no faults')`)
	axe(t, ctx, "faults that are refused")
	rewrite(t, ctx, "expect:\n  events: [{event: bot_connection_lost, bot: Rover, at_least: 1}]\nfaults:")
	press(t, ctx, "Add outage")
	press(t, ctx, "Inject them")
	until(t, ctx, `document.querySelector('section[aria-label=Faults]')?.textContent.includes('nothing passes (for 5s)')`)
	press(t, ctx, "+1 min")
	state(t, ctx, "as expected")
	until(t, ctx, `[...document.querySelectorAll('[aria-label=Expectations] li')].some(verdict => verdict.textContent.includes('bot_connection_lost') && verdict.dataset.ok === 'true')`)
	axe(t, ctx, "a run with faults")
}

// againInThePage opens the run's report, and plays the run again: as it was, and changed.
func againInThePage(t *testing.T, ctx context.Context) {
	t.Helper()
	run := evaluate[string](t, ctx, `location.href`)
	report := evaluate[string](t, ctx, `[...document.querySelectorAll('a')].find(link => link.textContent === 'Its report').href`)
	open(t, ctx, report)
	until(t, ctx, `document.querySelector('h1')?.textContent === 'mine' && document.querySelectorAll('#expected tr').length === 9 && document.querySelectorAll('#events li').length > 20`)
	axe(t, ctx, "a report")
	open(t, ctx, run)
	press(t, ctx, "Play it again")
	state(t, ctx, "is being played")
	until(t, ctx, `document.querySelector('section[aria-label=Faults]')?.textContent.includes('far-away from the beginning')`)
	press(t, ctx, "+1 min")
	state(t, ctx, "as expected")
	press(t, ctx, "Change it")
	until(t, ctx, fmt.Sprintf(`document.querySelector('[role=dialog] textarea')?.value === %q`, faulty))
	submit(t, ctx)
	until(t, ctx, `document.querySelector('[role=dialog]') === null && document.querySelector('section[aria-label=Faults]') === null`)
	press(t, ctx, "+1 min")
	state(t, ctx, "as expected")
	until(t, ctx, `document.querySelectorAll('[aria-label=Expectations] li').length === 9`)
}

// deliveriesInThePage reads what an endpoint was sent, by pages, to its end.
func deliveriesInThePage(t *testing.T, ctx context.Context, origin string) {
	t.Helper()
	open(t, ctx, origin+"/?page=webhooks")
	rows := `document.querySelectorAll('section[aria-label=Deliveries] ol > li').length`
	until(t, ctx, rows+` === 25`)
	press(t, ctx, "Older deliveries")
	until(t, ctx, rows+` === 125`)
	press(t, ctx, "Older deliveries")
	until(t, ctx, rows+` > 125`)
	until(t, ctx, `(() => { const older = [...document.querySelectorAll('button')].find(button => button.textContent === 'Older deliveries'); older?.click(); return older === undefined; })()`)
	until(t, ctx, `[...document.querySelectorAll('section[aria-label=Deliveries] ol > li')].at(-1).textContent.includes('meeting created')`)
	axe(t, ctx, "many deliveries")
}

// formsInThePage opens the forms that nothing is sent from.
func formsInThePage(t *testing.T, ctx context.Context, origin string) {
	t.Helper()
	press(t, ctx, "New endpoint")
	until(t, ctx, `document.querySelector('[role=dialog] form') !== null`)
	axe(t, ctx, "a new endpoint")
	press(t, ctx, "Close")
	press(t, ctx, "More to do")
	press(t, ctx, "Deliver again…")
	until(t, ctx, `document.querySelector('[role=dialog] form') !== null`)
	axe(t, ctx, "deliveries that are sent again")
	open(t, ctx, origin+"/?page=simulator&scenario=workshop")
	until(t, ctx, `(() => { const faults = document.querySelector('form details'); if (faults) faults.open = true; return faults?.querySelectorAll('input').length === 6; })()`)
	axe(t, ctx, "a scenario with faults")
}

// submit sends the form of the dialog.
func submit(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, `(() => { const button = document.querySelector('[role=dialog] button[type=submit]:enabled'); button?.click(); return button !== null; })()`)
}

// rewrite writes another text into the dialog's only large field.
func rewrite(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	until(t, ctx, `(() => { const field = document.querySelector('[role=dialog] textarea'); field?.select(); return field !== null; })()`)
	write(t, ctx, `[role=dialog] textarea`, text)
}
