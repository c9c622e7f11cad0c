package graph

import (
	"context"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// command gives a meeting a command and reads the meeting as it is then.
func (r *Resolver) command(ctx context.Context, id string, command meeting.Command) (*ent.Meeting, []*gql.UserError, error) {
	_, err := r.Fleet.Command(ctx, meeting.ID(id), command)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	row, err := r.Client.Meeting.Get(ctx, meeting.ID(id))
	return row, []*gql.UserError{}, err
}

func (r *Resolver) createMeeting(ctx context.Context, input gql.CreateMeetingInput) (*gql.CreateMeetingPayload, error) {
	options := meeting.DefaultOptions()
	if o := input.Options; o != nil {
		options = meeting.Options{
			MoveInAutomatically: *o.MoveInAutomatically, AllowReturn: *o.AllowReturn, ChooseRoom: *o.ChooseRoom,
			ClosingCountdown: *seconds(o.ClosingCountdownSeconds),
		}
	}
	id, err := r.Fleet.CreateMeeting(ctx, input.Title, *input.Platform, options)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateMeetingPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Meeting.Get(ctx, id)
	return &gql.CreateMeetingPayload{Meeting: row, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) createRooms(ctx context.Context, input gql.CreateRoomsInput) (*gql.CreateRoomsPayload, error) {
	events, err := r.Fleet.Command(ctx, meeting.ID(input.MeetingID), meeting.CreateRooms{Names: input.Names})
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateRoomsPayload{UserErrors: refused}, err
	}
	var ids []meeting.RoomID
	for _, event := range events {
		if _, created := event.Fact.(meeting.RoomCreated); created {
			ids = append(ids, event.Room.ID)
		}
	}
	rooms, err := r.Client.Room.Query().Where(room.IDIn(ids...)).Order(ent.Asc(room.FieldOrdinal)).All(ctx)
	return &gql.CreateRoomsPayload{Rooms: rooms, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) assign(ctx context.Context, input gql.AssignInput) (*gql.AssignPayload, error) {
	id := meeting.ID(input.MeetingID)
	numbers, err := r.numbers(ctx, id, input.ParticipantIds)
	if err == nil {
		_, err = r.Fleet.Command(ctx, id, meeting.Assign{Room: meeting.RoomID(input.RoomID), Participants: numbers})
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.AssignPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Room.Get(ctx, meeting.RoomID(input.RoomID))
	return &gql.AssignPayload{Room: row, UserErrors: []*gql.UserError{}}, err
}

// numbers finds the numbers of a meeting's participants, and refuses with every
// id that names none.
func (r *Resolver) numbers(ctx context.Context, id meeting.ID, ids []string) ([]meeting.ParticipantID, error) {
	rows, err := r.Client.Participant.Query().Where(participant.MeetingID(id), participant.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]int, len(rows))
	for _, row := range rows {
		known[row.ID] = row.Number
	}
	var numbers []meeting.ParticipantID
	var problems meeting.Refusals
	for i, id := range ids {
		number, ok := known[id]
		if !ok {
			problems = append(problems, meeting.Refuse(meeting.CodeParticipantNotFound, []string{"participantIds", strconv.Itoa(i)}, "The meeting has no participant %q.", id)...)
		}
		numbers = append(numbers, meeting.ParticipantID(number))
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return numbers, nil
}

func (r *Resolver) moveParticipant(ctx context.Context, input gql.MoveParticipantInput) (*gql.MoveParticipantPayload, error) {
	row, err := r.Client.Participant.Get(ctx, input.ParticipantID)
	if ent.IsNotFound(err) {
		err = meeting.Refuse(meeting.CodeParticipantNotFound, []string{"participantId"}, "There is no participant %q.", input.ParticipantID)
	}
	if err == nil {
		move := meeting.Move{Participant: meeting.ParticipantID(row.Number), Room: meeting.RoomID(input.RoomID)}
		_, err = r.Fleet.Command(ctx, row.MeetingID, move)
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.MoveParticipantPayload{UserErrors: refused}, err
	}
	row, err = r.Client.Participant.Get(ctx, input.ParticipantID)
	return &gql.MoveParticipantPayload{Participant: row, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) createBot(ctx context.Context, input gql.CreateBotInput) (*gql.CreateBotPayload, error) {
	spec := fleet.BotSpec{Meeting: meeting.ID(input.MeetingID), Metadata: make(map[string]string)}
	if input.Name != nil {
		spec.Name = *input.Name
	}
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
