package scenario

import (
	"context"
	"errors"

	"github.com/breakoutrooms/breakout/meeting"
)

// host has the host give a command, in the meeting, as a person would.
func (p *player) host(ctx context.Context, command meeting.Command) error {
	_, err := p.Simulator.Command(ctx, p.meeting, command)
	return err
}

// hosting is the present host as an actor; the meeting's owner while there is
// none.
func (p *player) hosting() meeting.Actor {
	host := meeting.Owner
	_ = p.Simulator.View(context.Background(), p.meeting, func(s *meeting.State) { // what is wrong shows when the command is given
		for _, person := range s.Roster() {
			if person.Present() && person.Role == meeting.RoleHost && host == meeting.Owner {
				host = meeting.As(person.ID)
			}
		}
	})
	return host
}

// number finds the number of a person or a bot that has joined.
func (p *player) number(name string) (meeting.ParticipantID, error) {
	if guest := p.guest(name); guest != nil {
		return guest.Participant(), nil
	}
	var number meeting.ParticipantID
	err := p.Simulator.View(context.Background(), p.meeting, func(s *meeting.State) {
		for _, person := range s.Roster() {
			if person.Name == name && number == 0 {
				number = person.ID
			}
		}
	})
	if err == nil && number == 0 {
		err = absent(name)
	}
	return number, err
}

// absent refuses what is asked of somebody who has not come yet.
func absent(name string) error {
	return meeting.Refuse(meeting.CodeParticipantAbsent, nil, "%s has not joined.", name)
}

// room finds a room of the meeting by its name.
func (p *player) room(name string) (meeting.RoomID, error) {
	if name == MainRoom {
		name = meeting.MainRoomName
	}
	var room meeting.Room
	var missing error
	err := p.Simulator.View(context.Background(), p.meeting, func(s *meeting.State) { room, missing = s.FindRoom(name) })
	return room.ID, errors.Join(err, missing)
}

// onLines does something to the lines of people and bots.
func (p *player) onLines(names []string, do func(meeting.ParticipantID) error) error {
	for _, name := range names {
		number, err := p.number(name)
		if err == nil {
			err = do(number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ended says whether something was refused because the meeting is over.
func ended(err error) bool {
	refusals, refused := errors.AsType[meeting.Refusals](err)
	return refused && refusals.Has(meeting.CodeMeetingEnded)
}
