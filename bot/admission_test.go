package bot_test

import (
	"testing"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// options changes options of the meeting.
func (s *stage) options(change func(*meeting.Options)) {
	s.t.Helper()
	s.do(meeting.SetOptions{Change: change})
}

// TestABotWaitsUntilItIsLetIn puts a bot into the waiting room, in which it hears
// nothing, and lets it in.
func TestABotWaitsUntilItIsLetIn(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.options(func(o *meeting.Options) { o.WaitingRoom = meeting.WaitingRoomBots })
		s.guest("Ada")
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("in_waiting_room", 1)
		s.talk()
		s.do(meeting.Admit{})
		l.until("segment_started: Main room", 1)
		s.talk()
		s.do(meeting.End{})
		l.end("joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording", "segment_started: Main room",
			"call_ended/call_ended_by_host", "segment_completed: Main room [100 Ada]", "done")
	})
}

// TestEveryEndInTheWaitingRoom ends a bot's wait in every way there is.
func TestEveryEndInTheWaitingRoom(t *testing.T) {
	for subCode, end := range map[string]func(*stage, *life){
		bot.SubCodeDenied:      func(s *stage, _ *life) { s.do(meeting.Deny{Participants: []meeting.ParticipantID{100}}) },
		bot.SubCodeLeaveCall:   func(_ *stage, l *life) { l.stop(bot.ErrRemoved) },
		bot.SubCodeWaitingRoom: func(_ *stage, l *life) { l.stop(bot.LeaveError{SubCode: bot.SubCodeWaitingRoom}) },
		bot.SubCodeEndedByHost: func(s *stage, _ *life) { s.do(meeting.End{}) },
	} {
		t.Run(subCode, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				s.options(func(o *meeting.Options) { o.WaitingRoom = meeting.WaitingRoomEverybody })
				l := s.send(bot.AutoAcceptAllInvites, "")
				l.until("in_waiting_room", 1)
				end(s, l)
				l.end("joining_call", "in_waiting_room", "call_ended/"+subCode, "done")
				if line := s.state().Waiting(); len(line) > 0 {
					t.Errorf("%+v still waits", line[0])
				}
			})
		})
	}
}

// TestABotWaitsAgainOnItsWayBack has the host let everybody in anew who comes back
// from a room: the visits are cut there, and nothing of the line is recorded.
func TestABotWaitsAgainOnItsWayBack(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.options(func(o *meeting.Options) { o.WaitingRoom, o.WaitAgain = meeting.WaitingRoomBots, true })
		s.guest("Ada")
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("in_waiting_room", 1)
		s.do(meeting.Admit{})
		l.until("segment_started: Main room", 1)
		s.talk()
		s.assign("Red", 200)
		s.do(meeting.OpenRooms{})
		l.until("segment_completed: Main room", 1)
		s.do(meeting.CloseRooms{})
		l.until("in_waiting_room", 2)
		s.talk()
		s.do(meeting.Admit{})
		l.until("segment_started: Main room", 2)
		s.talk()
		s.do(meeting.End{})
		l.end("joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording", "segment_started: Main room",
			"breakout_room_entered: Red", "segment_started: Red", "segment_completed: Main room [100 Ada]",
			"breakout_room_left: Red", "in_waiting_room", "segment_completed: Red []",
			"in_call_not_recording", "in_call_recording", "segment_started: Main room",
			"call_ended/call_ended_by_host", "segment_completed: Main room [100 Ada]", "done")
	})
}

// TestAMeetingThatTakesNobodyIn tells each reason.
func TestAMeetingThatTakesNobodyIn(t *testing.T) {
	for subCode, change := range map[string]func(*meeting.Options){
		bot.SubCodeLocked:     func(o *meeting.Options) { o.Locked = true },
		bot.SubCodeFull:       func(o *meeting.Options) { o.Capacity = 1 },
		bot.SubCodeNotStarted: func(o *meeting.Options) { o.WaitForHost = true },
	} {
		t.Run(subCode, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				s.guest("Ada")
				s.options(change)
				s.send(bot.AutoAcceptAllInvites, "").end("joining_call", "fatal/"+subCode)
			})
		})
	}
}
