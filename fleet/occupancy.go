package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/event"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// occupancy is who was where in a meeting, and what was recorded of it.
type occupancy struct {
	presences []*ent.Presence // each with its participant, in the order of entering
	segments  []*ent.Segment
	// occupied is when somebody, bots apart, was in a room, and recorded when a bot
	// recorded there and was not paused. Both are joined.
	occupied, recorded map[meeting.RoomID]spans.List
}

// occupancy reads who was where in a meeting up to a moment, at which what goes on
// still is cut off.
func (f *Fleet) occupancy(ctx context.Context, id meeting.ID, now time.Time) (o occupancy, err error) {
	o.presences, err = f.Client.Presence.Query().Where(presence.HasParticipantWith(participant.MeetingID(id))).WithParticipant().
		Order(ent.Asc(presence.FieldEnteredAt, presence.FieldID)).All(ctx)
	if err != nil {
		return o, fmt.Errorf("read who was where in %s: %w", id, err)
	}
	o.segments, err = f.Client.Segment.Query().Where(segment.MeetingID(id)).Order(ent.Asc(segment.FieldStartedAt, segment.FieldID)).All(ctx)
	if err != nil {
		return o, fmt.Errorf("read what was recorded of %s: %w", id, err)
	}
	paused, err := f.paused(ctx, id, now)
	if err != nil {
		return o, err
	}
	lacking, err := f.lacking(ctx, id)
	if err != nil {
		return o, err
	}
	o.occupied, o.recorded = make(map[meeting.RoomID]spans.List), make(map[meeting.RoomID]spans.List)
	for _, p := range o.presences {
		if !p.Edges.Participant.IsBot {
			o.occupied[p.RoomID] = append(o.occupied[p.RoomID], stretch(p.EnteredAt, p.LeftAt, now))
		}
	}
	for _, s := range o.segments {
		whole := spans.List{stretch(s.StartedAt, s.EndedAt, now)}
		o.recorded[s.RoomID] = append(o.recorded[s.RoomID], whole.Without(slices.Concat(paused[s.BotID], lacking[s.BotID]).Joined())...)
	}
	for _, lists := range []map[meeting.RoomID]spans.List{o.occupied, o.recorded} {
		for id, list := range lists {
			lists[id] = list.Joined()
		}
	}
	return o, nil
}

// paused is when the bots of a meeting were in the call and did not record.
func (f *Fleet) paused(ctx context.Context, id meeting.ID, now time.Time) (map[meeting.BotID]spans.List, error) {
	events, err := f.factsOf(ctx, id, meeting.BotStatusChanged{}.EventType())
	if err != nil {
		return nil, err
	}
	paused, since := make(map[meeting.BotID]spans.List), make(map[meeting.BotID]time.Time)
	for _, e := range events {
		fact, _ := e.Fact.(meeting.BotStatusChanged) // no other type was asked for
		switch began := since[e.Bot.ID]; {
		case fact.Code == meeting.StatusInCallNotRecording && began.IsZero():
			since[e.Bot.ID] = e.At
		case fact.Code == meeting.StatusInCallRecording && !began.IsZero():
			paused[e.Bot.ID] = append(paused[e.Bot.ID], spans.Span{From: began, To: e.At})
			delete(since, e.Bot.ID)
		}
	}
	for bot, began := range since {
		paused[bot] = append(paused[bot], spans.Span{From: began, To: spans.Latest(began, now)})
	}
	return paused, nil
}

// factsOf reads all events of a meeting of some types, in their order.
func (f *Fleet) factsOf(ctx context.Context, id meeting.ID, types ...meeting.EventType) (events []meeting.Event, err error) {
	rows, err := f.Client.Event.Query().Where(event.MeetingID(id), event.TypeIn(types...)).Order(ent.Asc(event.FieldSequence)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what happened in %s: %w", id, err)
	}
	for _, row := range rows {
		e, err := meeting.UnmarshalBody(row.Type, row.Sequence, row.At.Time(), row.Body)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
