package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/room"
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
	if spec.Mode == bot.FollowParticipant && spec.Follow == 0 {
		return "", meeting.Refuse(CodeParticipantRequired, []string{"breakoutRoom", "participantId"}, "Mode %s needs a participant to follow.", spec.Mode)
	}
	events, err := f.once(ctx, spec.Request, func() ([]meeting.Event, error) { return f.send(ctx, spec) })
	if err != nil {
		return "", err
	}
	return events[0].Bot.ID, nil
}

// send writes a bot down and gives it to Run.
func (f *Fleet) send(ctx context.Context, spec BotSpec) ([]meeting.Event, error) {
	row, platform, err := f.own(ctx, spec.Meeting)
	if err != nil {
		return nil, err
	}
	if err := f.check(ctx, row, &spec); err != nil {
		return nil, err
	}
	name, err := f.newID("bot_")
	if err != nil {
		return nil, err
	}
	if err := f.nameEndpoints(spec.Endpoints); err != nil {
		return nil, err
	}
	ordered, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("write down the order of bot %q: %w", spec.Name, err)
	}
	config := f.botConfig(platform, spec, meeting.BotRef{ID: meeting.BotID(name), Name: spec.Name})
	f.steward(row).engage(&charge{id: config.Bot.ID, covers: spec.Covers, target: spec.Target, follows: spec.Follow, leaves: spec.Leaves})
	now := time.Now()
	events := []meeting.Event{
		{At: now, Bot: &config.Bot, Request: spec.Request, Fact: meeting.BotCreated{
			Mode: string(spec.Mode), RoomWanted: spec.Room, Email: spec.Email, Metadata: spec.Metadata, Order: ordered,
			Transcription: spec.Transcription, Endpoints: spec.Endpoints,
		}},
		{At: now, Bot: &config.Bot, Request: meeting.Request{Key: spec.Request.Key}, Fact: meeting.BotStatusChanged{Code: meeting.StatusReady}},
	}
	if err := config.Report(ctx, events...); err != nil {
		return nil, fmt.Errorf("write down bot %q: %w", spec.Name, err)
	}
	return events, f.launch(config)
}

func (f *Fleet) botConfig(platform meeting.Platform, spec BotSpec, ref meeting.BotRef) bot.Config {
	recorder := recording.NewRecorder(f.Store, spec.Meeting, ref.ID, f.Log)
	report := func(ctx context.Context, events ...meeting.Event) error {
		_, err := f.Journal.Append(ctx, spec.Meeting, events...)
		return err
	}
	recorder.OnUtterance(func(place recording.Place, said recording.Utterance) { f.hear(ref.ID, place, said) })
	return bot.Config{
		Platform: platform, Meeting: spec.Meeting, Bot: ref, Email: spec.Email, FollowsMoves: spec.Covers, RoomsOnly: spec.Covers, Mode: spec.Mode, Room: spec.Room, Log: f.Log,
		Recorder: recorder, Transcription: spec.Transcription, Aides: f.aides(ref, spec, recorder, report), Stopping: f.stopped,
		Report: report,
		Fetch: func(ctx context.Context, who meeting.ParticipantRef, room meeting.RoomRef) error {
			_, err := platform.Command(ctx, spec.Meeting, meeting.Move{Participant: who.ID, Room: room.ID})
			return err
		},
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

// check refuses an order that can't be carried out, with all that is wrong with
// it, and fills in what it leaves open.
func (f *Fleet) check(ctx context.Context, row *ent.Meeting, spec *BotSpec) error {
	var problems meeting.Refusals
	if row.EndedAt != 0 {
		problems = append(problems, meeting.Refuse(meeting.CodeMeetingEnded, []string{"meetingId"}, "The meeting ended at %s; a bot can't join it.", row.EndedAt)...)
	}
	if spec.Name = strings.TrimSpace(spec.Name); spec.Name == "" {
		spec.Name = defaultBotName
	}
	if n := utf8.RuneCountInString(spec.Name); n > meeting.MaxNameLength {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "A bot's name can have %d characters; this one has %d.", meeting.MaxNameLength, n)...)
	}
	if spec.Mode == "" {
		spec.Mode = bot.AutoAcceptAllInvites
	}
	problems = append(problems, spec.Leaves.check()...)
	problems = append(problems, f.checkTranscription(&spec.Transcription)...)
	problems = append(problems, f.checkEndpoints(spec.Endpoints)...)
	found, err := f.checkRoom(ctx, row, spec)
	if err != nil {
		return err
	}
	if problems = append(problems, found...); len(problems) > 0 {
		return problems
	}
	return nil
}

// checkRoom checks that the room fits the mode and exists.
func (f *Fleet) checkRoom(ctx context.Context, row *ent.Meeting, spec *BotSpec) (meeting.Refusals, error) {
	spec.Room = strings.TrimSpace(spec.Room)
	path := []string{"breakoutRoom", "roomId"}
	switch {
	case !spec.Mode.Valid():
		return meeting.Refuse(CodeInvalidMode, []string{"breakoutRoom", "mode"}, "There is no mode %q; there are %v.", spec.Mode, bot.Modes()), nil
	case spec.Mode == bot.JoinSpecificRoom && spec.Room == "":
		return meeting.Refuse(CodeRoomIDRequired, path, "Mode %s needs a room: give its id or its name.", spec.Mode), nil
	case spec.Mode != bot.JoinSpecificRoom && spec.Room != "":
		return meeting.Refuse(CodeRoomIDNotTaken, path, "A room goes with mode %s only; mode %s takes none.", bot.JoinSpecificRoom, spec.Mode), nil
	case spec.Mode != bot.JoinSpecificRoom:
		return nil, nil
	}
	count, err := row.QueryRooms().Where(room.KindEQ(meeting.RoomBreakout),
		room.Or(room.ID(meeting.RoomID(spec.Room)), room.NameEqualFold(spec.Room))).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("find room %q: %w", spec.Room, err)
	}
	if count == 0 {
		return meeting.Refuse(meeting.CodeRoomNotFound, path, "The meeting has no breakout room %q; create it first, or give the id or name of one that exists.", spec.Room), nil
	}
	return nil, nil
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
