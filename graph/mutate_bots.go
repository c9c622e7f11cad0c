package graph

import (
	"context"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func (r *Resolver) createBot(ctx context.Context, input gql.CreateBotInput) (*gql.CreateBotPayload, error) {
	spec := fleet.BotSpec{Meeting: meeting.ID(input.MeetingID), Metadata: make(map[string]string), Request: requestOf(ctx)}
	set(&spec.Name, input.Name)
	set(&spec.Email, input.Email)
	if b := input.BreakoutRoom; b != nil {
		spec.Mode = bot.Mode(strings.ToLower(string(b.Mode)))
		if b.RoomID != nil {
			spec.Room = *b.RoomID
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
