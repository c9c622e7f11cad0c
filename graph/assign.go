package graph

import (
	"context"
	"errors"
	"strconv"

	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// placing is somebody who is to be assigned to a room, and why not.
type placing struct {
	room        string
	participant string
	path        []string // where it stands in the input
	assignment  int      // of the input
	refused     meeting.Refusals
}

// assignMany assigns all people or none; where a part is asked for, those whom
// nothing speaks against.
func (r *Resolver) assignMany(ctx context.Context, input gql.AssignManyInput) (*gql.AssignManyPayload, error) {
	all := placingsOf(input)
	if empty := emptyAssignments(input); len(empty) > 0 {
		return r.assigned(ctx, input.MeetingID, all, empty)
	}
	for {
		err := r.place(ctx, meeting.ID(input.MeetingID), accepted(all))
		refusals, ok := errors.AsType[meeting.Refusals](err)
		if err != nil && !ok {
			return nil, err
		}
		left := len(accepted(all))
		if blame(accepted(all), refusals); err == nil || !input.Partial || len(accepted(all)) == left {
			return r.assigned(ctx, input.MeetingID, all, refusals)
		}
		if len(accepted(all)) == 0 {
			return r.assigned(ctx, input.MeetingID, all, nil)
		}
	}
}

// emptyAssignments are those that name nobody.
func emptyAssignments(input gql.AssignManyInput) (problems meeting.Refusals) {
	if len(input.Assignments) == 0 {
		return meeting.Refuse(meeting.CodeInvalid, []string{"assignments"}, "Say at least for one room who is assigned to it.")
	}
	for i, assignment := range input.Assignments {
		if len(assignment.ParticipantIds) == 0 {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"assignments", strconv.Itoa(i), "participantIds"},
				"Name at least one participant to assign to %q.", assignment.RoomID)...)
		}
	}
	return problems
}

func placingsOf(input gql.AssignManyInput) (all []*placing) {
	for i, assignment := range input.Assignments {
		for j, id := range assignment.ParticipantIds {
			path := []string{"assignments", strconv.Itoa(i), "participantIds", strconv.Itoa(j)}
			all = append(all, &placing{room: assignment.RoomID, participant: id, path: path, assignment: i})
		}
	}
	return all
}

// accepted are those whom nothing speaks against so far.
func accepted(all []*placing) (rest []*placing) {
	for _, p := range all {
		if len(p.refused) == 0 {
			rest = append(rest, p)
		}
	}
	return rest
}

// groups are placings of one assignment each, in their order.
func groups(placings []*placing) (list [][]*placing) {
	for i, p := range placings {
		if i == 0 || placings[i-1].assignment != p.assignment {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], p)
	}
	return list
}

// place gives the command that assigns people.
func (r *Resolver) place(ctx context.Context, id meeting.ID, placings []*placing) error {
	var ids []string
	for _, p := range placings {
		ids = append(ids, p.participant)
	}
	numbers, err := r.numbers(ctx, id, ids)
	if err != nil {
		return err
	}
	var command meeting.AssignMany
	for _, group := range groups(placings) {
		command.Placements = append(command.Placements, meeting.Placement{Room: roomID(group[0].room), Participants: numbers[:len(group)]})
		numbers = numbers[len(group):]
	}
	_, err = r.give(ctx, id, command)
	return err
}

// blame finds whom each refusal speaks of, by its path: a participant of the list,
// or of an assignment, or all of an assignment.
func blame(placings []*placing, refusals meeting.Refusals) {
	for i := range refusals {
		refusal := &refusals[i]
		for _, p := range concerned(placings, refusal.Path) {
			path := p.path
			if len(refusal.Path) == 3 { // all of an assignment
				path = append(append([]string{}, p.path[:2]...), refusal.Path[2])
			}
			p.refused = append(p.refused, meeting.Refusal{Code: refusal.Code, Message: refusal.Message, Path: path, Retryable: refusal.Retryable})
		}
	}
}

func concerned(placings []*placing, path []string) []*placing {
	at := func(i, length int) int {
		if i >= len(path) {
			return -1
		}
		if n, err := strconv.Atoi(path[i]); err == nil && n < length {
			return n
		}
		return -1
	}
	switch {
	case len(path) == 2 && path[0] == "participantIds" && at(1, len(placings)) >= 0:
		return placings[at(1, len(placings)):][:1]
	case len(path) < 3 || path[0] != "assignments":
		return nil
	}
	list := groups(placings)
	g := at(1, len(list))
	if g < 0 {
		return nil
	}
	if j := at(3, len(list[g])); j >= 0 {
		return list[g][j:][:1]
	}
	return list[g]
}

// assigned tells what became of each. What was refused for no one's fault is told
// of as a whole.
func (r *Resolver) assigned(ctx context.Context, id string, all []*placing, refusals meeting.Refusals) (*gql.AssignManyPayload, error) {
	whole, err := userErrors(refusals)
	if err != nil {
		return nil, err
	}
	payload := &gql.AssignManyPayload{UserErrors: whole, Results: []*gql.AssignmentResult{}}
	for _, p := range all {
		own, err := userErrors(p.refused)
		if err != nil {
			return nil, err
		}
		payload.Results = append(payload.Results, &gql.AssignmentResult{
			RoomID: p.room, ParticipantID: p.participant, Accepted: len(own) == 0 && len(whole) == 0, UserErrors: own,
		})
	}
	if len(whole) == 0 {
		payload.Meeting, err = orNull(r.Client.Meeting.Get(ctx, meeting.ID(id)))
	}
	return payload, err
}
