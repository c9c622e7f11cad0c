package graph_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/graph"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
)

// conference is a meeting of many rooms and people. They have no seats: it is
// about control alone.
type conference struct {
	*scenario.House
	t    testing.TB
	id   meeting.ID
	data string
}

func newConference(t testing.TB, rooms, people int) *conference {
	t.Helper()
	c := &conference{t: t, data: t.TempDir()}
	house, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{Data: c.data, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	c.House = house
	t.Cleanup(func() {
		if err := house.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	var created struct {
		CreateMeeting struct{ Meeting struct{ ID meeting.ID } }
	}
	c.do(`mutation { createMeeting(input: {title: "Conference", options: {closingCountdownSeconds: 0}}) { meeting { id } } }`, &created)
	c.id = created.CreateMeeting.Meeting.ID
	for i := range people {
		join := meeting.Join{Name: fmt.Sprintf("Guest %d", i), FollowsMoves: true}
		if _, err := house.Server.Simulator().Command(t.Context(), c.id, join); err != nil {
			t.Fatal(err)
		}
	}
	c.do(fmt.Sprintf(`mutation { createRooms(input: {meetingId: %q, count: %d}) { userErrors { message } } }`, c.id, rooms), nil)
	c.do(fmt.Sprintf(`mutation { assignAutomatically(input: {meetingId: %q, seed: 1}) { userErrors { message } } }`, c.id), nil)
	return c
}

func (c *conference) do(query string, result any) {
	c.t.Helper()
	if err := c.Client.Do(c.t.Context(), query, nil, result); err != nil {
		c.t.Fatal(err)
	}
}

func (c *conference) mutate(field string) {
	c.t.Helper()
	var answer map[string]struct{ UserErrors []struct{ Message string } }
	c.do(fmt.Sprintf(`mutation { %s(input: {meetingId: %q}) { userErrors { message } } }`, field, c.id), &answer)
	if refused := answer[field].UserErrors; len(refused) > 0 {
		c.t.Fatal(refused)
	}
}

// everything reads every room of a meeting with who is in it, and everybody with
// where they are and should be.
const everything = `query($id: ID!, $rooms: String, $people: String) { meeting(id: $id) {
  rooms(after: $rooms) { nodes { name aliases { value } participants { nodes { name room { name } } } } pageInfo { endCursor hasNextPage } }
  participants(after: $people) { nodes { name room { name } assignedRoom { name } bot { id } connections { number } names { name } } pageInfo { endCursor hasNextPage } }
} }`

// TestLargeMeetingTakesFewStatements reads 100 rooms and as many people at once:
// the number of statements must not grow with them.
func TestLargeMeetingTakesFewStatements(t *testing.T) {
	statements := func(rooms int) int64 {
		c := newConference(t, rooms, rooms)
		c.mutate("openRooms")
		database, err := journal.OpenDatabase(t.Context(), "sqlite:"+filepath.Join(c.data, "breakout.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = database.Close() }()
		workspace := database.Meeting.GetX(access.AsSystem(t.Context()), c.id).WorkspaceID
		var count atomic.Int64
		database.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
			return ent.QuerierFunc(func(ctx context.Context, query ent.Query) (ent.Value, error) {
				count.Add(1)
				return next.Query(ctx, query)
			})
		}))
		viewer := access.Viewer{Workspace: workspace, Scopes: access.Everything}
		door := graph.NewHandler(&graph.Resolver{Client: database, Log: slog.New(slog.DiscardHandler)}, access.Doorkeeper{})
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			door.ServeHTTP(w, r.WithContext(access.With(r.Context(), viewer)))
		}))
		defer api.Close()
		var answer struct {
			Meeting struct {
				Rooms struct {
					Nodes []struct {
						Name         string
						Participants struct {
							Nodes []struct{ Room struct{ Name string } }
						}
					}
				}
			}
		}
		reader := &client.Client{URL: api.URL, Key: "any", HTTP: api.Client()}
		if err := reader.Do(t.Context(), everything, map[string]any{"id": c.id}, &answer); err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, room := range answer.Meeting.Rooms.Nodes {
			for _, person := range room.Participants.Nodes {
				seen++
				if person.Room.Name != room.Name {
					t.Errorf("somebody in %s is in %s", room.Name, person.Room.Name)
				}
			}
		}
		if seen < rooms-1 { // the page begins with the main room
			t.Errorf("%d people are in %d rooms", seen, rooms)
		}
		return count.Load()
	}
	few, many := statements(10), statements(100)
	t.Logf("%d statements for 10 rooms and people, %d for 100", few, many)
	if many > few+5 {
		t.Errorf("reading takes %d statements for 10 rooms and people, %d for 100", few, many)
	}
}

// exchange lists a new room for each of the first people of a meeting.
func (c *conference) exchange(people, shift int) (moves []map[string]any) {
	c.t.Helper()
	var rooms []meeting.Room
	err := c.Server.Simulator().View(c.t.Context(), c.id, func(s *meeting.State) { rooms = append(rooms, s.BreakoutRooms()...) })
	if err != nil {
		c.t.Fatal(err)
	}
	for i := range people {
		who := journal.ParticipantRow(c.id, meeting.ParticipantID(i+1)*100)
		moves = append(moves, map[string]any{"roomId": rooms[(i*7+shift)%len(rooms)].ID, "participantIds": []string{who}})
	}
	return moves
}

// assign sends people to rooms, all at once.
func (c *conference) assign(moves []map[string]any) {
	c.t.Helper()
	var answer struct {
		AssignMany struct{ UserErrors []struct{ Message string } }
	}
	err := c.Client.Do(c.t.Context(), `mutation($input: AssignManyInput!) { assignMany(input: $input) { userErrors { message } } }`,
		map[string]any{"input": map[string]any{"meetingId": c.id, "assignments": moves}}, &answer)
	if err != nil || len(answer.AssignMany.UserErrors) > 0 {
		c.t.Fatal(err, answer.AssignMany.UserErrors)
	}
}

// BenchmarkConference opens many rooms, moves 300 people at once and closes the
// rooms through the API, with every event in the journal: 300 rooms for 1000 people.
func BenchmarkConference(b *testing.B) {
	for _, rooms := range []int{30, 300} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) {
			c := newConference(b, rooms, rooms*10/3)
			spent := make(map[string]time.Duration)
			spend := func(what string, do func()) {
				began := time.Now()
				do()
				spent[what] += time.Since(began)
			}
			rounds := 0
			for b.Loop() {
				rounds++
				spend("ms/open", func() { c.mutate("openRooms") })
				moves := c.exchange(min(300, rooms*10/3), rounds)
				spend("ms/move", func() { c.assign(moves) })
				spend("ms/close", func() { c.mutate("closeRooms") })
			}
			for what, d := range spent {
				b.ReportMetric(float64(d.Milliseconds())/float64(rounds), what)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}
