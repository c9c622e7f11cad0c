package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// give gives a meeting a command, on whose behalf and under which key the
// mutation's input says.
func (r *Resolver) give(ctx context.Context, id meeting.ID, command meeting.Command) ([]meeting.Event, error) {
	input := inputOf(ctx)
	order := meeting.Order{Command: command, Request: requestIn(ctx, input)}
	if actor, ok := input["actorId"].(string); ok {
		numbers, err := r.numbers(ctx, id, []string{actor})
		if err != nil {
			return nil, meeting.Refuse(meeting.CodeParticipantNotFound, []string{"actorId"}, "The meeting has no participant %q.", actor)
		}
		order.By = meeting.As(numbers[0])
	}
	return r.Fleet.Command(ctx, id, order)
}

// inputOf is the input of the mutation at hand, as the caller wrote it: every
// mutation's input says in the same words who gives the order and under which key.
func inputOf(ctx context.Context) map[string]any {
	field := graphql.GetFieldContext(ctx).Field
	input, _ := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)["input"].(map[string]any)
	return input
}

// requestOf is the key under which the mutation at hand was given, and a digest of
// all that was asked.
func requestOf(ctx context.Context) meeting.Request { return requestIn(ctx, inputOf(ctx)) }

func requestIn(ctx context.Context, input map[string]any) meeting.Request {
	const keyField = "idempotencyKey"
	key, _ := input[keyField].(string)
	if key == "" {
		return meeting.Request{}
	}
	asked := maps.Clone(input)
	delete(asked, keyField)
	written, err := json.Marshal([]any{graphql.GetFieldContext(ctx).Field.Name, asked})
	if err != nil { // what came as JSON, or as GraphQL, can be written as JSON
		panic(err)
	}
	sum := sha256.Sum256(written)
	return meeting.Request{Key: key, Digest: hex.EncodeToString(sum[:16])}
}

// roomID reads the id of a breakout room, or the id under which it is a meeting.
func roomID(id string) meeting.RoomID { return meeting.RoomIn("", meeting.RoomID(id)) }

// carriedOut is the context in which the answer to an order is read: what was done is
// not undone by a caller who leaves, and a read that nothing can cancel costs less.
func carriedOut(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// command gives a meeting a command and reads the meeting as it is then.
func (r *Resolver) command(ctx context.Context, id string, command meeting.Command) (*ent.Meeting, []*gql.UserError, error) {
	_, err := r.give(ctx, meeting.ID(id), command)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Meeting.Get(carriedOut(ctx), meeting.ID(id))
	return row, []*gql.UserError{}, err
}

// onRoom gives the meeting of a room a command about the room, and reads the
// room as it is then.
func (r *Resolver) onRoom(ctx context.Context, id string, command func(meeting.RoomID) meeting.Command) (*ent.Room, []*gql.UserError, error) {
	in, room, err := r.Fleet.MeetingOf(ctx, meeting.RoomID(id))
	if err == nil {
		_, err = r.give(ctx, in, command(room))
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Room.Get(carriedOut(ctx), room)
	return row, []*gql.UserError{}, err
}

// onParticipant is onRoom for a participant.
func (r *Resolver) onParticipant(ctx context.Context, id string, command func(meeting.ParticipantID) meeting.Command) (*ent.Participant, []*gql.UserError, error) {
	row, err := r.Client.Participant.Get(ctx, id)
	if ent.IsNotFound(err) {
		err = meeting.Refuse(meeting.CodeParticipantNotFound, []string{"participantId"}, "There is no participant %q.", id)
	}
	if err == nil {
		_, err = r.give(ctx, row.MeetingID, command(meeting.ParticipantID(row.Number)))
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err = r.Client.Participant.Get(carriedOut(ctx), id)
	return row, []*gql.UserError{}, err
}
