package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// page is how many events are read at once.
	page = 500
	// poll is how long a follower waits when the bell is silent.
	poll = time.Second
)

// Topic is what a follower follows: a meeting, or one bot in it.
type Topic struct {
	Meeting meeting.ID
	// Bot narrows the topic to the events of one bot.
	Bot meeting.BotID
}

// Read returns up to limit events of the topic after a sequence number, in
// order, as far as the context's viewer may see them. They are shared: the caller
// must not change them.
func (j *Journal) Read(ctx context.Context, topic Topic, after int64, limit int) ([]meeting.Event, error) {
	if events := j.recent.after(ctx, topic, after, limit); len(events) > 0 {
		return events, nil
	}
	query := j.client.Event.Query().Where(event.MeetingID(topic.Meeting), event.SequenceGT(after))
	if topic.Bot != "" {
		query.Where(event.BotID(topic.Bot))
	}
	rows, err := query.Order(ent.Asc(event.FieldSequence)).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read events of %s after %d: %w", topic.Meeting, after, err)
	}
	events := make([]meeting.Event, len(rows))
	for i, row := range rows {
		if events[i], err = meeting.UnmarshalBody(row.Type, row.Sequence, row.At.Time(), row.Body); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Follow hands every event of the topic after a sequence number to emit: first
// what was written, then what is being written, in order, each once. It returns
// when the context ends or emit fails.
func (j *Journal) Follow(ctx context.Context, topic Topic, after int64, emit func(meeting.Event) error) error {
	// Listening before reading is what makes the seam tight: what is committed
	// after the read rings a bell that is heard.
	rang, stop := j.bell.Listen(topic.Meeting)
	defer stop()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		events, err := j.Read(ctx, topic, after, page)
		if err != nil {
			return err
		}
		for _, event := range events {
			if err := emit(event); err != nil {
				return err
			}
			after = event.Sequence
		}
		if len(events) == page {
			continue
		}
		select {
		case <-rang:
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
