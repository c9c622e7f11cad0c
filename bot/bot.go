// Package bot is one bot in one meeting: it joins, goes where its mode sends
// it, records every room that it visits, and reports each step. It knows the
// meeting through [meeting.Platform] alone.
package bot

import (
	"context"
	"errors"
	"fmt"
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
	// Transcription says where the text of what is said comes from.
	Transcription meeting.Transcription
	// Aides work beside the bot. It is done when they are.
	Aides []Aide
	// Stopping is closed when the process ends, so that aides are to hurry. Defaults
	// to never.
	Stopping <-chan struct{}
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
	Log   *slog.Logger
}

// visit is the bot's stay in a room.
type visit struct {
	number meeting.VisitNumber
	room   meeting.RoomRef
	began  time.Time
	// recorded says that the visit has a segment.
	recorded bool
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
	// errand is the move that the bot was told to make, until that ends.
	errand *errand
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
	b := &bot{Config: config, open: make(map[meeting.RoomID]bool), absent: config.Absent}
	// What the bot has to tell must be told even when it is told to leave.
	reporting := context.WithoutCancel(ctx)
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

func stopCode(ctx context.Context) string {
	if leaves, ok := errors.AsType[LeaveError](context.Cause(ctx)); ok {
		return leaves.SubCode
	}
	if errors.Is(context.Cause(ctx), ErrRemoved) {
		return SubCodeLeaveCall
	}
	return SubCodeTerminated
}

// live follows the meeting until the bot or the meeting is over.
func (b *bot) live(ctx, reporting context.Context) error {
	flush := time.NewTicker(flushEvery)
	defer flush.Stop()
	for {
		select {
		case signal, open := <-b.session.Signals():
			if !open {
				return nil
			}
			if err := b.hear(ctx, reporting, signal); err != nil {
				return err
			}
		case <-b.nextDue():
			if err := b.finishDue(reporting, time.Now()); err != nil {
				return err
			}
		case order := <-b.Orders:
			if err := b.obey(ctx, reporting, order); err != nil {
				return err
			}
		case <-b.overdue():
			if err := b.arrive(reporting, meeting.MoveTimedOut, "The bot was not there in time."); err != nil {
				return err
			}
		case <-flush.C:
			b.Recorder.Flush()
		case <-ctx.Done():
			b.subCode = stopCode(ctx)
			return nil
		}
	}
}

// hear acts on one signal.
func (b *bot) hear(ctx, reporting context.Context, signal meeting.Signal) error {
	b.aides.hear(signal)
	switch heard := signal.(type) {
	case meeting.EnteredRoom:
		return b.entered(ctx, reporting, heard)
	case meeting.SomebodyEntered:
		if b.now != nil {
			b.Recorder.Know(b.now.number, heard.Participant)
		}
	case meeting.Captioned:
		if err := b.Recorder.Caption(heard); err != nil {
			b.Log.Error("a transcript is not whole", "bot", b.Bot.ID, "error", err)
		}
	case meeting.BroadcastHeard:
		if b.now != nil && !heard.Ended {
			b.Recorder.Know(b.now.number, heard.From)
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

func removalCode(cause meeting.LeaveCause) string {
	switch cause {
	case meeting.LeftByMeetingEnd, meeting.LeftByInterruption:
		return SubCodeEndedByHost
	case meeting.LeftByLostLine:
		return SubCodeConnectionLost
	}
	return SubCodeKicked
}

// entered begins a visit and ends the one before.
func (b *bot) entered(ctx, reporting context.Context, entered meeting.EnteredRoom) error {
	events := b.leave(entered.At)
	before := b.now
	b.now = &visit{entered.Visit, entered.Room, entered.At, !b.RoomsOnly || entered.Room.Kind == meeting.RoomBreakout}
	if before == nil || before.recorded && !b.now.recorded {
		events = append(events, b.event(entered.At, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallNotRecording}))
	}
	if b.now.recorded && (before == nil || !before.recorded) {
		events = append(events, b.event(entered.At, nil, meeting.BotStatusChanged{Code: meeting.StatusInCallRecording}))
	}
	if entered.Room.Kind == meeting.RoomBreakout {
		events = append(events, b.event(entered.At, &entered.Room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomEntered}))
	}
	if b.now.recorded {
		started, err := b.Recorder.Begin(entered)
		if err != nil {
			b.now.recorded = false
			return fmt.Errorf("begin to record %q: %w", entered.Room.Name, err)
		}
		events = append(events, b.event(entered.At, &entered.Room, started))
	}
	back := b.absent
	if back != nil {
		events = append(b.returned(entered.At), events...)
	}
	if err := b.Report(reporting, events...); err != nil {
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

// leave ends the present visit, whose segment lingers.
func (b *bot) leave(at time.Time) []meeting.Event {
	if b.now == nil {
		return nil
	}
	old := *b.now
	if old.recorded {
		b.over = append(b.over, lingering{old, at, time.Now().Add(linger)})
	}
	if old.room.Kind != meeting.RoomBreakout {
		return nil
	}
	return []meeting.Event{b.event(at, &old.room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomLeft})}
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
