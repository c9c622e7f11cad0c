package bot

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// entered begins a visit and ends the one before.
func (b *bot) entered(ctx, reporting context.Context, entered meeting.EnteredRoom) error {
	events, err := b.begun(entered)
	if err != nil {
		return err
	}
	back := b.absent
	if back != nil {
		events = append(b.returned(entered.At), events...)
	}
	if err := b.Report(reporting, events...); err != nil {
		return err
	}
	return b.settle(ctx, reporting, entered, back)
}

// begun tells of the visit that begins, and of the end of the one before.
func (b *bot) begun(entered meeting.EnteredRoom) ([]meeting.Event, error) {
	events := b.leave(entered.At)
	before := b.now
	if b.held && b.Start == StartOnFirstParticipant && somebody(entered.Roster) {
		b.release()
	}
	b.now = &visit{
		number: entered.Visit, room: entered.Room, began: entered.At,
		permission: permission{allowed: entered.MayRecord, wanted: !b.held && b.inScope(entered.Room), entered: entered},
	}
	recording, did := b.now.wanted && b.now.allowed, before != nil && before.wanted && before.allowed
	if before == nil || did && !recording {
		events = append(events, b.event(entered.At, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallNotRecording}))
	}
	if recording && !did {
		events = append(events, b.event(entered.At, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallRecording}))
	}
	if entered.Room.Kind == meeting.RoomBreakout {
		events = append(events, b.event(entered.At, &entered.Room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomEntered}))
	}
	if !recording {
		b.Recorder.Skip(entered.Visit)
		return events, nil
	}
	started, err := b.record(entered)
	return append(events, started), err
}

// settle does what is to be done in a room that the bot has entered. Where it has
// come back and the meeting has put it elsewhere, it goes to where it was.
func (b *bot) settle(ctx, reporting context.Context, entered meeting.EnteredRoom, back *Absence) error {
	if err := b.notify(ctx, reporting, entered); err != nil {
		return err
	}
	if b.errand != nil && b.errand.room.ID == entered.Room.ID {
		if err := b.arrive(reporting, meeting.MoveMade, ""); err != nil {
			return err
		}
	}
	if err := b.ask(ctx, reporting); err != nil {
		return err
	}
	if back != nil && back.Room.Kind == meeting.RoomBreakout && back.Room.ID != entered.Room.ID {
		return b.move(ctx, reporting, back.Room)
	}
	return nil
}

// leave ends the present visit, whose segment lingers.
func (b *bot) leave(at time.Time) []meeting.Event {
	if b.now == nil {
		return nil
	}
	old := *b.now
	events := append(b.hush(meeting.SpeechInterrupted, "The bot left the room."), b.unheard(&old, at)...)
	if old.recorded {
		b.over = append(b.over, lingering{old, at, time.Now().Add(linger)})
	}
	if old.room.Kind != meeting.RoomBreakout {
		return events
	}
	return append(events, b.event(at, &old.room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomLeft}))
}
