package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// inOrder sorts what was read as a whole by its place, and takes a page of it.
func inOrder[N any](p page, all []N, at func(*N) place) []*N {
	rows := make([]*N, len(all))
	for i := range all {
		rows[i] = &all[i]
	}
	slices.SortFunc(rows, func(a, b *N) int { return at(a).compare(at(b)) })
	return cut(p, rows, at)
}

// actions lists what people did in a segment.
func (r *Resolver) actions(row *ent.Segment, first *int, after *string) (*gql.ParticipantActionConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	all, err := r.Fleet.Actions(row)
	if err != nil {
		return nil, err
	}
	at := func(e *recording.ParticipantEvent) place {
		return place{int64(meeting.InstantOf(e.Timestamp.Absolute)), fmt.Sprintf("%08d", e.Line)}
	}
	edges, page, info := connect(p, inOrder(p, all, at), at, func(cursor string, e *recording.ParticipantEvent) *gql.ParticipantActionEdge {
		return &gql.ParticipantActionEdge{Cursor: cursor, Node: actionOf(row, e)}
	})
	connection := &gql.ParticipantActionConnection{Edges: edges, Nodes: make([]*gql.ParticipantAction, len(page)), PageInfo: info}
	for i, edge := range edges {
		connection.Nodes[i] = edge.Node
	}
	return connection, nil
}

func actionOf(row *ent.Segment, e *recording.ParticipantEvent) *gql.ParticipantAction {
	shown := &gql.ParticipantAction{
		Action: gql.ParticipantActionType(strings.ToUpper(string(e.Action))), At: meeting.InstantOf(e.Timestamp.Absolute), OffsetSeconds: e.Timestamp.Relative,
	}
	if e.Participant != nil {
		shown.Participant = view.ParticipantOf(row.MeetingID, e.Participant.Ref())
	}
	if e.Data != nil {
		to := gql.ChatAudience(strings.ToUpper(e.Data.To))
		shown.Text, shown.To = &e.Data.Text, &to
	}
	return shown
}

// speech lists who spoke when in a segment.
func (r *Resolver) speech(row *ent.Segment, first *int, after *string) (*gql.SpeechStretchConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	all, err := r.Fleet.Speech(row)
	if err != nil {
		return nil, err
	}
	at := func(s *recording.Stretch) place {
		return place{int64(meeting.InstantOf(s.From)), fmt.Sprint(s.Participant.ID)}
	}
	edges, page, info := connect(p, inOrder(p, all, at), at, func(cursor string, s *recording.Stretch) *gql.SpeechStretchEdge {
		return &gql.SpeechStretchEdge{Cursor: cursor, Node: &gql.SpeechStretch{
			Participant: view.ParticipantOf(row.MeetingID, s.Participant.Ref()), StartedAt: meeting.InstantOf(s.From), EndedAt: meeting.InstantOf(s.To),
			OffsetSeconds: s.From.Sub(row.StartedAt.Time()).Round(time.Millisecond).Seconds(), DurationSeconds: s.To.Sub(s.From).Seconds(),
		}}
	})
	connection := &gql.SpeechStretchConnection{Edges: edges, Nodes: make([]*gql.SpeechStretch, len(page)), PageInfo: info}
	for i, edge := range edges {
		connection.Nodes[i] = edge.Node
	}
	return connection, nil
}

// roster lists the people of a segment.
func (r *Resolver) roster(ctx context.Context, row *ent.Segment, first *int, after *string) (*gql.AttendeeConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	all, err := r.Fleet.Roster(ctx, row)
	if err != nil {
		return nil, err
	}
	at := func(a *fleet.Attendee) place { return place{int64(a.Participant.ID), ""} }
	edges, page, info := connect(p, inOrder(p, all, at), at, func(cursor string, a *fleet.Attendee) *gql.AttendeeEdge {
		return &gql.AttendeeEdge{Cursor: cursor, Node: &gql.Attendee{
			Participant: view.ParticipantOf(row.MeetingID, a.Participant.Ref()), Email: orNone(a.Email),
			FirstSeenAt: meeting.InstantOf(a.FirstSeen), LastSeenAt: meeting.InstantOf(a.LastSeen), SpokeSeconds: a.Spoke.Seconds(),
		}}
	})
	connection := &gql.AttendeeConnection{Edges: edges, Nodes: make([]*gql.Attendee, len(page)), PageInfo: info}
	for i, edge := range edges {
		connection.Nodes[i] = edge.Node
	}
	return connection, nil
}

// orNone is nil for an empty text.
func orNone(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
