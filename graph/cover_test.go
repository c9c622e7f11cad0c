package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// coverage is what the API tells of how rooms are covered.
type coverage struct {
	Policy *struct {
		MaxBots int
		Name    string
	}
	Share float64
	Rooms []struct {
		Room                             struct{ Name string }
		OccupiedSeconds, RecordedSeconds float64
		Share                            float64
		Bots                             int
	}
}

func (h *hosting) coverage() coverage {
	h.t.Helper()
	var answer struct{ Meeting struct{ Coverage coverage } }
	h.house.Do(`query($id: ID!) { meeting(id: $id) { coverage { policy { maxBots name } share rooms { room { name } occupiedSeconds recordedSeconds share bots } } } }`,
		map[string]any{"id": h.ID}, &answer)
	return answer.Meeting.Coverage
}

// bots tells how many bots are in each room, as in "Red 1, Blue 0".
func (c coverage) bots() string {
	var list []string
	for _, room := range c.Rooms {
		list = append(list, fmt.Sprintf("%s %d", room.Room.Name, room.Bots))
	}
	return strings.Join(list, ", ")
}

func (h *hosting) botsAre(when, want string) {
	h.t.Helper()
	if got := h.coverage().bots(); got != want {
		h.t.Errorf("%s, bots are in %s; want %s\n%s", when, got, want, h.state())
	}
}

// bot finds the id of a bot by its name.
func (h *hosting) bot(name string) string {
	h.t.Helper()
	var answer struct {
		Bots struct{ Nodes []struct{ ID, Name string } }
	}
	h.house.Do(`query($id: ID!) { bots(meetingId: $id, first: 100) { nodes { id name } } }`, map[string]any{"id": h.ID}, &answer)
	for _, bot := range answer.Bots.Nodes {
		if bot.Name == name {
			return bot.ID
		}
	}
	h.t.Fatalf("there is no bot %s", name)
	return ""
}

func TestRoomsAreCovered(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben", "Cy")
		h.do("coverRooms", map[string]any{"maxBots": 0, "dwellSeconds": -1}, "INVALID_INPUT")
		h.do("coverRooms", map[string]any{"name": "{room} bot"})
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue", "Green"}})
		h.do("assignAutomatically", map[string]any{"seed": 1})
		h.WaitForCount("in_call_not_recording", 3) // they come before the rooms open
		h.do("openRooms", map[string]any{})
		time.Sleep(30 * time.Second)
		h.botsAre("after opening", "Red 1, Blue 1, Green 1")
		if c := h.coverage(); c.Share < 0.999 || c.Policy == nil || c.Policy.Name != "{room} bot" {
			t.Errorf("the coverage is %+v", c)
		}

		h.do("createRooms", map[string]any{"names": []string{"Late"}})
		h.do("openRoom", map[string]any{"roomId": h.room("Late")})
		time.Sleep(time.Second)
		h.botsAre("after another room opened", "Red 1, Blue 1, Green 1, Late 1")

		// The host moves a bot away: it stays where it was put, and another goes.
		h.do("moveBot", map[string]any{"botId": h.bot("Red bot"), "roomId": h.room("Blue")})
		time.Sleep(2 * time.Second)
		h.botsAre("after a bot was moved", "Red 1, Blue 1, Green 1, Late 1")

		h.do("removeBot", map[string]any{"botId": h.bot("Green bot")})
		time.Sleep(2 * time.Second)
		h.botsAre("after a bot was called back", "Red 1, Blue 1, Green 1, Late 1")

		h.do("closeRooms", map[string]any{"countdownSeconds": 0})
		time.Sleep(time.Second)
		h.do("openRooms", map[string]any{})
		time.Sleep(5 * time.Second)
		h.botsAre("in the second round", "Red 1, Blue 1, Green 1, Late 1")
		var answer struct {
			Bots struct{ Nodes []struct{ EndedAt *string } }
		}
		house.Do(`query($id: ID!) { bots(meetingId: $id, first: 100) { nodes { endedAt } } }`, map[string]any{"id": h.ID}, &answer)
		if n := len(answer.Bots.Nodes); n != 5 {
			t.Errorf("%d bots were sent; four rooms and one that was called back take 5", n)
		}
		h.do("stopCovering", map[string]any{})
		time.Sleep(2 * time.Second)
		h.botsAre("after covering was ended", "Red 0, Blue 0, Green 0, Late 0")
		h.do("endMeeting", map[string]any{})
		h.do("coverRooms", map[string]any{}, "MEETING_ENDED")
	})
}

func TestFewBotsRove(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		h.do("coverRooms", map[string]any{"maxBots": 2, "priority": []string{"Blue"}, "dwellSeconds": 10})
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue", "Green", "Grey"}})
		h.WaitForCount("in_call_not_recording", 2)
		h.do("openRooms", map[string]any{})
		seen := make(map[string]bool)
		for range 4 {
			time.Sleep(10 * time.Second)
			for _, room := range h.coverage().Rooms {
				if room.Bots > 0 {
					seen[room.Room.Name] = true
				}
				if room.Room.Name == "Blue" && room.Bots != 1 {
					t.Errorf("the most important room has %d bots", room.Bots)
				}
			}
		}
		if len(seen) != 4 {
			t.Errorf("two bots have been in %v", seen)
		}
	})
}

func TestBotsAreToldWhatToDo(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue"}})
		h.do("openRooms", map[string]any{})
		manual := h.CreateBot("Manual", "MANUAL", "")
		h.WaitForCount("in_call_recording", 1)
		h.do("moveBot", map[string]any{"botId": manual, "roomId": "room_none"}, "ROOM_NOT_FOUND")
		h.do("moveBot", map[string]any{"botId": "bot_none", "roomId": h.room("Red")}, "BOT_NOT_FOUND")
		h.do("moveBot", map[string]any{"botId": manual, "roomId": h.room("Red")})
		h.WaitForCount("BOT_MOVE_ENDED", 1)
		h.botsAre("told to go to Red", "Red 1, Blue 0")
		h.do("assign", map[string]any{"meetingId": h.ID, "roomId": h.room("Blue"), "participantIds": []string{h.participantOf(manual)}})
		time.Sleep(time.Second)
		h.botsAre("invited to Blue", "Red 1, Blue 0")
		h.do("acceptInvitation", map[string]any{"botId": manual})
		time.Sleep(time.Second)
		h.botsAre("told to accept", "Red 0, Blue 1")
		h.do("sendChatMessage", map[string]any{"botId": manual, "text": "I am recording."})
		h.do("pauseRecording", map[string]any{"botId": manual})
		h.do("resumeRecording", map[string]any{"botId": manual})
		h.do("moveBot", map[string]any{"botId": manual, "roomId": h.ID}) // the meeting: its main room
		h.WaitForCount("BOT_MOVE_ENDED", 2)
		h.botsAre("told to go to main", "Red 0, Blue 0")

		follower := h.house
		var sent struct {
			CreateBot struct {
				Bot        *struct{ ID string }
				UserErrors []struct{ Code string }
			}
		}
		follower.Do(`mutation($m: ID!, $p: ID!) { createBot(input: {meetingId: $m, name: "Shadow", breakoutRoom: {mode: FOLLOW_PARTICIPANT, participantId: $p}}) { bot { id } userErrors { code } } }`,
			map[string]any{"m": h.ID, "p": h.people["Ada"]}, &sent)
		if sent.CreateBot.Bot == nil {
			t.Fatalf("the follower was refused: %v", sent.CreateBot.UserErrors)
		}
		h.WaitForCount("in_call_recording", 3) // with the resumed one
		h.do("moveParticipant", map[string]any{"participantId": h.people["Ada"], "roomId": h.room("Red")})
		time.Sleep(time.Second)
		h.botsAre("after Ada went to Red", "Red 1, Blue 0")
		h.do("moveParticipant", map[string]any{"participantId": h.people["Ada"], "roomId": h.room("Blue")})
		time.Sleep(time.Second)
		h.botsAre("after Ada went to Blue", "Red 0, Blue 1")
		h.do("createBot", map[string]any{"breakoutRoom": map[string]any{"mode": "FOLLOW_PARTICIPANT"}}, "PARTICIPANT_ID_REQUIRED")
		var told []string
		for _, event := range h.WaitForCount("BOT_STATUS_CHANGED", 1) {
			told = append(told, event.Code)
		}
		if !slices.Contains(told, "in_call_not_recording") {
			t.Errorf("the bots told %v", told)
		}
	})
}

// participantOf is the participant that a bot is.
func (h *hosting) participantOf(bot string) string {
	h.t.Helper()
	var answer struct {
		Bot struct{ Participant struct{ ID string } }
	}
	h.house.Do(`query($id: ID!) { bot(id: $id) { participant { id } } }`, map[string]any{"id": bot}, &answer)
	return answer.Bot.Participant.ID
}
