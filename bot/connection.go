package bot

import (
	"context"
	"errors"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// joinWithin bounds one attempt to come back.
	joinWithin = 10 * time.Second
	// comeBackWithin bounds all attempts of one absence.
	comeBackWithin = 5 * time.Minute
	// Between two attempts a bot waits, longer each time.
	firstPause, longestPause = time.Second, 15 * time.Second
)

// Absence is why and since when a bot is not in its meeting, although it should be.
type Absence struct {
	Since time.Time
	Cause meeting.GapCause
	// Room is where it was.
	Room meeting.RoomRef
	// Recorded says that it recorded there.
	Recorded bool
	// Paused says that it was told to record nothing until it is told otherwise.
	Paused bool
}

// begin joins the meeting, or comes back to it.
func (b *bot) begin(ctx context.Context) (meeting.Session, error) {
	if b.absent != nil {
		return b.attempt(ctx, time.Now().Add(comeBackWithin))
	}
	return b.join(ctx)
}

// join takes a seat in the meeting.
func (b *bot) join(ctx context.Context) (meeting.Session, error) {
	return b.Platform.Join(ctx, meeting.JoinRequest{
		Meeting: b.Meeting, Name: b.Bot.Name, Bot: b.Bot.ID, Email: b.Email, FollowsMoves: b.FollowsMoves, RoomsOnly: b.RoomsOnly,
		Captions: b.Transcription.ByCaptions(), PartialCaptions: b.Transcription.Partial, Video: b.Video,
		Receive: b.listening(),
	})
}

// failed tells why the bot could not join.
func (b *bot) failed(reporting, ctx context.Context, err error) error {
	if ctx.Err() != nil {
		b.subCode = stopCode(ctx)
		return b.end(reporting, nil)
	}
	if b.absent != nil {
		return b.away(ctx, reporting, err)
	}
	code := SubCodeErrored
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
		code = refusedCode(refusals)
	}
	b.Log.Error("the bot could not join", "bot", b.Bot.ID, "error", err)
	return b.Report(reporting, b.event(time.Now(), nil, meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: code, Message: err.Error()}))
}

// lose takes note that nothing comes from the meeting.
func (b *bot) lose(reporting context.Context, lost meeting.ConnectionLost) error {
	b.absent = &Absence{Since: lost.Since, Cause: meeting.GapByLostConnection}
	if b.now != nil {
		b.absent.Room, b.absent.Recorded = b.now.room, b.now.recorded && b.records() && !b.paused
	}
	return b.Report(reporting, b.event(lost.At, nil, meeting.BotConnectionLost{Since: lost.Since}))
}

// restore takes note that the connection has survived.
func (b *bot) restore(reporting context.Context, restored meeting.ConnectionRestored) error {
	events := []meeting.Event{b.event(restored.At, nil, meeting.BotConnectionRestored{Since: restored.Since})}
	events = append(events, b.gap(restored.At)...)
	b.absent = nil
	return b.Report(reporting, events...)
}

// gap tells what an absence that ended kept from being recorded.
func (b *bot) gap(until time.Time) []meeting.Event {
	if b.absent == nil || !b.absent.Recorded {
		return nil
	}
	return []meeting.Event{b.event(until, &b.absent.Room, meeting.RecordingGap{From: b.absent.Since, To: until, Cause: b.absent.Cause})}
}

// lost says whether the bot's connection has ended and its call has not.
func (b *bot) lost() bool { return b.absent != nil && b.subCode == SubCodeConnectionLost }

// comeBack joins the meeting anew. The visit that was cut ends with the last that
// was heard; what was said from then on is stated as a gap.
func (b *bot) comeBack(ctx, reporting context.Context) (meeting.Session, error) {
	b.subCode, b.endedAt = "", time.Time{}
	if b.Mode == JoinSpecificRoom {
		clear(b.open) // it will be told of its room anew, and goes there
	}
	events := b.leave(b.absent.Since)
	b.now = nil
	if b.errand != nil {
		events = append(events, b.event(time.Now(), &b.errand.room, meeting.BotMoveEnded{Outcome: meeting.MoveRefused, Message: "The connection was lost."}))
		b.errand = nil
	}
	if err := errors.Join(b.Report(reporting, events...), b.finishDue(reporting, time.Now().Add(2*linger))); err != nil {
		return nil, err
	}
	return b.attempt(ctx, time.Now().Add(comeBackWithin))
}

// attempt tries to join until that succeeds, is refused for good, or takes too long.
func (b *bot) attempt(ctx context.Context, until time.Time) (session meeting.Session, err error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		trying, done := context.WithTimeout(ctx, joinWithin)
		session, err = b.join(trying)
		done()
		refusals, refused := errors.AsType[meeting.Refusals](err)
		switch {
		case err == nil:
			return session, nil
		case refused && !refusals.Retryable():
			return nil, err
		case ctx.Err() != nil || time.Now().Add(pause).After(until):
			return nil, err
		}
		b.Log.Info("the bot can't come back yet", "bot", b.Bot.ID, "error", err)
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// returned tells that the bot is back, and what it has missed.
func (b *bot) returned(at time.Time) []meeting.Event {
	events := []meeting.Event{b.event(at, nil, meeting.BotConnectionRestored{Since: b.absent.Since, Rejoined: true})}
	events = append(events, b.gap(at)...)
	b.absent = nil
	return events
}

// away ends the life of a bot that could not come back.
func (b *bot) away(ctx, reporting context.Context, err error) error {
	refusals, refused := errors.AsType[meeting.Refusals](err)
	switch {
	case ctx.Err() != nil:
		b.subCode = stopCode(ctx)
	case refused && refusals.Has(meeting.CodeMeetingEnded):
		b.subCode = SubCodeEndedByHost
	default:
		b.subCode = SubCodeConnectionLost
	}
	if ctx.Err() == nil {
		b.Log.Warn("the bot did not come back", "bot", b.Bot.ID, "error", err)
	}
	return b.end(reporting, nil)
}
