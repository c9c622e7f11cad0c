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

// weather makes a scenario in which nothing stays as it is.
type weather struct {
	*scenario.Scenario
	random       *rand.Rand
	at           time.Duration
	people, bots []string
}

var stormRooms = []string{"Red", "Blue", "Green", "Grey"}

// storm is a meeting in which people and bots are moved, lose the network, and come
// back, at random. Steps that are refused are passed by: who is away can't be moved.
func storm(t *testing.T, seed uint64, steps int) *scenario.Scenario {
	t.Helper()
	lost := 0
	w := &weather{random: rand.New(rand.NewPCG(seed, 0)), Scenario: &scenario.Scenario{
		Name: "storm", Title: "A storm", Seed: seed, Options: meeting.DefaultOptions(), Expect: scenario.Expectations{LostPackets: &lost},
	}}
	w.arrive()
	for range steps {
		w.gust()
	}
	w.step(2*time.Minute, scenario.EndMeeting{})
	stormy, err := w.As(meeting.PersonaIdeal)
	if err != nil {
		t.Fatal(err)
	}
	return stormy
}

func (w *weather) step(later time.Duration, action scenario.Action) {
	w.at += later
	at := w.at
	w.Steps = append(w.Steps, scenario.Step{At: &at, Action: action})
}

func (w *weather) pick(from []string) string { return from[w.random.IntN(len(from))] }

// between draws a time, in steps of a millisecond.
func (w *weather) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.random.Int64N(int64((most-least)/time.Millisecond)))*time.Millisecond
}

// arrive brings everybody into rooms that open.
func (w *weather) arrive() {
	w.People = []scenario.Person{{Name: "Host", Role: meeting.RoleHost}}
	for i := range 6 {
		w.people = append(w.people, fmt.Sprintf("Ann %d", i+1))
		w.People = append(w.People, scenario.Person{Name: w.people[i], DTX: true})
	}
	for i, mode := range []bot.Mode{bot.AutoAcceptAllInvites, bot.AutoAcceptAllInvites, bot.AutoAcceptAllInvites, bot.JoinMainRoom, bot.JoinSpecificRoom} {
		w.bots = append(w.bots, fmt.Sprintf("Bot %d", i+1))
		w.Bots = append(w.Bots, scenario.Bot{Name: w.bots[i], Mode: mode})
	}
	w.Bots[4].Room = "Grey"
	w.step(0, scenario.Join{Who: append([]string{"Host"}, w.people...)})
	w.step(time.Second, scenario.CreateRooms{Names: stormRooms})
	w.step(time.Second, scenario.SendBots{Names: w.bots})
	w.step(3*time.Second, scenario.Assign{Rooms: []scenario.RoomAssignment{{Room: "Red", Who: w.people[:3]}, {Room: "Blue", Who: w.people[3:]}}})
	w.step(time.Second, scenario.OpenRooms{})
}

// gust is one thing that happens.
func (w *weather) gust() {
	// The moments are odd, so that nothing happens at the very moment of something else.
	later := w.between(100*time.Millisecond, 1600*time.Millisecond) + time.Duration(1+w.random.IntN(900))*time.Microsecond
	person, outage := w.pick(w.people), w.between(300*time.Millisecond, 45*time.Second)
	switch dice := w.random.IntN(100); {
	case dice < 50:
		w.step(later, scenario.Move{Who: w.pick(append(w.bots, w.people...)), To: w.pick(stormRooms)})
	case dice < 62:
		w.step(later, scenario.Move{Who: w.pick(append(w.bots, w.people...)), To: scenario.MainRoom})
	case dice < 75:
		w.step(later, scenario.Cut{Who: []string{w.pick(w.bots)}, For: outage})
	case dice < 80:
		w.step(later, scenario.Cut{Who: []string{person}, For: outage / 20})
	case dice < 97:
		w.step(later, scenario.Disconnect{Who: []string{person}})
		w.step(w.between(50*time.Millisecond, 3*time.Second), scenario.Join{Who: []string{person}})
	default:
		none := time.Duration(0)
		w.step(later, scenario.CloseRooms{Countdown: &none})
		w.step(time.Second, scenario.OpenRooms{})
	}
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
		r := playAndLook(t, storm(t, seed, steps), scenario.Progress{}, func(ctx context.Context, house *scenario.House, r *scenario.Report) error {
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
