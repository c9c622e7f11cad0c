package graph

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
)

// timelineFilter says which part of a timeline is wanted.
type timelineFilter struct {
	from, to          *meeting.Instant
	room, participant *string
	kinds             []gql.TimelineKind
}

// query reads the filter, for a page after a place.
func (r *Resolver) query(ctx context.Context, id meeting.ID, f timelineFilter) (query fleet.TimelineQuery, err error) {
	if f.from != nil {
		query.From = f.from.Time()
	}
	if f.to != nil {
		query.To = f.to.Time()
	}
	if f.room != nil {
		query.Room = meeting.RoomIn(id, meeting.RoomID(*f.room))
	}
	if f.participant != nil {
		numbers, err := r.numbers(ctx, id, []string{*f.participant})
		if err != nil {
			return query, err
		}
		query.Participant = numbers[0]
	}
	for _, kind := range f.kinds {
		query.Kinds = append(query.Kinds, fleet.EntryKind(kind))
	}
	return query, nil
}

func (r *Resolver) timeline(ctx context.Context, row *ent.Meeting, f timelineFilter, first *int, after *string) (*gql.TimelineConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	query, err := r.query(ctx, row.ID, f)
	if err != nil {
		return nil, err
	}
	all, err := r.Fleet.Timeline(ctx, row.ID, query)
	if err != nil {
		return nil, err
	}
	at := func(e *fleet.Entry) place { return place{int64(meeting.InstantOf(e.At)), e.ID()} }
	edges, page, info := connect(p, cut(p, all, at), at, func(cursor string, _ *fleet.Entry) *gql.TimelineEdge {
		return &gql.TimelineEdge{Cursor: cursor}
	})
	rooms, err := load(ctx).rooms.many(ctx, keysOf(page, func(e *fleet.Entry) meeting.RoomID { return e.Room }))
	if err != nil {
		return nil, err
	}
	connection := &gql.TimelineConnection{Edges: edges, Nodes: []*gql.TimelineEntry{}, PageInfo: info}
	for i, entry := range page {
		edges[i].Node = entryOf(row.ID, entry, rooms[i])
		connection.Nodes = append(connection.Nodes, edges[i].Node)
	}
	return connection, nil
}

func entryOf(id meeting.ID, e *fleet.Entry, room *ent.Room) *gql.TimelineEntry {
	shown := &gql.TimelineEntry{
		Kind: gql.TimelineKind(e.Kind), At: meeting.InstantOf(e.At), Room: room, Text: orNone(e.Text), Segments: append([]*ent.Segment{}, e.Segments...),
		Participant: view.ParticipantOf(id, e.Participant), To: view.ParticipantOf(id, e.To),
	}
	if !e.Until.IsZero() {
		until := meeting.InstantOf(e.Until)
		shown.EndedAt = &until
	}
	return shown
}

// moment shows the rooms of a meeting at one time.
func (r *Resolver) moment(ctx context.Context, row *ent.Meeting, at time.Time) ([]*gql.RoomMoment, error) {
	rooms, err := r.Fleet.At(ctx, row, at)
	if err != nil {
		return nil, err
	}
	shown := []*gql.RoomMoment{}
	for _, there := range rooms {
		one := &gql.RoomMoment{
			Room: there.Room, People: people(row.ID, there.People), Speaking: people(row.ID, there.Speaking),
			Utterances: []*gql.Utterance{}, Segments: []*gql.SegmentMoment{},
		}
		for i := range there.Said {
			one.Utterances = append(one.Utterances, utteranceOf(&there.Said[i], there.Room))
		}
		for _, s := range there.Segments {
			one.Segments = append(one.Segments, &gql.SegmentMoment{Segment: s.Segment, OffsetSeconds: s.Offset.Seconds()})
		}
		shown = append(shown, one)
	}
	return shown, nil
}

func people(id meeting.ID, refs []*meeting.ParticipantRef) []*view.EventParticipant {
	shown := []*view.EventParticipant{}
	for _, ref := range refs {
		shown = append(shown, view.ParticipantOf(id, ref))
	}
	return shown
}
