package scenario_test

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/scenario"
)

// wholeWall plays all of threeSpeeds in wall time, instead of the shortest.
var wholeWall = flag.Bool("wall", false, "play ten scenarios in wall time, which takes most of a minute")

// threeSpeeds are played at all speeds, the shortest first.
var threeSpeeds = []string{
	"everyone-leaves", "close-twice-now", "recording-lost-on-close",
	"host-leaves-rooms-open", "two-bots-one-room", "rename-mid-room", "silent-room", "bot-moved-by-host", "late-joiner-unassigned", "single-room-round",
}

// shortest is how many of them are played in wall time when nobody asks for more.
const shortest = 2

// atOnce is within which time things that happen to different people, or that a bot and
// the meeting tell of, may come in either order in wall time: processors and networks
// take some of it.
const atOnce = 250 * time.Millisecond

// log is what happened in a run: each event in words, and each with its time too.
type log struct {
	words, times []string
	seen         []scenario.Seen
}

// add adds an event: what it is, where, and of whom.
func (l *log) add(e scenario.Seen) {
	words := strings.Join([]string{e.Type, e.Code, named(e.Room), who(e), named(e.Bot)}, " ")
	l.words, l.seen = append(l.words, words), append(l.seen, e)
	l.times = append(l.times, fmt.Sprint(e.Sequence, " ", e.At.Format(time.RFC3339Nano), " ", words))
}

// inBubble plays in virtual time.
func inBubble(t *testing.T, name string) (l log) {
	t.Helper()
	recorded(t, "a bubble", name, play(t, bundled(t, name), scenario.Progress{Event: l.add}).PacketsRecorded)
	return l
}

// inWallTime plays in real time, over UDP.
func inWallTime(t *testing.T, name string) (l log) {
	t.Helper()
	s := bundled(t, name)
	house, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{Data: t.TempDir(), Seed: s.Seed})
	if err != nil {
		t.Fatal(err)
	}
	report, err := scenario.Play(t.Context(), house.Stage(), s, scenario.Progress{Event: l.add})
	if err != nil {
		t.Error(err)
	} else {
		recorded(t, "wall time", name, report.PacketsRecorded)
	}
	if err := house.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	return l
}

// byTheDoor plays on a server in virtual time, by its API alone.
func byTheDoor(t *testing.T, name string) (l log) {
	t.Helper()
	o := openDoor(t, bubble.Config{})
	run := o.play(map[string]any{"name": name}).Run
	for range 5 { // a scenario has at most a minute; settling takes little
		o.advance(map[string]any{"bySeconds": 30, "waitSeconds": 120})
		if o.run(run.ID).State != "PLAYING" {
			break
		}
	}
	ended := o.run(run.ID)
	recorded(t, "a bubble with a door", name, ended.PacketsRecorded)
	if ended.State != "PASSED" {
		t.Errorf("%s: %+v", name, ended)
	}
	var head struct{ Meeting struct{ Cursor string } }
	o.ask(`query($id: ID!) { meeting(id: $id) { cursor } }`, map[string]any{"id": run.Meeting.ID}, &head)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watcher := scenario.NewWatcher(o.Client, run.Meeting.ID, func(e scenario.Seen) {
		if l.add(e); e.Cursor == head.Meeting.Cursor {
			cancel()
		}
	})
	if err := watcher.Run(ctx); err != nil {
		t.Error(err)
	}
	return l
}

func bundled(t *testing.T, name string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Bundled(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// recorded looks whether voices were recorded at all.
func recorded(t *testing.T, where, name string, packets int) {
	t.Helper()
	if packets == 0 {
		t.Errorf("in %s, nothing was recorded of %s", where, name)
	}
}

// sameButForMoments compares what happened in wall time with what happened in a
// bubble: the same events in the same order, but for what happened to different people
// at once.
func sameButForMoments(t *testing.T, want, got log) {
	t.Helper()
	places := make(map[string][]int) // of each event in words, in order
	for i, words := range want.words {
		places[words] = append(places[words], i)
	}
	var order []int // the places of what came
	for _, words := range got.words {
		if len(places[words]) == 0 {
			t.Errorf("in wall time there is one more of: %s", words)
			return
		}
		order, places[words] = append(order, places[words][0]), places[words][1:]
	}
	if len(order) != len(want.words) {
		t.Errorf("in wall time %d events came, and %d in the bubble", len(order), len(want.words))
	}
	for j, late := range order {
		for _, early := range order[:j] {
			a, b := want.seen[late], want.seen[early]
			if early > late && (teller(a) == teller(b) || b.At.Sub(a.At) >= atOnce) {
				t.Errorf("in wall time came first what came %s after: %s\n%s", b.At.Sub(a.At), want.words[early], want.words[late])
			}
		}
	}
}

// teller is who knows of an event first: the bot that it is a step of, or the meeting,
// which knows it of somebody.
func teller(e scenario.Seen) string {
	if e.Bot != nil {
		return "bot " + e.Bot.Name
	}
	return who(e)
}

// who an event is about.
func who(e scenario.Seen) string {
	if e.Participant == nil {
		return ""
	}
	return e.Participant.Name
}

// TestThreeSpeeds plays scenarios twice in a bubble, by its door, and in wall time.
// What happens, where, to whom and in which order is the same each time: in the bubble
// to the nanosecond, and in wall time but for what happens at once.
func TestThreeSpeeds(t *testing.T) { //nolint:tparallel // bubbles have the process to themselves
	names := threeSpeeds
	if raceDetector || testing.Short() {
		names = names[:shortest]
	}
	want := make(map[string]log)
	for _, name := range names {
		want[name] = inBubble(t, name)
		same(t, want[name].times, inBubble(t, name).times)
		same(t, want[name].words, byTheDoor(t, name).words)
	}
	if !*wholeWall {
		names = names[:shortest]
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sameButForMoments(t, want[name], inWallTime(t, name))
		})
	}
}
