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
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// Recover sets straight what a process left behind that died: it finishes segments
// from what is on disk. Meetings that were going on a short while ago it takes up
// again, and their bots come back when Run runs; others it ends. Run it before
// anything else.
func (f *Fleet) Recover(ctx context.Context) error {
	ctx = access.AsSystem(ctx)
	meetings, err := f.Client.Meeting.Query().
		Where(entmeeting.Or(entmeeting.EndedAt(0), entmeeting.HasBotsWith(entbot.EndedAt(0), entbot.StatusCodeNEQ(meeting.StatusScheduled)))).
		Order(ent.Asc(entmeeting.FieldCreatedAt)).All(ctx)
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

// orphan is a bot whose process died.
type orphan struct {
	row *ent.Bot
	// absence is since when it has been away; nil when it had not joined.
	absence *bot.Absence
}

func (f *Fleet) recoverMeeting(ctx context.Context, row *ent.Meeting) error {
	orphans, died, err := f.takeStock(ctx, row)
	if err != nil {
		return err
	}
	awaits, err := f.awaitsBots(ctx, row)
	if err != nil {
		return err
	}
	if row.EndedAt == 0 && f.ResumeWithin > 0 && (awaits || time.Since(died) <= f.ResumeWithin) {
		err := f.resume(ctx, row, orphans)
		if err == nil {
			return nil
		}
		f.Log.Warn("a meeting could not be taken up again and is ended", "meeting", row.ID, "error", err)
	}
	for _, o := range orphans {
		gone := meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: bot.SubCodeTerminated, Message: "The process that ran the bot ended without warning."}
		events, err := f.recoverEndpoints(ctx, o.row)
		if err != nil {
			return err
		}
		events = append(events, meeting.Event{At: time.Now(), Bot: refOf(o.row), Fact: gone})
		if _, err := f.Journal.Append(ctx, row.ID, events...); err != nil {
			return err
		}
	}
	if row.EndedAt != 0 {
		return nil
	}
	return f.endAbandoned(ctx, row)
}

// takeStock finishes what the bots of a meeting were recording, and tells which bots
// they are and when the last sign of life came.
func (f *Fleet) takeStock(ctx context.Context, row *ent.Meeting) (orphans []orphan, died time.Time, err error) {
	head, err := f.Journal.Read(ctx, journal.Topic{Meeting: row.ID}, row.HeadSequence-1, 1)
	if err != nil || len(head) != 1 {
		return nil, died, fmt.Errorf("read the last event: %w", err)
	}
	died = head[0].At
	bots, err := row.QueryBots().Where(entbot.EndedAt(0), entbot.StatusCodeNEQ(meeting.StatusScheduled)).Order(ent.Asc(entbot.FieldCreatedAt)).All(ctx)
	if err != nil {
		return nil, died, fmt.Errorf("look for its bots: %w", err)
	}
	for _, b := range bots {
		recorded, err := f.finishSegments(ctx, b)
		if err != nil {
			return nil, died, fmt.Errorf("bot %s: %w", b.ID, err)
		}
		if recorded != nil && recorded.Since.After(died) {
			died = recorded.Since
		}
		orphans = append(orphans, orphan{b, recorded})
	}
	for i := range orphans {
		if err := f.locate(ctx, &orphans[i], died); err != nil {
			return nil, died, err
		}
	}
	return orphans, died, nil
}

// locate finds out where an orphan was that recorded nothing, and whether it had been
// told not to.
func (f *Fleet) locate(ctx context.Context, o *orphan, died time.Time) error {
	if o.absence == nil {
		last, joined, err := f.whereabouts(ctx, o.row)
		if err != nil || !joined {
			return err
		}
		o.absence = &bot.Absence{Since: died, Cause: meeting.GapByProcessEnd, Room: last}
	}
	o.absence.Paused = o.row.StatusCode == meeting.StatusInCallNotRecording && o.row.StatusSubCode == bot.SubCodePaused
	o.absence.Recorded = o.absence.Recorded && !o.absence.Paused
	return nil
}

// finishSegments finishes the segments that a bot was recording. It tells of the
// latest of them, up to what is on disk; nil when there is none.
func (f *Fleet) finishSegments(ctx context.Context, row *ent.Bot) (absence *bot.Absence, err error) {
	open, err := row.QuerySegments().Where(segment.EndedAt(0)).WithRoom().Order(ent.Asc(segment.FieldVisit)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for open segments: %w", err)
	}
	ref := refOf(row)
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
		where := refOfRoom(s.Edges.Room)
		events = append(events, meeting.Event{At: time.Now(), Room: where, Bot: ref, Fact: meeting.SegmentCompleted{
			Segment: s.ID, Visit: meeting.VisitNumber(s.Visit), EndedAt: ended, Interrupted: true, Tracks: tracks,
		}})
		absence = &bot.Absence{Since: ended, Cause: meeting.GapByProcessEnd, Room: *where, Recorded: true}
	}
	kept, err := RetentionOf(row)
	if err != nil {
		return nil, err
	}
	expiring(events, kept)
	if len(events) > 0 {
		_, err = f.Journal.Append(ctx, row.MeetingID, events...)
	}
	return absence, err
}

func refOfRoom(row *ent.Room) *meeting.RoomRef {
	return &meeting.RoomRef{ID: row.ID, Kind: row.Kind, Name: row.Name}
}

// whereabouts is where a bot was last, unless it had not joined.
func (f *Fleet) whereabouts(ctx context.Context, row *ent.Bot) (last meeting.RoomRef, joined bool, err error) {
	found, err := f.Client.Room.Query().
		Where(room.HasPresencesWith(presence.LeftAt(0), presence.HasParticipantWith(participant.BotID(row.ID)))).Only(ctx)
	if ent.IsNotFound(err) {
		return last, false, nil
	}
	if err != nil {
		return last, false, fmt.Errorf("look where bot %s was: %w", row.ID, err)
	}
	return *refOfRoom(found), true, nil
}

// resume takes a meeting up again, and has its bots come back when Run runs.
func (f *Fleet) resume(ctx context.Context, row *ent.Meeting, orphans []orphan) error {
	platform, err := f.platform(row.Platform)
	if err != nil {
		return err
	}
	events, err := f.history(ctx, row.ID)
	if err != nil {
		return err
	}
	if err := platform.Resume(ctx, events); err != nil {
		return err
	}
	if row.CoverPolicy != nil {
		f.steward(row) // knows from the journal what to do
	}
	for _, o := range orphans {
		spec, err := SpecOf(o.row)
		if err != nil {
			return err
		}
		if err := f.resumeEndpoints(ctx, o.row, spec.Endpoints); err != nil {
			return err
		}
		config := f.botConfig(platform, spec, *refOf(o.row))
		config.Absent = o.absence
		f.steward(row).engage(chargeOf(o.row.ID, spec))
		f.returning = append(f.returning, config)
	}
	return nil
}

// history is all that happened in a meeting.
func (f *Fleet) history(ctx context.Context, id meeting.ID) (events []meeting.Event, err error) {
	row, err := f.Client.Meeting.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read meeting %s: %w", id, err)
	}
	err = f.Journal.Follow(ctx, journal.Topic{Meeting: id}, 0, func(event meeting.Event) error {
		events = append(events, event)
		if event.Sequence == row.HeadSequence {
			return errRead
		}
		return nil
	})
	if !errors.Is(err, errRead) {
		return nil, err
	}
	return events, nil
}

// errRead ends the reading of a journal at its end.
var errRead = errors.New("the journal is read")

// endAbandoned ends a meeting that only the dead process held.
func (f *Fleet) endAbandoned(ctx context.Context, row *ent.Meeting) error {
	events, err := f.history(ctx, row.ID)
	if err != nil {
		return err
	}
	state := meeting.New()
	state.Fold(events...)
	events, err = meeting.Apply(state, meeting.End{Cause: meeting.LeftByInterruption}, time.Now())
	if err != nil {
		return err
	}
	_, err = f.Journal.Append(ctx, row.ID, events...)
	return err
}

// bringBack has the bots come back that were in meetings which were taken up again.
func (f *Fleet) bringBack() {
	for _, config := range f.returning {
		if err := f.launch(config); err != nil {
			f.Log.Warn("a bot could not come back", "bot", config.Bot.ID, "error", err)
		}
	}
}
