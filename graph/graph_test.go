package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/testbed"
)

// inHouse runs a test in a house of its own, in virtual time.
func inHouse(t *testing.T, test func(t *testing.T, house *testbed.House)) {
	synctest.Test(t, func(t *testing.T) { test(t, testbed.Start(t, testbed.VirtualTime())) })
}

// mutate runs a mutation whose payload is of no interest beyond its userErrors,
// and returns their codes.
func mutate(t *testing.T, house *testbed.House, field, inputType string, input map[string]any) []string {
	t.Helper()
	query := fmt.Sprintf("mutation($input: %s!) { %s(input: $input) { userErrors { code message path } } }", inputType, field)
	var answer map[string]struct {
		UserErrors []struct{ Code, Message string }
	}
	house.Do(query, map[string]any{"input": input}, &answer)
	var codes []string
	for _, refusal := range answer[field].UserErrors {
		if !strings.HasSuffix(refusal.Message, ".") {
			t.Errorf("%s is no sentence", refusal.Message)
		}
		codes = append(codes, refusal.Code)
	}
	return codes
}

func TestRefusalsAreDataWithCodes(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Test")
		m.CreateRooms("Red")
		m.OpenRooms()
		bot := func(mode, room string) map[string]any {
			return map[string]any{"meetingId": m.ID, "breakoutRoom": map[string]any{"mode": mode, "roomId": room}}
		}
		for name, test := range map[string]struct {
			field, inputType string
			input            map[string]any
			want             []string
		}{
			"a second opening":                {"openRooms", "OpenRoomsInput", map[string]any{"meetingId": m.ID}, []string{"ROUND_ALREADY_OPEN"}},
			"an unknown meeting":              {"openRooms", "OpenRoomsInput", map[string]any{"meetingId": "mtg_none"}, []string{"MEETING_NOT_FOUND"}},
			"all rooms anew while open":       {"recreateRooms", "RecreateRoomsInput", map[string]any{"meetingId": m.ID, "names": []string{"Blue"}}, []string{"ROUND_ALREADY_OPEN"}},
			"an empty title":                  {"createMeeting", "CreateMeetingInput", map[string]any{"title": " "}, []string{"INVALID_INPUT"}},
			"two faults at once":              {"createMeeting", "CreateMeetingInput", map[string]any{"title": "", "options": map[string]any{"closingCountdownSeconds": 500}}, []string{"INVALID_INPUT", "INVALID_INPUT"}},
			"an unknown platform":             {"createMeeting", "CreateMeetingInput", map[string]any{"title": "x", "platform": "moon"}, []string{"INVALID_INPUT"}},
			"an unknown participant":          {"moveParticipant", "MoveParticipantInput", map[string]any{"participantId": "par_x", "roomId": "room_x"}, []string{"PARTICIPANT_NOT_FOUND"}},
			"two unknown participants":        {"assign", "AssignInput", map[string]any{"meetingId": m.ID, "roomId": "room_x", "participantIds": []string{"a", "b"}}, []string{"PARTICIPANT_NOT_FOUND", "PARTICIPANT_NOT_FOUND"}},
			"a specific room without a room":  {"createBot", "CreateBotInput", bot("JOIN_SPECIFIC_ROOM", " "), []string{"ROOM_ID_REQUIRED"}},
			"a room without its mode":         {"createBot", "CreateBotInput", bot("AUTO_ACCEPT_ALL_INVITES", "Red"), []string{"ROOM_ID_NOT_ALLOWED"}},
			"a room that does not exist":      {"createBot", "CreateBotInput", bot("JOIN_SPECIFIC_ROOM", "Blue"), []string{"ROOM_NOT_FOUND"}},
			"a bot's name that is too long":   {"createBot", "CreateBotInput", map[string]any{"meetingId": m.ID, "name": strings.Repeat("x", 101)}, []string{"INVALID_INPUT"}},
			"an unknown bot":                  {"removeBot", "RemoveBotInput", map[string]any{"botId": "bot_x"}, []string{"BOT_NOT_FOUND"}},
			"a countdown that is too long":    {"closeRooms", "CloseRoomsInput", map[string]any{"meetingId": m.ID, "countdownSeconds": 121}, []string{"INVALID_INPUT"}},
			"a countdown that goes backwards": {"closeRooms", "CloseRoomsInput", map[string]any{"meetingId": m.ID, "countdownSeconds": -1}, []string{"INVALID_INPUT"}},
		} {
			if got := mutate(t, house, test.field, test.inputType, test.input); !slices.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
		}
		if got := len(m.WaitForCount("round_opened", 1)); got != 1 {
			t.Errorf("refused mutations left %d openings", got)
		}
	})
}

func TestRequestsThatAreNotLegalGraphQL(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		for name, test := range map[string]struct{ query, code string }{
			"a mode that does not exist":  {`mutation { createBot(input: {meetingId: "x", breakoutRoom: {mode: JOIN_ANY}}) { bot { id } } }`, "GRAPHQL_VALIDATION_FAILED"},
			"a field that does not exist": {`{ meeting(id: "x") { colour } }`, "GRAPHQL_VALIDATION_FAILED"},
			"a page that is too large":    {`{ meetings(first: 101) { nodes { id } } }`, "INVALID_INPUT"},
			"a page of nothing":           {`{ meetings(first: 0) { nodes { id } } }`, "INVALID_INPUT"},
			"a cursor of nothing":         {`{ meetings(after: "nonsense") { nodes { id } } }`, "INVALID_CURSOR"},
			"too many tokens":             {"{" + strings.Repeat(" a: meetings { nodes { id } }", 2000) + "}", "LIMIT_EXCEEDED"},
		} {
			err := house.Client.Do(t.Context(), test.query, nil, nil)
			failed, ok := errors.AsType[client.Errors](err)
			if !ok || failed[0].Extensions.Code != test.code {
				t.Errorf("%s: got %v, want code %s", name, err, test.code)
			}
		}
	})
}

func TestEveryDoorAsksForAKey(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		for _, key := range []string{"", "bk_wrongwrongwrongwrongwrong"} {
			stranger := &client.Client{URL: house.URL, Key: key, HTTP: house.Client.HTTP}
			err := stranger.Do(t.Context(), `{ meetings { nodes { id } } }`, nil, nil)
			if failed, ok := errors.AsType[client.Errors](err); !ok || failed[0].Extensions.Code != "UNAUTHENTICATED" {
				t.Errorf("a request with key %q got %v", key, err)
			}
			err = stranger.Subscribe(t.Context(), `subscription { meetingEvents(meetingId: "x") { cursor } }`, nil, func(json.RawMessage) error { return nil })
			if err == nil {
				t.Errorf("a subscription with key %q was served", key)
			}
		}
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 200, "/recordings/x.ogg": 403, "/graphql": 401} {
			response, err := house.Client.HTTP.Get(house.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != want {
				t.Errorf("%s answers %d without a key, want %d", path, response.StatusCode, want)
			}
		}
	})
}

func TestForeignSitesCannotCall(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		request, err := http.NewRequest(http.MethodPost, house.URL+"/graphql", strings.NewReader(`{"query":"{__typename}"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+house.Key)
		request.Header.Set("Origin", "https://evil.example")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		response, err := house.Client.HTTP.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("a request from another site answers %s", response.Status)
		}
	})
}

func TestWorkspacesDoNotSeeEachOther(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Ours")
		room := m.CreateRooms("Red")[0]
		participant := m.Join("Ada")[0]
		bot := m.CreateBot("Bot", "JOIN_MAIN_ROOM", "")
		m.WaitFor("segment_started")
		segment := m.Segments()[0].ID
		other := house.Workspace("other")

		var nodes map[string]*struct{ Typename string }
		var query strings.Builder
		for i, id := range []string{m.ID, room, participant, bot, segment} {
			fmt.Fprintf(&query, "n%d: node(id: %q) { Typename: __typename }\n", i, id)
		}
		house.Do("{"+query.String()+"}", nil, &nodes)
		for name, node := range nodes {
			if node == nil {
				t.Errorf("%s is hidden from its owner", name)
			}
		}
		nodes = nil
		other.Do("{"+query.String()+"}", nil, &nodes)
		for name, node := range nodes {
			if node != nil {
				t.Errorf("%s, a %s, shows itself to another workspace", name, node.Typename)
			}
		}
		var lists struct {
			Meetings, Bots, Segments struct{ Nodes []struct{ ID string } }
		}
		other.Do(fmt.Sprintf(`{ meetings { nodes { id } } bots { nodes { id } } segments(meetingId: %q) { nodes { id } } }`, m.ID), nil, &lists)
		if n := len(lists.Meetings.Nodes) + len(lists.Bots.Nodes) + len(lists.Segments.Nodes); n != 0 {
			t.Errorf("another workspace lists %d of our things", n)
		}
		for field, test := range map[string]struct {
			inputType string
			input     map[string]any
		}{
			"openRooms":       {"OpenRoomsInput", map[string]any{"meetingId": m.ID}},
			"closeRooms":      {"CloseRoomsInput", map[string]any{"meetingId": m.ID}},
			"endMeeting":      {"EndMeetingInput", map[string]any{"meetingId": m.ID}},
			"createRooms":     {"CreateRoomsInput", map[string]any{"meetingId": m.ID, "names": []string{"x"}}},
			"assign":          {"AssignInput", map[string]any{"meetingId": m.ID, "roomId": room, "participantIds": []string{participant}}},
			"moveParticipant": {"MoveParticipantInput", map[string]any{"participantId": participant, "roomId": room}},
			"createBot":       {"CreateBotInput", map[string]any{"meetingId": m.ID}},
			"removeBot":       {"RemoveBotInput", map[string]any{"botId": bot}},
		} {
			if codes := mutate(t, other, field, test.inputType, test.input); len(codes) == 0 || !strings.HasSuffix(codes[0], "_NOT_FOUND") {
				t.Errorf("%s of another workspace answers %v", field, codes)
			}
		}
		for _, subscription := range []string{`meetingEvents(meetingId: "` + m.ID + `")`, `botEvents(botId: "` + bot + `")`} {
			err := other.Client.Subscribe(t.Context(), `subscription { `+subscription+` { cursor } }`, nil, func(json.RawMessage) error { return errors.New("an event came") })
			if failed, ok := errors.AsType[client.Errors](err); !ok || !strings.HasSuffix(failed[0].Extensions.Code, "_NOT_FOUND") {
				t.Errorf("%s of another workspace answers %v", subscription, err)
			}
		}
	})
}

func TestListsArePaged(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Test")
		var names []string
		for i := range 23 {
			names = append(names, fmt.Sprintf("Room %d", i+1))
		}
		m.CreateRooms(names...)
		var got []string
		var after *string
		for pages := 1; ; pages++ {
			var answer struct {
				Meeting struct {
					Rooms struct {
						Edges    []struct{ Cursor string }
						Nodes    []struct{ Name string }
						PageInfo struct {
							HasNextPage bool
							EndCursor   *string
						}
					}
				}
			}
			house.Do(`query($id: ID!, $after: String) { meeting(id: $id) { rooms(first: 5, after: $after) {
			  edges { cursor } nodes { name } pageInfo { hasNextPage endCursor } } } }`, map[string]any{"id": m.ID, "after": after}, &answer)
			rooms := answer.Meeting.Rooms
			for _, room := range rooms.Nodes {
				got = append(got, room.Name)
			}
			if len(rooms.Nodes) != len(rooms.Edges) || rooms.Edges[len(rooms.Edges)-1].Cursor != *rooms.PageInfo.EndCursor {
				t.Fatalf("page %d does not agree with itself: %+v", pages, rooms)
			}
			if after = rooms.PageInfo.EndCursor; !rooms.PageInfo.HasNextPage {
				break
			}
		}
		if want := append([]string{"Main room"}, names...); !slices.Equal(got, want) {
			t.Errorf("the pages hold %v", got)
		}
	})
}

func TestSubscriptionsReplayAndGoLive(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		m := house.CreateMeeting("Test")
		m.CreateRooms("Red")
		type event struct {
			Cursor   string
			Sequence int
			Type     string
			Bot      *struct{ ID string }
		}
		errEnough := errors.New("enough")
		follow := func(field string, variables map[string]any, until func(event) bool) (events []event) {
			query := fmt.Sprintf("subscription($id: ID!, $after: String) { %s { cursor sequence type bot { id } } }", field)
			err := house.Client.Subscribe(t.Context(), query, variables, func(data json.RawMessage) error {
				var answer map[string]event
				if err := json.Unmarshal(data, &answer); err != nil {
					return err
				}
				for _, e := range answer {
					if events = append(events, e); until(e) {
						return errEnough
					}
				}
				return nil
			})
			if !errors.Is(err, errEnough) {
				t.Fatalf("%s: %v", field, err)
			}
			return events
		}
		ofMeeting := "meetingEvents(meetingId: $id, after: $after)"
		past := follow(ofMeeting, map[string]any{"id": m.ID}, func(e event) bool { return e.Type == "ROOM_CREATED" && e.Sequence > 2 })
		go func() {
			time.Sleep(time.Minute)
			m.OpenRooms()
		}()
		live := follow(ofMeeting, map[string]any{"id": m.ID, "after": past[len(past)-1].Cursor}, func(e event) bool { return e.Type == "ROOM_OPENED" })
		for i, e := range append(past, live...) {
			if e.Sequence != i+1 {
				t.Errorf("event %d has sequence %d", i, e.Sequence)
			}
		}
		bot := m.CreateBot("Bot", "JOIN_MAIN_ROOM", "")
		for _, e := range follow("botEvents(botId: $id, after: $after)", map[string]any{"id": bot}, func(e event) bool { return e.Type == "SEGMENT_STARTED" }) {
			if e.Bot == nil || e.Bot.ID != bot {
				t.Errorf("the bot's events hold %+v", e)
			}
		}
		other := house.CreateMeeting("Other")
		err := house.Client.Subscribe(context.Background(), "subscription($id: ID!, $after: String) { "+ofMeeting+" { cursor } }",
			map[string]any{"id": other.ID, "after": past[0].Cursor}, func(json.RawMessage) error { return nil })
		if failed, ok := errors.AsType[client.Errors](err); !ok || failed[0].Extensions.Code != "INVALID_CURSOR" {
			t.Errorf("a cursor of another meeting answers %v", err)
		}
	})
}
