package scenario_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

const (
	hourRooms = 10
	// hourRounds is how often each bot is sent on in an hour.
	hourRounds = 12
	interval   = 5 * time.Minute
)

// hour is a meeting of many rooms with two people each, of whom each speaks a
// quarter of the time, and as many bots, which the host sends on to the next room
// after an interval, a fifth of which passes before the first and after the last.
func hour(rounds int, interval time.Duration) *scenario.Scenario {
	s := &scenario.Scenario{Name: "hour", Title: "An hour", Seed: 7, Options: meeting.DefaultOptions()}
	var names, people, bots []string
	var assign scenario.Assign
	join := func(name string, role meeting.Role) string {
		people = append(people, name)
		s.People = append(s.People, scenario.Person{Name: name, Role: role, DTX: true, MinPause: 6 * time.Second, MaxPause: 16 * time.Second})
		return name
	}
	join("Host", meeting.RoleHost)
	for r := range hourRooms {
		b := scenario.Bot{Name: fmt.Sprintf("Bot %d", r+1), Mode: bot.AutoAcceptAllInvites}
		in := scenario.RoomAssignment{Room: fmt.Sprintf("Room %d", r+1)}
		in.Who = []string{join(fmt.Sprintf("Ann %d", r+1), meeting.RoleParticipant), join(fmt.Sprintf("Bob %d", r+1), meeting.RoleParticipant), b.Name}
		s.Bots = append(s.Bots, b)
		bots, names = append(bots, b.Name), append(names, in.Room)
		assign.Rooms = append(assign.Rooms, in)
	}
	step := func(at time.Duration, action scenario.Action) {
		s.Steps = append(s.Steps, scenario.Step{At: &at, Action: action})
	}
	step(0, scenario.Join{Who: people})
	step(time.Second, scenario.CreateRooms{Names: names})
	step(2*time.Second, scenario.SendBots{Names: bots})
	step(10*time.Second, assign)
	step(11*time.Second, scenario.OpenRooms{})
	for m := range rounds {
		for b, name := range bots {
			at := time.Duration(m)*interval + interval/5 + time.Duration(b)*250*time.Millisecond
			step(at, scenario.Move{Who: name, To: names[(b+m+1)%hourRooms]})
		}
	}
	countdown := 10 * time.Second
	end := time.Duration(rounds) * interval
	step(end-interval/5, scenario.CloseRooms{Countdown: &countdown})
	step(end, scenario.EndMeeting{})
	return s
}

// TestHour plays an hour with 10 bots and 120 moves twice. Nothing is lost, and
// both times the same happens at the same moments and is recorded to the byte.
func TestHour(t *testing.T) {
	skipWithRaceDetector(t)
	rounds := hourRounds
	if testing.Short() {
		rounds = 2
	}
	var logs [2][]string
	var recorded [2][sha256.Size]byte
	for i := range logs {
		began, spent := time.Now(), processorTime(t)
		r := play(t, hour(rounds, interval), scenario.Progress{Event: func(e scenario.Seen) {
			logs[i] = append(logs[i], fmt.Sprint(e.Sequence, " ", e.At.Format(time.RFC3339Nano), " ", e.Type, " ", e.Code, named(e.Room), named(e.Bot), e.Participant))
		}})
		t.Logf("%d minutes in %s, of which the processor worked %s: %d packets, coverage %.5f", rounds*5, time.Since(began).Round(time.Millisecond),
			(processorTime(t) - spent).Round(time.Millisecond), r.PacketsRecorded, r.Coverage)
		if !r.OK || r.Bots != hourRooms || r.LostPackets != 0 || r.Coverage < 0.99 || r.Segments != hourRooms*(rounds+3) {
			t.Errorf("%+v", r)
		}
		recorded[i] = digest(t, r.Recordings)
	}
	same(t, logs[0], logs[1])
	if recorded[0] != recorded[1] {
		t.Error("the recordings of the two runs differ")
	}
}

// digest is a checksum of all files in a folder.
func digest(t *testing.T, folder string) (sum [sha256.Size]byte) {
	t.Helper()
	all := sha256.New()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		one := sha256.Sum256(data)
		_, _ = fmt.Fprintf(all, "%s %x\n", strings.TrimPrefix(path, folder), one)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all.Sum(sum[:0])
	return sum
}

// same compares the event logs of two runs and shows where they part.
func same(t *testing.T, a, b []string) {
	t.Helper()
	if len(a) == 0 || len(a) != len(b) {
		t.Errorf("one run had %d events, the other %d", len(a), len(b))
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("the runs differ from event %d on:\n%s\n%s", i+1, a[i], b[i])
		}
	}
}

func named(n *scenario.Named) string {
	if n == nil {
		return " -"
	}
	return " " + n.Name
}
