package graph

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func (r *Resolver) createBot(ctx context.Context, input gql.CreateBotInput) (*gql.CreateBotPayload, error) {
	one := gql.BotInput{
		Name: input.Name, Email: input.Email, BreakoutRoom: input.BreakoutRoom, Metadata: input.Metadata, AutomaticLeave: input.AutomaticLeave,
		JoinAt: input.JoinAt, DeduplicationKey: input.DeduplicationKey, Recording: input.Recording, ConsentNotice: input.ConsentNotice,
		Transcription: input.Transcription, RealtimeEndpoints: input.RealtimeEndpoints,
	}
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
	spec := fleet.BotSpec{Meeting: id, Request: request}
	order, err := r.orderOf(ctx, id, input)
	if err == nil {
		order(&spec)
		var sent meeting.BotID
		if sent, err = r.Fleet.CreateBot(ctx, spec); err == nil {
			row, err := r.Client.Bot.Get(ctx, sent)
			return row, []*gql.UserError{}, err
		}
	}
	refused, err := userErrors(err)
	return nil, refused, err
}

// updateBot changes what was ordered of a scheduled bot.
func (r *Resolver) updateBot(ctx context.Context, input gql.UpdateBotInput) error {
	row, err := orNull(r.Client.Bot.Get(ctx, meeting.BotID(input.BotID)))
	if err != nil {
		return err
	}
	var of meeting.ID // of a bot that is not there, the fleet says so
	if row != nil {
		of = row.MeetingID
	}
	order, err := r.orderOf(ctx, of, gql.BotInput{
		Name: input.Name, Email: input.Email, BreakoutRoom: input.BreakoutRoom, Metadata: input.Metadata, AutomaticLeave: input.AutomaticLeave,
		JoinAt: input.JoinAt, Recording: input.Recording, ConsentNotice: input.ConsentNotice,
	})
	if err != nil {
		return err
	}
	return r.Fleet.UpdateBot(ctx, meeting.BotID(input.BotID), order)
}

// orderOf makes what is ordered of a bot of what an input says; what it leaves out
// stays as it is.
func (r *Resolver) orderOf(ctx context.Context, id meeting.ID, input gql.BotInput) (func(*fleet.BotSpec), error) {
	metadata, err := metadataIn(input.Metadata)
	if err != nil {
		return nil, err
	}
	var follow meeting.ParticipantID
	if b := input.BreakoutRoom; b != nil && b.ParticipantID != nil {
		numbers, err := r.numbers(ctx, id, []string{*b.ParticipantID})
		if err != nil {
			return nil, err
		}
		follow = numbers[0]
	}
	return func(spec *fleet.BotSpec) {
		set(&spec.Name, input.Name)
		set(&spec.Email, input.Email)
		set(&spec.DeduplicationKey, input.DeduplicationKey)
		set(&spec.ConsentNotice, input.ConsentNotice)
		record(spec, input.Recording)
		if input.JoinAt != nil {
			spec.JoinAt = input.JoinAt.Time()
		}
		if b := input.BreakoutRoom; b != nil {
			spec.Mode, spec.Room, spec.Follow = bot.Mode(strings.ToLower(string(b.Mode))), orEmpty(b.RoomID), follow
		}
		if input.Metadata != nil {
			spec.Metadata = metadata
		}
		if input.AutomaticLeave != nil {
			spec.Leaves = leavesOf(input.AutomaticLeave)
		}
		transcribe(spec, input.Transcription)
		for _, one := range input.RealtimeEndpoints {
			spec.Endpoints = append(spec.Endpoints, meeting.RealtimeEndpoint{URL: one.URL, Outputs: one.Outputs})
		}
	}, nil
}

// record orders what is to be recorded, and for how long it is kept.
func record(spec *fleet.BotSpec, input *gql.RecordingInput) {
	if input == nil {
		return
	}
	spec.RecordingStart = bot.RecordingStart(strings.ToLower(string(input.Start)))
	if hours := input.RetentionHours; hours != nil {
		spec.Retention = retention(*hours)
	}
	set(&spec.Video, input.Video)
}

// transcribe orders how what is heard becomes text.
func transcribe(spec *fleet.BotSpec, input *gql.TranscriptionInput) {
	if input == nil {
		return
	}
	spec.Transcription.Source = input.Source
	set(&spec.Transcription.Language, input.LanguageCode)
	set(&spec.Transcription.Partial, input.PartialResults)
}

// metadataIn reads metadata, in which a key stands once.
func metadataIn(entries []*gql.MetadataEntryInput) (map[string]string, error) {
	metadata := make(map[string]string)
	var problems meeting.Refusals
	for i, entry := range entries {
		if _, twice := metadata[entry.Key]; twice {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"metadata", strconv.Itoa(i), "key"}, "The key %q stands twice in the metadata.", entry.Key)...)
		}
		metadata[entry.Key] = entry.Value
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return metadata, nil
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
	return r.Fleet.Say(ctx, meeting.BotID(input.BotID), order)
}

// speak has a bot say a clip that comes in base64.
func (r *Resolver) speak(ctx context.Context, input gql.SpeakInput) error {
	file, err := base64.StdEncoding.DecodeString(input.Clip)
	if err != nil {
		return meeting.Refuse(meeting.CodeClipInvalid, []string{"clip"}, "The clip is not in base64 (RFC 4648, section 4): %s.", err)
	}
	return r.Fleet.Speak(ctx, meeting.BotID(input.BotID), file)
}

func (r *Resolver) coverRooms(ctx context.Context, input gql.CoverRoomsInput) (*gql.CoverRoomsPayload, error) {
	policy := meeting.CoverPolicy{Priority: input.Priority}
	set(&policy.MaxBots, input.MaxBots)
	set(&policy.Name, input.Name)
	set(&policy.Dwell, seconds(input.DwellSeconds))
	set(&policy.Video, input.Video)
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
