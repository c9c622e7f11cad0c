package meeting_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"pgregory.net/rapid"
)

func TestRoundSendsAssignedPeopleToTheirRoomsAndBack(t *testing.T) {
	r := newRun()
	ada, ben := r.join("Ada", true), r.join("Ben", true)
	r.must(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada}})
	events := r.must(meeting.OpenRooms{})

	want := []meeting.EventType{"round_opened", "room_opened", "room_opened", "participant_left_room", "participant_entered_room"}
	if got := types(events); !slices.Equal(got, want) {
		t.Fatalf("opening made %v, want %v", got, want)
	}
	if r.where(ada) != "Red" || r.where(ben) != meeting.MainRoomName {
		t.Fatalf("Ada is in %q and Ben in %q", r.where(ada), r.where(ben))
	}

	countdown := 10 * time.Second
	r.must(meeting.CloseRooms{Countdown: &countdown})
	if at, waiting := r.state.Deadline(); !waiting || !at.Equal(r.now.Add(countdown)) {
		t.Fatalf("the deadline is %v, %v", at, waiting)
	}
	r.now = r.now.Add(countdown - 1)
	if events := r.must(meeting.Tick{}); events != nil {
		t.Fatalf("a tick before the deadline made %v", types(events))
	}
	r.now = r.now.Add(1)
	r.must(meeting.Tick{})
	if r.where(ada) != meeting.MainRoomName || r.state.Round.State != meeting.RoundStateClosed {
		t.Fatalf("after the countdown Ada is in %q and the round is %s", r.where(ada), r.state.Round.State)
	}
}

func TestInvitations(t *testing.T) {
	r := newRun()
	bot := r.join("Bot", false)
	r.must(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{bot}})
	r.must(meeting.OpenRooms{})
	invited := r.state.People[bot].Invitation
	if invited.Kind != meeting.InvitedToJoin || r.where(bot) != meeting.MainRoomName {
		t.Fatalf("the bot has %+v and is in %q", invited, r.where(bot))
	}

	t.Run("a later one supersedes", func(t *testing.T) {
		r.must(meeting.Move{Participant: bot, Room: r.room("Blue")})
		_, err := r.apply(meeting.Answer{Actor: meeting.As(bot), Invitation: invited.ID, Accept: true})
		wantRefusal(t, err, meeting.CodeInvitationNotPending)
	})
	t.Run("a declined one can be taken up later", func(t *testing.T) {
		id := r.state.People[bot].Invitation.ID
		r.must(meeting.Answer{Actor: meeting.As(bot), Invitation: id})
		r.must(meeting.Answer{Actor: meeting.As(bot), Invitation: id, Accept: true})
		if r.where(bot) != "Blue" {
			t.Fatalf("the bot is in %q", r.where(bot))
		}
	})
	t.Run("closing cancels", func(t *testing.T) {
		r.must(meeting.Move{Participant: bot, Room: r.room("Red")})
		id := r.state.People[bot].Invitation.ID
		r.must(meeting.CloseRooms{})
		_, err := r.apply(meeting.Answer{Actor: meeting.As(bot), Invitation: id, Accept: true})
		wantRefusal(t, err, meeting.CodeInvitationNotPending)
	})
}

func TestRefusalsChangeNothing(t *testing.T) {
	r := newRun()
	ada := r.join("Ada", true)
	r.must(meeting.CreateRooms{Names: []string{"Red"}})
	second := -time.Second
	for name, test := range map[string]struct {
		command meeting.Command
		code    meeting.Code
	}{
		"close before opening":    {meeting.CloseRooms{}, meeting.CodeRoundNotOpen},
		"a name that is taken":    {meeting.CreateRooms{Names: []string{"red "}}, meeting.CodeRoomNameTaken},
		"an empty name":           {meeting.CreateRooms{Names: []string{" "}}, meeting.CodeInvalid},
		"no name":                 {meeting.CreateRooms{}, meeting.CodeInvalid},
		"too many rooms":          {meeting.CreateRooms{Names: make([]string, meeting.MaxRooms)}, meeting.CodeTooManyRooms},
		"an unknown room":         {meeting.Assign{Room: "room_x", Participants: []meeting.ParticipantID{ada}}, meeting.CodeRoomNotFound},
		"an unknown person":       {meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{999}}, meeting.CodeParticipantNotFound},
		"a move to a closed room": {meeting.Move{Participant: ada, Room: r.room("Red")}, meeting.CodeRoomNotOpen},
		"no such role":            {meeting.Join{Name: "Eve", Role: "KING"}, meeting.CodeInvalid},
		"a guest opens rooms":     {meeting.OpenRooms{Actor: meeting.As(ada)}, meeting.CodeNotAllowed},
		"a stranger leaves":       {meeting.Leave{Actor: meeting.As(700)}, meeting.CodeParticipantNotFound},
		"to main from main":       {meeting.ReturnToMain{Actor: meeting.As(ada)}, meeting.CodeAlreadyThere},
		"created twice":           {meeting.Create{Meeting: "mtg_2", Title: "x"}, meeting.CodeInvalid},
		"a negative countdown":    {meeting.CloseRooms{Countdown: &second}, meeting.CodeRoundNotOpen},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := meeting.Apply(r.state, test.command, r.now)
			wantRefusal(t, err, test.code)
			if len(events) != 0 {
				t.Fatalf("a refused command made %v", types(events))
			}
		})
	}
	t.Run("a second opening", func(t *testing.T) {
		r.must(meeting.OpenRooms{})
		_, err := r.apply(meeting.OpenRooms{})
		wantRefusal(t, err, meeting.CodeRoundAlreadyOpen)
	})
	t.Run("all problems at once", func(t *testing.T) {
		fresh := newRun()
		_, err := fresh.apply(meeting.CreateRooms{Names: []string{"", "A", "a"}})
		if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || len(refusals) != 2 {
			t.Fatalf("got %v, want two problems", err)
		}
	})
	t.Run("after the end", func(t *testing.T) {
		r.must(meeting.End{})
		_, err := r.apply(meeting.Join{Name: "Late"})
		wantRefusal(t, err, meeting.CodeMeetingEnded)
	})
}

func wantRefusal(t *testing.T, err error, code meeting.Code) {
	t.Helper()
	refusals, ok := errors.AsType[meeting.Refusals](err)
	if !ok || !refusals.Has(code) {
		t.Fatalf("got %v, want a refusal with code %s", err, code)
	}
}

func TestCapabilitiesFollowRoleAndOptions(t *testing.T) {
	r := newRun()
	guest := r.join("Guest", true)
	host := r.must(meeting.Join{Name: "Host", Role: meeting.RoleHost})[0].Participant.ID
	if may := r.state.Capabilities(meeting.As(guest)); may.Has(meeting.MayViewRooms) || !may.Has(meeting.MayReturnToMain) {
		t.Errorf("a guest may %s", may)
	}
	if may := r.state.Capabilities(meeting.As(host)); !may.Has(meeting.MayControlRound) {
		t.Errorf("a host may %s", may)
	}
	r.state.Options.ChooseRoom = true
	if may := r.state.Capabilities(meeting.As(guest)); !may.Has(meeting.MayViewRooms | meeting.MayChooseRoom) {
		t.Errorf("a guest who may choose may %s", may)
	}
	r.must(meeting.Leave{Actor: meeting.As(guest)})
	if may := r.state.Capabilities(meeting.As(guest)); may != 0 {
		t.Errorf("somebody who left may %s", may)
	}
}

// TestInvariants plays random meetings and checks after each command what must
// hold of every meeting.
func TestInvariants(t *testing.T) { rapid.Check(t, playRandomly) }

// FuzzInvariants plays meetings that a fuzzer makes up.
func FuzzInvariants(f *testing.F) { f.Fuzz(rapid.MakeFuzz(playRandomly)) }

func playRandomly(t *rapid.T) {
	r := newRunAs(rapid.SampledFrom(meeting.Personas()).Draw(t, "persona").Name)
	if rapid.Bool().Draw(t, "under way") { // what people do in rooms takes rooms with people
		for _, command := range underWay {
			_, _ = r.apply(command) // some platforms refuse some of it
		}
	}
	for range rapid.IntRange(1, 120).Draw(t, "commands") {
		r.now = r.now.Add(time.Duration(rapid.IntRange(0, 40_000).Draw(t, "ms")) * time.Millisecond)
		if at, waiting := r.state.Deadline(); waiting && !r.now.Before(at) {
			r.must(meeting.Tick{})
		}
		command := drawCommand(t, r.state)
		before := len(r.events)
		if _, err := r.apply(command); err != nil {
			if _, ok := errors.AsType[meeting.Refusals](err); !ok || len(r.events) != before {
				t.Fatalf("%T: %v", command, err)
			}
		}
		checkInvariants(t, r)
	}
	for i, event := range r.events { // those who follow a meeting share its events
		if body, err := event.MarshalBody(); err != nil || !bytes.Equal(body, r.bodies[i]) {
			t.Fatalf("%s was %s, and is %s now", event.Type(), r.bodies[i], body)
		}
	}
}

// underWay are the commands after which a meeting is under way: a host and two
// people, one of them in an open room, who may do what people do in rooms.
var underWay = []meeting.Command{
	meeting.Join{Name: "Host", Role: meeting.RoleHost, FollowsMoves: true},
	meeting.Join{Name: "Ada", Email: "1@example.org", FollowsMoves: true},
	meeting.Join{Name: "Ben", FollowsMoves: true},
	meeting.SetOptions{Change: func(o *meeting.Options) { o.MoveInAutomatically, o.Recording = true, true }},
	meeting.SetOptions{Change: func(o *meeting.Options) { o.Polls, o.ChooseRoom = true, true }},
	meeting.CreateRooms{Names: []string{"Room 1", "Room 2"}},
	meeting.AssignAutomatically{Seed: 1, UnassignedOnly: true},
	meeting.OpenRooms{},
}

// drawCommand makes up a command, legal or not.
func drawCommand(t *rapid.T, s *meeting.State) meeting.Command {
	person := meeting.ParticipantID(rapid.IntRange(1, len(s.People)+1).Draw(t, "person") * 100)
	actor := rapid.SampledFrom([]meeting.Actor{meeting.Owner, meeting.As(person)}).Draw(t, "actor")
	room := meeting.RoomID("room_none")
	if i := rapid.IntRange(0, len(s.Rooms)).Draw(t, "room"); i < len(s.Rooms) {
		room = s.Rooms[i].ID
	}
	countdown := time.Duration(rapid.IntRange(0, 130).Draw(t, "countdown")) * time.Second
	invitation := meeting.InvitationID(rapid.IntRange(0, 6).Draw(t, "invitation"))
	if p := s.People[person]; p != nil && rapid.Bool().Draw(t, "own invitation") {
		invitation = p.Invitation.ID
	}
	if rapid.Bool().Draw(t, "rare") {
		return drawRareCommand(t, actor, person, room, countdown)
	}
	if rapid.IntRange(0, 2).Draw(t, "in room") == 0 {
		return drawInRoom(t, s, actor, person, room)
	}
	return rapid.SampledFrom([]meeting.Command{
		meeting.CreateRooms{Actor: actor, Names: []string{fmt.Sprintf("Room %d", rapid.IntRange(1, 6).Draw(t, "name"))}},
		meeting.Assign{Actor: actor, Room: room, Participants: []meeting.ParticipantID{person}},
		meeting.OpenRooms{Actor: actor},
		meeting.OpenRooms{},
		meeting.CloseRooms{Actor: actor, Countdown: &countdown},
		meeting.Move{Actor: actor, Participant: person, Room: room},
		meeting.Join{Name: "Somebody", FollowsMoves: rapid.Bool().Draw(t, "follows"), Role: meeting.RoleParticipant},
		meeting.EnterRoom{Actor: meeting.As(person), Room: room},
		meeting.ReturnToMain{Actor: meeting.As(person)},
		meeting.Answer{Actor: meeting.As(person), Invitation: invitation, Accept: rapid.Bool().Draw(t, "accept")},
		meeting.Leave{Actor: meeting.As(person)},
	}).Draw(t, "command")
}

// drawRareCommand makes up one of the commands that meetings see less often.
func drawRareCommand(t *rapid.T, actor meeting.Actor, person meeting.ParticipantID, room meeting.RoomID, span time.Duration) meeting.Command {
	other := meeting.ParticipantID(rapid.IntRange(1, 6).Draw(t, "other") * 100)
	seed := rapid.Uint64().Draw(t, "seed")
	yes := rapid.Bool().Draw(t, "yes")
	small := rapid.IntRange(0, 3).Draw(t, "small")
	email := fmt.Sprintf("%d@example.org", rapid.IntRange(1, 3).Draw(t, "email"))
	return rapid.SampledFrom([]meeting.Command{
		meeting.SavePlan{Actor: actor, Plan: meeting.Plan{Name: fmt.Sprintf("Plan %d", small), Rooms: []meeting.PlannedRoom{
			{Name: fmt.Sprintf("Room %d", small+1), People: []meeting.Invitee{{Email: email}}}, {Name: fmt.Sprintf("Room %d", other/100)},
		}}},
		meeting.ApplyPlan{Actor: actor, Name: fmt.Sprintf("Plan %d", small)},
		meeting.DeletePlan{Actor: actor, Name: fmt.Sprintf("Plan %d", small)},
		meeting.Join{Name: "Invitee", Email: email, FollowsMoves: yes},
		meeting.Join{Name: "At once", ExternalID: email, Room: room},
		meeting.Join{Name: "On a phone", Device: meeting.DeviceBasic, Email: email, FollowsMoves: true},
		meeting.SetOptions{Actor: actor, Change: func(o *meeting.Options) {
			o.MoveInAutomatically, o.ChooseRoom, o.AllowReturn, o.TimerCloses = yes, !yes, yes, small%2 == 0
			o.RoundDuration, o.RoomCapacity, o.ClosingCountdown = span, small, span/2
			o.BreakoutRooms = small != 0
			o.MoveBackAutomatically, o.Chat, o.Polls, o.ScreenShare, o.Recording = !yes, yes, !yes, yes, !yes
			if small == 1 {
				o.LateJoin = meeting.LateToFewest
			}
		}},
		meeting.CreateRooms{Actor: actor, Count: small},
		meeting.RecreateRooms{Actor: actor, Count: small},
		meeting.ResetRooms{Actor: actor},
		meeting.RenameRoom{Actor: actor, Room: room, Name: fmt.Sprintf("Room %d", small)},
		meeting.DeleteRoom{Actor: actor, Room: room},
		meeting.OpenRoom{Actor: actor, Room: room},
		meeting.CloseRoom{Actor: actor, Room: room, Countdown: &span},
		meeting.CloseRoom{Room: room},
		meeting.ExtendRound{Actor: actor, By: span - time.Minute},
		meeting.AssignAutomatically{Actor: actor, Seed: seed, Hosts: yes, UnassignedOnly: !yes},
		meeting.Unassign{Actor: actor, Participants: []meeting.ParticipantID{person, other}},
		meeting.Exchange{Actor: actor, A: person, B: other},
		meeting.InviteToReturn{Actor: actor},
		meeting.InviteToReturn{Participants: []meeting.ParticipantID{person, other}},
		meeting.Broadcast{Actor: actor, Text: "Five minutes left."},
		meeting.AskForHelp{Actor: meeting.As(person)},
		meeting.AnswerHelp{Actor: actor, Participant: other, Outcome: rapid.SampledFrom([]meeting.HelpState{meeting.HelpComing, meeting.HelpLater, meeting.HelpBusy}).Draw(t, "help")},
		meeting.SetRole{Actor: actor, Participant: other, Role: rapid.SampledFrom([]meeting.Role{meeting.RoleHost, meeting.RoleCohost, meeting.RoleParticipant}).Draw(t, "role")},
		meeting.Rename{Actor: actor, Participant: person, Name: fmt.Sprintf("Name %d", small)},
		meeting.Remove{Actor: actor, Participant: other},
		meeting.SetOptions{Change: func(o *meeting.Options) {
			o.WaitingRoom = rapid.SampledFrom([]meeting.WaitingRoom{meeting.WaitingRoomOff, meeting.WaitingRoomBots, meeting.WaitingRoomEverybody}).Draw(t, "waiting room")
			o.WaitAgain, o.WaitForHost, o.Locked, o.Capacity = yes, !yes, small == 3 && yes, 20*small
			o.WaitForRooms = small%2 == 0
		}},
		meeting.Admit{Actor: actor},
		meeting.Admit{Participants: []meeting.ParticipantID{other}},
		meeting.Deny{Actor: actor, Participants: []meeting.ParticipantID{other}},
	}).Draw(t, "rare command")
}

// drawInRoom makes up a command about what people do in rooms.
func drawInRoom(t *rapid.T, s *meeting.State, actor meeting.Actor, person meeting.ParticipantID, room meeting.RoomID) meeting.Command {
	other := meeting.ParticipantID(rapid.IntRange(1, 6).Draw(t, "other") * 100)
	yes := rapid.Bool().Draw(t, "yes")
	switched := rapid.SampledFrom([]*bool{nil, &yes})
	poll := meeting.PollID(rapid.IntRange(0, len(s.Polls)).Draw(t, "poll"))
	preset := rapid.SampledFrom([]string{"", "Coach", "Pupil"}).Draw(t, "preset")
	kind := rapid.SampledFrom([]meeting.BroadcastKind{meeting.BroadcastVoice, meeting.BroadcastScreen}).Draw(t, "kind")
	capabilities := rapid.SliceOfN(rapid.SampledFrom([]string{"RECORD", "CHAT", "ENTER_ANY_ROOM", "canSwitchToParentMeeting", "BROADCAST_MEDIA"}), 0, 3).Draw(t, "capabilities")
	self := meeting.As(person)
	return rapid.SampledFrom([]meeting.Command{
		meeting.SetMedia{Actor: self, Participant: person, Microphone: switched.Draw(t, "microphone"), Screen: switched.Draw(t, "screen")},
		meeting.SetMedia{Actor: actor, Participant: other, Microphone: &yes, Hand: switched.Draw(t, "hand")},
		meeting.MuteRoom{Actor: actor, Room: room},
		meeting.SendChat{Actor: actor, Room: room, Text: "Hello"},
		meeting.SendChat{Actor: self, To: other, Text: "Hello"},
		meeting.StartPoll{Actor: self, Question: "Which?", Choices: []string{"This", "That"}},
		meeting.StartPoll{Room: room, Question: "Which?", Choices: []string{"This", "That"}},
		meeting.AnswerPoll{Actor: self, Poll: poll, Choice: rapid.IntRange(0, 2).Draw(t, "choice")},
		meeting.EndPoll{Actor: actor, Poll: poll},
		meeting.AllowRecording{Actor: actor, Room: room, Allowed: yes},
		meeting.AllowRecording{Actor: actor, Participants: []meeting.ParticipantID{person}, Allowed: yes},
		meeting.Record{Actor: self, State: rapid.SampledFrom([]meeting.RecordingState{meeting.RecordingOn, meeting.RecordingPaused, meeting.RecordingEnded}).Draw(t, "recording")},
		meeting.Record{Actor: self, State: meeting.RecordingOn},
		meeting.SetOptions{Change: func(o *meeting.Options) { o.Recording = yes }},
		meeting.StartBroadcast{Actor: self, Kind: kind},
		meeting.StartBroadcast{Actor: self, Kind: kind, Rooms: []meeting.RoomID{room}},
		meeting.StopBroadcast{Actor: self, Kind: kind},
		meeting.SavePreset{Actor: actor, Preset: meeting.Preset{Name: "Coach", Capabilities: capabilities}},
		meeting.SavePreset{Preset: meeting.Preset{Name: "Pupil", Capabilities: capabilities}},
		meeting.DeletePreset{Actor: actor, Name: preset},
		meeting.GivePreset{Actor: actor, Participant: other, Preset: preset},
		meeting.Move{Actor: actor, Participant: person, Room: room, Preset: preset},
		meeting.Leave{Actor: self, Cause: meeting.LeftByLostLine},
		meeting.StartListening{Actor: actor, Room: room},
		meeting.StartListening{Room: room},
		meeting.StopListening{Actor: actor, Listener: meeting.ListenerID(rapid.IntRange(0, int(s.Listeners.Latest)).Draw(t, "listener"))},
		meeting.Order{By: self, Request: meeting.Request{Key: "key", Digest: "digest"}, Command: meeting.AskForHelp{}},
	}).Draw(t, "command in a room")
}
