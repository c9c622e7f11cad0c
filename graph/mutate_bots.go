package graph

import (
	"context"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func (r *Resolver) createBot(ctx context.Context, input gql.CreateBotInput) (*gql.CreateBotPayload, error) {
	one := gql.BotInput{Name: input.Name, Email: input.Email, BreakoutRoom: input.BreakoutRoom, Metadata: input.Metadata, AutomaticLeave: input.AutomaticLeave, Transcription: input.Transcription, RealtimeEndpoints: input.RealtimeEndpoints}
	row, refused, err := r.sendBot(ctx, meeting.ID(input.MeetingID), one, requestOf(ctx))
	return &gql.CreateBotPayload{Bot: row, UserErrors: refused}, err
}

// maxBots is how many bots one order can send.
const maxBots = 100

// createBots sends several bots, each for itself: what is wrong with one keeps no
// other back.
func (r *Resolver) createBots(ctx context.Context, input gql.CreateBotsInput) (*gql.CreateBotsPayload, error) {
	if n := len(input.Bots); n < 1 || n > maxBots {
		refused, err := userErrors(meeting.Refuse(meeting.CodeInvalid, []string{"bots"}, "One order sends 1 to %d bots; this one has %d.", maxBots, n))
		return &gql.CreateBotsPayload{Results: []*gql.BotResult{}, UserErrors: refused}, err
	}
	request := requestOf(ctx)
	payload := &gql.CreateBotsPayload{UserErrors: []*gql.UserError{}}
	for i, one := range input.Bots {
		own := request
		if own.Key != "" {
			own.Key += "/" + strconv.Itoa(i)
		}
		row, refused, err := r.sendBot(ctx, meeting.ID(input.MeetingID), *one, own)
		if err != nil {
			return nil, err
		}
		payload.Results = append(payload.Results, &gql.BotResult{Bot: row, UserErrors: refused})
	}
	return payload, nil
}

// sendBot sends one bot.
func (r *Resolver) sendBot(ctx context.Context, id meeting.ID, input gql.BotInput, request meeting.Request) (*ent.Bot, []*gql.UserError, error) {
	spec := fleet.BotSpec{Meeting: id, Metadata: make(map[string]string), Request: request}
	set(&spec.Name, input.Name)
	set(&spec.Email, input.Email)
	if b := input.BreakoutRoom; b != nil {
		spec.Mode = bot.Mode(strings.ToLower(string(b.Mode)))
		set(&spec.Room, b.RoomID)
		if b.ParticipantID != nil {
			numbers, err := r.numbers(ctx, spec.Meeting, []string{*b.ParticipantID})
			if refused, err := userErrors(err); err != nil || len(refused) > 0 {
				return nil, refused, err
			}
			spec.Follow = numbers[0]
		}
	}
	if leave := input.AutomaticLeave; leave != nil {
		set(&spec.Leaves.NooneJoined, seconds(leave.NooneJoinedTimeoutSeconds))
		set(&spec.Leaves.EveryoneLeft, seconds(leave.EveryoneLeftTimeoutSeconds))
		set(&spec.Leaves.InCall, seconds(leave.InCallTimeoutSeconds))
	}
	if how := input.Transcription; how != nil {
		spec.Transcription.Source = how.Source
		set(&spec.Transcription.Language, how.LanguageCode)
		set(&spec.Transcription.Partial, how.PartialResults)
	}
	for _, one := range input.RealtimeEndpoints {
		spec.Endpoints = append(spec.Endpoints, meeting.RealtimeEndpoint{URL: one.URL, Outputs: one.Outputs})
	}
	for _, entry := range input.Metadata {
		spec.Metadata[entry.Key] = entry.Value
	}
	sent, err := r.Fleet.CreateBot(ctx, spec)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Bot.Get(ctx, sent)
	return row, []*gql.UserError{}, err
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
