package main_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/testbed"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// keepPeers has a page keep its peer connections where a test finds them.
const keepPeers = `globalThis.peers = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection { constructor(...given) { super(...given); peers.push(this); } };`

// energy is a script that gives how much sound a page has received so far (W3C
// webrtc-stats, totalAudioEnergy).
const energy = `(async () => {
  let sum = 0;
  for (const peer of peers) (await peer.getStats()).forEach(({ type, totalAudioEnergy = 0 }) => { if (type === 'inbound-rtp') sum += totalAudioEnergy; });
  return sum;
})()`

// strip is a script that finds what goes on between the page and the meeting.
func strip(label string) string {
	return fmt.Sprintf(`document.querySelector('section[aria-label=%q]')`, label)
}

// livePage opens a meeting in a browser with a microphone.
func livePage(t *testing.T, house *testbed.House, m *testbed.Meeting, found *complaints) context.Context {
	t.Helper()
	ctx := browser(t, withMicrophone...)
	if err := found.watch(ctx, house.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: keepPeers}); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, house.URL+"/?meeting="+m.ID+"#key="+house.Key)
	return ctx
}

// TestThePageListensIn listens to a room in the page until it closes, and to the main
// room until that is enough.
func TestThePageListensIn(t *testing.T) {
	house := testbed.Start(t)
	m := house.CreateMeeting("Listened to")
	room := m.CreateRooms("Ideas", "Sketches")[0]
	m.Join("Ada", "Ben", "Cem")
	m.Assign(room, "Ada", "Ben")
	m.OpenRooms()
	var found complaints
	ctx := livePage(t, house, m, &found)
	until(t, ctx, isIn("Ada", "Ideas"))
	press(t, ctx, "Listen in on Ideas")
	listening := strip("Listening in")
	until(t, ctx, listening+`?.textContent.includes('Ada')`) // who speaks is named
	until(t, ctx, listening+`.querySelector('[role=meter]').ariaValueNow > 30`)
	heard, err := chromedp.Run(ctx, chromedp.Evaluate[float64](energy, chromedp.EvalAwaitPromise))
	if err != nil || heard <= 0 {
		t.Errorf("the page has received sound of the energy %g: %v", heard, err)
	}
	t.Logf("the page has received sound of the energy %g", heard)
	if who := evaluate[string](t, ctx, listening+`.textContent`); strings.Contains(who, "Cem") {
		t.Errorf("somebody in another room is heard: %q", who)
	}
	axe(t, ctx, "a room that is listened to")
	m.CloseRooms()
	until(t, ctx, listening+`.querySelector('[role=alert]').textContent.startsWith('The room is closed')`)
	press(t, ctx, "Close")
	until(t, ctx, listening+` === null`)

	press(t, ctx, "Listen in on Main room")
	until(t, ctx, listening+`?.querySelector('[role=meter]')?.ariaValueNow > 30`)
	evaluate[bool](t, ctx, `(() => { document.querySelector('[role=tab][data-key=events]').click(); return true; })()`)
	until(t, ctx, `document.querySelector('section[data-kind]') === null`)
	press(t, ctx, "Stop listening") // in another view still
	m.WaitForCount("listening_stopped", 2)
	found.none(t)
}

// TestThePageJoins comes into a meeting from the page with a microphone and a camera,
// goes where the host sends it, is muted and not, and leaves. What it said lies in the
// recording of a bot.
func TestThePageJoins(t *testing.T) {
	house := testbed.Start(t)
	m := house.CreateMeeting("Joined")
	room := m.CreateRooms("Ideas")[0]
	m.Join("Ada")
	m.CreateBot("Recorder", "JOIN_SPECIFIC_ROOM", room)
	var found complaints
	ctx := livePage(t, house, m, &found)
	press(t, ctx, "Join…")
	until(t, ctx, `document.querySelectorAll('[role=dialog] select').length === 2`)
	axe(t, ctx, "how to join")
	write(t, ctx, `[role=dialog] input`, "Zoe")
	evaluate[bool](t, ctx, `(() => {
	  const camera = document.querySelectorAll('[role=dialog] select')[1];
	  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(camera, '');
	  return camera.dispatchEvent(new Event('change', { bubbles: true }));
	})()`)
	until(t, ctx, `(() => { const join = document.querySelector('[role=dialog] [type=submit]'); join.click(); return true; })()`)
	guest := strip("You in the meeting")
	until(t, ctx, guest+`?.textContent.includes('in Main room')`)
	until(t, ctx, isIn("Zoe", "Main room"))

	m.Assign(room, "Zoe", "Ada")
	m.OpenRooms()
	until(t, ctx, guest+`.textContent.includes('in Ideas')`)
	until(t, ctx, guest+`.querySelector('[role=meter]').ariaValueNow > 30`) // the fake microphone beeps
	until(t, ctx, guest+`.querySelector('video').videoWidth > 0`)
	m.WaitForCount("segment_started", 2)
	hearsOthersAlone(t, ctx)
	axe(t, ctx, "a guest")
	press(t, ctx, "Mute")
	until(t, ctx, chip("Zoe", "Ideas")+`?.textContent.includes('muted')`)
	press(t, ctx, "Unmute")
	until(t, ctx, chip("Zoe", "Ideas")+`?.textContent.includes('muted') === false`)
	removedAndBack(t, ctx, house, m)
	press(t, ctx, "Leave")
	m.WaitForCount("participant_left", 2)
	until(t, ctx, guest+` === null`)

	m.CloseRooms()
	m.WaitForCount("segment_completed", 2)
	wantBeeps(t, house, m, "Zoe", "Ideas")
	found.none(t, "409") // what browsers say of a refusal
}

// removedAndBack has the host remove the guest, who is not let in again until the meeting
// is unlocked.
func removedAndBack(t *testing.T, ctx context.Context, house *testbed.House, m *testbed.Meeting) {
	t.Helper()
	lock := func(locked bool) {
		house.Do(`mutation($id: ID!, $locked: Boolean!) { updateOptions(input: {meetingId: $id, options: {locked: $locked}}) { userErrors { code } } }`, map[string]any{"id": m.ID, "locked": locked}, nil)
	}
	says := strip("You in the meeting") + `.querySelector('[role=alert]').textContent`
	lock(true)
	zoe := evaluate[string](t, ctx, chip("Zoe", "Ideas")+`.dataset.flip`)
	house.Do(`mutation($id: ID!) { removeParticipant(input: {participantId: $id}) { userErrors { code } } }`, map[string]any{"id": zoe}, nil)
	until(t, ctx, says+` === 'You are no longer in the meeting.'`)
	press(t, ctx, "Join again")
	until(t, ctx, says+`.includes('locked')`)
	axe(t, ctx, "a guest who is refused")
	lock(false)
	press(t, ctx, "Join again")
	until(t, ctx, strip("You in the meeting")+`.textContent.includes('in Main room')`)
}

// hearsOthersAlone waits until the page plays what somebody else says and mutes its own voice.
func hearsOthersAlone(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, `peers.some(peer => peer.connectionState === 'connected' && peer.getReceivers().some(receiver =>
	  receiver.track.kind === 'audio' && receiver.getContributingSources().some(({ source }) => source === 100)))`)
}

// wantBeeps looks for the beeps of Chromium's microphone in the recording of a room.
func wantBeeps(t *testing.T, house *testbed.House, m *testbed.Meeting, who, room string) {
	t.Helper()
	for _, segment := range m.Segments() {
		for _, track := range segment.Tracks.Nodes {
			if segment.Room.Name != room || track.Name != who {
				continue
			}
			if loud := loudness(t, house, track.URL); loud < 0.05 || track.Packets == 0 {
				t.Errorf("%d packets of %s are recorded, the loudest of %.3f; a beep has more", track.Packets, who, loud)
			}
			return
		}
	}
	t.Errorf("no recording of %s has a track of %s: %+v", room, who, m.Segments())
}

// none fails the test for what the page should not have done, but for what has one of the
// excuses in it.
func (c *complaints) none(t *testing.T, excuses ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, complaint := range c.list {
		if !slices.ContainsFunc(excuses, func(excuse string) bool { return strings.Contains(complaint, excuse) }) {
			t.Error(complaint)
		}
	}
}
