package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// order gives an order about a bot, and returns the bot's id.
func (h *hosting) order(field, inputType string, input map[string]any) string {
	h.t.Helper()
	var answer map[string]struct {
		Bot        *struct{ ID string }
		UserErrors []struct{ Code, Message string }
	}
	h.house.Do("mutation($input: "+inputType+"!) { "+field+"(input: $input) { bot { id } userErrors { code message } } }", map[string]any{"input": input}, &answer)
	if answer[field].Bot == nil {
		h.t.Fatalf("%s of %v was refused: %v", field, input, answer[field].UserErrors)
	}
	return answer[field].Bot.ID
}

// shownBot is what the API shows of a bot.
type shownBot struct {
	Name, Mode, StatusCode                      string
	StatusSubCode, RoomWanted, DeduplicationKey *string
	JoinAt                                      *time.Time
	Metadata                                    []struct{ Key, Value string }
}

func (h *hosting) shown(id string) shownBot {
	h.t.Helper()
	var answer struct{ Bot shownBot }
	h.house.Do(`query($id: ID!) { bot(id: $id) { name mode statusCode statusSubCode roomWanted deduplicationKey joinAt metadata { key value } } }`,
		map[string]any{"id": id}, &answer)
	return answer.Bot
}

func (b shownBot) said() map[string]string {
	said := make(map[string]string)
	for _, entry := range b.Metadata {
		said[entry.Key] = entry.Value
	}
	return said
}

func TestBotsAreScheduled(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house)
		joinAt := time.Now().Add(time.Hour).UTC()
		id := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "name": "Ears", "joinAt": joinAt, "deduplicationKey": "standup",
			"metadata": []any{map[string]any{"key": "case", "value": "42"}}})
		if b := h.shown(id); b.StatusCode != "scheduled" || b.JoinAt == nil || !b.JoinAt.Equal(joinAt) || b.DeduplicationKey == nil || *b.DeduplicationKey != "standup" ||
			b.RoomWanted != nil || b.StatusSubCode != nil {
			t.Errorf("the bot is %+v", b)
		}
		if again := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "deduplicationKey": "standup"}); again != id {
			t.Errorf("a second order under the key came to %s, want %s", again, id)
		}
		soon := time.Now().Add(time.Minute).UTC()
		h.order("updateBot", "UpdateBotInput", map[string]any{"botId": id, "joinAt": soon, "metadata": []any{map[string]any{"key": "case", "value": "43"}}})
		if b := h.shown(id); b.Name != "Ears" || !b.JoinAt.Equal(soon) || !maps.Equal(b.said(), map[string]string{"case": "43"}) {
			t.Errorf("after the change, the bot is %+v", b)
		}
		h.order("updateBot", "UpdateBotInput", map[string]any{"botId": id, "name": "Eyes", "breakoutRoom": map[string]any{"mode": "JOIN_MAIN_ROOM"}})
		if b := h.shown(id); b.Name != "Eyes" || b.Mode != "JOIN_MAIN_ROOM" || !b.JoinAt.Equal(soon) || len(b.Metadata) != 1 {
			t.Errorf("after another change, the bot is %+v", b)
		}
		deleted := h.order("createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "name": "Never", "joinAt": soon})
		h.order("deleteBot", "DeleteBotInput", map[string]any{"botId": deleted})
		time.Sleep(time.Minute)
		h.WaitForCount("segment_started", 1)
		for name, test := range map[string]struct {
			field, inputType string
			input            map[string]any
			want             []string
		}{
			"changing a bot that has left":  {"updateBot", "UpdateBotInput", map[string]any{"botId": id, "name": "Late"}, []string{"BOT_NOT_SCHEDULED"}},
			"deleting a bot that has left":  {"deleteBot", "DeleteBotInput", map[string]any{"botId": id}, []string{"BOT_NOT_SCHEDULED"}},
			"changing nobody":               {"updateBot", "UpdateBotInput", map[string]any{"botId": "bot_x"}, []string{"BOT_NOT_FOUND"}},
			"deleting twice":                {"deleteBot", "DeleteBotInput", map[string]any{"botId": deleted}, []string{"BOT_ENDED"}},
			"a time that has passed":        {"createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "joinAt": soon.Add(-time.Hour)}, []string{"INVALID_INPUT"}},
			"a time that is years ahead":    {"createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "joinAt": soon.AddDate(2, 0, 0)}, []string{"INVALID_INPUT"}},
			"a key that stands twice":       {"createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "metadata": entries("a", "1", "a", "2")}, []string{"INVALID_INPUT"}},
			"metadata with several faults":  {"createBot", "CreateBotInput", map[string]any{"meetingId": h.ID, "metadata": append(many(20), entries("", "x")...)}, []string{"INVALID_INPUT", "INVALID_INPUT"}},
			"the living bot's deduplicated": {"createBot", "CreateBotInput", map[string]any{"meetingId": house.CreateMeeting("Other").ID, "deduplicationKey": "standup"}, []string{"DEDUPLICATION_KEY_TAKEN"}},
		} {
			if got := mutate(t, house, test.field, test.inputType, test.input); !slices.Equal(got, test.want) {
				t.Errorf("%s: got %v, want %v", name, got, test.want)
			}
		}
	})
}

// entries makes metadata of keys and values.
func entries(texts ...string) (list []any) {
	for i := 0; i < len(texts); i += 2 {
		list = append(list, map[string]any{"key": texts[i], "value": texts[i+1]})
	}
	return list
}

func many(n int) (list []any) {
	for i := range n {
		list = append(list, entries("key "+strconv.Itoa(i), "")...)
	}
	return list
}

// found are the names of the bots that a filter finds.
func (h *hosting) found(filter string) (names []string) {
	h.t.Helper()
	var answer struct {
		Bots struct{ Nodes []struct{ Name string } }
	}
	h.house.Do("{ bots("+filter+") { nodes { name } } }", nil, &answer)
	for _, bot := range answer.Bots.Nodes {
		names = append(names, bot.Name)
	}
	slices.Sort(names)
	return names
}

func TestMetadataComesWithEventsAndFindsBots(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h, other := newHosting(t, house), house.CreateMeeting("Other")
		send := func(meeting, name string, metadata []any, more ...any) string {
			input := map[string]any{"meetingId": meeting, "name": name, "metadata": metadata}
			for i := 0; i < len(more); i += 2 {
				input[more[i].(string)] = more[i+1]
			}
			return h.order("createBot", "CreateBotInput", input)
		}
		first := send(h.ID, "First", entries("team", "red", "case", "42"))
		send(h.ID, "Second", entries("team", "red"))
		send(h.ID, "Third", entries("team", "blue", "case", "red"), "joinAt", time.Now().Add(time.Hour).UTC())
		send(other.ID, "Fourth", entries("team", "red", "case", "42"))
		h.WaitForCount("segment_started", 2)
		other.WaitForCount("segment_started", 1)

		in := `meetingId: "` + h.ID + `", `
		for filter, want := range map[string][]string{
			`metadata: [{key: "team", value: "red"}]`:                             {"First", "Fourth", "Second"},
			`metadata: [{key: "team", value: "red"}, {key: "case", value: "42"}]`: {"First", "Fourth"},
			in + `metadata: [{key: "team", value: "red"}]`:                        {"First", "Second"},
			in + `metadata: [{key: "team", value: "42"}]`:                         nil,
			in + `metadata: []`:     {"First", "Second", "Third"},
			`status: ["scheduled"]`: {"Third"},
			`status: ["scheduled", "done"], metadata: [{key: "team", value: "red"}]`: nil,
			`status: []`: nil,
		} {
			if got := h.found(filter); !slices.Equal(got, want) {
				t.Errorf("bots(%s) are %v, want %v", filter, got, want)
			}
		}
		h.house = house.Workspace("theirs")
		if seen := h.found(`metadata: [{key: "team", value: "red"}]`); len(seen) != 0 {
			t.Errorf("another workspace sees %v", seen)
		}
		h.house = house
		told := 0
		h.events(first, func(event botSeen) {
			told++
			if len(event.Bot.Metadata) != 2 || event.Bot.Metadata[0].Value != "42" || event.Bot.Metadata[1].Value != "red" {
				t.Errorf("%s comes with %+v", event.Type, event.Bot)
			}
		})
		if told < 5 {
			t.Errorf("the bot has %d events", told)
		}
	})
}

// botSeen is an event of a bot as a subscriber sees it.
type botSeen struct {
	Type string
	Bot  *struct {
		ID, Name string
		Metadata []struct{ Key, Value string }
	}
}

var errHeard = errors.New("heard")

// events hands out the events of a bot up to the first segment.
func (h *hosting) events(id string, take func(botSeen)) {
	h.t.Helper()
	err := h.house.Client.Subscribe(context.Background(), `subscription($id: ID!) { botEvents(botId: $id) { type bot { id name metadata { key value } } } }`,
		map[string]any{"id": id}, func(data json.RawMessage) error {
			var answer struct{ BotEvents botSeen }
			if err := json.Unmarshal(data, &answer); err != nil {
				return err
			}
			take(answer.BotEvents)
			if answer.BotEvents.Type == "SEGMENT_STARTED" {
				return errHeard
			}
			return nil
		})
	if !errors.Is(err, errHeard) {
		h.t.Fatal(err)
	}
}
