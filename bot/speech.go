package bot

import (
	"context"
	"errors"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// errHushed ends what a bot says.
var errHushed = errors.New("the bot is to be silent")

// speech is a clip that the bot is saying.
type speech struct {
	room meeting.RoomRef
	stop context.CancelCauseFunc
	done chan error
	// shown says that the meeting has shown the bot's microphone as on.
	shown bool
}

// orders are what the bot is told. Until it is in a room there is nothing to do
// them in.
func (b *bot) orders() <-chan Order {
	if b.now == nil {
		return nil
	}
	return b.Orders
}

// speak begins to say a clip. It belongs to the visit at hand: nobody in another
// room hears the rest.
func (b *bot) speak(ctx, reporting context.Context, clip Clip) error {
	events := b.hush(meeting.SpeechSuperseded, "")
	speaking, stop := context.WithCancelCause(ctx)
	b.speech = &speech{room: b.now.room, stop: stop, done: make(chan error, 1)}
	started := b.event(time.Now(), &b.speech.room, meeting.BotSpeechStarted{Duration: clip.Duration()})
	if err := b.Report(reporting, append(events, started)...); err != nil {
		stop(errHushed)
		b.speech = nil
		return err
	}
	done, session, visit := b.speech.done, b.session, b.now.number
	go func() { done <- session.Speak(speaking, visit, clip) }()
	return nil
}

// said tells when what the bot says has ended by itself.
func (b *bot) said() <-chan error {
	if b.speech == nil {
		return nil
	}
	return b.speech.done
}

// spoken takes note that a clip has ended: it was said, unless something went wrong.
func (b *bot) spoken(err error) []meeting.Event {
	if err == nil {
		return b.ended(meeting.SpeechFinished, "")
	}
	return b.ended(meeting.SpeechInterrupted, "The meeting did not let the bot go on: "+err.Error())
}

// hush ends what the bot says, if it says anything, and waits until it is silent.
func (b *bot) hush(outcome meeting.SpeechOutcome, why string) []meeting.Event {
	if b.speech == nil {
		return nil
	}
	b.speech.stop(errHushed)
	if err := <-b.speech.done; err == nil { // it was through just then
		outcome, why = meeting.SpeechFinished, ""
	}
	return b.ended(outcome, why)
}

func (b *bot) ended(outcome meeting.SpeechOutcome, why string) []meeting.Event {
	room := b.speech.room
	b.speech.stop(nil)
	b.speech = nil
	return []meeting.Event{b.event(time.Now(), &room, meeting.BotSpeechEnded{Outcome: outcome, Message: why})}
}

// muted ends what the bot says when somebody turns its microphone off.
func (b *bot) muted(reporting context.Context, shown meeting.MediaShown) error {
	switch {
	case b.speech == nil || shown.Participant.ID != b.who.ID:
	case shown.Media.Microphone:
		b.speech.shown = true
	case b.speech.shown: // or the news is of a clip before
		return b.Report(reporting, b.hush(meeting.SpeechInterrupted, "Somebody muted the bot.")...)
	}
	return nil
}
