package scenario_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/spans"
)

// storm is a meeting in which nothing stays as it is: people and bots are moved,
// lose the network, and come back, at random.
func storm(seed uint64, steps int) *scenario.Scenario {
	random := rand.New(rand.NewPCG(seed, 0))
	s := &scenario.Scenario{Name: "storm", Title: "A storm", Seed: seed, Options: meeting.DefaultOptions()}
	rooms := []string{"Red", "Blue", "Green", "Grey"}
	people, bots := []string{"Host"}, []string{}
	s.People = []scenario.Person{{Name: "Host", Role: meeting.RoleHost}}
	for i := range 6 {
		people = append(people, fmt.Sprintf("Ann %d", i+1))
		s.People = append(s.People, scenario.Person{Name: people[i+1], DTX: true})
	}
	for i, mode := range []bot.Mode{bot.AutoAcceptAllInvites, bot.AutoAcceptAllInvites, bot.AutoAcceptAllInvites, bot.JoinMainRoom, bot.JoinSpecificRoom} {
		bots = append(bots, fmt.Sprintf("Bot %d", i+1))
		s.Bots = append(s.Bots, scenario.Bot{Name: bots[i], Mode: mode})
	}
	s.Bots[4].Room = "Grey"
	at := time.Duration(0)
	step := func(later time.Duration, action scenario.Action) {
		at += later
		now := at
		s.Steps = append(s.Steps, scenario.Step{At: &now, Action: action})
	}
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	step(0, scenario.Join{Who: people})
	step(time.Second, scenario.CreateRooms{Names: rooms})
	step(time.Second, scenario.SendBots{Names: bots})
	step(3*time.Second, scenario.Assign{Rooms: []scenario.RoomAssignment{{Room: "Red", Who: people[1:4]}, {Room: "Blue", Who: people[4:]}}})
	step(time.Second, scenario.OpenRooms{})
	none := time.Duration(0)
	for range steps {
		// The moments are odd, so that nothing happens at the very moment of something else.
		later := time.Duration(100+random.IntN(1500))*time.Millisecond + time.Duration(1+random.IntN(900))*time.Microsecond
		outage := time.Duration(300+random.IntN(70_000)) * time.Millisecond
		anybody := pick(append(people[1:], bots...))
		switch dice := random.IntN(100); {
		case dice < 45:
			step(later, scenario.Move{Who: anybody, To: pick(rooms)})
		case dice < 55:
			step(later, scenario.Move{Who: anybody, To: scenario.MainRoom})
		case dice < 75:
			step(later, scenario.Cut{Who: []string{pick(bots)}, For: outage})
		case dice < 80:
			step(later, scenario.Cut{Who: []string{pick(people[1:])}, For: outage / 20})
		case dice < 96:
			who := []string{pick(people[1:])}
			step(later, scenario.Disconnect{Who: who})
			step(time.Duration(50+random.IntN(3000))*time.Millisecond, scenario.Join{Who: who})
		case dice < 98:
			step(later, scenario.CloseRooms{Countdown: &none})
			step(time.Second, scenario.OpenRooms{})
		default:
			step(later, scenario.OpenRooms{})
		}
	}
	step(2*time.Minute, scenario.EndMeeting{})
	lost := 0
	s.Expect.LostPackets = &lost
	stormy, err := s.As(meeting.PersonaIdeal) // refusals are passed by: who is away can't be moved
	if err != nil {
		panic(err)
	}
	return stormy
}

// TestStorm plays a thousand random moves, cuts and reconnects. Whatever happens,
// what bots recorded and what they say they could not record cover their visits,
// nothing lies in a wrong room, nobody is there twice, and no event is missing.
func TestStorm(t *testing.T) {
	steps, seeds := 1000, []uint64{1}
	if raceDetector || testing.Short() {
		steps = 150
	}
	for _, seed := range seeds {
		r := playAndLook(t, storm(seed, steps), scenario.Progress{}, func(ctx context.Context, house *scenario.House, r *scenario.Report) error {
			return tiles(ctx, t, house, r.Meeting)
		})
		refused := make(map[meeting.Code]int)
		for _, passed := range r.PassedBy {
			refused[passed.Code]++
		}
		t.Logf("seed %d: %d events, %d moves, %d segments, refused: %v", seed, r.Events, r.Moves, r.Segments, refused)
		for _, v := range r.Verdicts {
			if !v.OK {
				t.Errorf("seed %d: %s: want %s, got %s", seed, v.What, v.Want, v.Got)
			}
		}
		if len(r.PassedBy) > steps/2 {
			t.Errorf("seed %d: most steps were refused", seed)
		}
	}
}

// stretch is a time from the API.
type stretch struct {
	StartedAt, EndedAt, EnteredAt, LeftAt, From, To time.Time
	Room                                            struct{ Name string }
	Cause                                           string
}

// tiles checks for every bot that its segments are apart, and that they and its gaps
// cover its visits.
func tiles(ctx context.Context, t *testing.T, house *scenario.House, id meeting.ID) error {
	t.Helper()
	var bots struct {
		Meeting struct {
			Bots struct {
				Nodes []struct{ ID, Name, Mode string }
			}
			Participants struct{ Nodes []struct{ Name string } }
		}
	}
	if err := house.Client.Do(ctx, `query($id: ID!) { meeting(id: $id) { bots { nodes { id name } } participants { nodes { name } } } }`, map[string]any{"id": id}, &bots); err != nil {
		return err
	}
	known := make(map[string]bool)
	for _, p := range bots.Meeting.Participants.Nodes {
		if known[p.Name] {
			t.Errorf("%s is there twice", p.Name)
		}
		known[p.Name] = true
	}
	for _, b := range bots.Meeting.Bots.Nodes {
		lists := make(map[string]spans.List)
		for list, fields := range map[string]string{"visits": "enteredAt leftAt", "segments": "startedAt endedAt", "gaps": "from to"} {
			all, err := stretches(ctx, house, b.ID, list, fields)
			if err != nil {
				return err
			}
			lists[list] = all
		}
		if n := len(lists["segments"].Joined()); lists["segments"].Joined().Total() != total(lists["segments"]) {
			t.Errorf("%s: segments lie over each other (%d)", b.Name, n)
		}
		covered := append(append(spans.List{}, lists["segments"]...), lists["gaps"]...).Joined()
		if left := lists["visits"].Joined().Without(covered); len(left) > 0 {
			t.Errorf("%s: nothing covers %v", b.Name, left)
		}
		if beyond := lists["segments"].Joined().Without(lists["visits"].Joined()); len(beyond) > 0 {
			t.Errorf("%s: recorded beyond its visits: %v", b.Name, beyond)
		}
		t.Logf("%s: %d visits, %d segments, %d gaps", b.Name, len(lists["visits"]), len(lists["segments"]), len(lists["gaps"]))
	}
	return nil
}

// total adds stretches up, those that lie over each other twice.
func total(list spans.List) (d time.Duration) {
	for _, one := range list {
		d += one.To.Sub(one.From)
	}
	return d
}

// stretches reads a list of a bot, page by page.
func stretches(ctx context.Context, house *scenario.House, id, list, fields string) (all spans.List, err error) {
	var page struct {
		Node map[string]struct {
			Nodes    []stretch
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
	}
	query := fmt.Sprintf(`query($id: ID!, $after: String) { node(id: $id) { ... on Bot { %s(after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } } } } }`, list, fields)
	for after := any(nil); ; after = page.Node[list].PageInfo.EndCursor {
		page.Node = nil
		if err := house.Client.Do(ctx, query, map[string]any{"id": id, "after": after}, &page); err != nil {
			return nil, err
		}
		for _, s := range page.Node[list].Nodes {
			span := spans.Span{From: spans.Latest(s.StartedAt, spans.Latest(s.EnteredAt, s.From)), To: spans.Latest(s.EndedAt, spans.Latest(s.LeftAt, s.To))}
			all = append(all, span)
		}
		if !page.Node[list].PageInfo.HasNextPage {
			return all, nil
		}
	}
}
