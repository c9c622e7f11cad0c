package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

// hour is a meeting of 60 minutes: 10 rooms with two people each, and 10 bots
// that the host sends on to the next room, each twelve times.
func hour() *scenario.Scenario {
	const rooms, movesEach = 10, 12
	s := &scenario.Scenario{Name: "hour", Title: "An hour", Seed: 7, Options: meeting.DefaultOptions()}
	step := func(at time.Duration, action scenario.Action) {
		s.Steps = append(s.Steps, scenario.Step{At: &at, Action: action})
	}
	s.People = append(s.People, scenario.Person{Name: "Host", Role: meeting.RoleHost, DTX: true})
	var people, bots, names []string
	var assign scenario.Assign
	for r := range rooms {
		room := fmt.Sprintf("Room %d", r+1)
		names = append(names, room)
		in := scenario.RoomAssignment{Room: room}
		for _, name := range []string{fmt.Sprintf("Ann %d", r+1), fmt.Sprintf("Bob %d", r+1)} {
			s.People = append(s.People, scenario.Person{Name: name, Role: meeting.RoleParticipant, DTX: true})
			in.Who = append(in.Who, name)
		}
		s.Bots = append(s.Bots, scenario.Bot{Name: fmt.Sprintf("Bot %d", r+1), Mode: bot.AutoAcceptAllInvites})
		in.Who = append(in.Who, s.Bots[r].Name)
		bots = append(bots, s.Bots[r].Name)
		assign.Rooms = append(assign.Rooms, in)
	}
	for _, p := range s.People {
		people = append(people, p.Name)
	}
	step(0, scenario.Join{Who: people})
	step(time.Second, scenario.CreateRooms{Names: names})
	step(2*time.Second, scenario.SendBots{Names: bots})
	step(10*time.Second, assign)
	step(11*time.Second, scenario.OpenRooms{})
	for m := range movesEach {
		for b, name := range bots {
			at := time.Duration(m+1)*4*time.Minute + 30*time.Second + time.Duration(b)*1500*time.Millisecond
			step(at, scenario.Move{Who: name, To: names[(b+m+1)%rooms]})
		}
	}
	countdown := 10 * time.Second
	step(59*time.Minute, scenario.CloseRooms{Countdown: &countdown})
	step(60*time.Minute, scenario.EndMeeting{})
	return s
}

func TestHour(t *testing.T) {
	var logs [2]string
	for i := range logs {
		st := time.Now()
		data := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			house, err := scenario.StartHouse(context.Background(), scenario.HouseConfig{Virtual: true, Data: data, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			report, err := scenario.Play(context.Background(), house.Stage(), hour(), scenario.Progress{Event: func(e scenario.Seen) {
				logs[i] += fmt.Sprintln(e.Sequence, e.At.Format(time.RFC3339Nano), e.Type, e.Code, name(e.Room), e.Participant, name(e.Bot))
			}})
			if err := errors.Join(err, house.Stop(context.Background())); err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", report)
		})
		t.Log(time.Since(st))
	}
	if logs[0] != logs[1] {
		t.Error("different")
		a, b := strings.Split(logs[0], "\n"), strings.Split(logs[1], "\n")
		n := 0
		for i := range a {
			if i >= len(b) || a[i] != b[i] {
				t.Log("\n", a[i], "\n", b[i])
				if n++; n > 20 {
					break
				}
			}
		}
	}
}

func name(n *scenario.Named) string {
	if n == nil {
		return "-"
	}
	return n.Name
}
