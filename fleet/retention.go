package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
)

// The codes with which deleting is refused.
const (
	CodeSegmentNotFound meeting.Code = "SEGMENT_NOT_FOUND"
	// CodeRecordingRunning says that what is being recorded can't be deleted.
	CodeRecordingRunning meeting.Code = "RECORDING_RUNNING"
)

// MaxRetention bounds how long recordings can be told to be kept; without a bound
// they are kept for ever.
const MaxRetention = 10 * 365 * 24 * time.Hour

// eraseAgain is after how long files are erased again that could not be.
const eraseAgain = time.Minute

// checkRetention refuses a time that recordings can't be kept for.
func checkRetention(kept time.Duration) meeting.Refusals {
	if kept < 0 || kept > MaxRetention {
		return meeting.Refuse(meeting.CodeInvalid, []string{"recording", "retentionHours"},
			"Recordings are kept for 1 to %d hours, or for ever when that is left out.", int(MaxRetention.Hours()))
	}
	return nil
}

// RetentionOf is for how long what a bot records is kept; 0 for ever.
func RetentionOf(row *ent.Bot) (time.Duration, error) {
	spec, err := SpecOf(row)
	return spec.Retention, err
}

// expiring writes into events that end segments when those are to be deleted, and
// says whether any is.
func expiring(events []meeting.Event, kept time.Duration) (found bool) {
	for i := range events {
		if fact, ok := events[i].Fact.(meeting.SegmentCompleted); ok && kept > 0 {
			fact.ExpiresAt = fact.EndedAt.Add(kept)
			events[i].Fact, found = fact, true
		}
	}
	return found
}

// Deletion says which recordings are to be deleted: one of the three.
type Deletion struct {
	Segment meeting.SegmentID
	Bot     meeting.BotID
	Meeting meeting.ID
}

// DeleteRecording deletes recordings of the viewer's workspace, and says how many
// there were. It is marked first that they are deleted, and nothing of them is
// given out from then on; then their files are erased; then that is written down.
// So whatever comes between, the next start erases the rest.
func (f *Fleet) DeleteRecording(ctx context.Context, which Deletion) (int, error) {
	rows, err := f.toDelete(ctx, which)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		if row.EndedAt == 0 {
			return 0, meeting.RefuseForNow(CodeRecordingRunning, nil, "Segment %s is being recorded; delete it when the bot has left the room.", row.ID)
		}
	}
	return f.delete(access.AsSystem(ctx), rows, meeting.DeletedByRequest)
}

// toDelete finds what is to be deleted.
func (f *Fleet) toDelete(ctx context.Context, which Deletion) ([]*ent.Segment, error) {
	query := f.Client.Segment.Query().Where(segment.DeletedAt(0)).Order(ent.Asc(segment.FieldStartedAt, segment.FieldID))
	oneOf := meeting.Refuse(meeting.CodeInvalid, []string{"segmentId"}, "Give one of segmentId, botId and meetingId.")
	switch which {
	case Deletion{}:
		return nil, oneOf
	case Deletion{Segment: which.Segment}:
		_, err := f.Client.Segment.Get(ctx, which.Segment)
		if ent.IsNotFound(err) {
			return nil, meeting.Refuse(CodeSegmentNotFound, []string{"segmentId"}, "There is no segment %q.", which.Segment)
		}
		if err != nil {
			return nil, fmt.Errorf("find segment %s: %w", which.Segment, err)
		}
		query.Where(segment.ID(which.Segment))
	case Deletion{Bot: which.Bot}:
		if _, err := f.ownBot(ctx, which.Bot); err != nil {
			return nil, err
		}
		query.Where(segment.BotID(which.Bot))
	case Deletion{Meeting: which.Meeting}:
		if _, _, err := f.own(ctx, which.Meeting); err != nil {
			return nil, err
		}
		query.Where(segment.MeetingID(which.Meeting))
	default:
		return nil, oneOf
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("find what is to be deleted: %w", err)
	}
	return rows, nil
}

// delete marks recordings as deleted and erases their files. What was deleted
// meanwhile is passed by.
func (f *Fleet) delete(ctx context.Context, rows []*ent.Segment, cause meeting.DeletionCause) (count int, err error) {
	f.deleting.Lock()
	defer f.deleting.Unlock()
	ids := make([]meeting.SegmentID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	rows, err = f.Client.Segment.Query().Where(segment.IDIn(ids...), segment.DeletedAt(0)).WithBot().WithRoom().
		Order(ent.Asc(segment.FieldMeetingID, segment.FieldStartedAt, segment.FieldID)).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("find what is to be deleted: %w", err)
	}
	for _, row := range rows {
		if err := f.mark(ctx, row, cause); err != nil {
			return count, err
		}
		count++
		if err := f.erase(ctx, row); err != nil {
			f.Log.Error("a deleted recording could not be erased; it is tried again", "segment", row.ID, "error", err)
			f.wakeKeeper()
		}
	}
	return count, nil
}

// mark writes down that a recording is deleted, and that nothing is left of what a
// bot recorded whose last it was.
func (f *Fleet) mark(ctx context.Context, row *ent.Segment, cause meeting.DeletionCause) error {
	events := []meeting.Event{aboutSegment(row, meeting.SegmentDeleted{Segment: row.ID, Visit: meeting.VisitNumber(row.Visit), Cause: cause})}
	left, err := f.Client.Segment.Query().Where(segment.BotID(row.BotID), segment.DeletedAt(0), segment.IDNEQ(row.ID)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look what else %s recorded: %w", row.BotID, err)
	}
	if bot := row.Edges.Bot; bot.EndedAt != 0 && !left {
		events = append(events, meeting.Event{At: events[0].At, Bot: events[0].Bot, Fact: meeting.BotStatusChanged{Code: meeting.StatusMediaExpired}})
	}
	if _, err := f.Journal.Append(ctx, row.MeetingID, events...); err != nil {
		return fmt.Errorf("write down that segment %s is deleted: %w", row.ID, err)
	}
	return nil
}

// erase removes the files of a deleted recording and writes that down.
func (f *Fleet) erase(ctx context.Context, row *ent.Segment) error {
	if err := f.Store.Remove(row.Folder); err != nil {
		return err
	}
	_, err := f.Journal.Append(ctx, row.MeetingID, aboutSegment(row, meeting.SegmentErased{Segment: row.ID, Visit: meeting.VisitNumber(row.Visit)}))
	return err
}

func aboutSegment(row *ent.Segment, fact meeting.Fact) meeting.Event {
	return meeting.Event{
		At: time.Now(), Bot: &meeting.BotRef{ID: row.BotID, Name: row.Edges.Bot.Name}, Fact: fact,
		Room: &meeting.RoomRef{ID: row.RoomID, Kind: row.Edges.Room.Kind, Name: row.Edges.Room.Name},
	}
}

// wakeKeeper has recordings looked at that are to be deleted.
func (f *Fleet) wakeKeeper() {
	select {
	case f.expiries <- struct{}{}:
	default:
	}
}

// keep deletes recordings that have been kept for long enough, and erases what is
// left of deleted ones, until the context ends.
func (f *Fleet) keep(ctx context.Context) {
	ctx = access.AsSystem(ctx)
	for {
		var due <-chan time.Time
		next, err := f.sweep(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			f.Log.Error("recordings that are due could not be deleted; it is tried again", "error", err)
			next = time.Now().Add(eraseAgain)
		}
		var timer *time.Timer
		if !next.IsZero() {
			timer = time.NewTimer(time.Until(next))
			due = timer.C
		}
		select {
		case <-due:
		case <-f.expiries:
		case <-ctx.Done():
		}
		if timer != nil {
			timer.Stop()
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// sweep deletes what is due and erases what is deleted, and tells when something is
// due again; never when that is the zero time.
func (f *Fleet) sweep(ctx context.Context, now time.Time) (next time.Time, err error) {
	due, err := f.Client.Segment.Query().Where(segment.DeletedAt(0), segment.ExpiresAtGT(0), segment.ExpiresAtLTE(meeting.InstantOf(now))).
		Order(ent.Asc(segment.FieldExpiresAt, segment.FieldID)).Limit(sweepAtOnce).All(ctx)
	if err != nil {
		return next, fmt.Errorf("find recordings that are due: %w", err)
	}
	if _, err := f.delete(ctx, due, meeting.DeletedByExpiry); err != nil {
		return next, err
	}
	if len(due) == sweepAtOnce {
		return now, nil
	}
	if err := f.eraseRest(ctx); err != nil {
		return next, err
	}
	first, err := f.Client.Segment.Query().Where(segment.DeletedAt(0), segment.ExpiresAtGT(0)).Order(ent.Asc(segment.FieldExpiresAt)).First(ctx)
	if ent.IsNotFound(err) {
		return next, nil
	}
	if err != nil {
		return next, fmt.Errorf("find which recording is due next: %w", err)
	}
	return first.ExpiresAt.Time(), nil
}

// sweepAtOnce bounds how many recordings are deleted between two looks.
const sweepAtOnce = 100

// eraseRest erases the files of recordings that were marked as deleted by a process
// that died, or whose files could not be removed.
func (f *Fleet) eraseRest(ctx context.Context) (failed error) {
	f.deleting.Lock()
	defer f.deleting.Unlock()
	rows, err := f.Client.Segment.Query().Where(segment.ErasedAt(0), segment.DeletedAtGT(0)).WithBot().WithRoom().
		Order(ent.Asc(segment.FieldDeletedAt, segment.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("find what is left of deleted recordings: %w", err)
	}
	for _, row := range rows {
		failed = errors.Join(failed, f.erase(ctx, row))
	}
	return failed
}
