package bot

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// entered begins a visit and ends the one before.
func (b *bot) entered(ctx, reporting context.Context, entered meeting.EnteredRoom) error {
	events := b.leave(entered.At)
	before := b.now
	if b.held && b.Start == StartOnFirstParticipant && somebody(entered.Roster) {
		b.release()
	}
	b.now = &visit{
		number: entered.Visit, room: entered.Room, began: entered.At, roster: entered.Roster,
		permission: permission{allowed: entered.MayRecord, wanted: !b.RoomsOnly || entered.Room.Kind == meeting.RoomBreakout},
	}
	events = append(events, b.arrived(before)...)
	if b.records() {
		started, err := b.record(entered.At)
		if err != nil {
			return err
		}
		events = append(events, started)
	} else {
		b.Recorder.Skip(entered.Visit)
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

// settle does what is to be done in a new room: the bot says that it records, or asks
// whether it may, and goes on to where it was before it was away.
func (b *bot) settle(ctx, reporting context.Context, entered meeting.EnteredRoom, back *Absence) error {
	if err := b.notify(ctx, reporting, entered); err != nil {
		return err
	}
	if err := b.ask(ctx, reporting); err != nil {
		return err
	}
	if b.errand != nil && b.errand.room.ID == entered.Room.ID {
		return b.arrive(reporting, meeting.MoveMade, "")
	}
	if back != nil && back.Room.Kind == meeting.RoomBreakout && back.Room.ID != entered.Room.ID {
		return b.move(ctx, reporting, back.Room) // the meeting has put it elsewhere
	}
	return nil
}

// records says whether what is heard now is recorded.
func (b *bot) records() bool { return b.now != nil && b.now.wanted && b.now.allowed && !b.held }

// arrived tells what a visit changes after the one before it.
func (b *bot) arrived(before *visit) (events []meeting.Event) {
	tell := func(room *meeting.RoomRef, status meeting.BotStatusChanged) {
		events = append(events, b.event(b.now.began, room, status))
	}
	did := before != nil && before.recorded && before.allowed
	if before == nil || did && !b.records() {
		tell(nil, meeting.BotStatusChanged{Code: meeting.StatusInCallNotRecording})
	}
	if b.records() && !did {
		tell(nil, b.recording())
	}
	if b.now.room.Kind == meeting.RoomBreakout {
		tell(&b.now.room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomEntered})
	}
	return events
}

// leave ends the present visit, whose segment lingers.
func (b *bot) leave(at time.Time) []meeting.Event {
	if b.now == nil {
		return nil
	}
	events := b.hush(meeting.SpeechInterrupted, "The bot left the room.")
	old := *b.now
	events = append(events, b.unheard(&old, at)...)
	if old.recorded {
		b.over = append(b.over, lingering{old, at, time.Now().Add(linger)})
	}
	if old.room.Kind != meeting.RoomBreakout {
		return events
	}
	return append(events, b.event(at, &old.room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomLeft}))
}
