package bot_test

import (
	"slices"
	"testing"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// arrival is how every story begins that begins in the main room.
var arrival = []string{"joining_call", "in_call_not_recording", "in_call_recording", "segment_started: Main room"}

// story puts steps behind the arrival.
func story(steps ...string) []string { return slices.Concat(arrival, steps) }

// TestAutoAcceptGoesWhereverItIsSent is the whole journey: into a room, into
// another one, and back to main when the rooms close. People keep their numbers
// and are recorded only where they were together with the bot.
func TestAutoAcceptGoesWhereverItIsSent(t *testing.T) {
	onStage(t, false, func(s *stage) {
		ada, ben, _ := s.guest("Ada"), s.guest("Ben"), s.guest("Cy")
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		s.talk()
		s.assign("Red", ada.Participant(), 400)
		s.assign("Blue", ben.Participant())
		s.do(meeting.OpenRooms{})
		l.until("breakout_room_entered: Red", 1)
		s.talk()
		s.do(meeting.Move{Participant: 400, Room: s.rooms["Blue"]})
		l.until("breakout_room_entered: Blue", 1)
		s.talk()
		s.do(meeting.CloseRooms{})
		l.until("segment_started: Main room", 2)
		s.talk()
		s.do(meeting.End{})
		l.end(story(
			"breakout_room_entered: Red",
			"segment_started: Red",
			"segment_completed: Main room [100 Ada, 200 Ben, 300 Cy]",
			"breakout_room_left: Red",
			"breakout_room_entered: Blue",
			"segment_started: Blue",
			"segment_completed: Red [100 Ada]",
			"breakout_room_left: Blue",
			"segment_started: Main room",
			"segment_completed: Blue [200 Ben]",
			"call_ended/call_ended_by_host",
			"segment_completed: Main room [100 Ada, 200 Ben, 300 Cy]",
			"done")...)
		if got, want := s.answers(400), []string{"Red ACCEPTED", "Blue ACCEPTED"}; !slices.Equal(got, want) {
			t.Errorf("the invitations ended as %v, want %v", got, want)
		}
	})
}

// TestABotComesBackWhenItIsCalled calls the bot back to main while its room stays
// open: main is no room that a mode declines.
func TestABotComesBackWhenItIsCalled(t *testing.T) {
	for mode, room := range map[bot.Mode]string{bot.AutoAcceptAllInvites: "", bot.JoinSpecificRoom: "Red"} {
		t.Run(string(mode), func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				l := s.send(mode, room)
				l.until("segment_started: Main room", 1)
				s.assign("Red", 100)
				s.do(meeting.OpenRooms{})
				l.until("breakout_room_entered: Red", 1)
				s.do(meeting.Move{Participant: 100, Room: s.rooms["main"]})
				l.until("segment_started: Main room", 2)
				if person := s.state().People[100]; person.Room != s.rooms["main"] {
					t.Errorf("the bot is in %s", person.Room)
				}
			})
		})
	}
}

// TestASupersededInvitationIsNotFollowed invites the bot elsewhere while its
// answer to the first invitation is on its way.
func TestASupersededInvitationIsNotFollowed(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		s.assign("Red", 100)
		s.do(meeting.OpenRooms{})
		s.do(meeting.Move{Participant: 100, Room: s.rooms["Blue"]})
		l.until("breakout_room_entered", 1)
		s.do(meeting.End{})
		l.end(story(
			"breakout_room_entered: Blue",
			"segment_started: Blue",
			"breakout_room_left: Blue",
			"call_ended/call_ended_by_host",
			"segment_completed: Main room []",
			"segment_completed: Blue []",
			"done")...)
		if got, want := s.answers(100), []string{"Red SUPERSEDED", "Blue ACCEPTED"}; !slices.Equal(got, want) {
			t.Errorf("the invitations ended as %v, want %v", got, want)
		}
	})
}

// TestJoinMainRoomStays is the coordinator: it declines, records main, and tells
// of the rooms where it may see them.
func TestJoinMainRoomStays(t *testing.T) {
	for name, test := range map[string]struct {
		seesRooms bool
		told      []string
	}{
		"it sees rooms":   {true, []string{"breakout_room_opened: Red", "breakout_room_opened: Blue", "breakout_room_closed: Red", "breakout_room_closed: Blue"}},
		"it sees nothing": {false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, test.seesRooms, func(s *stage) {
				ada, _ := s.guest("Ada"), s.guest("Ben")
				l := s.send(bot.JoinMainRoom, "")
				l.until("segment_started: Main room", 1)
				s.talk()
				s.assign("Red", ada.Participant(), 300)
				s.do(meeting.OpenRooms{})
				s.settle()
				s.do(meeting.Move{Participant: 300, Room: s.rooms["Blue"]})
				s.talk()
				s.do(meeting.CloseRooms{})
				s.settle()
				s.do(meeting.End{})
				l.end(slices.Concat(arrival, test.told, []string{
					"call_ended/call_ended_by_host", "segment_completed: Main room [100 Ada, 200 Ben]", "done",
				})...)
				if got, want := s.answers(300), []string{"Red DECLINED", "Blue DECLINED"}; !slices.Equal(got, want) {
					t.Errorf("the invitations ended as %v, want %v", got, want)
				}
			})
		})
	}
}

// TestJoinSpecificRoomGoesThereAndNowhereElse lets the bot walk into its room in
// two rounds, and has the host try to send it elsewhere.
func TestJoinSpecificRoomGoesThereAndNowhereElse(t *testing.T) {
	for name, room := range map[string]func(*stage) string{
		"by its id":   func(s *stage) string { return string(s.rooms["Red"]) },
		"by its name": func(*stage) string { return " rED " },
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, true, func(s *stage) {
				ada, ben := s.guest("Ada"), s.guest("Ben")
				l := s.send(bot.JoinSpecificRoom, room(s))
				l.until("segment_started: Main room", 1)
				s.assign("Red", ada.Participant())
				s.assign("Blue", ben.Participant())
				s.talk()
				for round := range 2 {
					s.do(meeting.OpenRooms{})
					l.until("breakout_room_entered: Red", round+1)
					s.do(meeting.Move{Participant: 300, Room: s.rooms["Blue"]})
					s.talk()
					s.do(meeting.CloseRooms{})
					l.until("segment_started: Main room", round+2)
					s.talk()
				}
				s.do(meeting.End{})
				inRed := []string{
					"breakout_room_entered: Red", "segment_started: Red", "segment_completed: Main room [100 Ada, 200 Ben]",
					"breakout_room_left: Red", "segment_started: Main room", "segment_completed: Red [100 Ada]",
				}
				l.end(slices.Concat(arrival, inRed, inRed, []string{
					"call_ended/call_ended_by_host", "segment_completed: Main room [100 Ada, 200 Ben]", "done",
				})...)
				// The host's wish for Blue outlives the first round: the second one begins
				// with an invitation there, which walking into Red supersedes.
				if got, want := s.answers(300), []string{"Blue DECLINED", "Blue SUPERSEDED", "Blue DECLINED"}; !slices.Equal(got, want) {
					t.Errorf("the invitations ended as %v, want %v", got, want)
				}
			})
		})
	}
}

// TestJoinSpecificRoomWaitsToBeInvited has a meeting in which nobody sees rooms:
// the bot declines the wrong invitation and takes the right one.
func TestJoinSpecificRoomWaitsToBeInvited(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := s.send(bot.JoinSpecificRoom, "Red")
		l.until("segment_started: Main room", 1)
		s.assign("Blue", 100)
		s.do(meeting.OpenRooms{})
		s.settle()
		s.do(meeting.Move{Participant: 100, Room: s.rooms["Red"]})
		l.until("breakout_room_entered: Red", 1)
		s.do(meeting.CloseRooms{})
		l.until("segment_started: Main room", 2)
		s.do(meeting.OpenRooms{}) // where it is assigned to Red by now
		l.until("breakout_room_entered: Red", 2)
		if got, want := s.answers(100), []string{"Blue DECLINED", "Red ACCEPTED", "Red ACCEPTED"}; !slices.Equal(got, want) {
			t.Errorf("the invitations ended as %v, want %v", got, want)
		}
	})
}

// TestJoinSpecificRoomThatIsOpenAlready sends the bot when rooms are open.
func TestJoinSpecificRoomThatIsOpenAlready(t *testing.T) {
	onStage(t, true, func(s *stage) {
		ada := s.guest("Ada")
		s.assign("Red", ada.Participant())
		s.do(meeting.OpenRooms{})
		l := s.send(bot.JoinSpecificRoom, "Red")
		l.until("segment_started: Red", 1)
		s.talk()
		s.do(meeting.End{})
		l.end(story(
			"breakout_room_entered: Red",
			"segment_started: Red",
			"segment_completed: Main room []",
			"breakout_room_left: Red",
			"call_ended/call_ended_by_host",
			"segment_completed: Red [100 Ada]",
			"done")...)
	})
}
