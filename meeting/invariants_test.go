package meeting_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/breakoutrooms/breakout/meeting"
	"pgregory.net/rapid"
)

// checkInvariants checks what must hold of every meeting at any moment, from
// its state and from its events alone.
func checkInvariants(t *rapid.T, r *run) {
	checkState(t, r.state)
	checkPresences(t, r.events)
	checkWaiting(t, r.events)
	replayed := meeting.New()
	replayed.Fold(r.events...)
	if !reflect.DeepEqual(replayed, r.state) {
		t.Fatalf("folding the events gives another state:\n%+v\n%+v", replayed, r.state)
	}
}

func checkState(t *rapid.T, s *meeting.State) {
	for _, person := range s.People {
		room, exists := s.Room(person.Room)
		switch {
		case person.Waits() && (person.Room != "" || person.Connection == 0 || s.Capabilities(meeting.As(person.ID)) != 0):
			t.Fatalf("%d waits by connection %d, is in %q and may %s", person.ID, person.Connection, person.Room, s.Capabilities(meeting.As(person.ID)))
		case s.Ended() && (person.Waits() || person.Present()):
			t.Fatalf("%d outlives the meeting", person.ID)
		case !person.Present() && person.Room != "":
			t.Fatalf("%d is not in the meeting, but in %s", person.ID, person.Room)
		case person.Present() && !exists:
			t.Fatalf("%d is in no room", person.ID)
		case person.Present() && room.State != meeting.RoomStateOpen && room.State != meeting.RoomStateClosing:
			t.Fatalf("%d is in %q, which is %s", person.ID, room.Name, room.State)
		case person.Invitation.State == meeting.InvitationPending && !mayBePending(s, person.Invitation):
			t.Fatalf("%d has a pending invitation while the round is %q", person.ID, s.Round.State)
		}
		checkPerson(t, s, person, room)
		checkMedia(t, s, person, room)
	}
	checkRooms(t, s)
	checkListeners(t, s)
	live := 0
	for i, room := range s.Rooms {
		if i > 0 && (room.State == meeting.RoomStateOpen || room.State == meeting.RoomStateClosing) {
			live++
		}
		if i > 0 && s.Rooms[i-1].Ordinal >= room.Ordinal {
			t.Fatalf("rooms out of order: %+v", s.Rooms)
		}
	}
	if running := s.Round.State == meeting.RoundStateOpen || s.Round.State == meeting.RoundStateClosing; running != (live > 0) {
		t.Fatalf("the round is %q and %d rooms are open or closing", s.Round.State, live)
	}
}

// mayBePending says whether an invitation can wait for an answer now: while
// rooms close, people can go back to main only.
func mayBePending(s *meeting.State, i meeting.Invitation) bool {
	return s.Round.State == meeting.RoundStateOpen || s.Round.State == meeting.RoundStateClosing && i.Kind == meeting.InvitedToReturn
}

// checkPerson checks what a person has to do with rooms that can change.
func checkPerson(t *rapid.T, s *meeting.State, person *meeting.Person, in meeting.Room) {
	if person.Assigned != "" {
		if room, exists := s.Room(person.Assigned); !exists || room.Kind != meeting.RoomBreakout {
			t.Fatalf("%d is assigned to %s, which is no breakout room of the meeting", person.ID, person.Assigned)
		}
	}
	if person.Invitation.State == meeting.InvitationPending {
		room, _ := s.Room(person.Invitation.Room)
		if room.State != meeting.RoomStateOpen || !person.Present() || person.Room == room.ID {
			t.Fatalf("%d, who is in %q, has a pending invitation to %+v", person.ID, person.Room, room)
		}
	}
	waits := person.Help.State == meeting.HelpRequestedState || person.Help.State == meeting.HelpLater
	if waits && in.Kind != meeting.RoomBreakout {
		t.Fatalf("%d waits for help in %q", person.ID, in.Name)
	}
}

// checkMedia checks what a person sends: what belongs to a room ends with it.
func checkMedia(t *rapid.T, s *meeting.State, person *meeting.Person, in meeting.Room) {
	may := s.Capabilities(meeting.As(person.ID))
	recording := person.Recording == meeting.RecordingOn || person.Recording == meeting.RecordingPaused
	switch {
	case recording && !may.Has(meeting.MayRecord):
		t.Fatalf("%d records and may not", person.ID)
	case person.Preset != "" && !slices.ContainsFunc(s.Presets, func(p meeting.Preset) bool { return p.Name == person.Preset }):
		t.Fatalf("%d has the preset %q, which does not exist", person.ID, person.Preset)
	case person.Present() && in.Kind == meeting.RoomBreakout && person.Device == meeting.DeviceBasic:
		t.Fatalf("%d is in %q by a client that knows no rooms", person.ID, in.Name)
	}
	for _, rooms := range [][]meeting.RoomID{person.Broadcasts.Voice, person.Broadcasts.Screen} {
		reached := 0
		for _, id := range rooms {
			if room, ok := s.Room(id); ok && (room.State == meeting.RoomStateOpen || room.State == meeting.RoomStateClosing) {
				reached++
			}
		}
		if len(rooms) > 0 && (reached == 0 || in.Kind != meeting.RoomMain || !person.Present()) {
			t.Fatalf("%d in %q broadcasts to %v", person.ID, in.Name, rooms)
		}
	}
}

// checkListeners checks that what nobody can be in, nobody listens to.
func checkListeners(t *rapid.T, s *meeting.State) {
	for listener, in := range s.Listeners.In {
		if room, exists := s.Room(in); !exists || s.Ended() || room.State != meeting.RoomStateOpen && room.State != meeting.RoomStateClosing {
			t.Fatalf("listener %d hears %q, which is %s", listener, room.Name, room.State)
		}
	}
}

// checkRooms checks what rooms have one of.
func checkRooms(t *rapid.T, s *meeting.State) {
	for _, room := range s.Rooms {
		sharing, polls := 0, 0
		for _, person := range s.In(room.ID) {
			if person.Media.Screen {
				sharing++
			}
		}
		for _, poll := range s.Polls {
			if poll.Room == room.ID && !poll.Ended {
				polls++
			}
		}
		if sharing > 1 || polls > 1 || polls > 0 && room.State != meeting.RoomStateOpen && room.State != meeting.RoomStateClosing {
			t.Fatalf("%d people share a screen with %q, which is %s and has %d polls", sharing, room.Name, room.State, polls)
		}
	}
}

// presence is who is where, as the events tell it.
type presence struct {
	room  meeting.RoomID
	visit meeting.VisitNumber
}

// checkPresences follows the events: nobody is in two rooms, nobody enters a
// room that is not open, visits count up, and everybody out of a closed room.
func checkPresences(t *rapid.T, events []meeting.Event) {
	in := make(map[meeting.ParticipantID]presence)
	open := make(map[meeting.RoomID]bool)
	sharing := make(map[meeting.ParticipantID]bool)
	closing := false
	for _, event := range events {
		switch fact := event.Fact.(type) {
		case meeting.MediaChanged:
			sharing[event.Participant.ID] = fact.Media.Screen
		case meeting.RoomCreated:
			open[event.Room.ID] = event.Room.Kind == meeting.RoomMain
		case meeting.RoomOpened:
			open[event.Room.ID], closing = true, false
		case meeting.RoundClosing:
			closing = true
		case meeting.RoomClosing:
			open[event.Room.ID] = false
		case meeting.RoomDeleted:
			delete(open, event.Room.ID)
		case meeting.RoomClosed:
			open[event.Room.ID] = false
			for id, p := range in {
				if p.room == event.Room.ID {
					t.Fatalf("%d is in %s, which closed", id, p.room)
				}
			}
		case meeting.ParticipantEnteredRoom:
			id := event.Participant.ID
			before := in[id]
			if before.room != "" || fact.Visit != before.visit+1 {
				t.Fatalf("%d enters %s on visit %d after %+v", id, event.Room.ID, fact.Visit, before)
			}
			if sharing[id] {
				t.Fatalf("%d takes its screen along into %s", id, event.Room.ID)
			}
			if !open[event.Room.ID] || closing && event.Room.Kind == meeting.RoomBreakout {
				t.Fatalf("%d enters %s, which takes nobody in", id, event.Room.ID)
			}
			in[id] = presence{event.Room.ID, fact.Visit}
		case meeting.ParticipantLeftRoom:
			id := event.Participant.ID
			if in[id] != (presence{event.Room.ID, fact.Visit}) {
				t.Fatalf("%d leaves %s on visit %d, but is in %+v", id, event.Room.ID, fact.Visit, in[id])
			}
			in[id] = presence{"", fact.Visit}
		}
	}
}

// checkWaiting follows the events: who waits enters no room before it is let in, and
// waits once.
func checkWaiting(t *rapid.T, events []meeting.Event) {
	waiting := make(map[meeting.ParticipantID]bool)
	for _, event := range events {
		switch event.Fact.(type) {
		case meeting.ParticipantWaiting, meeting.ParticipantAdmitted, meeting.ParticipantDenied, meeting.ParticipantLeftWaitingRoom:
			_, begins := event.Fact.(meeting.ParticipantWaiting)
			if id := event.Participant.ID; waiting[id] == begins {
				t.Fatalf("%s of %d, which waits: %v", event.Type(), id, waiting[id])
			}
			waiting[event.Participant.ID] = begins
		case meeting.ParticipantEnteredRoom:
			if waiting[event.Participant.ID] {
				t.Fatalf("%d enters %s out of the waiting room, and nobody has let it in", event.Participant.ID, event.Room.ID)
			}
		}
	}
}

// TestEventsSurviveWriting writes every event of a random meeting down and
// reads it back.
func TestEventsSurviveWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRun()
		for range rapid.IntRange(1, 60).Draw(t, "commands") {
			_, _ = r.apply(drawCommand(t, r.state)) // refusals are part of the game
		}
		for i, event := range r.events {
			body, err := event.MarshalBody()
			if err != nil {
				t.Fatal(err)
			}
			back, err := meeting.UnmarshalBody(event.Type(), 0, event.At, body)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, event) {
				t.Fatalf("event %d was %+v and reads %+v", i, event, back)
			}
		}
	})
}
