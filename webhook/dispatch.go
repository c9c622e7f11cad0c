package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/breakoutrooms/breakout/gen/ent"
	entdispatch "github.com/breakoutrooms/breakout/gen/ent/dispatch"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// poll is how often all meetings are looked at, in case the bell was not heard; less
	// and less often while nothing happens anywhere, down to rarely. A share of the
	// time is all that this may take.
	poll   = time.Second
	rarely = time.Minute
	share  = 20
	// maxMeetings and maxEvents bound what is made into deliveries at once.
	maxMeetings = 50
	maxEvents   = 500
	// bulk is how many rows one statement inserts.
	bulk = 200
)

// idPrefix begins the ids of deliveries, which receivers get as webhook-id.
const idPrefix = "msg_"

// deliveryID names the message to an endpoint about an event. It is the same
// whenever and however often it is made.
func deliveryID(to meeting.WebhookEndpointID, id meeting.ID, sequence int64, part int) meeting.DeliveryID {
	const size = 15 // bytes, which are 24 letters
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", to, id, sequence, part))
	return meeting.DeliveryID(idPrefix + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:size])))
}

// dispatch makes deliveries of events: of those of all meetings at first, then of
// those of the meetings that the bell rings for; and it looks at all now and then.
func (s *Service) dispatch(ctx context.Context, rings *journal.Rings) {
	wait, timer := poll, time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-rings.News:
			s.advance(ctx, rings.Take())
			if wait > poll {
				wait = poll
				timer.Reset(wait)
			}
		case <-timer.C:
			began := time.Now()
			if wait = min(2*wait, rarely); s.advance(ctx, nil) {
				wait = poll
			}
			timer.Reset(max(wait, share*time.Since(began)))
		case <-ctx.Done():
			return
		}
	}
}

// advance makes deliveries of all events that are new in some meetings, or in all,
// and says whether there were any. What fails is logged, and tried again by the next
// look at all.
func (s *Service) advance(ctx context.Context, ids []meeting.ID) (found bool) {
	for more := true; more && ctx.Err() == nil; {
		n, again, err := s.advanceSome(ctx, ids)
		if err != nil && ctx.Err() != nil {
			return false
		}
		if err != nil {
			s.config.Log.Error("events could not be made into deliveries", "error", err)
			return true
		}
		found, more = found || n > 0, again
	}
	return found
}

// chapter is what is new in a meeting.
type chapter struct {
	row    *ent.Meeting
	known  bool // whether there is a row that says how far it was dispatched
	events []meeting.Event
}

// advanceSome makes deliveries of some events, and says of how many meetings they
// were and whether there may be more.
func (s *Service) advanceSome(ctx context.Context, ids []meeting.ID) (found int, more bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.endpoints) == 0 {
		return 0, false, nil
	}
	chapters, more, err := s.news(ctx, ids)
	if err != nil || len(chapters) == 0 {
		return 0, false, err
	}
	var rows []prepared
	for _, c := range chapters {
		for _, e := range s.endpoints[c.row.WorkspaceID] {
			for _, event := range c.events {
				if event.At.Before(e.row.CreatedAt.Time()) || !e.wants(c.row.ID, event) {
					continue
				}
				if rows, err = s.prepare(ctx, rows, e, c.row.ID, event); err != nil {
					return 0, false, err
				}
			}
		}
	}
	// No two are made at the same moment, so that lists keep their order.
	at := max(meeting.InstantOf(time.Now()), s.latest+1)
	s.latest = at + meeting.Instant(len(rows))
	if err := s.config.Journal.Write(ctx, func(ctx context.Context, tx *ent.Tx) error { return writeNews(ctx, tx, chapters, rows, at) }); err != nil {
		return 0, false, err
	}
	s.wake(rows)
	return len(chapters), more, nil
}

// news reads what is new.
func (s *Service) news(ctx context.Context, ids []meeting.ID) (chapters []chapter, more bool, err error) {
	behind, err := s.behind(ctx, ids)
	if err != nil {
		return nil, false, fmt.Errorf("look for new events: %w", err)
	}
	if len(behind) == 0 {
		return nil, false, nil
	}
	more = len(behind) == maxMeetings
	found := make([]meeting.ID, len(behind))
	for i, row := range behind {
		found[i] = row.ID
	}
	positions, err := s.config.Client.Dispatch.Query().Where(entdispatch.IDIn(found...)).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("look how far events were dispatched: %w", err)
	}
	at := make(map[meeting.ID]int64)
	for _, position := range positions {
		at[position.ID] = position.Sequence
	}
	count := 0
	for _, row := range behind {
		events, err := s.config.Journal.Read(ctx, journal.Topic{Meeting: row.ID}, at[row.ID], maxEvents)
		if err != nil {
			return nil, false, err
		}
		if len(events) > 0 {
			_, known := at[row.ID]
			chapters = append(chapters, chapter{row, known, events})
		}
		if count += len(events); count >= maxEvents {
			return chapters, true, nil
		}
	}
	return chapters, more, nil
}

// behind finds meetings with events of which no deliveries were made, in workspaces
// that have endpoints.
func (s *Service) behind(ctx context.Context, ids []meeting.ID) ([]*ent.Meeting, error) {
	query := s.config.Client.Meeting.Query().Where(func(m *sql.Selector) {
		done, to := sql.Table(entdispatch.Table), sql.Table(webhookendpoint.Table)
		m.LeftJoin(done).On(m.C(entmeeting.FieldID), done.C(entdispatch.FieldID))
		m.Where(sql.Or(sql.IsNull(done.C(entdispatch.FieldSequence)), sql.ColumnsGT(m.C(entmeeting.FieldHeadSequence), done.C(entdispatch.FieldSequence))))
		m.Where(sql.In(m.C(entmeeting.FieldWorkspaceID), sql.Select(to.C(webhookendpoint.FieldWorkspaceID)).From(to).
			Where(sql.And(sql.EQ(to.C(webhookendpoint.FieldEnabled), true), sql.EQ(to.C(webhookendpoint.FieldDeletedAt), 0)))))
	})
	if ids != nil {
		query.Where(entmeeting.IDIn(ids...))
	}
	return query.Limit(maxMeetings).All(ctx)
}

// prepared is a delivery that is to be written down.
type prepared struct {
	to      *endpoint
	meeting meeting.ID
	event   meeting.Event
	part    int
	Message
}

// prepare adds the messages that an endpoint gets of an event.
func (s *Service) prepare(ctx context.Context, rows []prepared, to *endpoint, id meeting.ID, event meeting.Event) ([]prepared, error) {
	var segments []meeting.SegmentID
	if fact, ok := event.Fact.(meeting.BotStatusChanged); ok && fact.Code == meeting.StatusDone && to.row.Format == meeting.FormatBotEvents && event.Bot != nil {
		var err error
		if segments, err = s.transcribed(ctx, event.Bot.ID); err != nil {
			return nil, err
		}
	}
	messages, err := Messages(to.row.Format, id, event, segments)
	for part, message := range messages {
		rows = append(rows, prepared{to, id, event, part, message})
	}
	return rows, err
}

// transcribed are the segments of a bot that have a transcript.
func (s *Service) transcribed(ctx context.Context, id meeting.BotID) ([]meeting.SegmentID, error) {
	row, err := s.config.Client.Bot.Get(ctx, id)
	if err != nil || row.Transcription.Source == meeting.FromNowhere {
		return nil, err
	}
	return s.config.Client.Segment.Query().Where(segment.BotID(id), segment.DeletedAt(0)).Order(ent.Asc(segment.FieldStartedAt)).IDs(ctx)
}

// writeNews writes deliveries down, which are made from a moment on, and how far they
// go.
func writeNews(ctx context.Context, tx *ent.Tx, chapters []chapter, rows []prepared, at meeting.Instant) error {
	lines := make([]*ent.DeliveryCreate, len(rows))
	for i, row := range rows {
		lines[i] = row.create(tx, at+meeting.Instant(i))
	}
	for len(lines) > 0 {
		n := min(bulk, len(lines))
		if err := tx.Delivery.CreateBulk(lines[:n]...).Exec(ctx); err != nil {
			return fmt.Errorf("write deliveries down: %w", err)
		}
		lines = lines[n:]
	}
	var fresh []*ent.DispatchCreate
	for _, c := range chapters {
		last := c.events[len(c.events)-1].Sequence
		if !c.known {
			fresh = append(fresh, tx.Dispatch.Create().SetID(c.row.ID).SetWorkspaceID(c.row.WorkspaceID).SetSequence(last))
		} else if err := tx.Dispatch.UpdateOneID(c.row.ID).SetSequence(last).Exec(ctx); err != nil {
			return fmt.Errorf("write down how far events were dispatched: %w", err)
		}
	}
	return tx.Dispatch.CreateBulk(fresh...).Exec(ctx)
}

// create makes a delivery that is due at once.
func (p prepared) create(tx *ent.Tx, at meeting.Instant) *ent.DeliveryCreate {
	return tx.Delivery.Create().SetID(deliveryID(p.to.row.ID, p.meeting, p.event.Sequence, p.part)).SetWorkspaceID(p.to.row.WorkspaceID).
		SetEndpointID(p.to.row.ID).SetMeetingID(p.meeting).SetSequence(p.event.Sequence).SetPart(p.part).
		SetType(p.Type).SetBody(string(p.Body)).SetState(meeting.DeliveryWaiting).SetNextAt(meeting.InstantOf(time.Now())).SetCreatedAt(at)
}

// wake tells senders that there is something new. The lock is held.
func (s *Service) wake(rows []prepared) {
	for _, row := range rows {
		s.senders[row.to.row.ID].ring(row.meeting)
	}
}
