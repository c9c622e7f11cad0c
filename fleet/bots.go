package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// The codes with which orders to bots are refused, beside those of the rules.
const (
	CodeInvalidMode    meeting.Code = "INVALID_MODE"
	CodeRoomIDRequired meeting.Code = "ROOM_ID_REQUIRED"
	CodeRoomIDNotTaken meeting.Code = "ROOM_ID_NOT_ALLOWED"
	CodeBotNotFound    meeting.Code = "BOT_NOT_FOUND"
	CodeBotEnded       meeting.Code = "BOT_ENDED"
	// CodeAddressNotAllowed says that an address is not a public one.
	CodeAddressNotAllowed meeting.Code = "ADDRESS_NOT_ALLOWED"
	// CodeNoTranscription says that there is no server that transcribes.
	CodeNoTranscription meeting.Code = "TRANSCRIPTION_NOT_CONFIGURED"
	// CodeParticipantRequired says that mode follow_participant was given nobody.
	CodeParticipantRequired meeting.Code = "PARTICIPANT_ID_REQUIRED"
	// CodeBotScheduled says that a bot has not left for its meeting, and
	// CodeBotNotScheduled that it has.
	CodeBotScheduled    meeting.Code = "BOT_SCHEDULED"
	CodeBotNotScheduled meeting.Code = "BOT_NOT_SCHEDULED"
	// CodeDeduplicationKeyTaken says that a bot of another meeting has the key.
	CodeDeduplicationKeyTaken meeting.Code = "DEDUPLICATION_KEY_TAKEN"
)

// defaultBotName is what a bot is called that was given no name.
const defaultBotName = "BreakoutBot"

// CreateBot sends a bot to a meeting. It returns when the order is written
// down; what becomes of the bot is told by its events.
func (f *Fleet) CreateBot(ctx context.Context, spec BotSpec) (meeting.BotID, error) {
	select {
	case <-f.stopped:
		return "", ErrStopping
	default:
	}
	events, err := f.once(ctx, spec.Request, func() ([]meeting.Event, error) { return f.send(ctx, spec) })
	if err != nil {
		return "", err
	}
	return events[0].Bot.ID, nil
}

// send writes a bot down, and gives it to Run unless its time is to come. Where a
// living bot has its deduplication key, the order comes to that one.
func (f *Fleet) send(ctx context.Context, spec BotSpec) ([]meeting.Event, error) {
	row, platform, err := f.own(ctx, spec.Meeting)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if err := f.check(ctx, row, &spec, now); err != nil {
		return nil, err
	}
	if known, err := f.living(ctx, spec); known != nil || err != nil {
		return known, err
	}
	name, err := f.newID("bot_")
	if err != nil {
		return nil, err
	}
	if err := f.nameEndpoints(spec.Endpoints); err != nil {
		return nil, err
	}
	code := meeting.StatusScheduled
	if !spec.JoinAt.After(now) {
		code, spec.JoinAt = meeting.StatusReady, time.Time{}
	}
	ordered, err := spec.order()
	if err != nil {
		return nil, err
	}
	ref := meeting.BotRef{ID: meeting.BotID(name), Name: spec.Name, Metadata: spec.Metadata}
	events := []meeting.Event{
		{At: now, Bot: &ref, Request: spec.Request, Fact: meeting.BotCreated{BotOrder: ordered}},
		{At: now, Bot: &ref, Request: meeting.Request{Key: spec.Request.Key}, Fact: meeting.BotStatusChanged{Code: code}},
	}
	if _, err := f.Journal.Append(ctx, row.ID, events...); err != nil {
		if known, failed := f.living(ctx, spec); ent.IsConstraintError(err) && known != nil {
			return known, failed // another order under the key was faster
		}
		return nil, fmt.Errorf("write down bot %q: %w", spec.Name, err)
	}
	if code == meeting.StatusScheduled {
		f.steward(row) // which tells when the meeting ends before the bot's time comes
		token(f.rescheduled)
		return events, nil
	}
	return events, f.dispatch(row, platform, spec, ref)
}

// living finds the living bot that has a deduplication key, as the answer to an
// order under that key. It must be in the meeting of the order.
func (f *Fleet) living(ctx context.Context, spec BotSpec) ([]meeting.Event, error) {
	if spec.DeduplicationKey == "" {
		return nil, nil
	}
	row, err := f.Client.Bot.Query().Where(entbot.DeduplicationKey(spec.DeduplicationKey), entbot.EndedAt(0)).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for a bot under key %q: %w", spec.DeduplicationKey, err)
	case row.MeetingID != spec.Meeting:
		return nil, meeting.Refuse(CodeDeduplicationKeyTaken, []string{"deduplicationKey"},
			"A bot under key %q lives in meeting %s; end it first, or give another key.", spec.DeduplicationKey, row.MeetingID)
	}
	return []meeting.Event{{Bot: refOf(row)}}, nil
}

// dispatch gives a bot that is written down to Run, in the care of its meeting's
// steward.
func (f *Fleet) dispatch(row *ent.Meeting, platform meeting.Platform, spec BotSpec, ref meeting.BotRef) error {
	f.steward(row).engage(chargeOf(ref.ID, spec))
	return f.launch(f.botConfig(platform, spec, ref))
}

func (f *Fleet) botConfig(platform meeting.Platform, spec BotSpec, ref meeting.BotRef) bot.Config {
	recorder := recording.NewRecorder(f.Store, spec.Meeting, ref.ID, f.Log)
	report := f.reporter(spec)
	recorder.OnUtterance(func(place recording.Place, said recording.Utterance) { f.hear(ref.ID, place, said) })
	return bot.Config{
		Platform: platform, Meeting: spec.Meeting, Bot: ref, Email: spec.Email, FollowsMoves: spec.Covers, RoomsOnly: spec.Covers, Video: spec.Video.Kinds(), Start: spec.RecordingStart, Notice: spec.ConsentNotice, Mode: spec.Mode, Room: spec.Room, Log: f.Log,
		Recorder: recorder, Transcription: spec.Transcription, Aides: f.aides(ref, spec, recorder, report), Stopping: f.stopped,
		Report: report,
		Heard:  f.listener(spec.Meeting),
		Fetch: func(ctx context.Context, who meeting.ParticipantRef, room meeting.RoomRef) error {
			_, err := platform.Command(ctx, spec.Meeting, meeting.Move{Participant: who.ID, Room: room.ID})
			return err
		},
	}
}

// reporter writes down what a bot tells.
func (f *Fleet) reporter(spec BotSpec) func(context.Context, ...meeting.Event) error {
	return func(ctx context.Context, events ...meeting.Event) error {
		expires := expiring(events, spec.Retention)
		_, err := f.Journal.Append(ctx, spec.Meeting, events...)
		if expires {
			f.wakeKeeper()
		}
		return err
	}
}

// launch gives a bot to Run.
func (f *Fleet) launch(config bot.Config) error {
	ctx, stop := context.WithCancelCause(context.Background())
	orders := make(chan bot.Order)
	config.Orders = orders
	f.mu.Lock()
	f.running[config.Bot.ID] = &runner{stop: stop, orders: orders, done: ctx.Done()}
	f.mu.Unlock()
	select {
	case f.orders <- order{config, ctx, stop}:
		return nil
	case <-f.stopped:
		// The bot is written down, and so must be that nobody runs it.
		stop(bot.ErrStopping)
		f.writeOff(config, bot.SubCodeTerminated, ErrStopping)
		return ErrStopping
	}
}

// ownBot finds a bot of the viewer's workspace.
func (f *Fleet) ownBot(ctx context.Context, id meeting.BotID) (*ent.Bot, error) {
	row, err := f.Client.Bot.Get(ctx, id)
	if ent.IsNotFound(err) {
		return nil, meeting.Refuse(CodeBotNotFound, []string{"botId"}, "There is no bot %q.", id)
	}
	if err != nil {
		return nil, fmt.Errorf("find bot %s: %w", id, err)
	}
	return row, nil
}

// RemoveBot calls a bot back. It returns when the bot has been told.
func (f *Fleet) RemoveBot(ctx context.Context, id meeting.BotID) error {
	row, err := f.ownBot(ctx, id)
	if err != nil {
		return err
	}
	if row.EndedAt != 0 {
		return meeting.Refuse(CodeBotEnded, []string{"botId"}, "The bot's call ended at %s.", row.EndedAt)
	}
	if row.StatusCode == meeting.StatusScheduled {
		return waiting(row)
	}
	f.dismiss(id, bot.ErrRemoved)
	return nil
}

// dismiss ends a running bot's call for a reason, and says whether the bot runs.
func (f *Fleet) dismiss(id meeting.BotID, why error) bool {
	f.mu.Lock()
	running := f.running[id]
	f.mu.Unlock()
	if running != nil {
		running.stop(why)
	}
	return running != nil
}

// Tell gives an order to a running bot of the viewer's workspace. It returns when
// the bot has taken it; a bot that has not joined yet takes it when it has.
func (f *Fleet) Tell(ctx context.Context, id meeting.BotID, order bot.Order) error {
	row, err := f.ownBot(ctx, id)
	if err != nil {
		return err
	}
	if row.StatusCode == meeting.StatusScheduled {
		return waiting(row)
	}
	f.mu.Lock()
	running := f.running[id]
	f.mu.Unlock()
	ended := meeting.Refuse(CodeBotEnded, []string{"botId"}, "The call of bot %q is over.", row.Name)
	if running == nil {
		return ended
	}
	select {
	case running.orders <- order:
		return nil
	case <-running.done:
		return ended
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// MoveBot sends a bot to a room of its meeting, or to main by the meeting's id.
// What becomes of it is told by an event.
func (f *Fleet) MoveBot(ctx context.Context, id meeting.BotID, room meeting.RoomID) error {
	row, err := f.ownBot(ctx, id)
	if err != nil {
		return err
	}
	to, err := f.Client.Room.Get(ctx, meeting.RoomIn(row.MeetingID, room))
	if ent.IsNotFound(err) || err == nil && to.MeetingID != row.MeetingID {
		return meeting.Refuse(meeting.CodeRoomNotFound, []string{"roomId"}, "The bot's meeting has no room %q.", room)
	}
	if err != nil {
		return fmt.Errorf("find room %s: %w", room, err)
	}
	return f.Tell(ctx, id, bot.Move{Room: meeting.RoomRef{ID: to.ID, Kind: to.Kind, Name: to.Name}})
}
