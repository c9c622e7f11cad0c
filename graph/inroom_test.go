package graph_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/testbed"
)

// person is what the API tells of a participant.
type person struct {
	Name, Device, Preset      string
	Capabilities, Permissions []string
	Media                     meeting.Media
	MayRecord                 bool
	Recording, Help           *string
	Connections               []struct {
		Number int
		LeftAt *time.Time
		Cause  *string
	}
	Names []struct{ Name string }
}

func (h *hosting) person(name string) (p person) {
	h.t.Helper()
	var answer struct{ Node person }
	h.house.Do(`query($id: ID!) { node(id: $id) { ... on Participant {
	  name device preset capabilities permissions media { microphone camera screen hand } mayRecord recording help
	  connections { number leftAt cause } names { name }
	} } }`, map[string]any{"id": h.people[name]}, &answer)
	return answer.Node
}

// by is an input about a participant.
func (h *hosting) by(name string, more map[string]any) map[string]any {
	input := map[string]any{"participantId": h.people[name]}
	maps.Copy(input, more)
	return input
}

func TestPeopleActInRooms(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue"}})
		h.do("updateOptions", map[string]any{"options": map[string]any{"chooseRoom": true, "polls": true}})
		h.do("openRooms", map[string]any{})
		red, ada := h.room("Red"), h.people["Ada"]
		h.do("enterRoom", h.by("Ada", map[string]any{"roomId": red}))
		h.do("enterRoom", h.by("Ada", map[string]any{"roomId": red}), "ALREADY_THERE")
		h.do("setMedia", h.by("Ada", map[string]any{"microphone": false, "hand": true}))
		h.do("setMedia", h.by("Ada", map[string]any{"microphone": true, "actorId": h.people["Ben"]}), "NOT_ALLOWED")
		h.do("muteRoom", map[string]any{"roomId": red, "actorId": ada}, "NOT_ALLOWED")
		h.do("sendChat", map[string]any{"roomId": red, "text": "Hello", "actorId": ada})
		h.do("sendChat", map[string]any{"roomId": red, "text": "Hello", "actorId": h.people["Ben"]}, "NOT_ALLOWED")
		h.do("sendChat", map[string]any{"roomId": red, "text": "Hello", "toParticipantId": "par_x"}, "PARTICIPANT_NOT_FOUND")
		h.do("startPoll", map[string]any{"roomId": red, "question": "Go on?", "choices": []string{"Yes", "No"}, "actorId": ada})
		h.do("startPoll", map[string]any{"roomId": red, "question": "Go on?", "choices": []string{"Yes", "No"}}, "POLL_RUNNING")
		h.do("answerPoll", h.by("Ada", map[string]any{"poll": 1, "choice": 0}))
		h.do("answerPoll", h.by("Ben", map[string]any{"poll": 1, "choice": 0}), "NOT_ALLOWED")
		h.do("endPoll", map[string]any{"poll": 1})
		h.do("record", h.by("Ada", map[string]any{"state": "RECORDING"}), "NOT_ALLOWED")
		h.do("allowRecording", map[string]any{"participantIds": []string{ada}})
		h.do("record", h.by("Ada", map[string]any{"state": "RECORDING"}))
		h.do("askForHelp", h.by("Ada", nil))
		if p := h.person("Ada"); p.Media != (meeting.Media{Hand: true}) || !p.MayRecord || *p.Recording != "RECORDING" || *p.Help != "REQUESTED" ||
			!slices.Contains(p.Capabilities, "CHAT") || p.Device != "DESKTOP" {
			t.Errorf("Ada is %+v", p)
		}
		h.do("startBroadcast", h.by("Ben", nil), "NOT_ALLOWED")
		h.do("setRole", h.by("Ben", map[string]any{"role": "HOST"}))
		h.do("startBroadcast", h.by("Ben", map[string]any{"roomIds": []string{red}}))
		h.do("stopBroadcast", h.by("Ben", nil))
		h.do("inviteToReturn", map[string]any{"participantIds": []string{ada}})
		h.do("leaveMeeting", h.by("Ada", nil))
		h.do("returnToMain", h.by("Ada", nil), "NOT_ALLOWED")
		if p := h.person("Ada"); *p.Recording != "STOPPED" || *p.Help != "CANCELLED" || len(p.Capabilities) != 0 || p.Connections[0].LeftAt == nil || *p.Connections[0].Cause != "LEFT" {
			t.Errorf("Ada, who left, is %+v", p)
		}
		seen := h.WaitForCount("PARTICIPANT_LEFT", 1)
		if len(seen) != 1 {
			t.Errorf("%d people left", len(seen))
		}
	})
}

func TestPresetsSayWhatPeopleMayDo(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		h.do("createRooms", map[string]any{"names": []string{"Red"}})
		h.do("openRooms", map[string]any{})
		h.do("savePreset", map[string]any{"name": "Guide", "capabilities": []string{"canSwitchConnectedMeetings", "FLY"}}, "INVALID_INPUT")
		h.do("savePreset", map[string]any{"name": "Guide", "capabilities": []string{"canSwitchConnectedMeetings"}})
		h.do("moveParticipant", h.by("Ada", map[string]any{"roomId": h.room("Red"), "preset": "Nobody"}), "PRESET_NOT_FOUND")
		h.do("moveParticipant", h.by("Ada", map[string]any{"roomId": h.room("Red"), "preset": "Guide"}))
		if p := h.person("Ada"); p.Preset != "Guide" || strings.Join(p.Permissions, " ") != "canSwitchConnectedMeetings" {
			t.Errorf("Ada is %+v", p)
		}
		h.do("deletePreset", map[string]any{"name": "Guide"}, "PRESET_IN_USE")
		h.do("givePreset", h.by("Ada", nil))
		h.do("deletePreset", map[string]any{"name": "Guide"})
		h.do("renameParticipant", h.by("Ada", map[string]any{"name": "Ada L."}))
		if p := h.person("Ada"); len(p.Names) != 2 || p.Names[0].Name != "Ada" || p.Names[1].Name != "Ada L." {
			t.Errorf("Ada was called %+v", p.Names)
		}
	})
}

func TestRoomsAreMeetingsOfTheirOwn(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		h.do("createRooms", map[string]any{"names": []string{"Red"}})
		var answer struct {
			Meeting struct {
				ConnectedMeetings []struct {
					ID, Title     string
					ParentMeeting struct{ ID string }
					Room          struct {
						ConnectedMeetingID string
						Aliases            []struct{ Surface, Value string }
					}
				}
			}
		}
		h.house.Do(`query($id: ID!) { meeting(id: $id) { connectedMeetings { id title parentMeeting { id } room { connectedMeetingId aliases { surface value } } } } }`,
			map[string]any{"id": h.ID}, &answer)
		all := answer.Meeting.ConnectedMeetings
		if len(all) != 1 || all[0].Title != "Red" || all[0].ParentMeeting.ID != h.ID || all[0].Room.ConnectedMeetingID != all[0].ID || len(all[0].Room.Aliases) == 0 {
			t.Fatalf("the connected meetings are %+v", all)
		}
		id := all[0].ID
		var one struct{ ConnectedMeeting *struct{ Title string } }
		h.house.Do(`query($id: ID!) { connectedMeeting(id: $id) { title } }`, map[string]any{"id": id}, &one)
		if one.ConnectedMeeting == nil {
			t.Error("the connected meeting is not found by its id")
		}
		h.do("openRoom", map[string]any{"roomId": id})
		h.do("moveParticipant", h.by("Ada", map[string]any{"roomId": id}))
		h.is("Red:OPEN, PARTICIPANT Ada in Red to Red")
		h.do("moveParticipant", h.by("Ada", map[string]any{"roomId": h.ID}))
		h.is("Red:OPEN, PARTICIPANT Ada in Main room to -")
	})
}

// TestOrdersUnderAKeyAreCarriedOutOnce gives every order twice.
func TestOrdersUnderAKeyAreCarriedOutOnce(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		var created struct {
			CreateRooms struct {
				Rooms []struct{ ID string }
			}
		}
		query := `mutation($input: CreateRoomsInput!) { createRooms(input: $input) { rooms { id } userErrors { code } } }`
		input := map[string]any{"input": map[string]any{"meetingId": h.ID, "count": 2, "idempotencyKey": "rooms"}}
		h.house.Do(query, input, &created)
		first := created.CreateRooms.Rooms
		h.house.Do(query, input, &created)
		if len(first) != 2 || !slices.Equal(first, created.CreateRooms.Rooms) {
			t.Errorf("the rooms were %v, and the second time %v", first, created.CreateRooms.Rooms)
		}
		h.do("createRooms", map[string]any{"count": 3, "idempotencyKey": "rooms"}, "IDEMPOTENCY_KEY_REUSED")
		h.do("createRooms", map[string]any{"count": 3, "idempotencyKey": strings.Repeat("x", 256)}, "IDEMPOTENCY_KEY_INVALID")
		h.do("closeRooms", map[string]any{"idempotencyKey": "refused"}, "ROUND_NOT_OPEN")
		h.do("openRooms", map[string]any{"idempotencyKey": "open"})
		h.do("openRooms", map[string]any{"idempotencyKey": "open"})
		h.do("openRooms", map[string]any{}, "ROUND_ALREADY_OPEN")
		h.do("closeRooms", map[string]any{"countdownSeconds": 0, "idempotencyKey": "refused"})
		if h.state(); strings.Count(h.state(), "CLOSED") != 2 {
			t.Errorf("the meeting is %s", h.state())
		}
		events := h.WaitForCount("ROOM_CREATED", 3) // main too
		if len(events) != 3 {
			t.Errorf("%d rooms were created", len(events))
		}
		testCreationOnce(t, h)
	})
}

// testCreationOnce creates meetings and bots twice.
func testCreationOnce(t *testing.T, h *hosting) {
	t.Helper()
	var made struct {
		A, B, C, D struct {
			Meeting, Bot *struct{ ID string }
		}
	}
	h.house.Do(`mutation($m: ID!) {
	  a: createMeeting(input: {title: "Twice", idempotencyKey: "m"}) { meeting { id } userErrors { code } }
	  b: createMeeting(input: {title: "Twice", idempotencyKey: "m"}) { meeting { id } userErrors { code } }
	  c: createBot(input: {meetingId: $m, name: "Bot", email: "bot@example.org", idempotencyKey: "b"}) { bot { id } userErrors { code } }
	  d: createBot(input: {meetingId: $m, name: "Bot", email: "bot@example.org", idempotencyKey: "b"}) { bot { id } userErrors { code } }
	}`, map[string]any{"m": h.ID}, &made)
	if made.A.Meeting == nil || made.B.Meeting == nil || *made.A.Meeting != *made.B.Meeting {
		t.Errorf("the meetings are %+v and %+v", made.A.Meeting, made.B.Meeting)
	}
	if made.C.Bot == nil || made.D.Bot == nil || *made.C.Bot != *made.D.Bot {
		t.Errorf("the bots are %+v and %+v", made.C.Bot, made.D.Bot)
	}
}

// TestManyCallersOneOrder gives one order by many callers at once.
func TestManyCallersOneOrder(t *testing.T) {
	house := testbed.Start(t)
	h := newHosting(t, house)
	var callers sync.WaitGroup
	var mu sync.Mutex
	answers := make(map[string]int)
	for range 16 {
		callers.Go(func() {
			var answer struct {
				CreateRooms struct {
					UserErrors []struct{ Code string }
				}
			}
			err := house.Client.Do(context.Background(), `mutation($id: ID!) { createRooms(input: {meetingId: $id, count: 1, idempotencyKey: "one"}) { userErrors { code } } }`,
				map[string]any{"id": h.ID}, &answer)
			code := "done"
			for _, refusal := range answer.CreateRooms.UserErrors {
				code = refusal.Code
			}
			if err != nil {
				code = err.Error()
			}
			mu.Lock()
			defer mu.Unlock()
			answers[code]++
		})
	}
	callers.Wait()
	if answers["done"] == 0 || answers["done"]+answers["IDEMPOTENCY_KEY_IN_FLIGHT"] != 16 {
		t.Errorf("16 callers were answered %v", answers)
	}
	if got := h.state(); got != "Room 1:PREPARED" {
		t.Errorf("the meeting is %s", got)
	}
}

func TestPartOfManyAssignments(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben", "Cy")
		h.do("updateOptions", map[string]any{"options": map[string]any{"roomCapacity": 1}})
		h.do("createRooms", map[string]any{"names": []string{"Red", "Blue"}})
		assignments := []any{
			map[string]any{"roomId": h.room("Red"), "participantIds": []string{h.people["Ada"], "par_nobody"}},
			map[string]any{"roomId": "room_none", "participantIds": []string{h.people["Ben"]}},
			map[string]any{"roomId": h.room("Blue"), "participantIds": []string{h.people["Ben"], h.people["Cy"]}},
		}
		h.do("assignMany", map[string]any{"assignments": assignments}, "PARTICIPANT_NOT_FOUND")
		h.is("Red:PREPARED, Blue:PREPARED, PARTICIPANT Ada in Main room to -, PARTICIPANT Ben in Main room to -, PARTICIPANT Cy in Main room to -")
		var answer struct {
			AssignMany struct {
				UserErrors []struct{ Code string }
				Results    []struct {
					Accepted   bool
					UserErrors []struct {
						Code string
						Path []string
					}
				}
			}
		}
		h.house.Do(`mutation($input: AssignManyInput!) { assignMany(input: $input) { userErrors { code } results { accepted userErrors { code path } } } }`,
			map[string]any{"input": map[string]any{"meetingId": h.ID, "partial": true, "assignments": assignments}}, &answer)
		var became []string
		for _, result := range answer.AssignMany.Results {
			if became = append(became, "accepted"); !result.Accepted {
				became[len(became)-1] = result.UserErrors[0].Code + " " + strings.Join(result.UserErrors[0].Path, ".")
			}
		}
		want := "accepted, PARTICIPANT_NOT_FOUND assignments.0.participantIds.1, ROOM_NOT_FOUND assignments.1.roomId, " +
			"ROOM_FULL assignments.2.participants, ROOM_FULL assignments.2.participants"
		if got := strings.Join(became, ", "); got != want || len(answer.AssignMany.UserErrors) != 0 {
			t.Errorf("got %s and %v, want %s", got, answer.AssignMany.UserErrors, want)
		}
		h.is("Red:PREPARED, Blue:PREPARED, PARTICIPANT Ada in Main room to Red, PARTICIPANT Ben in Main room to -, PARTICIPANT Cy in Main room to -")
	})
}

func TestPlatformsTellInTheirOwnWords(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		var created struct {
			CreateMeeting struct{ Meeting struct{ ID string } }
		}
		house.Do(`mutation { createMeeting(input: {title: "As on Zoom", persona: ZOOM}) { meeting { id } } }`, nil, &created)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var first struct {
			MeetingEvents struct {
				Announcements []struct{ Surface, Name string }
			}
		}
		err := house.Client.Subscribe(ctx, `subscription($id: ID!) { meetingEvents(meetingId: $id) { announcements { surface name } } }`,
			map[string]any{"id": created.CreateMeeting.Meeting.ID}, func(event json.RawMessage) error {
				cancel()
				if len(first.MeetingEvents.Announcements) > 0 {
					return nil
				}
				return json.Unmarshal(event, &first)
			})
		if said := first.MeetingEvents.Announcements; len(said) != 1 || said[0].Name != "meeting.started" {
			t.Errorf("Zoom says %v of a new meeting (%v)", said, err)
		}
	})
}
