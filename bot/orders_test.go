package bot_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestVoicesToRoomsAreRecordedUnderTheirSpeaker has a host in main speak to a room:
// the bot there records it as of the host.
func TestVoicesToRoomsAreRecordedUnderTheirSpeaker(t *testing.T) {
	onStage(t, false, func(s *stage) {
		grace := s.guest("Grace").Participant()
		ada := s.guest("Ada").Participant()
		s.do(meeting.SetRole{Participant: grace, Role: meeting.RoleHost})
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("in_call_recording", 1)
		s.assign("Red", ada, 300)
		s.do(meeting.OpenRooms{})
		l.until("breakout_room_entered: Red", 1)
		s.talk()
		s.do(meeting.StartBroadcast{Actor: meeting.As(grace), Kind: meeting.BroadcastVoice})
		s.talk()
		s.do(meeting.StopBroadcast{Actor: meeting.As(grace), Kind: meeting.BroadcastVoice})
		s.do(meeting.CloseRooms{})
		l.until("segment_completed: Red", 1)
		if story := l.story(); !slices.Contains(story, "segment_completed: Red [100 Grace, 200 Ada]") {
			t.Errorf("the bot told\n\t%s", strings.Join(story, "\n\t"))
		}
	})
}

// tell tells the bot to go to a room.
func (l *life) tell(room string) {
	kind := meeting.RoomBreakout
	if room == "main" {
		kind = meeting.RoomMain
	}
	l.orders <- bot.Move{Room: meeting.RoomRef{ID: l.stage.rooms[room], Kind: kind, Name: room}}
}

// moves is what became of the moves that the bot was told to make.
func (l *life) moves() string {
	var list []string
	for _, step := range l.story() {
		if strings.HasPrefix(step, "bot_move") {
			list = append(list, strings.TrimPrefix(step, "bot_move_"))
		}
	}
	return strings.Join(list, ", ")
}

func TestEveryMoveHasOneEnd(t *testing.T) {
	for name, test := range map[string]struct {
		choose, fetched, open bool
		tell                  []string
		want                  string
	}{
		"into an open room":             {true, false, true, []string{"Red"}, "started: Red, ended/MOVED: Red"},
		"there and back":                {true, false, true, []string{"Red", "main"}, "started: Red, ended/MOVED: Red, started: main, ended/MOVED: main"},
		"where it is already":           {true, false, true, []string{"main"}, "started: main, ended/MOVED: main"},
		"into a room that is not open":  {true, false, false, []string{"Red"}, "started: Red, ended/REFUSED: Red"},
		"where it may not go by itself": {false, false, true, []string{"Red"}, "started: Red, ended/REFUSED: Red"},
		"where a host may send it":      {false, true, true, []string{"Red"}, "started: Red, ended/MOVED: Red"},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, test.choose, func(s *stage) {
				l := s.sendTo(s.id, func(l *life) { l.fetched = test.fetched }, bot.JoinMainRoom, "")
				l.until("in_call_recording", 1)
				if test.open {
					s.do(meeting.OpenRooms{})
				}
				for i, room := range test.tell {
					l.tell(room)
					l.until("bot_move_ended", i+1)
				}
				s.settle()
				if got := l.moves(); got != test.want {
					t.Errorf("the moves were %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestALaterMoveSupersedes tells a bot to go elsewhere before it has got where it
// was told to go, and one whose meeting ends on the way.
func TestALaterMoveSupersedes(t *testing.T) {
	onStage(t, false, func(s *stage) {
		l := s.sendTo(s.id, func(l *life) { l.fetched = true }, bot.Manual, "")
		l.until("in_call_recording", 1)
		s.do(meeting.OpenRooms{})
		l.tell("Red")
		l.tell("Blue")
		l.until("bot_move_ended/MOVED: Blue", 1)
		l.orders <- bot.Pause{Paused: true}
		l.orders <- bot.Pause{Paused: true} // is paused already
		l.orders <- bot.Pause{}
		l.orders <- bot.Say{Text: "I am recording."}
		l.until("in_call_recording", 2)
		s.settle()
		s.do(meeting.End{})
		if err := l.over(); err != nil {
			t.Error(err)
		}
		if got, want := l.moves(), "started: Red, ended/SUPERSEDED: Red, started: Blue, ended/MOVED: Blue"; got != want {
			t.Errorf("the moves were %s, want %s", got, want)
		}
		if n := strings.Count(strings.Join(l.story(), " "), "in_call_not_recording/recording_paused"); n != 1 {
			t.Errorf("the bot told %d times that it pauses", n)
		}
		said := 0
		for _, past := range s.history() {
			if past.Type() == "chat_sent" {
				said++
			}
		}
		if said != 1 {
			t.Errorf("the bot wrote %d messages", said)
		}
	})
}
