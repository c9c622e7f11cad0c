package graph

import (
	"context"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func (r *Resolver) createBot(ctx context.Context, input gql.CreateBotInput) (*gql.CreateBotPayload, error) {
	spec := fleet.BotSpec{Meeting: meeting.ID(input.MeetingID), Metadata: make(map[string]string), Request: requestOf(ctx)}
	set(&spec.Name, input.Name)
	set(&spec.Email, input.Email)
	if b := input.BreakoutRoom; b != nil {
		spec.Mode = bot.Mode(strings.ToLower(string(b.Mode)))
		set(&spec.Room, b.RoomID)
		if b.ParticipantID != nil {
			numbers, err := r.numbers(ctx, spec.Meeting, []string{*b.ParticipantID})
			if refused, err := userErrors(err); err != nil || len(refused) > 0 {
				return &gql.CreateBotPayload{UserErrors: refused}, err
			}
			spec.Follow = numbers[0]
		}
	}
	for _, entry := range input.Metadata {
		spec.Metadata[entry.Key] = entry.Value
	}
	id, err := r.Fleet.CreateBot(ctx, spec)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateBotPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Bot.Get(ctx, id)
	return &gql.CreateBotPayload{Bot: row, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) removeBot(ctx context.Context, input gql.RemoveBotInput) (*gql.RemoveBotPayload, error) {
	id := meeting.BotID(input.BotID)
	err := r.Fleet.RemoveBot(ctx, id)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.RemoveBotPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Bot.Get(ctx, id)
	return &gql.RemoveBotPayload{Bot: row, UserErrors: []*gql.UserError{}}, err
}

// onBot reads a bot as it is after an order to it, unless that was refused.
func (r *Resolver) onBot(ctx context.Context, id string, ordered error) (*ent.Bot, []*gql.UserError, error) {
	if refused, err := userErrors(ordered); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Bot.Get(ctx, meeting.BotID(id))
	return row, []*gql.UserError{}, err
}

func (r *Resolver) say(ctx context.Context, input gql.SendChatMessageInput) error {
	order := bot.Say{Text: input.Text}
	if input.ToParticipantID != nil {
		row, err := orNull(r.Client.Participant.Get(ctx, *input.ToParticipantID))
		if err != nil {
			return err
		}
		if row == nil {
			return meeting.Refuse(meeting.CodeParticipantNotFound, []string{"toParticipantId"}, "There is no participant %q.", *input.ToParticipantID)
		}
		order.To = meeting.ParticipantID(row.Number)
	}
	return r.Fleet.Tell(ctx, meeting.BotID(input.BotID), order)
}

func (r *Resolver) coverRooms(ctx context.Context, input gql.CoverRoomsInput) (*gql.CoverRoomsPayload, error) {
	policy := meeting.CoverPolicy{Priority: input.Priority}
	set(&policy.MaxBots, input.MaxBots)
	set(&policy.Name, input.Name)
	set(&policy.Dwell, seconds(input.DwellSeconds))
	row, refused, err := r.afterwards(ctx, input.MeetingID, r.Fleet.CoverRooms(ctx, meeting.ID(input.MeetingID), policy))
	return &gql.CoverRoomsPayload{Meeting: row, UserErrors: refused}, err
}

// afterwards reads a meeting as it is after an order, unless that was refused.
func (r *Resolver) afterwards(ctx context.Context, id string, ordered error) (*ent.Meeting, []*gql.UserError, error) {
	if refused, err := userErrors(ordered); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Meeting.Get(ctx, meeting.ID(id))
	return row, []*gql.UserError{}, err
}

func (r *Resolver) coverage(ctx context.Context, row *ent.Meeting) (*gql.Coverage, error) {
	reckoned, err := r.Fleet.Coverage(ctx, row)
	if err != nil {
		return nil, err
	}
	shown := &gql.Coverage{Policy: reckoned.Policy, Share: reckoned.Share, Rooms: []*gql.RoomCoverage{}}
	for _, room := range reckoned.Rooms {
		shown.Rooms = append(shown.Rooms, &gql.RoomCoverage{
			Room: room.Room, OccupiedSeconds: room.Occupied.Seconds(), RecordedSeconds: room.Recorded.Seconds(), Share: room.Share, Bots: room.Bots,
		})
	}
	return shown, nil
}
