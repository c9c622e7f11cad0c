package fleet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	entroom "github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/ent/round"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
)

// nothingOpen checks that nobody records and no bot lives; where the meeting is
// over, too, that nobody is in it any more. The journal must have no gap.
func (m *held) nothingOpen(over bool) {
	m.t.Helper()
	ctx := system()
	left := map[string]int{
		"bots":     m.client.Bot.Query().Where(entbot.EndedAt(0)).CountX(ctx),
		"segments": m.client.Segment.Query().Where(segment.EndedAt(0)).CountX(ctx),
	}
	if over {
		left["meetings"] = m.client.Meeting.Query().Where(entmeeting.EndedAt(0)).CountX(ctx)
		left["presences"] = m.client.Presence.Query().Where(presence.LeftAt(0)).CountX(ctx)
		left["participants"] = m.client.Participant.Query().Where(participant.LeftAt(0)).CountX(ctx)
		left["rounds"] = m.client.Round.Query().Where(round.StateIn(meeting.RoundStateOpen, meeting.RoundStateClosing)).CountX(ctx)
		left["rooms"] = m.client.Room.Query().Where(entroom.KindEQ(meeting.RoomBreakout), entroom.StateEQ(meeting.RoomStateOpen)).CountX(ctx)
	}
	for what, n := range left {
		if n != 0 {
			m.t.Errorf("%d %s are left open", n, what)
		}
	}
	for i, event := range m.events() {
		if event.Sequence != int64(i+1) {
			m.t.Errorf("event %d has sequence %d", i+1, event.Sequence)
		}
	}
}

// pullPlug plays a meeting until bots record in their rooms, and copies what is on
// disk at that moment: what a process leaves behind that is killed then.
func pullPlug(t *testing.T, spoken time.Duration, data string) (m *held, bots []meeting.BotID) {
	t.Helper()
	h := open(t, t.TempDir(), nil)
	h.run()
	m = h.meet()
	m.do(meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{m.guest("Ada")}})
	m.guest("Ben")
	bots = []meeting.BotID{m.send(bot.JoinSpecificRoom, "Red"), m.send(bot.JoinMainRoom, ""), m.send(bot.JoinMainRoom, "")}
	m.until(bots[1], "in_call_recording")
	m.until(bots[2], "in_call_recording")
	if err := h.RemoveBot(viewer("A"), bots[2]); err != nil { // it is over when the plug is pulled
		t.Fatal(err)
	}
	m.until(bots[2], "done")
	m.do(meeting.OpenRooms{})
	m.until(bots[0], "breakout_room_entered")
	time.Sleep(spoken)
	h.copyTo(data)
	h.close()
	return m, bots
}

// copyTo copies what is on disk at this moment.
func (h *house) copyTo(data string) {
	h.t.Helper()
	synctest.Wait() // nobody writes while the folder is copied
	if err := os.CopyFS(data, os.DirFS(h.data)); err != nil {
		h.t.Fatal(err)
	}
}

// reopen opens a house on what is left of a meeting.
func reopen(t *testing.T, data string, m *held) *held {
	t.Helper()
	again := *m
	again.house = open(t, data, nil)
	return &again
}

func TestWhatADeadProcessLeftIsSetStraight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const spoken = 7 * time.Second
		data := t.TempDir()
		before, bots := pullPlug(t, spoken, data)
		m := reopen(t, data, before)
		if n := m.client.Segment.Query().Where(segment.EndedAt(0)).CountX(system()); n != 2 {
			t.Fatalf("%d segments were being recorded, want 2", n)
		}
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.nothingOpen(true)
		for i, want := range []string{"fatal/process_terminated", "fatal/process_terminated", "done"} {
			row := m.client.Bot.GetX(system(), bots[i])
			if got := status(meeting.BotStatusChanged{Code: row.StatusCode, SubCode: row.StatusSubCode}); got != want {
				t.Errorf("bot %d is %s, want %s", i, got, want)
			}
		}
		events := m.events()
		last := events[len(events)-1]
		if ended, ok := last.Fact.(meeting.MeetingEnded); !ok || ended.Cause != meeting.LeftByInterruption {
			t.Errorf("the last event is %s %+v", last.Type(), last.Fact)
		}
		m.interrupted(t, spoken)
		_, err := m.Command(viewer("A"), m.id, meeting.OpenRooms{})
		m.refused("a command to a meeting that is gone", err, meeting.CodeMeetingEnded)

		settled := m.footprint()
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := m.footprint(); again != settled {
			t.Errorf("a second recovery made of %s %s", settled, again)
		}
	})
}

// interrupted checks the segments that were finished from what was on disk: all
// but the last second of what was said is there.
func (m *held) interrupted(t *testing.T, spoken time.Duration) {
	t.Helper()
	rows := m.client.Segment.Query().Where(segment.Interrupted(true)).WithTracks().WithRoom().AllX(system())
	want := map[string]string{"Red": "Ada", meeting.MainRoomName: "Ben"}
	if len(rows) != len(want) {
		t.Errorf("%d segments are interrupted, want %d", len(rows), len(want))
	}
	for _, row := range rows {
		var long time.Duration
		who := ""
		for _, track := range row.Edges.Tracks {
			if d := time.Duration(track.Duration); d > long {
				long, who = d, track.Name
			}
		}
		if who != want[row.Edges.Room.Name] {
			t.Errorf("%s has most of %q, want %s", row.Edges.Room.Name, who, want[row.Edges.Room.Name])
		}
		if missing := spoken - long; missing > time.Second {
			t.Errorf("the last %s of %s are missing", missing, row.Edges.Room.Name)
		}
		if length := row.EndedAt.Time().Sub(row.StartedAt.Time()); length < long || length > long+time.Second {
			t.Errorf("%s was recorded for %s, its longest track has %s", row.Edges.Room.Name, length, long)
		}
	}
}

// TestFilesThatDeathDamagedDoNotStopRecovery has what a process leaves that dies
// while it makes a file, or a disk that was full, or a power cut: a file without
// a whole header, or none. The server must start all the same.
func TestFilesThatDeathDamagedDoNotStopRecovery(t *testing.T) {
	data := t.TempDir()
	var before *held
	synctest.Test(t, func(t *testing.T) { before, _ = pullPlug(t, 2*time.Second, data) })
	for name, damage := range map[string]func(file string) error{
		"gone":              os.Remove,
		"empty":             func(file string) error { return os.Truncate(file, 0) },
		"cut in its header": func(file string) error { return os.Truncate(file, 60) },
		"cut in its sound":  func(file string) error { return os.Truncate(file, 2500) },
		"all zeros":         func(file string) error { return os.WriteFile(file, make([]byte, 5000), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { recoverDamaged(t, data, before, damage) })
		})
	}
}

// recoverDamaged damages the only file of room Red in a copy of the folder, and
// recovers that.
func recoverDamaged(t *testing.T, data string, before *held, damage func(file string) error) {
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(copied, "recordings", "*", "*", "*-red", "*.ogg"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the room has the files %v, %v", files, err)
	}
	if err := damage(files[0]); err != nil {
		t.Fatal(err)
	}
	m := reopen(t, copied, before)
	if err := m.Recover(t.Context()); err != nil {
		t.Fatalf("the server can't start: %v", err)
	}
	m.nothingOpen(true)
}

// TestRecoveryIsNotNeededAfterAGoodEnd stops a house as the server does.
func TestRecoveryIsNotNeededAfterAGoodEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		m := h.meet()
		m.until(m.send(bot.JoinMainRoom, ""), "in_call_recording")
		h.close()
		again := reopen(t, h.data, m)
		again.nothingOpen(true)
		before := again.footprint()
		if err := again.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := again.footprint(); after != before {
			t.Errorf("recovery made of %s %s", before, after)
		}
	})
}

// TestManyMeetingsAreRecovered has meetings in every state there is.
func TestManyMeetingsAreRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		var last *held
		for i, state := range []func(*held){
			func(*held) {},
			func(m *held) { m.do(meeting.OpenRooms{}) },
			func(m *held) { m.do(meeting.OpenRooms{}); m.closing() },
			func(m *held) { m.do(meeting.OpenRooms{}); m.do(meeting.CloseRooms{}) },
			func(m *held) { m.do(meeting.End{}) },
		} {
			last = h.meet()
			state(last)
			if n := len(last.events()); n < 5 {
				t.Fatalf("meeting %d has %d events", i, n)
			}
		}
		synctest.Wait()
		data := t.TempDir()
		if err := os.CopyFS(data, os.DirFS(h.data)); err != nil {
			t.Fatal(err)
		}
		m := reopen(t, data, last)
		if err := m.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		ends := make(map[meeting.CloseCause]int)
		for _, row := range m.client.Round.Query().Where(round.StateEQ(meeting.RoundStateClosed)).AllX(system()) {
			ends[row.Cause]++
		}
		if got, want := fmt.Sprint(ends), fmt.Sprint(map[meeting.CloseCause]int{meeting.ClosedByHost: 1, meeting.ClosedByInterruption: 2}); got != want {
			t.Errorf("the rounds ended by %s, want %s", got, want)
		}
		if n := m.client.Meeting.Query().Where(entmeeting.EndedAt(0)).CountX(system()); n != 0 {
			t.Errorf("%d meetings are left open", n)
		}
	})
}

// closing begins a countdown that nobody waits for.
func (m *held) closing() {
	minute := time.Minute
	m.do(meeting.CloseRooms{Countdown: &minute})
}
