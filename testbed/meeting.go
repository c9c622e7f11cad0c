package testbed

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/simulator"
)

// Meeting is a meeting of the house, with the few calls that every test makes.
// Hosts' and bots' verbs go through the public API; people are the simulator's.
type Meeting struct {
	// ID is the meeting's id.
	ID string

	house   *House
	t       testing.TB
	watcher *scenario.Watcher
	people  int
}

// Event is an event of a meeting.
type Event = scenario.Seen

// refused fails the test for the userErrors of a payload.
type refused []struct {
	Code    string
	Message string
}

func (m *Meeting) accepted(what string, r refused) {
	m.t.Helper()
	for _, refusal := range r {
		m.t.Errorf("%s: %s (%s)", what, refusal.Message, refusal.Code)
	}
	if len(r) > 0 {
		m.t.FailNow()
	}
}

// CreateMeeting opens a meeting in which participants may choose rooms and
// rooms close at once when they are closed.
func (h *House) CreateMeeting(title string) *Meeting {
	h.t.Helper()
	var created struct {
		CreateMeeting struct {
			Meeting    *struct{ ID string }
			UserErrors refused
		}
	}
	h.Do(`mutation($title: String!) {
	  createMeeting(input: {title: $title, options: {chooseRoom: true, closingCountdownSeconds: 0}}) { meeting { id } userErrors { code message } }
	}`, map[string]any{"title": title}, &created)
	m := &Meeting{house: h, t: h.t}
	m.accepted("createMeeting", created.CreateMeeting.UserErrors)
	m.ID = created.CreateMeeting.Meeting.ID
	m.watch()
	return m
}

// watch follows the meeting's events until the test ends.
func (m *Meeting) watch() {
	m.watcher = scenario.NewWatcher(m.house.Client, m.ID, nil)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.watcher.Run(ctx) }()
	m.t.Cleanup(func() {
		if m.t.Failed() {
			m.diagnose()
		}
		stop()
		if err := <-done; err != nil {
			m.t.Errorf("watch meeting %s: %v", m.ID, err)
		}
	})
}

// Join brings people into the meeting, who speak at once, and returns their
// participant ids.
func (m *Meeting) Join(names ...string) []string {
	m.t.Helper()
	for _, name := range names {
		spec := simulator.GuestSpec{Meeting: meeting.ID(m.ID), Name: name, Voice: m.people}
		m.people++
		guest, err := m.house.house.Server.Simulator().JoinGuest(context.Background(), spec)
		if err != nil {
			m.t.Fatalf("bring %s into the meeting: %v", name, err)
		}
		m.t.Cleanup(func() {
			if err := guest.Leave(context.Background()); err != nil {
				m.t.Error(err)
			}
		})
	}
	return m.participants(names)
}

// participants finds the ids of participants by their names.
func (m *Meeting) participants(names []string) []string {
	m.t.Helper()
	var answer struct {
		Meeting struct {
			Participants struct{ Nodes []struct{ ID, Name string } }
		}
	}
	m.house.Do(`query($id: ID!) { meeting(id: $id) { participants { nodes { id name } } } }`, map[string]any{"id": m.ID}, &answer)
	known := make(map[string]string)
	for _, p := range answer.Meeting.Participants.Nodes {
		known[p.Name] = p.ID
	}
	var ids []string
	for _, name := range names {
		if known[name] == "" {
			m.t.Fatalf("nobody called %q is in the meeting", name)
		}
		ids = append(ids, known[name])
	}
	return ids
}

// CreateRooms adds rooms and returns their ids.
func (m *Meeting) CreateRooms(names ...string) []string {
	m.t.Helper()
	var created struct {
		CreateRooms struct {
			Rooms      []struct{ ID string }
			UserErrors refused
		}
	}
	m.house.Do(`mutation($id: ID!, $names: [String!]!) {
	  createRooms(input: {meetingId: $id, names: $names}) { rooms { id } userErrors { code message } }
	}`, map[string]any{"id": m.ID, "names": names}, &created)
	m.accepted("createRooms", created.CreateRooms.UserErrors)
	var ids []string
	for _, room := range created.CreateRooms.Rooms {
		ids = append(ids, room.ID)
	}
	return ids
}

// Assign says which participants, by name, should be in a room.
func (m *Meeting) Assign(room string, names ...string) {
	m.t.Helper()
	var assigned struct{ Assign struct{ UserErrors refused } }
	m.house.Do(`mutation($id: ID!, $room: ID!, $who: [ID!]!) {
	  assign(input: {meetingId: $id, roomId: $room, participantIds: $who}) { userErrors { code message } }
	}`, map[string]any{"id": m.ID, "room": room, "who": m.participants(names)}, &assigned)
	m.accepted("assign", assigned.Assign.UserErrors)
}

// OpenRooms opens the rooms.
func (m *Meeting) OpenRooms() {
	m.t.Helper()
	var opened struct{ OpenRooms struct{ UserErrors refused } }
	m.house.Do(`mutation($id: ID!) { openRooms(input: {meetingId: $id}) { userErrors { code message } } }`, map[string]any{"id": m.ID}, &opened)
	m.accepted("openRooms", opened.OpenRooms.UserErrors)
}

// CloseRooms closes the rooms at once.
func (m *Meeting) CloseRooms() {
	m.t.Helper()
	var closed struct{ CloseRooms struct{ UserErrors refused } }
	m.house.Do(`mutation($id: ID!) { closeRooms(input: {meetingId: $id, countdownSeconds: 0}) { userErrors { code message } } }`,
		map[string]any{"id": m.ID}, &closed)
	m.accepted("closeRooms", closed.CloseRooms.UserErrors)
}

// CreateBot sends a bot in a mode, such as AUTO_ACCEPT_ALL_INVITES, to a room
// by its name or id where the mode takes one, and returns the bot's id.
func (m *Meeting) CreateBot(name, mode, room string) string {
	m.t.Helper()
	how := map[string]any{"mode": strings.ToUpper(mode)}
	if room != "" {
		how["roomId"] = room
	}
	var created struct {
		CreateBot struct {
			Bot        *struct{ ID string }
			UserErrors refused
		}
	}
	m.house.Do(`mutation($id: ID!, $name: String!, $how: BreakoutRoomInput) {
	  createBot(input: {meetingId: $id, name: $name, breakoutRoom: $how}) { bot { id } userErrors { code message } }
	}`, map[string]any{"id": m.ID, "name": name, "how": how}, &created)
	m.accepted("createBot", created.CreateBot.UserErrors)
	return created.CreateBot.Bot.ID
}

// lastEvents is how many events a failed wait shows.
const lastEvents = 12

// WaitFor waits for an event, by its type or by the status code of a bot, such
// as breakout_room_entered. It looks at all events since the beginning, and fails
// the test after 30 s.
func (m *Meeting) WaitFor(event string) Event {
	m.t.Helper()
	return m.WaitForCount(event, 1)[0]
}

// WaitForCount waits until an event has happened a number of times, and returns
// them.
func (m *Meeting) WaitForCount(event string, count int) []Event {
	m.t.Helper()
	err := m.watcher.Wait(context.Background(), scenario.Condition{Event: event, Count: count}, time.Time{})
	seen := m.watcher.Seen()
	if err != nil {
		m.t.Fatal(err)
	}
	var found []Event
	for _, one := range seen {
		if one.Is(event) {
			found = append(found, one)
		}
	}
	return found
}

// Segment is a recording.
type Segment struct {
	ID              string
	State           string
	DurationSeconds float64
	Room            struct{ ID, Name string }
	Bot             struct{ ID, Name string }
	Tracks          struct{ Nodes []Track }
}

// Track is one person's audio in a segment.
type Track struct {
	Name            string
	DurationSeconds float64
	Packets         int
	Lost            int
	URL             string
}

// Segments are the recordings of the meeting so far.
func (m *Meeting) Segments() []Segment {
	m.t.Helper()
	var answer struct{ Segments struct{ Nodes []Segment } }
	m.house.Do(`query($id: ID!) { segments(meetingId: $id, first: 100) { nodes {
	  id state durationSeconds room { id name } bot { id name }
	  tracks { nodes { name durationSeconds packets lost url } }
	} } }`, map[string]any{"id": m.ID}, &answer)
	return answer.Segments.Nodes
}
