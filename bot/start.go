package bot

import (
	"context"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// RecordingStart is when a bot begins to record. Until then nothing of the meeting is
// kept, not even in memory, and there are no segments.
type RecordingStart string

// The starts, after the names that Recall.ai has for them.
const (
	StartOnJoin RecordingStart = "on_join"
	// StartOnFirstParticipant waits until somebody, bots apart, is in the bot's room.
	StartOnFirstParticipant RecordingStart = "on_first_participant"
	// StartManual waits for an order to go on: [Pause] that is not Paused.
	StartManual RecordingStart = "manual"
)

// RecordingStarts lists the starts.
func RecordingStarts() []RecordingStart {
	return []RecordingStart{StartOnJoin, StartOnFirstParticipant, StartManual}
}

// Valid says whether the start is one of those above.
func (s RecordingStart) Valid() bool { return slices.Contains(RecordingStarts(), s) }

// hold keeps the bot from recording until its start has come. A bot that comes back
// and has recorded goes on.
func (b *bot) hold() {
	began := b.absent != nil && b.absent.Recorded
	b.held = !began && (b.Start == StartOnFirstParticipant || b.Start == StartManual)
	if b.held {
		b.Recorder.Pause(true)
	}
}

// meet notes who is in the bot's room, and starts to record with the first person. It
// can be the host whom the bot had to wait for to ask whether it may.
func (b *bot) meet(ctx, reporting context.Context, who meeting.ParticipantRef) error {
	if b.now == nil {
		return nil
	}
	b.now.roster = append(b.now.roster, who)
	if b.held && b.Start == StartOnFirstParticipant && !who.IsBot {
		return b.start(ctx, reporting)
	}
	if who.Role == meeting.RoleParticipant || b.now.asked {
		return nil
	}
	return b.ask(ctx, reporting)
}

// somebody says whether one of them is no bot.
func somebody(roster []meeting.ParticipantRef) bool {
	return slices.ContainsFunc(roster, func(who meeting.ParticipantRef) bool { return !who.IsBot })
}

// release ends the hold when the start has come.
func (b *bot) release() {
	b.held = false
	b.Recorder.Pause(false)
}

// start begins to record in the middle of a visit, or asks to be let.
func (b *bot) start(ctx, reporting context.Context) error {
	b.release()
	if !b.records() {
		return b.ask(ctx, reporting) // if this room is to be recorded at all
	}
	now := time.Now()
	started, err := b.record(now)
	if err != nil {
		return err
	}
	return b.Report(reporting, b.event(now, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallRecording}), started)
}
