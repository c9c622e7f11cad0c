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
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// Recover sets straight what a process left behind that died: it finishes
// segments from what is on disk, ends its bots, and ends the meetings that it
// held itself. Run it before anything else.
func (f *Fleet) Recover(ctx context.Context) error {
	ctx = access.AsSystem(ctx)
	bots, err := f.Client.Bot.Query().Where(entbot.EndedAt(0)).Order(ent.Asc(entbot.FieldCreatedAt)).All(ctx)
	if err != nil {
		return fmt.Errorf("look for bots of a process that died: %w", err)
	}
	for _, row := range bots {
		if err := f.recoverBot(ctx, row); err != nil {
			return fmt.Errorf("recover bot %s: %w", row.ID, err)
		}
	}
	meetings, err := f.Client.Meeting.Query().Where(entmeeting.EndedAt(0)).Order(ent.Asc(entmeeting.FieldCreatedAt)).All(ctx)
	if err != nil {
		return fmt.Errorf("look for meetings of a process that died: %w", err)
	}
	for _, row := range meetings {
		if err := f.recoverMeeting(ctx, row); err != nil {
			return fmt.Errorf("recover meeting %s: %w", row.ID, err)
		}
	}
	return nil
}

// recoverBot finishes a bot's segments and says that it is over.
func (f *Fleet) recoverBot(ctx context.Context, row *ent.Bot) error {
	open, err := row.QuerySegments().Where(segment.EndedAt(0)).WithRoom().Order(ent.Asc(segment.FieldVisit)).All(ctx)
	if err != nil {
		return fmt.Errorf("look for open segments: %w", err)
	}
	ref := &meeting.BotRef{ID: row.ID, Name: row.Name}
	var events []meeting.Event
	for _, s := range open {
		tracks, err := f.Store.Scan(s.Folder)
		if err != nil {
			f.Log.Warn("files of a segment hold no sound and were left out", "segment", s.ID, "error", err)
		}
		ended := s.StartedAt.Time()
		for _, track := range tracks {
			if end := track.StartedAt.Add(track.Duration); end.After(ended) {
				ended = end
			}
		}
		room := &meeting.RoomRef{ID: s.RoomID, Kind: s.Edges.Room.Kind, Name: s.Edges.Room.Name}
		events = append(events, meeting.Event{At: time.Now(), Room: room, Bot: ref, Fact: meeting.SegmentCompleted{
			Segment: s.ID, Visit: meeting.VisitNumber(s.Visit), EndedAt: ended, Interrupted: true, Tracks: tracks,
		}})
	}
	events = append(events, meeting.Event{At: time.Now(), Bot: ref, Fact: meeting.BotStatusChanged{
		Code: meeting.StatusFatal, SubCode: bot.SubCodeTerminated, Message: "The process that ran the bot ended without warning.",
	}})
	_, err = f.Journal.Append(ctx, row.MeetingID, events...)
	return err
}

// errRead ends the reading of a journal at its end.
var errRead = errors.New("the journal is read")

// recoverMeeting ends a meeting that only the dead process held.
func (f *Fleet) recoverMeeting(ctx context.Context, row *ent.Meeting) error {
	state := meeting.New()
	err := f.Journal.Follow(ctx, journal.Topic{Meeting: row.ID}, 0, func(event meeting.Event) error {
		state.Fold(event)
		if event.Sequence == row.HeadSequence {
			return errRead
		}
		return nil
	})
	if !errors.Is(err, errRead) {
		return err
	}
	events, err := meeting.Apply(state, meeting.End{Cause: meeting.LeftByInterruption}, time.Now())
	if err != nil {
		return err
	}
	_, err = f.Journal.Append(ctx, row.ID, events...)
	return err
}
