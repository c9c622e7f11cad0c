package meeting_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// withRooms is a meeting with two rooms.
func withRooms() *run {
	r := newRun()
	r.must(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
	return r
}

// refused gives a command that must be refused with a code.
func (r *run) refused(t *testing.T, command meeting.Command, code meeting.Code) {
	t.Helper()
	events, err := r.apply(command)
	wantRefusal(t, err, code)
	if len(events) != 0 {
		t.Fatalf("a refused command made %v", types(events))
	}
}

// rooms lists the names of the breakout rooms and their states.
func (r *run) rooms() string {
	var list []string
	for _, room := range r.state.BreakoutRooms() {
		list = append(list, fmt.Sprintf("%s %s", room.Name, strings.ToLower(string(room.State))))
	}
	return strings.Join(list, ", ")
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestRoomsAreEdited(t *testing.T) {
	r := newRun()
	r.must(meeting.RecreateRooms{Names: []string{"A"}})
	r.must(meeting.CreateRooms{Count: 2})
	want(t, "rooms", r.rooms(), "A prepared, Room 1 prepared, Room 2 prepared")
	ada := r.join("Ada", true)
	r.must(meeting.Assign{Room: r.room("Room 1"), Participants: []meeting.ParticipantID{ada}})
	deleted := r.room("Room 1")
	r.must(meeting.DeleteRoom{Room: deleted})
	if r.state.People[ada].Assigned != "" {
		t.Error("somebody is assigned to a room that is no more")
	}
	r.must(meeting.RenameRoom{Room: r.room("Room 2"), Name: " B "})
	r.must(meeting.CreateRooms{Count: 1})
	want(t, "rooms", r.rooms(), "A prepared, B prepared, Room 1 prepared")
	if r.room("Room 1") == deleted {
		t.Error("a new room has the id of a deleted one")
	}
	r.refused(t, meeting.RenameRoom{Room: r.room("A"), Name: "b"}, meeting.CodeRoomNameTaken)
	r.refused(t, meeting.DeleteRoom{Room: deleted}, meeting.CodeRoomNotFound)
	r.refused(t, meeting.CreateRooms{Names: []string{"C"}, Count: 1}, meeting.CodeInvalid)
	r.refused(t, meeting.CreateRooms{Count: meeting.MaxRooms}, meeting.CodeTooManyRooms)
	r.must(meeting.OpenRooms{})
	r.must(meeting.Move{Participant: ada, Room: r.room("B")})
	r.must(meeting.DeleteRoom{Room: r.room("B")})
	want(t, "who was in a room that is deleted is in", r.where(ada), meeting.MainRoomName)
	r.must(meeting.CreateRooms{Names: []string{"Late"}})
	r.must(meeting.DeleteRoom{Room: r.room("Late")})
	r.refused(t, meeting.RecreateRooms{Count: 1}, meeting.CodeRoundAlreadyOpen)
	r.must(meeting.RenameRoom{Room: r.room("A"), Name: "Alpha"}) // while people are in it
	r.refused(t, meeting.ResetRooms{}, meeting.CodeRoundAlreadyOpen)
	r.must(meeting.CloseRooms{Countdown: new(time.Duration)})
	r.must(meeting.ResetRooms{})
	want(t, "after a reset, rooms", r.rooms(), "")
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.BreakoutRooms = false }})
	r.refused(t, meeting.CreateRooms{Count: 1}, meeting.CodeNotEnabled)
}

func TestPeopleAreSpreadEvenly(t *testing.T) {
	spread := func(seed uint64) (string, *run) {
		r := newRun()
		r.must(meeting.RecreateRooms{Count: 3})
		r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost})
		for i := range 8 {
			r.join(fmt.Sprintf("Guest %d", i), true)
		}
		r.must(meeting.Join{Name: "Bot", IsBot: true})
		r.must(meeting.AssignAutomatically{Seed: seed})
		var where strings.Builder
		for _, person := range r.state.Roster() {
			room, _ := r.state.Room(person.Assigned)
			fmt.Fprint(&where, room.Ordinal)
		}
		return where.String(), r
	}
	first, r := spread(1)
	again, _ := spread(1)
	other, _ := spread(2)
	if first != again || first == other {
		t.Errorf("seed 1 gave %s and %s, seed 2 gave %s", first, again, other)
	}
	if !strings.HasPrefix(first, "0") || !strings.HasSuffix(first, "0") {
		t.Errorf("the host or the bot was assigned: %s", first)
	}
	sizes := make(map[meeting.RoomID]int)
	for _, person := range r.state.Roster() {
		sizes[person.Assigned]++
	}
	for _, room := range r.state.BreakoutRooms() {
		if n := sizes[room.ID]; n < 2 || n > 3 {
			t.Errorf("%d of 8 people are in one of 3 rooms", n)
		}
	}
	late := r.join("Late", true)
	r.must(meeting.AssignAutomatically{Seed: 9, UnassignedOnly: true, Hosts: false})
	if room, _ := r.state.Room(r.state.People[late].Assigned); sizes[room.ID] != 2 {
		t.Errorf("the latecomer went to a room with %d people", sizes[room.ID])
	}
}

func TestExchangeAndUnassign(t *testing.T) {
	r := withRooms()
	ada, ben := r.join("Ada", true), r.join("Ben", true)
	red, blue := r.room("Red"), r.room("Blue")
	r.refused(t, meeting.Exchange{A: ada, B: ben}, meeting.CodeInvalid)
	r.must(meeting.AssignMany{Placements: []meeting.Placement{{Room: red, Participants: []meeting.ParticipantID{ada}}, {Room: blue, Participants: []meeting.ParticipantID{ben}}}})
	r.must(meeting.Exchange{A: ada, B: ben})
	if r.state.People[ada].Assigned != blue || r.state.People[ben].Assigned != red {
		t.Error("they have not changed places before the opening")
	}
	r.must(meeting.OpenRooms{})
	r.must(meeting.Exchange{A: ada, B: ben})
	if r.state.People[ada].Room != red || r.state.People[ben].Room != blue {
		t.Error("they have not changed places in open rooms")
	}
	r.refused(t, meeting.Unassign{Participants: []meeting.ParticipantID{ada}}, meeting.CodeRoundAlreadyOpen)
	zero := time.Duration(0)
	r.must(meeting.CloseRooms{Countdown: &zero})
	r.must(meeting.Unassign{Participants: []meeting.ParticipantID{ada}})
	if r.state.People[ada].Assigned != "" || r.state.People[ben].Assigned == "" {
		t.Error("the wrong people are assigned")
	}
	_, err := r.apply(meeting.AssignMany{Placements: []meeting.Placement{{Room: "room_x"}, {Room: red, Participants: []meeting.ParticipantID{ada, ada, 900}}}})
	if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || len(refusals) != 3 {
		t.Errorf("got %v, want three problems", err)
	}
}

func TestTimer(t *testing.T) {
	r := withRooms()
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.RoundDuration, o.ClosingCountdown = 10*time.Minute, 30*time.Second }})
	opened := r.now
	r.must(meeting.OpenRooms{})
	r.must(meeting.ExtendRound{By: 5 * time.Minute})
	due := func(after time.Duration) {
		t.Helper()
		if at, waiting := r.state.Deadline(); !waiting || at != opened.Add(after) {
			t.Fatalf("the next deadline is at %s (%v), want %s after the opening", at, waiting, after)
		}
		r.now = opened.Add(after)
	}
	due(15 * time.Minute)
	r.must(meeting.Tick{})
	if r.state.Round.State != meeting.RoundStateClosing {
		t.Fatalf("the round is %s", r.state.Round.State)
	}
	due(15*time.Minute + 30*time.Second)
	r.must(meeting.Tick{})
	if r.state.Round.State != meeting.RoundStateClosed || r.state.Round.Cause != meeting.ClosedByTimer {
		t.Errorf("the round is %s, because of %s", r.state.Round.State, r.state.Round.Cause)
	}

	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.TimerCloses = false }})
	opened = r.now
	r.must(meeting.OpenRooms{})
	due(10 * time.Minute)
	if got := types(r.must(meeting.Tick{})); len(got) != 1 || got[0] != "round_time_up" {
		t.Errorf("time is up, and what follows is %v", got)
	}
	if _, waiting := r.state.Deadline(); waiting || r.state.Round.State != meeting.RoundStateOpen {
		t.Error("the rooms did not stay open")
	}
	r.refused(t, meeting.ExtendRound{By: -time.Minute}, meeting.CodeInvalid)
}

func TestOneRoomOpensAndCloses(t *testing.T) {
	r := withRooms()
	ada, bot := r.join("Ada", true), r.join("Bot", false)
	red, blue := r.room("Red"), r.room("Blue")
	r.must(meeting.Assign{Room: red, Participants: []meeting.ParticipantID{ada}})
	r.must(meeting.OpenRoom{Room: red})
	want(t, "rooms", r.rooms(), "Red open, Blue prepared")
	if r.state.People[ada].Room != red || r.state.Round.State != meeting.RoundStateOpen {
		t.Fatal("nobody was sent to the room that opened")
	}
	r.refused(t, meeting.OpenRoom{Room: red}, meeting.CodeRoomAlreadyOpen)
	r.must(meeting.OpenRooms{}) // opens those that are not open
	want(t, "rooms", r.rooms(), "Red open, Blue open")
	r.must(meeting.Move{Participant: bot, Room: red}) // invites
	ten := 10 * time.Second
	r.must(meeting.CloseRoom{Room: red, Countdown: &ten})
	if r.state.People[bot].Invitation.State != meeting.InvitationCancelled {
		t.Error("there is still an invitation to a room that closes")
	}
	r.refused(t, meeting.Move{Participant: bot, Room: red}, meeting.CodeRoomNotOpen)
	r.now = r.now.Add(ten)
	r.must(meeting.Tick{})
	want(t, "rooms", r.rooms(), "Red closed, Blue open")
	if r.state.People[ada].Room != r.state.Main().ID {
		t.Error("somebody is left in a closed room")
	}
	zero := time.Duration(0)
	got := types(r.must(meeting.CloseRoom{Room: blue, Countdown: &zero}))
	if last := got[len(got)-1]; last != "round_closed" {
		t.Errorf("the last room closed, and what follows is %v", got)
	}
}

func TestCapacityAndLateJoin(t *testing.T) {
	r := withRooms()
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.RoomCapacity, o.LateJoin, o.ChooseRoom = 1, meeting.LateToFewest, true }})
	ada, ben := r.join("Ada", true), r.join("Ben", true)
	red := r.room("Red")
	r.refused(t, meeting.Assign{Room: red, Participants: []meeting.ParticipantID{ada, ben}}, meeting.CodeRoomFull)
	r.must(meeting.Assign{Room: red, Participants: []meeting.ParticipantID{ada}})
	r.must(meeting.OpenRooms{})
	r.refused(t, meeting.EnterRoom{Actor: meeting.As(ben), Room: red}, meeting.CodeRoomFull)
	late := r.join("Late", true)
	if r.state.People[late].Room != r.room("Blue") {
		t.Error("the latecomer is not in the emptiest room")
	}
	later := r.join("Later", true) // every room is full
	if r.state.People[later].Room != r.state.Main().ID {
		t.Error("somebody was sent to a full room")
	}
	bot := r.must(meeting.Join{Name: "Bot", IsBot: true})[0].Participant.ID
	r.must(meeting.EnterRoom{Actor: meeting.As(bot), Room: red}) // bots take nobody's place
}

func TestRolesAndCapabilities(t *testing.T) {
	r := withRooms()
	host := r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost})[0].Participant.ID
	ada := r.join("Ada", true)
	r.refused(t, meeting.SetRole{Actor: meeting.As(ada), Participant: ada, Role: meeting.RoleHost}, meeting.CodeNotAllowed)
	got := types(r.must(meeting.SetRole{Actor: meeting.As(host), Participant: ada, Role: meeting.RoleCohost}))
	want(t, "events", fmt.Sprint(got), "[participant_role_changed capabilities_changed]")
	r.refused(t, meeting.End{Actor: meeting.As(ada)}, meeting.CodeNotAllowed)
	got = types(r.must(meeting.Leave{Actor: meeting.As(host)}))
	want(t, "events", fmt.Sprint(got), "[participant_left_room participant_left participant_role_changed capabilities_changed]")
	if r.state.People[ada].Role != meeting.RoleHost {
		t.Error("the co-host did not take over")
	}
	ben := r.join("Ben", true)
	events := r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.ChooseRoom = true }})
	if len(events) != 2 || events[1].Participant.ID != ben {
		t.Errorf("choosing rooms changed what %v may do", types(events))
	}
	r.must(meeting.Rename{Actor: meeting.As(ben), Participant: ben, Name: "Benjamin"})
	r.refused(t, meeting.Rename{Actor: meeting.As(ben), Participant: ada, Name: "X"}, meeting.CodeNotAllowed)
	r.must(meeting.Remove{Actor: meeting.As(ada), Participant: ben})
	if r.state.People[ben].Present() || r.state.People[ben].Name != "Benjamin" {
		t.Errorf("%+v", r.state.People[ben])
	}
}

func TestHelp(t *testing.T) {
	r := withRooms()
	host := r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost})[0].Participant.ID
	ada := r.join("Ada", true)
	ask := meeting.AskForHelp{Actor: meeting.As(ada)}
	r.refused(t, ask, meeting.CodeNotInBreakoutRoom)
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada}})
	r.must(meeting.OpenRooms{})
	r.must(ask)
	r.refused(t, ask, meeting.CodeHelpPending)
	r.must(meeting.AnswerHelp{Actor: meeting.As(host), Participant: ada, Outcome: meeting.HelpBusy})
	r.refused(t, ask, meeting.CodeHelpPending) // the cool-down
	r.now = r.now.Add(meeting.HelpCoolDown)
	r.must(ask)
	r.refused(t, meeting.AnswerHelp{Participant: ada, Outcome: meeting.HelpComing}, meeting.CodeInvalid) // the owner is nowhere
	r.must(meeting.AnswerHelp{Actor: meeting.As(host), Participant: ada, Outcome: meeting.HelpComing})
	if r.state.People[host].Room != r.room("Red") {
		t.Error("the host did not come")
	}
	r.now = r.now.Add(meeting.HelpCoolDown)
	r.must(ask)
	if r.state.People[ada].Help.State != meeting.HelpAlreadyThere {
		t.Errorf("with a host in the room, the request is %s", r.state.People[ada].Help.State)
	}
	r.must(meeting.ReturnToMain{Actor: meeting.As(host)})
	r.now = r.now.Add(meeting.HelpCoolDown)
	r.must(ask)
	zero := time.Duration(0)
	r.must(meeting.CloseRooms{Countdown: &zero})
	if r.state.People[ada].Help.State != meeting.HelpCancelled {
		t.Errorf("after the closing, the request is %s", r.state.People[ada].Help.State)
	}
}

func TestCallingBackAndMessages(t *testing.T) {
	r := withRooms()
	ada, bot := r.join("Ada", true), r.join("Bot", false)
	message := meeting.Broadcast{Text: "Five minutes left."}
	r.refused(t, message, meeting.CodeRoundNotOpen)
	r.must(meeting.OpenRooms{})
	r.refused(t, meeting.InviteToReturn{}, meeting.CodeNobodyToCall)
	r.must(meeting.Move{Participant: ada, Room: r.room("Red")})
	r.must(meeting.Move{Participant: bot, Room: r.room("Red")})
	r.must(meeting.Answer{Actor: meeting.As(bot), Invitation: r.state.People[bot].Invitation.ID, Accept: true})
	events := r.must(meeting.InviteToReturn{})
	want(t, "events", fmt.Sprint(types(events)), "[invitation_sent invitation_sent]") // even where moves are followed
	if fact := events[0].Fact.(meeting.InvitationSent); fact.Kind != meeting.InvitedToReturn {
		t.Errorf("the invitation is to %s", fact.Kind)
	}
	said := r.must(message)[0].Fact.(meeting.MessageBroadcast)
	if len(said.Rooms) != 2 {
		t.Errorf("the message went to %v", said.Rooms)
	}
	r.refused(t, meeting.Broadcast{Actor: meeting.As(ada), Text: "Hello"}, meeting.CodeNotAllowed)
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.ParticipantsBroadcast = true }})
	r.must(meeting.Broadcast{Actor: meeting.As(ada), Text: "Hello", Rooms: []meeting.RoomID{r.room("Red")}})
	r.refused(t, meeting.Broadcast{Text: "x", Rooms: []meeting.RoomID{"room_x"}}, meeting.CodeRoomNotFound)
	r.refused(t, meeting.Broadcast{}, meeting.CodeInvalid)
}

func TestOptionsAreRefusedWhole(t *testing.T) {
	r := newRun()
	before := r.state.Options
	_, err := r.apply(meeting.SetOptions{Change: func(o *meeting.Options) {
		o.ClosingCountdown, o.RoundDuration, o.RoomCapacity, o.LateJoin = -1, 25*time.Hour, -1, "SOON"
		o.ChooseRoom = true
	}})
	if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || len(refusals) != 4 {
		t.Errorf("got %v, want four problems", err)
	}
	if r.state.Options != before {
		t.Error("a refused change changed something")
	}
}
