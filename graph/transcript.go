package graph

import (
	"context"
	"slices"
	"strconv"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// wholeTranscript lists what was said in a meeting.
func (r *Resolver) wholeTranscript(ctx context.Context, row *ent.Meeting, first *int, after *string) (*gql.UtteranceConnection, error) {
	all, err := r.Fleet.WholeTranscript(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	return listTranscript(ctx, all, first, after)
}

// transcript lists what was said in a segment.
func (r *Resolver) transcript(ctx context.Context, row *ent.Segment, first *int, after *string) (*gql.UtteranceConnection, error) {
	all, err := r.Fleet.Transcript(row)
	if err != nil {
		return nil, err
	}
	return listTranscript(ctx, all, first, after)
}

func placeOfSaid(s *fleet.Said) place {
	return place{int64(meeting.InstantOf(s.StartedAt)), string(s.Segment.ID) + "/" + strconv.Itoa(int(s.Participant))}
}

func listTranscript(ctx context.Context, all []fleet.Said, first *int, after *string) (*gql.UtteranceConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows := make([]*fleet.Said, len(all))
	for i := range all {
		rows[i] = &all[i]
	}
	// Pages go by cursor: what began at one moment needs an order too.
	slices.SortFunc(rows, func(a, b *fleet.Said) int { return placeOfSaid(a).compare(placeOfSaid(b)) })
	edges, page, info := connect(p, cut(p, rows, placeOfSaid), placeOfSaid,
		func(cursor string, _ *fleet.Said) *gql.UtteranceEdge { return &gql.UtteranceEdge{Cursor: cursor} })
	rooms, err := load(ctx).rooms.many(ctx, keysOf(page, func(s *fleet.Said) meeting.RoomID { return s.Segment.RoomID }))
	if err != nil {
		return nil, err
	}
	connection := &gql.UtteranceConnection{Edges: edges, Nodes: []*gql.Utterance{}, PageInfo: info}
	for i, said := range page {
		edges[i].Node = utteranceOf(said, rooms[i])
		connection.Nodes = append(connection.Nodes, edges[i].Node)
	}
	return connection, nil
}

func utteranceOf(said *fleet.Said, room *ent.Room) *gql.Utterance {
	shown := &gql.Utterance{
		ID: said.ID, Cursor: cursorOf(said), Partial: said.Partial, Failure: filled(said.Failure), LanguageCode: filled(said.Language),
		ParticipantID: journal.ParticipantRow(said.Segment.MeetingID, said.Participant),
		Number:        int(said.Participant), Name: said.Name, Text: said.Text, Room: room, Segment: said.Segment, Words: []*gql.Word{},
		StartedAt: meeting.InstantOf(said.StartedAt), EndedAt: meeting.InstantOf(said.EndedAt),
	}
	for _, word := range said.Words {
		shown.Words = append(shown.Words, &gql.Word{Text: word.Text, From: meeting.InstantOf(word.From), To: meeting.InstantOf(word.To)})
	}
	return shown
}

// cursorOf is where a subscription goes on after an utterance that is over.
func cursorOf(said *fleet.Said) *string {
	if said.Number == 0 {
		return nil
	}
	return filled(view.Cursor(said.Segment.BotID, said.Number))
}

// failedUtterances counts what could not be transcribed of a segment.
func (r *Resolver) failedUtterances(row *ent.Segment) (failed int, err error) {
	all, err := r.Fleet.Transcript(row)
	for _, said := range all {
		if said.Failure != "" {
			failed++
		}
	}
	return failed, err
}

// followTranscript sends what a bot hears being said to a subscriber, until it goes
// away or there is no more.
func (r *Resolver) followTranscript(ctx context.Context, id meeting.BotID, after *string) (<-chan *gql.Utterance, error) {
	if _, err := r.Client.Bot.Get(ctx, id); ent.IsNotFound(err) {
		return nil, meeting.Refuse(fleet.CodeBotNotFound, []string{"botId"}, "There is no bot %q.", id)
	} else if err != nil {
		return nil, err
	}
	number, err := view.ParseCursor(id, after)
	if err != nil {
		return nil, err
	}
	utterances := make(chan *gql.Utterance, 1)
	go func() {
		defer close(utterances)
		err := r.Fleet.FollowTranscript(ctx, id, number, func(said fleet.Said) error {
			select {
			case utterances <- utteranceOf(&said, said.Segment.Edges.Room):
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		if err != nil && ctx.Err() == nil {
			r.Log.Error("a subscription ended before its subscriber went away", "bot", id, "error", err)
		}
	}()
	return utterances, nil
}
