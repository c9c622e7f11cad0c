package bot_test

import (
	"slices"
	"testing"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// strict has bots ask to record, in a meeting with a host, who is participant 100.
func strict(s *stage) {
	s.options(func(o *meeting.Options) { o.BotsAskToRecord = true })
	s.guest("Grace")
	s.do(meeting.SetRole{Participant: 100, Role: meeting.RoleHost})
}

// let lets the bot, participant 200, record or no longer.
func (s *stage) let(allowed bool) {
	s.t.Helper()
	s.do(meeting.AllowRecording{Actor: meeting.As(100), Participants: []meeting.ParticipantID{200}, Allowed: allowed})
}

// requests counts how often somebody was asked to let record.
func (s *stage) requests() (n int) {
	for _, past := range s.history() {
		if _, asked := past.Fact.(meeting.RecordingRequested); asked {
			n++
		}
	}
	return n
}

// TestABotRecordsFromTheMomentItIsLet denies, allows and takes back: the visit has
// one segment, which holds what was said while the bot was let.
func TestABotRecordsFromTheMomentItIsLet(t *testing.T) {
	onStage(t, false, func(s *stage) {
		strict(s)
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("in_call_not_recording", 1)
		s.settle()
		s.talk()
		s.let(false)
		l.until("recording_permission_denied", 1)
		s.talk()
		l.orders <- bot.AskToRecord{}
		s.settle()
		if n := s.requests(); n != 2 {
			t.Errorf("the bot asked %d times", n)
		}
		s.let(true)
		l.until("segment_started", 1)
		s.talk()
		s.let(false)
		l.until("recording_permission_denied", 2)
		s.talk()
		s.let(true)
		l.until("in_call_recording", 2)
		s.talk()
		s.do(meeting.End{})
		l.end("joining_call", "in_call_not_recording", "recording_permission_denied/"+bot.SubCodeRequestDenied,
			"recording_permission_allowed", "in_call_recording", "segment_started: Main room",
			"in_call_not_recording", "recording_permission_denied/"+bot.SubCodeRecordingTaken,
			"recording_permission_allowed", "in_call_recording", "recording_gap: Main room",
			"call_ended/call_ended_by_host", "segment_completed: Main room [100 Grace]", "done")
		packets := 0
		for _, event := range l.events() {
			if completed, ok := event.Fact.(meeting.SegmentCompleted); ok {
				packets = completed.Tracks[0].Packets
			}
		}
		// Of ten seconds, the bot was let record four.
		if packets < 190 || packets > 210 {
			t.Errorf("%d packets were recorded of two times two seconds", packets)
		}
	})
}

// TestPermissionOfOneRoomEndsThere lets everybody in main record, and nobody in the
// room that the bot is sent to.
func TestPermissionOfOneRoomEndsThere(t *testing.T) {
	onStage(t, false, func(s *stage) {
		strict(s)
		s.do(meeting.AllowRecording{Room: s.rooms["main"], Allowed: true})
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		s.talk()
		s.assign("Red", 100, 200)
		s.do(meeting.OpenRooms{})
		l.until("breakout_room_entered: Red", 1)
		s.settle()
		s.talk()
		if n := s.requests(); n != 1 {
			t.Errorf("in the room, the bot asked %d times", n)
		}
		s.do(meeting.AllowRecording{Actor: meeting.As(100), Room: s.rooms["Red"], Allowed: true})
		l.until("segment_started: Red", 1)
		s.talk()
		s.do(meeting.CloseRooms{})
		l.until("segment_started: Main room", 2)
		s.talk()
		s.do(meeting.End{})
		l.end(story(
			"in_call_not_recording", "breakout_room_entered: Red", "segment_completed: Main room [100 Grace]",
			"recording_permission_allowed", "in_call_recording", "segment_started: Red",
			"breakout_room_left: Red", "segment_started: Main room", "segment_completed: Red [100 Grace]",
			"call_ended/call_ended_by_host", "segment_completed: Main room [100 Grace]", "done")...)
	})
}

// TestABotAsksTheHostWhoComes finds nobody to ask at first.
func TestABotAsksTheHostWhoComes(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.options(func(o *meeting.Options) { o.BotsAskToRecord = true })
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("recording_permission_denied/"+bot.SubCodeNobodyToAsk, 1)
		host := s.host("Grace")
		s.settle()
		s.do(meeting.AllowRecording{Actor: meeting.As(host.Participant()), Participants: []meeting.ParticipantID{100}, Allowed: true})
		l.until("segment_started: Main room", 1)
		if n := s.requests(); n != 1 {
			t.Errorf("the bot asked %d times", n)
		}
	})
}

// TestABotThatMayRecordAsksNobody records until the host has bots ask.
func TestABotThatMayRecordAsksNobody(t *testing.T) {
	onStage(t, false, func(s *stage) {
		s.guest("Ada")
		l := s.send(bot.AutoAcceptAllInvites, "")
		l.until("segment_started: Main room", 1)
		// From now on, bots have to ask.
		s.options(func(o *meeting.Options) { o.BotsAskToRecord = true })
		l.until("recording_permission_denied/"+bot.SubCodeRecordingTaken, 1)
		if n := s.requests(); n != 0 || !slices.Equal(l.story()[:4], arrival) {
			t.Errorf("%d requests; the story is %v", n, l.story())
		}
	})
}
