package bot

import (
	"context"
	"errors"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// noticed is where the bot has written its notice: in a room during a round. The
// main room belongs to no round.
type noticed struct {
	room  meeting.RoomID
	round int
}

// notify writes the bot's notice to the chat of a room that it has entered, unless it
// has done so in this round, or at all in the main room. A meeting that does not let
// it has its reasons; that is told, and the bot stays.
func (b *bot) notify(ctx, reporting context.Context, entered meeting.EnteredRoom) error {
	place := noticed{entered.Room.ID, entered.Round}
	if entered.Room.Kind == meeting.RoomMain {
		place.round = 0
	}
	if b.Notice == "" || b.noticed[place] {
		return nil
	}
	err := b.session.SendChat(ctx, 0, b.Notice)
	if refusals, refused := errors.AsType[meeting.Refusals](err); refused {
		b.noticed[place] = true
		return b.Report(reporting, b.event(time.Now(), &entered.Room, meeting.BotNoticeRefused{Message: refusals.Error()}))
	}
	b.noticed[place] = err == nil
	return b.try(ctx, "write the notice", err)
}
