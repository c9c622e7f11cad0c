package meeting_test

import (
	"slices"
	"testing"

	"github.com/breakoutrooms/breakout/meeting"
)

// guarded is a meeting with a host, the room Red and a waiting room.
func guarded(who meeting.WaitingRoom) (r *run, host meeting.ParticipantID) {
	r = newRun()
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.WaitingRoom = who }})
	host = r.must(meeting.Join{Name: "Grace", Role: meeting.RoleHost, FollowsMoves: true})[0].Participant.ID
	r.must(meeting.CreateRooms{Names: []string{"Red"}})
	return r, host
}

// arrive has somebody come who is known by an external id.
func (r *run) arrive(name string) meeting.ParticipantID {
	return r.must(meeting.Join{Name: name, ExternalID: name, FollowsMoves: true})[0].Participant.ID
}

func (r *run) bot() meeting.ParticipantID {
	return r.must(meeting.Join{Name: "Bot", IsBot: true, Bot: "bot_1"})[0].Participant.ID
}

func TestWhoWaitsIsNotInTheMeeting(t *testing.T) {
	r, host := guarded(meeting.WaitingRoomEverybody)
	if r.where(host) != meeting.MainRoomName {
		t.Errorf("the host is in %q", r.where(host))
	}
	ada := r.arrive("Ada")
	person := r.state.People[ada]
	if person.Present() || !person.Waits() || person.Room != "" || r.state.Capabilities(meeting.As(ada)) != 0 || len(r.state.In(r.state.Main().ID)) != 1 {
		t.Errorf("who waits is %+v and may %s", person, r.state.Capabilities(meeting.As(ada)))
	}
	for _, command := range []meeting.Command{
		meeting.Move{Participant: ada, Room: r.room("Red")}, meeting.SetRole{Participant: ada, Role: meeting.RoleHost}, meeting.EnterRoom{Actor: meeting.As(ada), Room: r.room("Red")},
	} {
		_, err := r.apply(command)
		wantRefusal(t, err, meeting.CodeParticipantAbsent)
	}
	_, err := r.apply(meeting.Admit{Actor: meeting.As(ada)})
	wantRefusal(t, err, meeting.CodeNotAllowed)

	got := types(r.must(meeting.Admit{Actor: meeting.As(host), Participants: []meeting.ParticipantID{ada}}))
	if want := []meeting.EventType{"participant_admitted", "participant_joined", "participant_entered_room"}; !slices.Equal(got, want) {
		t.Errorf("admitting made %v, want %v", got, want)
	}
	if r.where(ada) != meeting.MainRoomName || r.state.People[ada].Visit != 1 {
		t.Errorf("who was let in is %+v", r.state.People[ada])
	}
	_, err = r.apply(meeting.Admit{Participants: []meeting.ParticipantID{ada}})
	wantRefusal(t, err, meeting.CodeNotWaiting)
	_, err = r.apply(meeting.Admit{})
	wantRefusal(t, err, meeting.CodeNobodyWaiting)
}

func TestTheLineIsLetInAtOnceOrTurnedAway(t *testing.T) {
	r, host := guarded(meeting.WaitingRoomEverybody)
	ada, ben, cy := r.arrive("Ada"), r.arrive("Ben"), r.arrive("Cy")
	r.must(meeting.Leave{Actor: meeting.As(cy), Cause: meeting.LeftByLostLine})
	r.must(meeting.Deny{Actor: meeting.As(host), Participants: []meeting.ParticipantID{ben}})
	if line := r.state.Waiting(); len(line) != 1 || line[0].ID != ada || r.state.People[ben].Connection != 0 {
		t.Fatalf("the line is %+v", line)
	}
	if again := r.arrive("Ben"); again != ben || !r.state.People[ben].Waits() {
		t.Errorf("who was turned away comes back as %d: %+v", again, r.state.People[again])
	}
	before := r.state.People[ben].Connection
	r.arrive("Ben") // by another connection
	if after := r.state.People[ben].Connection; after == before || len(r.state.Waiting()) != 2 {
		t.Errorf("%d waits for %d people by connection %d", len(r.state.Waiting()), ben, after)
	}
	r.must(meeting.Admit{Actor: meeting.As(host)})
	if len(r.state.In(r.state.Main().ID)) != 3 || len(r.state.Waiting()) != 0 {
		t.Errorf("in main are %+v", r.state.In(r.state.Main().ID))
	}
}

func TestOnlyBotsWait(t *testing.T) {
	r, _ := guarded(meeting.WaitingRoomBots)
	ada, bot := r.arrive("Ada"), r.bot()
	if r.where(ada) != meeting.MainRoomName || !r.state.People[bot].Waits() {
		t.Errorf("Ada is in %q and the bot is %+v", r.where(ada), r.state.People[bot])
	}
	// Who is assigned while waiting is sent on when it is let in.
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{bot}})
	r.must(meeting.OpenRooms{})
	if r.state.People[bot].Invitation.State == meeting.InvitationPending {
		t.Error("somebody who waits was invited")
	}
	r.must(meeting.Admit{})
	if invitation := r.state.People[bot].Invitation; invitation.State != meeting.InvitationPending || invitation.Room != r.room("Red") {
		t.Errorf("the bot has %+v", invitation)
	}
}

func TestWhoComesBackWaitsAgainOnlyIfAsked(t *testing.T) {
	for _, again := range []bool{false, true} {
		r, _ := guarded(meeting.WaitingRoomEverybody)
		r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.WaitAgain, o.Recording = again, true }})
		ada := r.arrive("Ada")
		r.must(meeting.Admit{})
		r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada}})
		r.must(meeting.OpenRooms{})
		r.must(meeting.Record{Actor: meeting.As(ada), State: meeting.RecordingOn})
		connection := r.state.People[ada].Connection
		r.must(meeting.ReturnToMain{Actor: meeting.As(ada)})
		if person := r.state.People[ada]; person.Waits() != again || person.Connection != connection || again == (person.Recording == meeting.RecordingOn) {
			t.Errorf("again is %v, back from a room Ada is %+v", again, person)
		}
		if again {
			got := types(r.must(meeting.Admit{}))
			if want := []meeting.EventType{"participant_admitted", "participant_entered_room", "capabilities_changed"}; !slices.Equal(got, want) || r.where(ada) != meeting.MainRoomName {
				t.Errorf("admitting made %v, want %v", got, want)
			}
		}
		r.must(meeting.Leave{Actor: meeting.As(ada), Cause: meeting.LeftByLostLine})
		r.arrive("Ada")
		if person := r.state.People[ada]; person.Waits() != again {
			t.Errorf("again is %v, by another connection Ada is %+v", again, person)
		}
	}
}

// TestWhoGoesToARoomWaitsForIt has people let into a breakout room one by one; who is
// not let in when it closes is back in main.
func TestWhoGoesToARoomWaitsForIt(t *testing.T) {
	r, _ := guarded(meeting.WaitingRoomEverybody)
	r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.WaitForRooms, o.ClosingCountdown = true, 0 }})
	ada, ben := r.arrive("Ada"), r.arrive("Ben")
	r.must(meeting.Admit{})
	r.must(meeting.Assign{Room: r.room("Red"), Participants: []meeting.ParticipantID{ada, ben}})
	r.must(meeting.OpenRooms{})
	if !r.state.People[ada].Waits() || !r.state.People[ben].Waits() {
		t.Fatalf("Ada is %+v, Ben %+v", r.state.People[ada], r.state.People[ben])
	}
	r.must(meeting.Admit{Participants: []meeting.ParticipantID{ada}})
	if r.where(ada) != "Red" || !r.state.People[ben].Waits() {
		t.Errorf("Ada is in %q, Ben %+v", r.where(ada), r.state.People[ben])
	}
	r.must(meeting.CloseRooms{})
	if r.where(ada) != meeting.MainRoomName || r.where(ben) != meeting.MainRoomName {
		t.Errorf("when the rooms are closed, Ada is in %q and Ben in %q", r.where(ada), r.where(ben))
	}
}

func TestTheEndSendsTheLineHome(t *testing.T) {
	r, _ := guarded(meeting.WaitingRoomEverybody)
	ada := r.arrive("Ada")
	events := r.must(meeting.End{})
	i := slices.IndexFunc(events, func(e meeting.Event) bool { return e.Participant != nil && e.Participant.ID == ada })
	if fact, ok := events[i].Fact.(meeting.ParticipantLeftWaitingRoom); !ok || fact.Cause != meeting.LeftByMeetingEnd || r.state.People[ada].Waits() {
		t.Errorf("the end tells of Ada %+v", events[i])
	}
}

func TestMeetingsThatTakeNobodyIn(t *testing.T) {
	bot := meeting.Join{Name: "Bot", IsBot: true, Bot: "bot_1"}
	for name, test := range map[string]struct {
		change func(*meeting.Options)
		code   meeting.Code
		host   bool // a host has come before
	}{
		"locked":      {func(o *meeting.Options) { o.Locked = true }, meeting.CodeMeetingLocked, true},
		"full":        {func(o *meeting.Options) { o.Capacity = 1 }, meeting.CodeMeetingFull, true},
		"not started": {func(o *meeting.Options) { o.WaitForHost = true }, meeting.CodeMeetingNotStarted, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun()
			r.must(meeting.SetOptions{Change: test.change})
			if test.host {
				r.must(meeting.Join{Name: "Grace", Role: meeting.RoleHost})
			}
			_, err := r.apply(bot)
			wantRefusal(t, err, test.code)
			r.must(meeting.Join{Name: "Linus", Role: meeting.RoleHost}) // hosts always come in
			r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Locked, o.Capacity = false, 0 }})
			r.must(bot) // a host is there by now
		})
	}
	t.Run("a line that does not fit", func(t *testing.T) {
		r, _ := guarded(meeting.WaitingRoomEverybody)
		r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Capacity = 2 }})
		ada := r.arrive("Ada")
		r.arrive("Ben")
		_, err := r.apply(meeting.Admit{})
		wantRefusal(t, err, meeting.CodeMeetingFull)
		r.must(meeting.Admit{Participants: []meeting.ParticipantID{ada}})
	})
	t.Run("a connection that takes another's place", func(t *testing.T) {
		r := newRun()
		ada := r.arrive("Ada")
		r.must(meeting.SetOptions{Change: func(o *meeting.Options) { o.Locked, o.Capacity = true, 1 }})
		if r.arrive("Ada"); !r.state.People[ada].Present() {
			t.Error("Ada is gone")
		}
	})
}
