package main_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/scenario"
)

// recordedRooms are the rooms that are being recorded, each with its bot, and how
// many segments were cut short.
func recordedRooms(t *testing.T, c *client.Client, id string) (now map[string]string, interrupted int) {
	t.Helper()
	var answer struct {
		Segments struct {
			Nodes []struct {
				State string
				Room  struct{ Name, Kind string }
				Bot   struct{ Name string }
			}
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
	}
	now = make(map[string]string)
	for more, after := true, any(nil); more; more, after = answer.Segments.PageInfo.HasNextPage, answer.Segments.PageInfo.EndCursor {
		err := c.Do(t.Context(), `query($id: ID!, $after: String) { segments(meetingId: $id, first: 100, after: $after) {
			nodes { state room { name kind } bot { name } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"id": id, "after": after}, &answer)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range answer.Segments.Nodes {
			switch {
			case s.State == "INTERRUPTED":
				interrupted++
			case s.State == "RECORDING" && s.Room.Kind == "BREAKOUT":
				now[s.Room.Name] = s.Bot.Name
			}
		}
	}
	return now, interrupted
}

// watch follows the one meeting of a server until the test ends.
func watch(t *testing.T, c *client.Client) (id string, w *scenario.Watcher) {
	t.Helper()
	var answer struct {
		Meetings struct{ Nodes []struct{ ID string } }
	}
	if err := c.Do(t.Context(), `{ meetings { nodes { id } } }`, nil, &answer); err != nil || len(answer.Meetings.Nodes) != 1 {
		t.Fatalf("%+v, %v", answer, err)
	}
	id = answer.Meetings.Nodes[0].ID
	w = scenario.NewWatcher(c, id, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = w.Run(ctx) // the server may die under it
	}()
	t.Cleanup(func() { stop(); <-done })
	return id, w
}

// TestKilledAndBack pulls the plug while 50 bots record 50 rooms, and starts again.
func TestKilledAndBack(t *testing.T) {
	const rooms = 50
	data := t.TempDir()
	demo := start(t, "demo", "--scenario", "bot-per-room", "--listen", "127.0.0.1:0", "--data", data)
	page := demo.until(`Watch it live: (\S+)`)
	url, key, _ := strings.Cut(page, "/#key=")
	c := &client.Client{URL: url, Key: key}
	demo.until(`\d.*the rooms open$`)
	id, w := watch(t, c)
	if err := w.Wait(t.Context(), scenario.Condition{Event: "breakout_room_entered", Count: rooms}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	before, _ := recordedRooms(t, c, id)
	inTime(t, "in every room somebody's voice is on disk", func() bool {
		files, err := filepath.Glob(filepath.Join(data, "recordings", "*", "*", "*-r??", "*.ogg"))
		if err != nil {
			t.Fatal(err)
		}
		folders := make(map[string]bool)
		for _, file := range files {
			folders[filepath.Dir(file)] = true
		}
		return len(folders) == rooms
	})
	if err := demo.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	demo.end(5 * time.Second)

	c = serve(t, data)
	_, w = watch(t, c)
	for _, want := range []scenario.Condition{
		{Event: "recording_gap", Count: rooms}, {Event: "bot_connection_restored", Count: rooms}, {Event: "breakout_room_entered", Count: 2 * rooms},
	} {
		want.Within = time.Minute
		if err := w.Wait(t.Context(), want, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	after, interrupted := recordedRooms(t, c, id)
	if fmt.Sprint(before) != fmt.Sprint(after) || len(after) != rooms || interrupted != rooms {
		t.Errorf("%d segments were cut short; bots recorded %v and record %v", interrupted, before, after)
	}
	shortest, longest := gaps(t, c, id, rooms)
	t.Logf("the bots were away for %.1f s to %.1f s", shortest, longest)
	nth := 1
	if raceDetector {
		nth = 25 // decoding is slow with it
	}
	if n := playEvery(t, filepath.Join(data, "recordings"), nth); n < rooms {
		t.Errorf("there are %d files", n)
	}
}

// gaps reads the gaps of a meeting, and tells how long the shortest and the longest
// are, in seconds.
func gaps(t *testing.T, c *client.Client, id string, want int) (shortest, longest float64) {
	t.Helper()
	var answer struct {
		Meeting struct {
			Gaps struct {
				Nodes []struct {
					From, To time.Time
					Cause    string
					Room     struct{ Kind string }
				}
			}
		}
	}
	if err := c.Do(t.Context(), `query($id: ID!) { meeting(id: $id) { gaps { nodes { from to cause room { kind } } } } }`, map[string]any{"id": id}, &answer); err != nil {
		t.Fatal(err)
	}
	for i, g := range answer.Meeting.Gaps.Nodes {
		if g.Cause != "PROCESS_ENDED" || g.Room.Kind != "BREAKOUT" {
			t.Errorf("gap %+v", g)
		}
		length := g.To.Sub(g.From).Seconds()
		if longest = max(longest, length); i == 0 || length < shortest {
			shortest = length
		}
	}
	if len(answer.Meeting.Gaps.Nodes) != want {
		t.Errorf("%d gaps are stated, want %d", len(answer.Meeting.Gaps.Nodes), want)
	}
	return shortest, longest
}
