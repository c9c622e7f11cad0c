package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// starting sends a bot that begins to record at some time.
func (s *stage) starting(start bot.RecordingStart) *life {
	return s.sendTo(s.id, func(l *life) { l.start = start }, bot.AutoAcceptAllInvites, "")
}

func TestNothingIsKeptBeforeAManualStart(t *testing.T) {
	onStage(t, false, func(s *stage) {
		ada := s.guest("Ada").Participant()
		l := s.starting(bot.StartManual)
		l.until("in_call_not_recording", 1)
		s.talk()
		s.assign("Red", ada, 200)
		s.do(meeting.OpenRooms{})
		l.until("breakout_room_entered: Red", 1)
		time.Sleep(15 * time.Second)
		l.orders <- bot.Pause{Paused: true} // it is already
		began := time.Now()
		l.orders <- bot.Pause{}
		l.until("segment_started: Red", 1)
		time.Sleep(15 * time.Second)
		l.stop(bot.ErrRemoved)
		l.end("joining_call", "in_call_not_recording", "breakout_room_entered: Red", "in_call_recording", "segment_started: Red",
			"breakout_room_left: Red", "call_ended/bot_received_leave_call", "segment_completed: Red [100 Ada]", "done")
		if heard := l.heard(ada); heard.StartedAt.Before(began) || heard.Duration < 14*time.Second || heard.Duration > 16*time.Second {
			t.Errorf("the bot recorded %+v and was to begin at %s", heard, began)
		}
		words := 0
		for _, event := range l.events() {
			if fact, ok := event.Fact.(meeting.SegmentStarted); ok {
				said, err := s.store.Transcript(fact.Folder)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range said {
					words += len(one.Words)
					if one.StartedAt.Before(began) {
						t.Errorf("%q was said at %s, before the start", one.Text, one.StartedAt)
					}
				}
			}
		}
		if words == 0 {
			t.Error("nothing was written down")
		}
	})
}

func TestTheFirstPersonStartsARecording(t *testing.T) {
	for name, there := range map[string]bool{"who comes later": false, "who is there": true} {
		t.Run(name, func(t *testing.T) {
			onStage(t, false, func(s *stage) {
				if there {
					s.guest("Ada")
				}
				l := s.starting(bot.StartOnFirstParticipant)
				l.until("in_call_not_recording", 1)
				other := s.listener("bot_2")
				other.until("in_call_recording", 1)
				s.settle()
				if got := slices.Contains(l.story(), "segment_started: Main room"); got != there {
					t.Errorf("before anybody came, the bot told %v", l.story())
				}
				if !there {
					s.guest("Ada")
				}
				l.until("segment_started: Main room", 1)
				s.talk()
				l.stop(bot.ErrRemoved)
				l.until("segment_completed: Main room", 1)
				if told := strings.Join(l.story(), ", "); !strings.Contains(told, "in_call_not_recording, in_call_recording, segment_started: Main room") ||
					!strings.Contains(told, "Ada]") {
					t.Errorf("the bot told %s", told)
				}
			})
		})
	}
}

// chats are what was written where.
func (s *stage) chats() (list []string) {
	for _, past := range s.history() {
		if fact, ok := past.Fact.(meeting.ChatSent); ok {
			list = append(list, past.Room.Name+": "+fact.Text)
		}
	}
	return list
}

// TestTheNoticeComesOncePerRoomAndRound sends a bot to rooms, some of them twice, in
// two rounds.
func TestTheNoticeComesOncePerRoomAndRound(t *testing.T) {
	onStage(t, true, func(s *stage) {
		l := s.sendTo(s.id, func(l *life) { l.notice = "This is recorded." }, bot.AutoAcceptAllInvites, "")
		l.until("in_call_recording", 1)
		for round := range 2 {
			if round > 0 {
				s.do(meeting.CloseRooms{})
			}
			s.do(meeting.OpenRooms{})
			for i, room := range []string{"Red", "Blue", "Red", "main", "Blue"} {
				l.tell(room)
				l.until("bot_move_ended/MOVED", 5*round+i+1)
			}
		}
		want := []string{"Main room: This is recorded.", "Red: This is recorded.", "Blue: This is recorded.", "Red: This is recorded.", "Blue: This is recorded."}
		if got := s.chats(); !slices.Equal(got, want) {
			t.Errorf("the bot wrote\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	})
}

func TestARefusedNoticeIsToldAndTheBotStays(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.do(meeting.SetOptions{Change: func(o *meeting.Options) { o.Chat = false }})
		l := s.sendTo(s.id, func(l *life) { l.notice = "This is recorded." }, bot.AutoAcceptAllInvites, "")
		l.until("bot_notice_refused: Main room", 1)
		s.talk()
		l.stop(bot.ErrRemoved)
		l.end("joining_call", "in_call_not_recording", "in_call_recording", "segment_started: Main room", "bot_notice_refused: Main room",
			"call_ended/bot_received_leave_call", "segment_completed: Main room []", "done")
	})
}
