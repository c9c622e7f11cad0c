package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// hosting is a meeting whose host's controls are tried.
type hosting struct {
	*testbed.Meeting
	t      *testing.T
	house  *testbed.House
	people map[string]string // ids by name
}

func newHosting(t *testing.T, house *testbed.House, names ...string) *hosting {
	h := &hosting{Meeting: house.CreateMeeting("Test"), t: t, house: house, people: make(map[string]string)}
	for i, id := range h.Join(names...) {
		h.people[names[i]] = id
	}
	return h
}

// do runs a mutation of the host, which must be refused with just the codes that
// are wanted. An input without other target is about the meeting.
func (h *hosting) do(field string, input map[string]any, codes ...string) {
	h.t.Helper()
	if input["roomId"] == nil && input["participantId"] == nil && input["botId"] == nil && input["segmentId"] == nil {
		input["meetingId"] = h.ID
	}
	inputType := strings.ToUpper(field[:1]) + field[1:] + "Input"
	if got := mutate(h.t, h.house, field, inputType, input); !slices.Equal(got, codes) {
		h.t.Errorf("%s %v: got %v, want %v", field, input, got, codes)
	}
}

// state tells the meeting's rooms and who is in them, or assigned to them.
func (h *hosting) state() string {
	h.t.Helper()
	var answer struct {
		Meeting struct {
			Rooms struct {
				Nodes []struct {
					Name, State string
					Kind        string
				}
			}
			Participants struct {
				Nodes []struct {
					Name               string
					Role               string
					Room, AssignedRoom *struct{ Name string }
				}
			}
		}
	}
	h.house.Do(`query($id: ID!) { meeting(id: $id) {
	  rooms { nodes { name state kind } }
	  participants { nodes { name role room { name } assignedRoom { name } } }
	} }`, map[string]any{"id": h.ID}, &answer)
	var list []string
	for _, room := range answer.Meeting.Rooms.Nodes {
		if room.Kind == "BREAKOUT" {
			list = append(list, room.Name+":"+room.State)
		}
	}
	for _, p := range answer.Meeting.Participants.Nodes {
		in, to := "-", "-"
		if p.Room != nil {
			in = p.Room.Name
		}
		if p.AssignedRoom != nil {
			to = p.AssignedRoom.Name
		}
		list = append(list, fmt.Sprintf("%s %s in %s to %s", p.Role, p.Name, in, to))
	}
	return strings.Join(list, ", ")
}

func (h *hosting) is(want string) {
	h.t.Helper()
	if got := h.state(); got != want {
		h.t.Errorf("the meeting is\n%s\nwant\n%s", got, want)
	}
}

// rooms are the ids of the rooms by name.
func (h *hosting) room(name string) string {
	h.t.Helper()
	var answer struct {
		Meeting struct {
			Rooms struct{ Nodes []struct{ ID, Name string } }
		}
	}
	h.house.Do(`query($id: ID!) { meeting(id: $id) { rooms { nodes { id name } } } }`, map[string]any{"id": h.ID}, &answer)
	for _, room := range answer.Meeting.Rooms.Nodes {
		if room.Name == name {
			return room.ID
		}
	}
	h.t.Fatalf("there is no room %s", name)
	return ""
}

func TestHostsPrepareRooms(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.do("createRooms", map[string]any{"count": 2})
		h.do("createRooms", map[string]any{"names": []string{"Red"}})
		h.do("renameRoom", map[string]any{"roomId": h.room("Room 2"), "name": "Blue"})
		h.do("deleteRoom", map[string]any{"roomId": h.room("Room 1")})
		h.do("renameRoom", map[string]any{"roomId": h.room("Red"), "name": "blue"}, "ROOM_NAME_TAKEN")
		h.do("deleteRoom", map[string]any{"roomId": "room_x"}, "ROOM_NOT_FOUND")
		h.is("Blue:PREPARED, Red:PREPARED, PARTICIPANT Ada in Main room to -, PARTICIPANT Ben in Main room to -")
		h.do("assignMany", map[string]any{"assignments": []any{
			map[string]any{"roomId": h.room("Blue"), "participantIds": []string{h.people["Ada"]}},
			map[string]any{"roomId": h.room("Red"), "participantIds": []string{h.people["Ben"]}},
		}})
		h.do("exchangeParticipants", map[string]any{"participantIds": []string{h.people["Ada"], h.people["Ben"]}})
		h.is("Blue:PREPARED, Red:PREPARED, PARTICIPANT Ada in Main room to Red, PARTICIPANT Ben in Main room to Blue")
		h.do("unassign", map[string]any{"participantIds": []string{h.people["Ada"]}})
		h.do("exchangeParticipants", map[string]any{"participantIds": []string{h.people["Ada"], h.people["Ben"]}}, "INVALID_INPUT")
		h.do("exchangeParticipants", map[string]any{"participantIds": []string{h.people["Ada"]}}, "INVALID_INPUT")
		h.is("Blue:PREPARED, Red:PREPARED, PARTICIPANT Ada in Main room to -, PARTICIPANT Ben in Main room to Blue")
		h.do("recreateRooms", map[string]any{"names": []string{"Green", "Grey"}})
		h.do("resetRooms", map[string]any{})
		h.do("createRooms", map[string]any{"names": []string{"Green", "Grey"}})
		h.is("Green:PREPARED, Grey:PREPARED, PARTICIPANT Ada in Main room to -, PARTICIPANT Ben in Main room to -")
		h.do("assignAutomatically", map[string]any{"seed": 1})
		if got := h.state(); strings.Contains(got, "to -") || strings.Count(got, "to Green") != 1 {
			t.Errorf("people are not spread evenly: %s", got)
		}
	})
}

func TestHostsRunRooms(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.CreateRooms("Red", "Blue")
		h.Assign(h.room("Red"), "Ada", "Ben")
		h.do("openRoom", map[string]any{"roomId": h.room("Red")})
		h.do("openRoom", map[string]any{"roomId": h.room("Red")}, "ROOM_ALREADY_OPEN")
		h.is("Red:OPEN, Blue:PREPARED, PARTICIPANT Ada in Red to Red, PARTICIPANT Ben in Red to Red")
		h.do("broadcast", map[string]any{"text": "Five minutes left."})
		h.do("inviteToReturn", map[string]any{"participantIds": []string{h.people["Ben"]}})
		h.WaitFor("invitation_resolved") // people come when they are called
		h.is("Red:OPEN, Blue:PREPARED, PARTICIPANT Ada in Red to Red, PARTICIPANT Ben in Main room to Red")
		h.do("setRole", map[string]any{"participantId": h.people["Ben"], "role": "COHOST"})
		h.do("renameParticipant", map[string]any{"participantId": h.people["Ben"], "name": "Benjamin"})
		h.do("closeRoom", map[string]any{"roomId": h.room("Red"), "countdownSeconds": 5})
		h.is("Red:CLOSING, Blue:PREPARED, PARTICIPANT Ada in Red to Red, COHOST Benjamin in Main room to Red")
		h.WaitFor("round_closed")
		h.is("Red:CLOSED, Blue:PREPARED, PARTICIPANT Ada in Main room to Red, COHOST Benjamin in Main room to Red")
		h.do("removeParticipant", map[string]any{"participantId": h.people["Ada"]})
		h.do("removeParticipant", map[string]any{"participantId": h.people["Ada"]}, "PARTICIPANT_NOT_PRESENT")
		h.do("answerHelp", map[string]any{"participantId": h.people["Ben"], "outcome": "LATER"}, "HELP_NOT_PENDING")
		for _, event := range []string{"room_closing", "message_broadcast", "participant_role_changed", "capabilities_changed", "participant_renamed"} {
			h.WaitFor(event)
		}
	})
}

func TestHostsPlanAhead(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house)
		zoom := "Pre-assign Room Name,Email Address\r\nIdeas,ada@example.org\r\nBudget,\r\n"
		h.do("importPlan", map[string]any{"name": "Monday", "csv": zoom})
		h.do("importPlan", map[string]any{"name": "Monday", "csv": "room_name,email\n,x\nA,nobody\n"}, "INVALID_CSV", "INVALID_CSV")
		h.do("savePlan", map[string]any{"name": "Tuesday", "rooms": []any{map[string]any{"name": "All", "people": []any{map[string]any{"externalId": "7", "firstName": "Ben"}}}}})
		h.do("applyPlan", map[string]any{"name": "Monday"})
		h.do("applyPlan", map[string]any{"name": "Sunday"}, "PLAN_NOT_FOUND")
		h.is("Ideas:PREPARED, Budget:PREPARED")
		var answer struct {
			Meeting struct {
				AppliedPlan string
				Plans       []struct {
					Name, CSV string
					Rooms     []struct {
						Name   string
						People []struct{ FirstName, ExternalID string }
					}
				}
			}
		}
		house.Do(`query($id: ID!) { meeting(id: $id) { appliedPlan plans { name csv(format: ZOOM) rooms { name people { firstName externalId } } } } }`, map[string]any{"id": h.ID}, &answer)
		plans := answer.Meeting.Plans
		if answer.Meeting.AppliedPlan != "Monday" || len(plans) != 2 || plans[0].CSV != strings.ReplaceAll(zoom, "\r", "") || plans[1].Rooms[0].People[0].ExternalID != "7" {
			t.Errorf("%+v", answer)
		}
		h.do("deletePlan", map[string]any{"name": "Monday"})
		for _, event := range []string{"plan_saved", "plan_applied", "plan_deleted"} {
			h.WaitFor(event)
		}
	})
}

func TestMeetingsTakeOnPersonas(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		var created struct {
			CreateMeeting struct {
				Meeting struct {
					ID, Persona string
					Options     struct{ MoveInAutomatically bool }
				}
			}
		}
		house.Do(`mutation { createMeeting(input: {title: "As on Zoom", persona: ZOOM}) { meeting { id persona options { moveInAutomatically } } } }`, nil, &created)
		m := created.CreateMeeting.Meeting
		if m.Persona != "ZOOM" || m.Options.MoveInAutomatically {
			t.Errorf("%+v", m)
		}
		if got := mutate(t, house, "updateOptions", "UpdateOptionsInput", map[string]any{"meetingId": m.ID, "options": map[string]any{"roomCapacity": 4, "closingCountdownSeconds": 20}}); !slices.Equal(got, []string{"NOT_OFFERED", "NOT_OFFERED"}) {
			t.Errorf("got %v", got)
		}
		if got := mutate(t, house, "createRooms", "CreateRoomsInput", map[string]any{"meetingId": m.ID, "count": 51}); !slices.Equal(got, []string{"TOO_MANY_ROOMS"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestHostsSetOptionsAndTimers(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		h.CreateRooms("Red")
		h.do("updateOptions", map[string]any{"options": map[string]any{"roundDurationSeconds": 600, "closingCountdownSeconds": 30, "roomCapacity": 4, "lateJoin": "FEWEST"}})
		h.do("updateOptions", map[string]any{"options": map[string]any{"roomCapacity": -1, "roundDurationSeconds": 90000}}, "INVALID_INPUT", "INVALID_INPUT")
		h.do("extendRound", map[string]any{"seconds": 60}, "ROUND_NOT_OPEN")
		h.OpenRooms()
		h.do("extendRound", map[string]any{"seconds": 300})
		h.Join("Late")
		var answer struct {
			Meeting struct {
				Options struct {
					ChooseRoom              bool
					RoomCapacity            int
					ClosingCountdownSeconds int
				}
				Round struct{ State, EndsAt string }
			}
		}
		query := `query($id: ID!) { meeting(id: $id) { options { chooseRoom roomCapacity closingCountdownSeconds } round { state endsAt } } }`
		house.Do(query, map[string]any{"id": h.ID}, &answer)
		if o := answer.Meeting.Options; !o.ChooseRoom || o.RoomCapacity != 4 || o.ClosingCountdownSeconds != 30 || answer.Meeting.Round.EndsAt == "" {
			t.Errorf("%+v", answer)
		}
		if got := h.state(); !strings.Contains(got, "Late in Red to Red") {
			t.Errorf("the latecomer was not sent to the only room: %s", got)
		}
		opened := h.WaitFor("round_opened")
		time.Sleep(15 * time.Minute)
		closing := h.WaitFor("round_closing")
		if waited := closing.At.Sub(opened.At).Seconds(); waited < 899 || waited > 901 {
			t.Errorf("the timer of 15 minutes ran out after %.0f s", waited)
		}
	})
}
