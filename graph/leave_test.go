package graph_test

import (
	"slices"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// endings tells how the calls of bots ended, by their names.
func (h *hosting) endings() map[string]string {
	h.t.Helper()
	why := make(map[string]string)
	for name, id := range h.sent() {
		var answer struct {
			Bot struct {
				StatusCode string
				EndedAt    *time.Time
			}
		}
		h.house.Do(`query($id: ID!) { bot(id: $id) { statusCode endedAt } }`, map[string]any{"id": id}, &answer)
		why[name] = answer.Bot.StatusCode
	}
	return why
}

// sent are the ids of the meeting's bots, by name.
func (h *hosting) sent() map[string]string {
	h.t.Helper()
	var answer struct {
		Bots struct{ Nodes []struct{ ID, Name string } }
	}
	h.house.Do(`query($id: ID!) { bots(meetingId: $id, first: 100) { nodes { id name } } }`, map[string]any{"id": h.ID}, &answer)
	ids := make(map[string]string)
	for _, bot := range answer.Bots.Nodes {
		ids[bot.Name] = bot.ID
	}
	return ids
}

func TestBotsLeaveByThemselves(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house)
		var created struct {
			CreateBots struct {
				Results []struct {
					Bot        *struct{ ID string }
					UserErrors []struct{ Code string }
				}
			}
		}
		bots := `mutation($id: ID!) { createBots(input: {meetingId: $id, idempotencyKey: "bots", bots: [
		  {name: "Patient", automaticLeave: {waitingRoomTimeoutSeconds: 60, everyoneLeftTimeout: {timeoutSeconds: 2}, silenceDetection: {timeoutSeconds: 600, activateAfterSeconds: 60}, botDetection: {usingParticipantEvents: {timeoutSeconds: 600}, usingParticipantNames: {matches: ["notetaker"]}}}}, {name: "Hasty", automaticLeave: {nooneJoinedTimeoutSeconds: 10}},
		  {name: "Short", automaticLeave: {inCallRecordingTimeoutSeconds: 60}}, {name: "Wrong", automaticLeave: {inCallRecordingTimeoutSeconds: -1}, breakoutRoom: {mode: JOIN_SPECIFIC_ROOM}},
		]}) { results { bot { id } userErrors { code } } } }`
		for range 2 { // the second time, nothing is done
			house.Do(bots, map[string]any{"id": h.ID}, &created)
		}
		var codes []string
		for _, refusal := range created.CreateBots.Results[3].UserErrors {
			codes = append(codes, refusal.Code)
		}
		if len(h.sent()) != 3 || !slices.Equal(codes, []string{"INVALID_INPUT", "ROOM_ID_REQUIRED"}) {
			t.Errorf("the bots are %v, and the one that is wrong was refused with %v", h.sent(), codes)
		}
		h.do("createBots", map[string]any{"bots": []any{}}, "INVALID_INPUT")

		time.Sleep(15 * time.Second)
		if why := h.endings(); why["Hasty"] != "done" || why["Patient"] != "in_call_recording" {
			t.Errorf("after 15 s in which nobody came, the bots are %v", why)
		}
		h.people["Ada"] = h.Join("Ada")[0]
		h.do("createRooms", map[string]any{"names": []string{"Red"}})
		h.do("assignAutomatically", map[string]any{"seed": 1})
		h.do("openRooms", map[string]any{})
		time.Sleep(30 * time.Second)
		if why := h.endings(); why["Patient"] != "in_call_recording" || why["Short"] != "in_call_recording" {
			t.Errorf("while everybody is in a breakout room, the bots are %v", why)
		}
		time.Sleep(20 * time.Second)
		if why := h.endings(); why["Short"] != "done" {
			t.Errorf("after a minute, the bots are %v", why)
		}
		h.do("leaveMeeting", map[string]any{"participantId": h.people["Ada"]})
		time.Sleep(5 * time.Second)
		if why := h.endings(); why["Patient"] != "done" {
			t.Errorf("after everybody left, the bots are %v", why)
		}
	})
}
