package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// Order is something that a running bot is told to do.
type Order interface{ order() }

type (
	// Move sends the bot to a room, or back to main, whatever its mode. Its end is
	// told by [meeting.BotMoveEnded], always once.
	Move struct{ Room meeting.RoomRef }
	// Pause stops recording, and lets it go on when it is not Paused.
	Pause struct{ Paused bool }
	// Say writes to the bot's room, or to one person in it.
	Say struct {
		Text string
		To   meeting.ParticipantID
	}
	// Speak says a clip to the bot's room. What the bot says already is superseded.
	Speak struct{ Clip Clip }
	// Hush ends what the bot says.
	Hush struct{}
	// Decide answers the latest invitation of a bot that leaves that to others.
	Decide struct{ Accept bool }
)

func (Move) order()   {}
func (Pause) order()  {}
func (Say) order()    {}
func (Speak) order()  {}
func (Hush) order()   {}
func (Decide) order() {}

// moveDeadline is how long a bot may take from being told to move to being there.
const moveDeadline = 10 * time.Second

// errand is a move that a bot was told to make and has not made yet.
type errand struct {
	room meeting.RoomRef
	due  time.Time
}

// obey does what the bot is told. What the meeting refuses is told to whoever
// gave the order.
func (b *bot) obey(ctx, reporting context.Context, order Order) error {
	switch o := order.(type) {
	case Move:
		return b.move(ctx, reporting, o.Room)
	case Pause:
		return b.pause(ctx, reporting, o.Paused)
	case Await:
		return b.await(reporting, o)
	case AskToRecord:
		return b.ask(ctx, reporting)
	case Say:
		return b.try(ctx, "write to the room", b.session.SendChat(ctx, o.To, o.Text))
	case Speak:
		return b.speak(ctx, reporting, o.Clip)
	case Hush:
		return b.Report(reporting, b.hush(meeting.SpeechInterrupted, "The bot was told to stop.")...)
	case Decide:
		return b.try(ctx, "answer an invitation", b.session.Answer(ctx, 0, o.Accept))
	}
	return fmt.Errorf("a bot knows no order %T", order)
}

// move sets out for a room. A move before that has not ended is superseded.
func (b *bot) move(ctx, reporting context.Context, room meeting.RoomRef) error {
	if err := b.arrive(reporting, meeting.MoveSuperseded, ""); err != nil {
		return err
	}
	b.errand = &errand{room, time.Now().Add(moveDeadline)}
	if err := b.Report(reporting, b.event(time.Now(), &room, meeting.BotMoveStarted{})); err != nil {
		return err
	}
	if b.now != nil && b.now.room.ID == room.ID {
		return b.arrive(reporting, meeting.MoveMade, "")
	}
	err := b.walk(ctx, room)
	refusals, refused := errors.AsType[meeting.Refusals](err)
	if refused && refusals.Has(meeting.CodeNotAllowed) && b.Fetch != nil {
		// Whoever sent the bot may have it moved; then an invitation comes.
		err = b.Fetch(ctx, *b.who, room)
		refusals, refused = errors.AsType[meeting.Refusals](err)
	}
	switch {
	case refused && refusals.Has(meeting.CodeAlreadyThere):
		return b.arrive(reporting, meeting.MoveMade, "")
	case refused:
		return b.arrive(reporting, meeting.MoveRefused, refusals.Error())
	case errors.Is(err, meeting.ErrConnectionLost):
		return b.arrive(reporting, meeting.MoveRefused, "The connection to the meeting is lost at the moment.")
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("move to %q: %w", room.Name, err)
	}
	return nil // the signal that the bot is there ends the move
}

func (b *bot) walk(ctx context.Context, room meeting.RoomRef) error {
	if room.Kind == meeting.RoomMain {
		return b.session.ReturnToMain(ctx)
	}
	return b.session.EnterRoom(ctx, room.ID)
}

// arrive ends the move that the bot is on, if it is on any.
func (b *bot) arrive(reporting context.Context, outcome meeting.MoveOutcome, why string) error {
	if b.errand == nil {
		return nil
	}
	room := b.errand.room
	b.errand = nil
	return b.Report(reporting, b.event(time.Now(), &room, meeting.BotMoveEnded{Outcome: outcome, Message: why}))
}

// overdue fires when a move takes too long.
func (b *bot) overdue() <-chan time.Time {
	if b.errand == nil {
		return nil
	}
	return time.After(time.Until(b.errand.due))
}

// pause stops recording or lets it go on. What is not recorded is silence in the
// files.
func (b *bot) pause(ctx, reporting context.Context, paused bool) error {
	if b.held {
		if paused {
			b.Start = StartManual // nobody who comes starts what was paused
			return nil
		}
		return b.start(ctx, reporting)
	}
	b.paused = paused
	if !b.Recorder.Pause(paused) || !b.records() {
		return nil // there is nothing to stop, or to go on with
	}
	return b.Report(reporting, b.event(time.Now(), nil, b.recording()))
}

// recording tells what becomes of what may be recorded.
func (b *bot) recording() meeting.BotStatusChanged {
	if b.paused {
		return meeting.BotStatusChanged{Code: meeting.StatusInCallNotRecording, SubCode: SubCodePaused}
	}
	return meeting.BotStatusChanged{Code: meeting.StatusInCallRecording}
}

// try lets the bot live on when the meeting refuses what it tried: the meeting
// may have changed its mind on the way.
func (b *bot) try(ctx context.Context, what string, err error) error {
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
		b.Log.Info("the meeting refused the bot", "bot", b.Bot.ID, "what", what, "refusal", refusals)
		return nil
	}
	if errors.Is(err, meeting.ErrConnectionLost) {
		return nil // the bot will hear of that
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
