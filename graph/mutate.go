package graph

import (
	"context"
	"fmt"
	"strconv"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/plan"
)

// onPeople gives a meeting a command about some of its participants.
func (r *Resolver) onPeople(ctx context.Context, id string, who []string, command func([]meeting.ParticipantID) meeting.Command) (*ent.Meeting, []*gql.UserError, error) {
	numbers, err := r.numbers(ctx, meeting.ID(id), who)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	return r.command(ctx, id, command(numbers))
}

func (r *Resolver) exchange(ctx context.Context, input gql.ExchangeParticipantsInput) (*ent.Meeting, []*gql.UserError, error) {
	if n := len(input.ParticipantIds); n != 2 {
		refused, err := userErrors(meeting.Refuse(meeting.CodeInvalid, []string{"participantIds"}, "Two people change places; %d were named.", n))
		return nil, refused, err
	}
	return r.onPeople(ctx, input.MeetingID, input.ParticipantIds, func(who []meeting.ParticipantID) meeting.Command {
		return meeting.Exchange{A: who[0], B: who[1]}
	})
}

func (r *Resolver) assignAutomatically(ctx context.Context, input gql.AssignAutomaticallyInput) (*ent.Meeting, []*gql.UserError, error) {
	command := meeting.AssignAutomatically{Hosts: input.IncludeHosts, UnassignedOnly: input.UnassignedOnly}
	if input.Seed != nil {
		command.Seed = uint64(*input.Seed)
		return r.command(ctx, input.MeetingID, command)
	}
	var err error
	if command.Seed, err = r.Fleet.Draw(); err != nil {
		return nil, nil, err
	}
	return r.command(ctx, input.MeetingID, command)
}

func roomIDs(ids []string) []meeting.RoomID {
	var rooms []meeting.RoomID
	for _, id := range ids {
		rooms = append(rooms, meeting.RoomID(id))
	}
	return rooms
}

// changeOf makes the change of options that an input asks for.
func changeOf(input *gql.MeetingOptionsInput) func(*meeting.Options) {
	return func(o *meeting.Options) {
		set(&o.BreakoutRooms, input.BreakoutRooms)
		set(&o.MoveInAutomatically, input.MoveInAutomatically)
		set(&o.AllowReturn, input.AllowReturn)
		set(&o.ChooseRoom, input.ChooseRoom)
		set(&o.ClosingCountdown, seconds(input.ClosingCountdownSeconds))
		set(&o.RoundDuration, seconds(input.RoundDurationSeconds))
		set(&o.TimerCloses, input.TimerCloses)
		set(&o.RoomCapacity, input.RoomCapacity)
		set(&o.LateJoin, input.LateJoin)
		set(&o.ParticipantsBroadcast, input.ParticipantsBroadcast)
		set(&o.MoveBackAutomatically, input.MoveBackAutomatically)
		set(&o.Rejoin, input.Rejoin)
		set(&o.Chat, input.Chat)
		set(&o.Polls, input.Polls)
		set(&o.ScreenShare, input.ScreenShare)
		set(&o.Recording, input.Recording)
		set(&o.WaitingRoom, input.WaitingRoom)
		set(&o.WaitAgain, input.WaitAgain)
		set(&o.WaitForRooms, input.WaitForRooms)
		set(&o.WaitForHost, input.WaitForHost)
		set(&o.Locked, input.Locked)
		set(&o.Capacity, input.Capacity)
		set(&o.BotsAskToRecord, input.BotsAskToRecord)
	}
}

// set changes what is given.
func set[V any](field, to *V) {
	if to != nil {
		*field = *to
	}
}

func (r *Resolver) createMeeting(ctx context.Context, input gql.CreateMeetingInput) (*gql.CreateMeetingPayload, error) {
	persona, err := meeting.PersonaOf(personaName(input.Persona))
	if err != nil {
		return nil, err
	}
	options := persona.Defaults
	if input.Options != nil {
		changeOf(input.Options)(&options)
	}
	id, err := r.Fleet.CreateMeeting(ctx, fleet.MeetingSpec{Title: input.Title, Platform: input.Platform, Persona: persona.Name, JoinURL: orEmpty(input.JoinURL), Options: options, Request: requestOf(ctx)})
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateMeetingPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Meeting.Get(ctx, id)
	return &gql.CreateMeetingPayload{Meeting: row, UserErrors: []*gql.UserError{}}, err
}

func (r *Resolver) createRooms(ctx context.Context, input gql.CreateRoomsInput) (*gql.CreateRoomsPayload, error) {
	command := meeting.CreateRooms{Names: input.Names}
	set(&command.Count, input.Count)
	rooms, refused, err := r.newRooms(ctx, input.MeetingID, command)
	return &gql.CreateRoomsPayload{Rooms: rooms, UserErrors: refused}, err
}

func (r *Resolver) recreateRooms(ctx context.Context, input gql.RecreateRoomsInput) (*gql.RecreateRoomsPayload, error) {
	command := meeting.RecreateRooms{Names: input.Names}
	set(&command.Count, input.Count)
	rooms, refused, err := r.newRooms(ctx, input.MeetingID, command)
	return &gql.RecreateRoomsPayload{Rooms: rooms, UserErrors: refused}, err
}

// newRooms gives a command that makes rooms, and reads them.
func (r *Resolver) newRooms(ctx context.Context, id string, command meeting.Command) ([]*ent.Room, []*gql.UserError, error) {
	events, err := r.give(ctx, meeting.ID(id), command)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	var ids []meeting.RoomID
	for _, event := range events {
		if _, created := event.Fact.(meeting.RoomCreated); created {
			ids = append(ids, event.Room.ID)
		}
	}
	rooms, err := r.Client.Room.Query().Where(room.IDIn(ids...)).Order(ent.Asc(room.FieldOrdinal)).All(ctx)
	return rooms, []*gql.UserError{}, err
}

// savePlan has a meeting keep a plan, and gives the plan as it is kept.
func (r *Resolver) savePlan(ctx context.Context, id string, asked meeting.Plan) (*meeting.Plan, []*gql.UserError, error) {
	events, err := r.give(ctx, meeting.ID(id), meeting.SavePlan{Plan: asked})
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	for _, event := range events {
		if fact, ok := event.Fact.(meeting.PlanSaved); ok {
			return &fact.Plan, []*gql.UserError{}, nil
		}
	}
	return nil, nil, fmt.Errorf("meeting %s kept no plan and said nothing of it", id)
}

func plannedBy(input gql.SavePlanInput) meeting.Plan {
	planned := meeting.Plan{Name: input.Name}
	for _, room := range input.Rooms {
		planned.Rooms = append(planned.Rooms, *room)
	}
	return planned
}

func (r *Resolver) importPlan(ctx context.Context, input gql.ImportPlanInput) (*meeting.Plan, []*gql.UserError, error) {
	read, err := plan.Read(input.Name, input.CSV)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return nil, refused, err
	}
	return r.savePlan(ctx, input.MeetingID, read)
}

func (r *Resolver) assign(ctx context.Context, input gql.AssignInput) (*gql.AssignPayload, error) {
	id := meeting.ID(input.MeetingID)
	numbers, err := r.numbers(ctx, id, input.ParticipantIds)
	if err == nil {
		_, err = r.give(ctx, id, meeting.Assign{Room: meeting.RoomID(input.RoomID), Participants: numbers})
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
