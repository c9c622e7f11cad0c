package meeting_test

import (
	"errors"
	"fmt"
	"testing"

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
