package meetingtest

import (
	"context"

	"github.com/breakoutrooms/breakout/meeting"
)

// queue has somebody speak in a meeting whose bots wait, and a bot that does.
func queue(b *table) (ada meeting.ParticipantID, s *seat) {
	b.do(meeting.SetOptions{Change: func(o *meeting.Options) { o.WaitingRoom = meeting.WaitingRoomBots }})
	ada = b.Speak(b.t, b.id, "Ada")
	s = b.join("Bot")
	until[meeting.PutInWaitingRoom](s)
	return ada, s
}

func waits(b *table) {
	ada, s := queue(b)
	other := b.join("Other")
	until[meeting.PutInWaitingRoom](other)
	b.do(meeting.Admit{Participants: []meeting.ParticipantID{other.session.Participant()}})
	other.untilHears(1, ada) // while this one is heard, the other seat hears nothing
	for visit := range meeting.VisitNumber(2) {
		if heard := s.heard(visit); len(heard) > 0 {
			b.t.Errorf("a seat that waits hears %v", heard)
		}
	}
	wantRefusal(b.t, s.session.EnterRoom(b.t.Context(), b.rooms[0]), meeting.CodeParticipantAbsent)
	b.do(meeting.Admit{})
	if entered := until[meeting.EnteredRoom](s); entered.Visit != 1 || entered.Room.Kind != meeting.RoomMain || len(entered.Roster) != 2 {
		b.t.Errorf("the seat was let in: %+v", entered)
	}
	s.untilHears(1, ada)
}

func turnsAway(b *table) {
	_, s := queue(b)
	b.do(meeting.Deny{Participants: []meeting.ParticipantID{s.session.Participant()}})
	if removed := until[meeting.Removed](s); removed.Cause != meeting.LeftByDenial {
		b.t.Errorf("the seat was removed for %s", removed.Cause)
	}
	if signal, open := <-s.session.Signals(); open {
		b.t.Errorf("%+v came after the last signal", signal)
	}
}

func givesUp(b *table) {
	_, s := queue(b)
	if err := s.session.Leave(context.WithoutCancel(b.t.Context())); err != nil {
		b.t.Errorf("leave: %v", err)
	}
	err := b.Platform.View(b.t.Context(), b.id, func(state *meeting.State) {
		if line := state.Waiting(); len(line) > 0 {
			b.t.Errorf("%+v still waits", line)
		}
	})
	if err != nil {
		b.t.Error(err)
	}
	ctx, cancel := context.WithCancel(b.t.Context())
	cancel()
	if _, err := b.Platform.Join(ctx, meeting.JoinRequest{Meeting: b.id, Name: "Late", Receive: func(meeting.Packet) {}}); err == nil {
		b.t.Error("a seat was taken for somebody who had gone")
	}
}

func asks(b *table) {
	b.do(meeting.SetOptions{Change: func(o *meeting.Options) { o.BotsAskToRecord = true }})
	ctx := b.t.Context()
	s := b.join("Bot")
	if until[meeting.EnteredRoom](s).MayRecord {
		b.t.Error("nobody has let the seat record")
	}
	wantRefusal(b.t, s.session.AskToRecord(ctx), meeting.CodeNobodyToAsk)
	ada := b.Speak(b.t, b.id, "Ada")
	b.do(meeting.SetRole{Participant: ada, Role: meeting.RoleHost})
	bot := []meeting.ParticipantID{s.session.Participant()}
	for _, allowed := range []bool{false, true} {
		if err := s.session.AskToRecord(ctx); err != nil {
			b.t.Error(err)
		}
		b.do(meeting.AllowRecording{Participants: bot, Allowed: allowed})
		if told := until[meeting.RecordingPermitted](s); told.Allowed != allowed {
			b.t.Errorf("the seat was told %+v", told)
		}
	}
	b.do(meeting.AllowRecording{Participants: bot})
	if told := until[meeting.RecordingPermitted](s); told.Allowed {
		b.t.Error("the seat was not told that it may record no longer")
	}
	b.do(meeting.AllowRecording{Room: b.rooms[0], Allowed: true})
	b.do(meeting.Assign{Room: b.rooms[0], Participants: bot})
	b.do(meeting.OpenRooms{})
	if err := s.session.Answer(ctx, until[meeting.Invited](s).Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	if entered := until[meeting.EnteredRoom](s); !entered.MayRecord {
		b.t.Errorf("in a room whose people may record, the seat may not: %+v", entered)
	}
}
