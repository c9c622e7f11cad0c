package graph

import (
	"context"
	"fmt"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// orEmpty is what was given, or nothing.
func orEmpty[V any](given *V) (value V) {
	set(&value, given)
	return value
}

// setMedia makes the command of an input: as the participant, unless it says on
// whose behalf.
func (r *Resolver) setMedia(ctx context.Context, who meeting.ParticipantID, input gql.SetMediaInput) meeting.Command {
	command := meeting.SetMedia{Participant: who, Microphone: input.Microphone, Camera: input.Camera, Screen: input.Screen, Hand: input.Hand}
	if inputOf(ctx)["actorId"] == nil {
		command.Actor = meeting.As(who)
	}
	return command
}

func (r *Resolver) sendChat(ctx context.Context, input gql.SendChatInput) (*gql.SendChatPayload, error) {
	var to meeting.ParticipantID
	if input.ToParticipantID != nil {
		row, err := orNull(r.Client.Participant.Get(ctx, *input.ToParticipantID))
		if err != nil {
			return nil, err
		}
		if row == nil {
			refused, err := userErrors(meeting.Refuse(meeting.CodeParticipantNotFound, []string{"toParticipantId"}, "There is no participant %q.", *input.ToParticipantID))
			return &gql.SendChatPayload{UserErrors: refused}, err
		}
		to = meeting.ParticipantID(row.Number)
	}
	row, refused, err := r.onRoom(ctx, input.RoomID, func(room meeting.RoomID) meeting.Command {
		return meeting.SendChat{Room: room, To: to, Text: input.Text}
	})
	return &gql.SendChatPayload{Room: row, UserErrors: refused}, err
}

func (r *Resolver) startPoll(ctx context.Context, input gql.StartPollInput) (*gql.StartPollPayload, error) {
	in, room, err := r.Fleet.MeetingOf(ctx, meeting.RoomID(input.RoomID))
	var events []meeting.Event
	if err == nil {
		events, err = r.give(ctx, in, meeting.StartPoll{Room: room, Question: input.Question, Choices: input.Choices})
	}
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.StartPollPayload{UserErrors: refused}, err
	}
	for _, event := range events {
		if fact, ok := event.Fact.(meeting.PollStarted); ok {
			poll := int(fact.Poll)
			return &gql.StartPollPayload{Poll: &poll, UserErrors: []*gql.UserError{}}, nil
		}
	}
	return nil, fmt.Errorf("room %s started no poll and said nothing of it", input.RoomID)
}

func (r *Resolver) answerPoll(ctx context.Context, input gql.AnswerPollInput) (*gql.AnswerPollPayload, error) {
	person, refused, err := r.onParticipant(ctx, input.ParticipantID, func(who meeting.ParticipantID) meeting.Command {
		return meeting.AnswerPoll{Actor: meeting.As(who), Poll: meeting.PollID(input.Poll), Choice: input.Choice}
	})
	if person == nil {
		return &gql.AnswerPollPayload{UserErrors: refused}, err
	}
	row, err := r.Client.Meeting.Get(ctx, person.MeetingID)
	return &gql.AnswerPollPayload{Meeting: row, UserErrors: refused}, err
}

func (r *Resolver) allowRecording(ctx context.Context, input gql.AllowRecordingInput) (*gql.AllowRecordingPayload, error) {
	row, refused, err := r.onPeople(ctx, input.MeetingID, input.ParticipantIds, func(who []meeting.ParticipantID) meeting.Command {
		return meeting.AllowRecording{Room: meeting.RoomID(orEmpty(input.RoomID)), Participants: who, Allowed: input.Allowed}
	})
	return &gql.AllowRecordingPayload{Meeting: row, UserErrors: refused}, err
}

func (r *Resolver) savePreset(ctx context.Context, input gql.SavePresetInput) (*gql.SavePresetPayload, error) {
	asked := meeting.Preset{Name: input.Name, Capabilities: input.Capabilities}
	events, err := r.give(ctx, meeting.ID(input.MeetingID), meeting.SavePreset{Preset: asked})
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.SavePresetPayload{UserErrors: refused}, err
	}
	saved, ok := events[0].Fact.(meeting.PresetSaved)
	if !ok {
		return nil, fmt.Errorf("meeting %s kept no preset and said nothing of it", input.MeetingID)
	}
	return &gql.SavePresetPayload{Preset: &saved.Preset, UserErrors: []*gql.UserError{}}, nil
}

// capabilities computes what a participant may do now; nothing, when its meeting
// is over.
func (r *Resolver) capabilities(ctx context.Context, row *ent.Participant) (may meeting.Capabilities, err error) {
	held, err := load(ctx).meetings.one(ctx, row.MeetingID)
	if err != nil || held == nil || held.EndedAt != 0 {
		return 0, err
	}
	err = r.Fleet.ViewOn(ctx, held.Platform, held.ID, func(s *meeting.State) {
		may = s.Capabilities(meeting.As(meeting.ParticipantID(row.Number)))
	})
	return may, err
}

// aliases are what the platform that a room's meeting takes after calls the room.
func (r *Resolver) aliases(ctx context.Context, row *ent.Room) ([]*meeting.Alias, error) {
	held, err := load(ctx).meetings.one(ctx, row.MeetingID)
	if err != nil || held == nil || row.Kind == meeting.RoomMain {
		return []*meeting.Alias{}, err
	}
	persona, err := meeting.PersonaOf(held.Persona)
	if err != nil {
		return nil, err
	}
	list := []*meeting.Alias{}
	for _, alias := range persona.Aliases(row.ID) {
		list = append(list, &alias)
	}
	return list, nil
}

func (r *Resolver) connectedMeeting(ctx context.Context, id string) (*gql.ConnectedMeeting, error) {
	row, err := orNull(r.Client.Room.Query().Where(room.ID(roomID(id)), room.KindEQ(meeting.RoomBreakout), room.StateNEQ(meeting.RoomStateDeleted)).Only(ctx))
	if row == nil {
		return nil, err
	}
	parent, err := r.Client.Meeting.Get(ctx, row.MeetingID)
	return connectedOf(parent, row), err
}

func (r *Resolver) connectedMeetings(ctx context.Context, parent *ent.Meeting) ([]*gql.ConnectedMeeting, error) {
	rows, err := parent.QueryRooms().Where(room.KindEQ(meeting.RoomBreakout), room.StateNEQ(meeting.RoomStateDeleted)).
		Order(ent.Asc(room.FieldOrdinal)).Limit(meeting.MaxRooms).All(ctx)
	list := make([]*gql.ConnectedMeeting, len(rows))
	for i, row := range rows {
		list[i] = connectedOf(parent, row)
	}
	return list, err
}

func connectedOf(parent *ent.Meeting, row *ent.Room) *gql.ConnectedMeeting {
	return &gql.ConnectedMeeting{ID: string(meeting.ConnectedMeeting(row.ID)), Title: row.Name, Room: row, ParentMeeting: parent}
}
