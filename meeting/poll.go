package meeting

import (
	"slices"
	"strconv"
	"strings"
)

// PollID counts the polls of a meeting.
type PollID uint32

// Poll is a question to the people of one room. Everybody has one vote, which
// can be changed until the poll ends, with the room at the latest.
type Poll struct {
	ID       PollID
	Room     RoomID
	By       ParticipantID // 0 is the meeting's owner
	Question string
	Choices  []string
	Votes    map[ParticipantID]int // by who voted: the choice, from 0
	Ended    bool
}

// Bounds of polls.
const (
	MinPollChoices = 2
	MaxPollChoices = 10
)

type (
	// StartPoll asks the people of the actor's room; the meeting's owner names the
	// room. A room has one poll at a time.
	StartPoll struct {
		Actor
		Room     RoomID
		Question string
		Choices  []string
	}

	// AnswerPoll is the actor's vote, or its change of mind.
	AnswerPoll struct {
		Actor
		Poll   PollID
		Choice int // from 0
	}

	// EndPoll counts the votes. Who started a poll ends it, or a host.
	EndPoll struct {
		Actor
		Poll PollID
	}
)

// Count is how many chose what.
func (p Poll) Count() []int {
	votes := make([]int, len(p.Choices))
	for _, choice := range p.Votes {
		votes[choice]++
	}
	return votes
}

// Poll finds a poll by its id.
func (s *State) Poll(id PollID) (*Poll, bool) {
	if id < 1 || int(id) > len(s.Polls) {
		return nil, false
	}
	return s.Polls[id-1], true
}

func (d *decision) startPoll(c StartPoll) error {
	room, by, err := d.speakingIn(c.Room)
	if err != nil {
		return err
	}
	problems := checkName(c.Question, "question", "A question")
	if n := len(c.Choices); n < MinPollChoices || n > MaxPollChoices {
		problems = append(problems, Refuse(CodeInvalid, []string{"choices"}, "A poll has %d to %d choices; this one has %d.", MinPollChoices, MaxPollChoices, n)...)
	}
	for i, choice := range c.Choices {
		problems = append(problems, checkName(choice, "choices", "A choice")...)
		if slices.Contains(c.Choices[:i], choice) {
			problems = append(problems, Refuse(CodeInvalid, []string{"choices", strconv.Itoa(i)}, "The choice %q is there twice.", choice)...)
		}
	}
	if running := d.runningPoll(room.ID); running != nil {
		problems = append(problems, RefuseForNow(CodePollRunning, nil, "The room is asked %q; that has to end first.", running.Question)...)
	}
	if len(problems) > 0 {
		return problems
	}
	d.emit(room.Ref(), by, PollStarted{Poll: PollID(len(d.state.Polls) + 1), Question: strings.TrimSpace(c.Question), Choices: c.Choices})
	return nil
}

func (d *decision) runningPoll(room RoomID) *Poll {
	for _, poll := range d.state.Polls {
		if poll.Room == room && !poll.Ended {
			return poll
		}
	}
	return nil
}

// runs finds a poll that has not ended.
func (d *decision) runs(id PollID) (*Poll, error) {
	poll, ok := d.state.Poll(id)
	switch {
	case !ok:
		return nil, Refuse(CodePollNotFound, []string{"poll"}, "The meeting has no poll %d.", id)
	case poll.Ended:
		return nil, Refuse(CodePollNotFound, []string{"poll"}, "Poll %d is over.", id)
	}
	return poll, nil
}

func (d *decision) answerPoll(c AnswerPoll) error {
	person, err := d.self()
	if err != nil {
		return err
	}
	poll, err := d.runs(c.Poll)
	switch {
	case err != nil:
		return err
	case poll.Room != person.Room:
		return Refuse(CodeNotAllowed, []string{"poll"}, "%s is in another room than poll %d.", person.Name, poll.ID)
	case c.Choice < 0 || c.Choice >= len(poll.Choices):
		return Refuse(CodeInvalid, []string{"choice"}, "Poll %d has the choices 0 to %d.", poll.ID, len(poll.Choices)-1)
	}
	if before, voted := poll.Votes[person.ID]; !voted || before != c.Choice {
		room, _ := d.state.Room(poll.Room)
		d.emit(room.Ref(), person.Ref(), PollAnswered{Poll: poll.ID, Choice: c.Choice})
	}
	return nil
}

func (d *decision) endPoll(c EndPoll) error {
	poll, err := d.runs(c.Poll)
	if err != nil {
		return err
	}
	if d.actor.Participant != poll.By && !d.state.Capabilities(d.actor).Has(MayMute) {
		return Refuse(CodeNotAllowed, []string{"poll"}, "Poll %d is ended by who started it, or by a host.", poll.ID)
	}
	d.count(poll)
	return nil
}

func (d *decision) count(poll *Poll) {
	room, _ := d.state.Room(poll.Room)
	d.emit(room.Ref(), nil, PollEnded{Poll: poll.ID, Votes: poll.Count()})
}

// endPolls ends the polls of a room that closes.
func (d *decision) endPolls(room RoomID) {
	if poll := d.runningPoll(room); poll != nil {
		d.count(poll)
	}
}

func (s *State) foldPoll(e Event) {
	switch fact := e.Fact.(type) {
	case PollStarted:
		poll := &Poll{ID: fact.Poll, Room: e.Room.ID, Question: fact.Question, Choices: fact.Choices, Votes: make(map[ParticipantID]int)}
		if e.Participant != nil {
			poll.By = e.Participant.ID
		}
		s.Polls = append(s.Polls, poll)
	case PollAnswered:
		if poll, ok := s.Poll(fact.Poll); ok {
			poll.Votes[e.Participant.ID] = fact.Choice
		}
	case PollEnded:
		if poll, ok := s.Poll(fact.Poll); ok {
			poll.Ended = true
		}
	}
}
