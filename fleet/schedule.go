package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/predicate"
	"github.com/breakoutrooms/breakout/meeting"
)

// MaxLate is how much later than ordered a scheduled bot still joins, as when no
// process ran at its time.
const MaxLate = 5 * time.Minute

// dueAtOnce is how many bots are read at once when their time has come.
const dueAtOnce = 100

// schedule sends scheduled bots when their times come, until the context ends. Who
// is scheduled stands in the database alone, so that a process goes on where the
// one before ended.
func (f *Fleet) schedule(ctx context.Context) {
	ctx = access.AsSystem(ctx)
	if err := f.engageStewards(ctx); err != nil && ctx.Err() == nil {
		f.Log.Error("the meetings of scheduled bots can't be watched", "error", err)
	}
	for {
		next, err := f.sendDue(ctx)
		if err != nil && ctx.Err() == nil {
			f.Log.Error("scheduled bots can't be sent; they are tried again", "error", err)
			next = retryAfter
		}
		timer := time.NewTimer(next)
		select {
		case <-f.rescheduled:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// engageStewards sets stewards to work where bots are scheduled: they tell when a
// meeting ends.
func (f *Fleet) engageStewards(ctx context.Context) error {
	rows, err := f.Client.Meeting.Query().Where(entmeeting.EndedAt(0), entmeeting.HasBotsWith(isScheduled())).All(ctx)
	for _, row := range rows {
		f.steward(row)
	}
	return err
}

func isScheduled() predicate.Bot { return entbot.StatusCode(meeting.StatusScheduled) }

// awaitsBots says whether bots are scheduled that will join a meeting: such a meeting
// may well be empty and silent.
func (f *Fleet) awaitsBots(ctx context.Context, row *ent.Meeting) (bool, error) {
	earliest := meeting.InstantOf(time.Now().Add(-MaxLate))
	awaits, err := row.QueryBots().Where(isScheduled(), entbot.JoinAtGTE(earliest)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for its scheduled bots: %w", err)
	}
	return awaits, nil
}

// sendDue sends the bots whose time has come, and tells after how long the next
// one's comes. Bots whose meeting has ended need not wait for it.
func (f *Fleet) sendDue(ctx context.Context) (next time.Duration, err error) {
	over := entbot.HasMeetingWith(entmeeting.EndedAtNEQ(0))
	for {
		rows, err := f.Client.Bot.Query().Where(isScheduled(), entbot.Or(entbot.JoinAtLTE(meeting.InstantOf(time.Now())), over)).
			Order(ent.Asc(entbot.FieldJoinAt, entbot.FieldCreatedAt, entbot.FieldID)).Limit(dueAtOnce).All(ctx)
		if err != nil {
			return 0, fmt.Errorf("look for bots whose time has come: %w", err)
		}
		for _, row := range rows {
			if err := f.sendScheduled(ctx, row.ID); err != nil {
				return 0, err
			}
			if !wait(ctx, arrivalGap) {
				return 0, context.Cause(ctx)
			}
		}
		if len(rows) < dueAtOnce {
			break
		}
	}
	first, err := f.Client.Bot.Query().Where(isScheduled()).Order(ent.Asc(entbot.FieldJoinAt)).First(ctx)
	if ent.IsNotFound(err) {
		return time.Hour, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look for the next scheduled bot: %w", err)
	}
	return max(0, min(time.Hour, time.Until(first.JoinAt.Time()))), nil
}

// sendScheduled sends a scheduled bot, or says why it can't be sent any more.
func (f *Fleet) sendScheduled(ctx context.Context, id meeting.BotID) error {
	row, err := f.takeOff(ctx, id)
	if row == nil || err != nil {
		return err
	}
	home, platform, err := f.own(ctx, row.MeetingID)
	spec, unreadable := SpecOf(row)
	if err = errors.Join(err, unreadable); err != nil {
		f.writeOff(bot.Config{Bot: *refOf(row), Report: f.reporter(BotSpec{Meeting: row.MeetingID})}, bot.SubCodeErrored, err)
		return nil
	}
	return f.dispatch(home, platform, spec, *refOf(row))
}

// takeOff takes a bot off the schedule and writes down what becomes of it. It gives
// the row of a bot that is to be sent now.
func (f *Fleet) takeOff(ctx context.Context, id meeting.BotID) (*ent.Bot, error) {
	f.scheduling.Lock()
	defer f.scheduling.Unlock()
	row, err := f.Client.Bot.Query().Where(entbot.ID(id), isScheduled()).WithMeeting().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // it was deleted meanwhile
	}
	if err != nil {
		return nil, fmt.Errorf("find bot %s: %w", id, err)
	}
	now := time.Now()
	status := meeting.BotStatusChanged{Code: meeting.StatusReady}
	switch late := now.Sub(row.JoinAt.Time()); {
	case row.Edges.Meeting.EndedAt != 0:
		status = meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: bot.SubCodeMeetingEnded, Message: "The meeting ended before the bot's time came."}
	case late > MaxLate:
		status = meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: bot.SubCodeTooLate,
			Message: fmt.Sprintf("The bot was to join at %s, and could not be sent until %s later; %s is the most.", row.JoinAt, late.Round(time.Second), MaxLate)}
	}
	if _, err := f.Journal.Append(ctx, row.MeetingID, meeting.Event{At: now, Bot: refOf(row), Fact: status}); err != nil {
		return nil, fmt.Errorf("take bot %s off the schedule: %w", id, err)
	}
	if status.Code != meeting.StatusReady {
		return nil, nil //nolint:nilnil // it is not to be sent
	}
	return row, nil
}

// UpdateBot changes what was ordered of a scheduled bot.
func (f *Fleet) UpdateBot(ctx context.Context, id meeting.BotID, change func(*BotSpec)) error {
	f.scheduling.Lock()
	defer f.scheduling.Unlock()
	row, err := f.scheduled(ctx, id)
	if err != nil {
		return err
	}
	spec, err := SpecOf(row)
	if err != nil {
		return err
	}
	change(&spec)
	now := time.Now()
	if err := f.check(ctx, row.Edges.Meeting, &spec, now); err != nil {
		return err
	}
	ordered, err := spec.order()
	if err != nil {
		return err
	}
	ref := meeting.BotRef{ID: id, Name: spec.Name, Metadata: spec.Metadata}
	if _, err := f.Journal.Append(ctx, row.MeetingID, meeting.Event{At: now, Bot: &ref, Fact: meeting.BotUpdated{BotOrder: ordered}}); err != nil {
		return fmt.Errorf("update bot %s: %w", id, err)
	}
	token(f.rescheduled)
	return nil
}

// DeleteBot takes a scheduled bot off the schedule: it will not join. What was
// ordered stays on record.
func (f *Fleet) DeleteBot(ctx context.Context, id meeting.BotID) error {
	f.scheduling.Lock()
	defer f.scheduling.Unlock()
	row, err := f.scheduled(ctx, id)
	if err != nil {
		return err
	}
	deleted := meeting.BotStatusChanged{Code: meeting.StatusDone, SubCode: bot.SubCodeDeleted}
	_, err = f.Journal.Append(ctx, row.MeetingID, meeting.Event{At: time.Now(), Bot: refOf(row), Fact: deleted})
	if err != nil {
		return fmt.Errorf("delete bot %s: %w", id, err)
	}
	return nil
}

// scheduled finds a bot that can still be changed, with its meeting.
func (f *Fleet) scheduled(ctx context.Context, id meeting.BotID) (*ent.Bot, error) {
	row, err := f.ownBot(ctx, id)
	if err != nil {
		return nil, err
	}
	path := []string{"botId"}
	switch {
	case row.EndedAt != 0:
		return nil, meeting.Refuse(CodeBotEnded, path, "The bot's call ended at %s.", row.EndedAt)
	case row.StatusCode != meeting.StatusScheduled:
		return nil, meeting.Refuse(CodeBotNotScheduled, path, "Bot %q has left for its meeting; moveBot sends it elsewhere, and removeBot calls it back.", row.Name)
	}
	if row.Edges.Meeting, err = row.QueryMeeting().Only(ctx); err != nil {
		return nil, fmt.Errorf("find the meeting of bot %s: %w", id, err)
	}
	return row, nil
}

// waiting refuses what can be asked only of a bot that has left for its meeting.
func waiting(row *ent.Bot) meeting.Refusals {
	return meeting.Refuse(CodeBotScheduled, []string{"botId"}, "Bot %q joins at %s; until then, updateBot changes it and deleteBot takes it back.", row.Name, row.JoinAt)
}
