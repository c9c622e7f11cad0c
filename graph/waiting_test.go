package graph_test

import (
	"slices"
	"testing"

	"github.com/breakoutrooms/breakout/testbed"
)

// line is who waits to be let in, as the API tells.
func (h *hosting) line() (ids, names []string) {
	h.t.Helper()
	var answer struct {
		Meeting struct {
			WaitingRoom []struct {
				ID, Name     string
				WaitingSince *string
				Room         *struct{ ID string }
			}
		}
	}
	h.house.Do(`query($id: ID!) { meeting(id: $id) { waitingRoom { id name waitingSince room { id } } } }`, map[string]any{"id": h.ID}, &answer)
	for _, one := range answer.Meeting.WaitingRoom {
		if one.WaitingSince == nil || one.Room != nil {
			h.t.Errorf("who waits is %+v", one)
		}
		ids, names = append(ids, one.ID), append(names, one.Name)
	}
	return ids, names
}

// status is the latest status of a bot and why.
func (h *hosting) status(name string) string {
	h.t.Helper()
	var answer struct {
		Bot struct{ StatusCode, StatusSubCode string }
	}
	h.house.Do(`query($id: ID!) { bot(id: $id) { statusCode statusSubCode } }`, map[string]any{"id": h.sent()[name]}, &answer)
	return answer.Bot.StatusCode + "/" + answer.Bot.StatusSubCode
}

func TestHostsLetPeopleIn(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		h.do("updateOptions", map[string]any{"options": map[string]any{"waitingRoom": "EVERYBODY", "capacity": 2}})
		h.do("admitParticipants", map[string]any{}, "NOBODY_WAITING")
		for n, name := range []string{"Rover", "Scout"} {
			h.do("createBot", map[string]any{"name": name})
			h.WaitForCount("in_waiting_room", n+1)
		}
		ids, names := h.line()
		if !slices.Equal(names, []string{"Rover", "Scout"}) || h.status("Rover") != "in_waiting_room/" {
			t.Fatalf("%v wait, and Rover is %s", names, h.status("Rover"))
		}
		h.do("admitParticipants", map[string]any{"participantIds": []string{h.people["Ada"]}}, "PARTICIPANT_NOT_WAITING")
		h.do("admitParticipants", map[string]any{"actorId": h.people["Ada"]}, "NOT_ALLOWED")
		h.do("admitParticipants", map[string]any{}, "MEETING_FULL")
		h.do("denyParticipants", map[string]any{"participantIds": ids[1:]})
		h.do("admitParticipants", map[string]any{})
		h.WaitForCount("SEGMENT_STARTED", 1)
		h.WaitForCount("PARTICIPANT_DENIED", 1)
		h.WaitFor("done")
		if _, names := h.line(); len(names) > 0 || h.status("Rover") != "in_call_recording/" {
			t.Errorf("%v wait, and Rover is %s", names, h.status("Rover"))
		}
		h.do("updateOptions", map[string]any{"options": map[string]any{"botsAskToRecord": true}})
		h.WaitFor("recording_permission_denied")
		h.do("setRole", map[string]any{"participantId": h.people["Ada"], "role": "HOST"})
		h.do("requestRecordingPermission", map[string]any{"botId": h.sent()["Rover"]})
		h.WaitForCount("RECORDING_REQUESTED", 1)
		h.do("allowRecording", map[string]any{"participantIds": ids[:1], "actorId": h.people["Ada"]})
		h.WaitFor("recording_permission_allowed")
	})
}
