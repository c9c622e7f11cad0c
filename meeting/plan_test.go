package meeting_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

func planned(name string, rooms ...meeting.PlannedRoom) meeting.SavePlan {
	return meeting.SavePlan{Plan: meeting.Plan{Name: name, Rooms: rooms}}
}

func plannedRoom(name string, emails ...string) meeting.PlannedRoom {
	room := meeting.PlannedRoom{Name: name}
	for _, email := range emails {
		room.People = append(room.People, meeting.Invitee{Email: email})
	}
	return room
}

// come takes in somebody with an e-mail address.
func (r *run) come(email string) meeting.ParticipantID {
	return r.must(meeting.Join{Name: "Somebody", FollowsMoves: true, Email: email})[0].Participant.ID
}

func TestPlanIsApplied(t *testing.T) {
	r := withRooms()
	early := r.come("Early@example.org")
	r.must(planned("Monday", plannedRoom("red", "early@example.org"), plannedRoom("Green", "late@example.org")))
	r.must(planned("Tuesday", plannedRoom("Blue", "early@example.org", "other@example.org")))
	r.must(meeting.ApplyPlan{Name: "Monday"})
	want(t, "rooms", r.rooms(), "Red prepared, Blue prepared, Green prepared")
	if r.state.People[early].Assigned != r.room("Red") {
		t.Error("who was here is not assigned")
	}
	r.must(meeting.OpenRooms{})
	late, stranger := r.come("late@example.org"), r.come("stranger@example.org")
	want(t, "who comes late goes to", r.where(late), "Green")
	want(t, "who is in no plan stays in", r.where(stranger), meeting.MainRoomName)
	r.must(meeting.ApplyPlan{Name: "Tuesday"})
	want(t, "by another plan, everybody goes to", r.where(early), "Blue")
	r.must(meeting.DeletePlan{Name: "Tuesday"})
	want(t, "without a plan, newcomers stay in", r.where(r.come("other@example.org")), meeting.MainRoomName)
	r.refused(t, meeting.ApplyPlan{Name: "Tuesday"}, meeting.CodePlanNotFound)
	r.refused(t, meeting.DeletePlan{Name: "Tuesday"}, meeting.CodePlanNotFound)
}

func TestPlansKnowRoundsRolesAndBots(t *testing.T) {
	r := newRun()
	ada := r.come("ada@example.org")
	r.must(meeting.SavePlan{Plan: meeting.Plan{Name: "Day", Rooms: []meeting.PlannedRoom{
		{Name: "Red", People: []meeting.Invitee{{Email: "ada@example.org"}, {Email: "bot@example.org", BotPolicy: "auto_accept_all_invites"}}},
		{Name: "Blue", People: []meeting.Invitee{{Email: "ada@example.org", Round: 2, Role: meeting.RoleCohost}}},
	}}})
	r.must(meeting.ApplyPlan{Name: "Day"})
	r.must(meeting.OpenRooms{})
	want(t, "in the first round, Ada is in", r.where(ada), "Red")
	bot := r.must(meeting.Join{Name: "Bot", IsBot: true, Bot: "bot_1", Email: "bot@example.org"})[0].Participant.ID
	if invited := r.state.People[bot].Invitation; invited.Room != r.room("Red") {
		t.Errorf("the bot, whom the plan knows by its address, was sent %+v", invited)
	}
	r.must(meeting.CloseRooms{Countdown: new(time.Duration)})
	r.must(meeting.ApplyPlan{Name: "Day"})
	r.must(meeting.OpenRooms{})
	want(t, "in the second round, Ada is in", r.where(ada), "Blue")
	want(t, "and has the role", string(r.state.People[ada].Role), "COHOST")
}

func TestFaultyPlansAreRefusedWhole(t *testing.T) {
	r := newRunAs(meeting.PersonaZoom)
	_, err := r.apply(planned("", plannedRoom("A", "x@example.org"), plannedRoom("a", "X@example.org", ""), plannedRoom("")))
	refusals, ok := errors.AsType[meeting.Refusals](err)
	if !ok || len(refusals) != 5 {
		t.Errorf("got %v, want five problems", err)
	}
	var many []meeting.PlannedRoom
	for i := range 51 {
		many = append(many, plannedRoom(fmt.Sprint(i)))
	}
	r.refused(t, planned("Many", many...), meeting.CodeTooManyRooms)
	for i := range meeting.MaxPlans {
		r.must(planned(fmt.Sprint(i), plannedRoom("A")))
	}
	r.must(planned("0", plannedRoom("B"))) // replaces
	r.refused(t, planned("one more", plannedRoom("A")), meeting.CodeInvalid)
	// Forty rooms of their own leave no place for those of a plan.
	r.must(meeting.CreateRooms{Count: 45})
	r.must(meeting.DeletePlan{Name: "1"})
	r.must(planned("Many", many[:10]...))
	r.refused(t, meeting.ApplyPlan{Name: "Many"}, meeting.CodeTooManyRooms)
}
