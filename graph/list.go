package graph

import (
	"context"
	"errors"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/gap"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/track"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func listMeetings(ctx context.Context, query *ent.MeetingQuery, first *int, after *string) (*gql.MeetingConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.downwards(entmeeting.FieldCreatedAt)).All(ctx)
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(m *ent.Meeting) place { return place{int64(m.CreatedAt), string(m.ID)} },
		func(cursor string, m *ent.Meeting) *gql.MeetingEdge { return &gql.MeetingEdge{Cursor: cursor, Node: m} })
	return &gql.MeetingConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listRooms(ctx context.Context, query *ent.RoomQuery, first *int, after *string) (*gql.RoomConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.upwards(room.FieldOrdinal)).All(ctx)
	if err != nil {
		return nil, err
	}
	if err := load(ctx).aheadOfRooms(ctx, rows); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(r *ent.Room) place { return place{int64(r.Ordinal), string(r.ID)} },
		func(cursor string, r *ent.Room) *gql.RoomEdge { return &gql.RoomEdge{Cursor: cursor, Node: r} })
	return &gql.RoomConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listParticipants(ctx context.Context, query *ent.ParticipantQuery, first *int, after *string) (*gql.ParticipantConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.upwards(participant.FieldNumber)).All(ctx)
	if err != nil {
		return nil, err
	}
	return participants(ctx, p, rows)
}

// listInside lists who is in a room.
func listInside(ctx context.Context, id meeting.RoomID, first *int, after *string) (*gql.ParticipantConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := load(ctx).inside.one(ctx, id)
	if err != nil {
		return nil, err
	}
	return participants(ctx, p, cut(p, rows, placeOfParticipant))
}

func placeOfParticipant(p *ent.Participant) place { return place{int64(p.Number), p.ID} }

func participants(ctx context.Context, p page, rows []*ent.Participant) (*gql.ParticipantConnection, error) {
	if err := load(ctx).aheadOfPeople(ctx, rows); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows, placeOfParticipant, func(cursor string, p *ent.Participant) *gql.ParticipantEdge {
		return &gql.ParticipantEdge{Cursor: cursor, Node: p}
	})
	return &gql.ParticipantConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listPresences(ctx context.Context, query *ent.PresenceQuery, first *int, after *string) (*gql.PresenceConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.upwards(presence.FieldVisit)).All(ctx)
	if err != nil {
		return nil, err
	}
	rooms := keysOf(rows, func(p *ent.Presence) meeting.RoomID { return p.RoomID })
	if err := ahead(ctx, load(ctx).rooms, rooms, "room"); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(p *ent.Presence) place { return place{int64(p.Visit), p.ID} },
		func(cursor string, p *ent.Presence) *gql.PresenceEdge {
			return &gql.PresenceEdge{Cursor: cursor, Node: p}
		})
	return &gql.PresenceConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

// listBots lists bots oldest first, or newest first.
func listBots(ctx context.Context, query *ent.BotQuery, newestFirst bool, first *int, after *string) (*gql.BotConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	selects := p.upwards(bot.FieldCreatedAt)
	if newestFirst {
		selects = p.downwards(bot.FieldCreatedAt)
	}
	rows, err := query.Where(selects).All(ctx)
	if err != nil {
		return nil, err
	}
	ids := keysOf(rows, func(b *ent.Bot) meeting.BotID { return b.ID })
	if err := errors.Join(ahead(ctx, load(ctx).ofBot, ids, "participant"), ahead(ctx, load(ctx).endpoints, ids, "realtimeEndpoints")); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(b *ent.Bot) place { return place{int64(b.CreatedAt), string(b.ID)} },
		func(cursor string, b *ent.Bot) *gql.BotEdge { return &gql.BotEdge{Cursor: cursor, Node: b} })
	return &gql.BotConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listSegments(ctx context.Context, query *ent.SegmentQuery, first *int, after *string) (*gql.SegmentConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.upwards(segment.FieldStartedAt)).All(ctx)
	if err != nil {
		return nil, err
	}
	rooms := keysOf(rows, func(s *ent.Segment) meeting.RoomID { return s.RoomID })
	bots := keysOf(rows, func(s *ent.Segment) meeting.BotID { return s.BotID })
	if err := errors.Join(ahead(ctx, load(ctx).rooms, rooms, "room"), ahead(ctx, load(ctx).bots, bots, "bot")); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(s *ent.Segment) place { return place{int64(s.StartedAt), string(s.ID)} },
		func(cursor string, s *ent.Segment) *gql.SegmentEdge {
			return &gql.SegmentEdge{Cursor: cursor, Node: s}
		})
	return &gql.SegmentConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listGaps(ctx context.Context, query *ent.GapQuery, first *int, after *string) (*gql.RecordingGapConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.Where(p.upwards(gap.FieldFrom)).All(ctx)
	if err != nil {
		return nil, err
	}
	rooms := keysOf(rows, func(g *ent.Gap) meeting.RoomID { return g.RoomID })
	bots := keysOf(rows, func(g *ent.Gap) meeting.BotID { return g.BotID })
	if err := errors.Join(ahead(ctx, load(ctx).rooms, rooms, "room"), ahead(ctx, load(ctx).bots, bots, "bot")); err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(g *ent.Gap) place { return place{int64(g.From), g.ID} },
		func(cursor string, g *ent.Gap) *gql.RecordingGapEdge {
			return &gql.RecordingGapEdge{Cursor: cursor, Node: g}
		})
	return &gql.RecordingGapConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func listTracks(ctx context.Context, query *ent.TrackQuery, first *int, after *string) (*gql.TrackConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := query.WithSegment().Where(p.upwards(track.FieldNumber)).All(ctx)
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(t *ent.Track) place { return place{int64(t.Number), t.ID} },
		func(cursor string, t *ent.Track) *gql.TrackEdge { return &gql.TrackEdge{Cursor: cursor, Node: t} })
	return &gql.TrackConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}
