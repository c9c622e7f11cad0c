// Package bot is one bot in one meeting: it joins, goes where its mode sends
// it, records every room that it visits, and reports each step. It knows the
// meeting through [meeting.Platform] alone.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// The causes for which a bot's context ends.
var (
	// ErrRemoved says that the bot was told to leave.
	ErrRemoved = errors.New("the bot was told to leave")
	// ErrStopping says that the process ends.
	ErrStopping = errors.New("the process that runs the bot is stopping")
)

// LeaveError ends a bot's context when the bot is to leave by itself.
type LeaveError struct {
	SubCode string // why, as one of the sub codes below
}

// Error says why.
func (e LeaveError) Error() string { return "the bot leaves: " + e.SubCode }

// The sub codes with which a bot's call ends.
const (
	SubCodeLeaveCall      = "bot_received_leave_call"
	SubCodeTerminated     = "process_terminated"
	SubCodeEndedByHost    = "call_ended_by_host"
	SubCodeKicked         = "bot_kicked_from_call"
	SubCodeConnectionLost = "connection_lost"
	SubCodeNotFound       = "meeting_not_found"
	SubCodeMeetingEnded   = "meeting_ended"
	SubCodeErrored        = "bot_errored"
	SubCodeNooneJoined    = "timeout_exceeded_noone_joined"
	SubCodeEveryoneLeft   = "timeout_exceeded_everyone_left"
	SubCodeInCallTimeout  = "timeout_exceeded_in_call_recording"
	// SubCodeTooLate says that a scheduled bot could not be sent at its time, and
	// SubCodeDeleted that it was taken back before.
	SubCodeTooLate = "failed_to_launch_in_time"
	SubCodeDeleted = "bot_deleted"
	// SubCodePaused says why a bot in a call does not record.
	SubCodePaused = "recording_paused"
)

const (
	// linger is how long a segment stays open after its visit: packets of the
	// old room can still be on their way.
	linger = 200 * time.Millisecond
	// flushEvery is how often what is recorded goes to disk at the latest.
	flushEvery = time.Second
)

// Config says what a bot is.
type Config struct {
	Platform meeting.Platform
	Meeting  meeting.ID
	Bot      meeting.BotRef
	// Email is the address by which plans know the bot.
	Email string
	Mode  Mode
	// Room is the id or the name of the room of mode join_specific_room.
	Room     string
	Recorder *recording.Recorder
	// FollowsMoves has the platform move the bot without asking it, where people are
	// moved so. For bots that would go anyway.
	FollowsMoves bool
	// RoomsOnly has the bot record breakout rooms alone: in the main room it waits.
	RoomsOnly bool
	// Start is when the bot begins to record. Defaults to when it has joined.
	Start RecordingStart
	// Notice is what the bot writes to every room that it enters. Defaults to nothing.
	Notice string
	// Transcription says where the text of what is said comes from.
	Transcription meeting.Transcription
	// Aides work beside the bot. It is done when they are.
	Aides []Aide
	// Stopping is closed when the process ends, so that aides are to hurry. Defaults
	// to never.
	Stopping <-chan struct{}
	// Video is what the bot records beside voices: cameras, screens, or both.
	Video []meeting.MediaKind
	// Report takes the facts of the bot's life, in order. Facts that are given
	// together belong together.
	Report func(ctx context.Context, events ...meeting.Event) error
	// Absent says that the bot was in the meeting before, and comes back. Defaults to
	// nil: it joins for the first time.
	Absent *Absence
	// Orders are what the bot is told while it runs. Defaults to none.
	Orders <-chan Order
	// Fetch has somebody who may do that send the bot to a room where it may not
	// go by itself: an invitation follows. Defaults to nobody.
	Fetch func(ctx context.Context, who meeting.ParticipantRef, room meeting.RoomRef) error
	// Heard is told whom the bot hears speak, about once a second, from many
	// goroutines. It must not block. Defaults to nobody.
	Heard func(who meeting.ParticipantID)
	Log   *slog.Logger
}

// visit is the bot's stay in a room.
type visit struct {
	number meeting.VisitNumber
	room   meeting.RoomRef
	began  time.Time
	// recorded says that the visit has a segment.
	recorded bool
	// roster are the others who have been in the room.
	roster []meeting.ParticipantRef
	permission
}

// lingering is a visit that is over and whose segment is still open.
type lingering struct {
	visit visit
	ended time.Time
	due   time.Time
}

// bot is one run of a bot.
type bot struct {
	Config
	session meeting.Session
	aides   *aides
	who     *meeting.ParticipantRef
	now     *visit
	over    []lingering
	// open are the rooms that the bot has seen open.
	open map[meeting.RoomID]bool
	// held says that the bot's start has not come, and noticed where it has written
	// its notice.
	held    bool
	noticed map[noticed]bool
	// speech is what the bot is saying; nil while it says nothing.
	speech *speech
	// errand is the move that the bot was told to make, until that ends.
	errand *errand
	// paused says that the bot was told to record nothing for a while.
	paused bool
	// absent is what is known of the bot's absence; nil while it is connected.
	absent *Absence
	// subCode is why the call ended, and endedAt is when, where the meeting told.
	subCode string
	endedAt time.Time
}

// Run lives a bot's life, from joining to done, and returns when nothing of it
// runs any more. It ends with the context; the context's cause says why:
// [ErrRemoved], or anything else for the process's own end.
func Run(ctx context.Context, config Config) error {
	b := &bot{Config: config, open: make(map[meeting.RoomID]bool), noticed: make(map[noticed]bool), absent: config.Absent}
	b.hold()
	// What the bot has to tell must be told even when it is told to leave.
	reporting := context.WithoutCancel(ctx)
	if b.paused = b.absent != nil && b.absent.Paused; b.paused {
		b.Recorder.Pause(true)
	}
	if b.absent == nil {
		if err := b.status(reporting, time.Now(), meeting.StatusJoiningCall, nil); err != nil {
			return err
		}
	}
	b.employ(reporting)
	defer b.aides.finish(reporting, b.Stopping)
	session, err := b.begin(ctx)
	if err != nil {
		return b.failed(reporting, ctx, err)
	}
	for {
		b.session = session
		b.who = &meeting.ParticipantRef{ID: session.Participant(), Name: config.Bot.Name, Role: meeting.RoleParticipant, IsBot: true}
		lived := b.live(ctx, reporting)
		failed := errors.Join(lived, session.Leave(reporting))
		if failed != nil || !b.lost() {
			return b.end(reporting, failed)
		}
		if session, err = b.comeBack(ctx, reporting); err != nil {
			return b.away(ctx, reporting, err)
		}
	}
}

// live follows the meeting until the bot or the meeting is over.
func (b *bot) live(ctx, reporting context.Context) error {
	flush := time.NewTicker(flushEvery)
	defer flush.Stop()
	for {
		if over, err := b.step(ctx, reporting, flush.C); over || err != nil {
			return err
		}
	}
}

// step does what is next, and says whether it was the last.
func (b *bot) step(ctx, reporting context.Context, flush <-chan time.Time) (over bool, err error) {
	select {
	case signal, open := <-b.session.Signals():
		if !open {
			return true, nil
		}
		return false, b.hear(ctx, reporting, signal)
	case <-b.nextDue():
		return false, b.finishDue(reporting, time.Now())
	case said := <-b.said():
		return false, b.Report(reporting, b.spoken(said)...)
	case order := <-b.orders():
		return false, b.obey(ctx, reporting, order)
	case <-b.overdue():
		return false, b.arrive(reporting, meeting.MoveTimedOut, "The bot was not there in time.")
	case <-flush:
		b.Recorder.Flush()
		return false, nil
	case <-ctx.Done():
		b.subCode = stopCode(ctx)
		return true, nil
	}
}

// hear acts on one signal.
func (b *bot) hear(ctx, reporting context.Context, signal meeting.Signal) error {
	if b.now != nil {
		if err := b.Recorder.Note(b.now.number, signal); err != nil {
			b.Log.Error("a list of what people did is not whole", "bot", b.Bot.ID, "error", err)
		}
	}
	b.aides.hear(signal)
	switch heard := signal.(type) {
	case meeting.EnteredRoom:
		return b.entered(ctx, reporting, heard)
	case meeting.PutInWaitingRoom:
		return b.heldBack(reporting, heard.At)
	case meeting.RecordingPermitted:
		return b.permitted(reporting, heard)
	case meeting.SomebodyEntered:
		return b.meet(ctx, reporting, heard.Participant)
	case meeting.MediaShown:
		return b.muted(reporting, heard)
	case meeting.Captioned:
		if err := b.Recorder.Caption(heard); err != nil {
			b.Log.Error("a transcript is not whole", "bot", b.Bot.ID, "error", err)
		}
	case meeting.Invited:
		return b.invited(ctx, heard)
	case meeting.RoomListed:
		return b.listed(ctx, reporting, heard)
	case meeting.ConnectionLost:
		return b.lose(reporting, heard)
	case meeting.ConnectionRestored:
		return b.restore(reporting, heard)
	case meeting.Removed:
		return b.removed(reporting, heard)
	}
	return nil
}

// removed takes note of why the bot is not in the meeting any more.
func (b *bot) removed(reporting context.Context, removed meeting.Removed) error {
	b.subCode, b.endedAt = removalCode(removed.Cause), removed.At
	if b.absent == nil && b.subCode == SubCodeConnectionLost {
		return b.lose(reporting, meeting.ConnectionLost{At: removed.At, Since: removed.At})
	}
	return nil
}

// nextDue fires when a lingering segment is to be finished.
func (b *bot) nextDue() <-chan time.Time {
	if len(b.over) == 0 {
		return nil
	}
	return time.After(time.Until(b.over[0].due))
}

// finishDue finishes the segments that have lingered until a time.
func (b *bot) finishDue(reporting context.Context, until time.Time) error {
	for len(b.over) > 0 && !b.over[0].due.After(until) {
		ended := b.over[0]
		b.over = b.over[1:]
		completed, err := b.Recorder.End(ended.visit.number, ended.ended)
		if err != nil {
			b.Log.Error("a segment is not whole", "bot", b.Bot.ID, "room", ended.visit.room.Name, "error", err)
		}
		if err := b.Report(reporting, b.event(time.Now(), &ended.visit.room, completed)); err != nil {
			return err
		}
	}
	return nil
}

// end finishes what is open and says the last words: that all is done, or what
// went wrong.
func (b *bot) end(reporting context.Context, failure error) error {
	now := b.endedAt
	if now.IsZero() {
		now = time.Now()
	}
	until := now
	if b.absent != nil {
		until = b.absent.Since
	}
	events := append(b.leave(until), b.gap(now)...)
	b.now, b.absent = nil, nil
	if b.errand != nil {
		events = append(events, b.event(now, &b.errand.room, meeting.BotMoveEnded{Outcome: meeting.MoveRefused, Message: "The bot's call ended."}))
		b.errand = nil
	}
	if b.subCode == "" {
		b.subCode = SubCodeErrored
	}
	events = append(events, b.event(now, nil, meeting.BotStatusChanged{Code: meeting.StatusCallEnded, SubCode: b.subCode}))
	err := errors.Join(
		b.Report(reporting, events...),
		b.finishDue(reporting, time.Now().Add(2*linger)), // nothing is on its way any more
	)
	b.aides.finish(reporting, b.Stopping)
	if failure = errors.Join(failure, err); failure == nil {
		return b.status(reporting, time.Now(), meeting.StatusDone, nil)
	}
	b.Log.Error("a bot's life ended badly", "bot", b.Bot.ID, "error", failure)
	return b.Report(reporting, b.event(time.Now(), nil, meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: SubCodeErrored, Message: failure.Error()}))
}

func (b *bot) status(reporting context.Context, at time.Time, code string, room *meeting.RoomRef) error {
	return b.Report(reporting, b.event(at, room, meeting.BotStatusChanged{Code: code}))
}

func (b *bot) event(at time.Time, room *meeting.RoomRef, fact meeting.Fact) meeting.Event {
	return meeting.Event{At: at, Room: room, Participant: b.who, Bot: &b.Bot, Fact: fact}
}
