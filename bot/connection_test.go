package bot_test

import (
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// redStory has a bot in Red, with Ada.
func redStory(s *stage) *life {
	ada := s.guest("Ada")
	l := s.send(bot.AutoAcceptAllInvites, "")
	l.until("segment_started: Main room", 1)
	s.talk()
	s.assign("Red", ada.Participant(), 200)
	s.do(meeting.OpenRooms{})
	l.until("segment_completed: Main room", 1)
	s.talk()
	return l
}

var inRed = story("breakout_room_entered: Red", "segment_started: Red", "segment_completed: Main room [100 Ada]")

// cut cuts the bot's line.
func (s *stage) cut(d time.Duration) {
	s.t.Helper()
	if err := s.simulator.Cut(s.id, 200, d); err != nil {
		s.t.Fatal(err)
	}
}

func TestACutThatNobodyNoticesChangesNothing(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.cut(time.Second)
		s.talk()
		s.do(meeting.End{})
		l.end(append(inRed, "breakout_room_left: Red", "call_ended/call_ended_by_host", "segment_completed: Red [100 Ada]", "done")...)
	})
}

// TestWhatTheMeetingToldMeanwhileIsHeardLater moves the bot while its line is cut.
func TestWhatTheMeetingToldMeanwhileIsHeardLater(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.cut(6 * time.Second)
		s.talk()
		s.assign("Blue", 200)
		l.until("segment_completed: Red", 1)
		s.do(meeting.End{})
		l.end(append(inRed, "bot_connection_lost", "bot_connection_restored", "recording_gap: Red",
			"breakout_room_left: Red", "breakout_room_entered: Blue", "segment_started: Blue", "segment_completed: Red [100 Ada]",
			"breakout_room_left: Blue", "call_ended/call_ended_by_host", "segment_completed: Blue []", "done")...)
	})
}

// TestABotThatTheMeetingTookForGoneComesBack has the meeting give it up first.
func TestABotThatTheMeetingTookForGoneComesBack(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.do(meeting.Leave{Actor: meeting.As(200), Cause: meeting.LeftByLostLine})
		l.until("segment_started: Red", 2)
		if bots := s.state().People[200]; bots.Name == "" || len(s.state().Roster()) != 2 {
			t.Errorf("the meeting has %d participants", len(s.state().Roster()))
		}
		s.talk()
		l.stop(bot.ErrRemoved)
		if err := l.over(); err != nil {
			t.Error(err)
		}
	})
}

func TestABotThatCannotComeBackSaysSo(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.cut(time.Hour)
		time.Sleep(10 * time.Minute)
		l.end(append(inRed, "bot_connection_lost", "breakout_room_left: Red", "segment_completed: Red [100 Ada]",
			"recording_gap: Red", "call_ended/connection_lost", "done")...)
		if s.state().People[200].Present() {
			t.Error("the meeting takes the bot for present still")
		}
	})
}

// TestABotCanBeCalledBackWhileItsLineIsCut ends its life before it has given up.
func TestABotCanBeCalledBackWhileItsLineIsCut(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.cut(time.Minute)
		time.Sleep(5 * time.Second)
		l.stop(bot.ErrRemoved)
		time.Sleep(time.Minute) // the meeting notices by itself
		l.end(append(inRed, "bot_connection_lost", "breakout_room_left: Red", "recording_gap: Red",
			"call_ended/bot_received_leave_call", "segment_completed: Red [100 Ada]", "done")...)
	})
}

// TestABotCanBeCalledBackWhileItIsAway ends its life without it being back.
func TestABotCanBeCalledBackWhileItIsAway(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := redStory(s)
		s.cut(time.Hour)
		time.Sleep(time.Minute)
		l.stop(bot.ErrRemoved)
		l.end(append(inRed, "bot_connection_lost", "breakout_room_left: Red", "segment_completed: Red [100 Ada]",
			"recording_gap: Red", "call_ended/bot_received_leave_call", "done")...)
	})
}
