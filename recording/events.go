package recording

import (
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// EventsFile is the file of a segment's folder that holds what people did in the
// room: one [ParticipantEvent] in JSON per line, in the order in which it became
// known.
const EventsFile = "events.jsonl"

// Action is what somebody did.
type Action string

// The actions, under the names that the field knows them by
// (docs.recall.ai, participant events).
const (
	ActionJoin           Action = "join"
	ActionLeave          Action = "leave"
	ActionUpdate         Action = "update" // the participant has another name or role
	ActionSpeechOn       Action = "speech_on"
	ActionSpeechOff      Action = "speech_off"
	ActionWebcamOn       Action = "webcam_on"
	ActionWebcamOff      Action = "webcam_off"
	ActionScreenshareOn  Action = "screenshare_on"
	ActionScreenshareOff Action = "screenshare_off"
	ActionChatMessage    Action = "chat_message"
)

// ParticipantEvent is something that somebody did in the room while a bot recorded
// it. Who was there when the bot came has joined at the beginning; who is there
// when it goes has not left.
type ParticipantEvent struct {
	Action Action `json:"action"`
	// Participant is nil for what the meeting's owner writes, who is nobody in it.
	Participant *Participant `json:"participant"`
	Timestamp   Timestamp    `json:"timestamp"`
	Data        *ChatMessage `json:"data,omitempty"`
	// Line is the event's place in its file, from 0.
	Line int `json:"-"`
}

// Participant is somebody as the room knew them when something happened.
type Participant struct {
	ID     meeting.ParticipantID `json:"id"`
	Name   string                `json:"name"`
	Role   meeting.Role          `json:"role"`
	IsHost bool                  `json:"isHost"`
	IsBot  bool                  `json:"isBot,omitempty"`
}

// Timestamp is a moment, and how many seconds it lies after the segment's
// beginning, to the millisecond.
type Timestamp struct {
	Absolute time.Time `json:"absolute"`
	Relative float64   `json:"relative"`
}

// ChatMessage is what somebody wrote.
type ChatMessage struct {
	Text string `json:"text"`
	To   string `json:"to"` // ToEveryone or ToBot
}

// Whom a message was written to.
const (
	ToEveryone = "everyone" // in the room
	ToBot      = "only_bot" // that recorded
)

// person is somebody in the room of a segment, or who is heard there.
type person struct {
	meeting.ParticipantRef
	media meeting.Media
	voice voice
}

// Events reads what people did in a segment, by its folder, in the order in which
// they did it. It can be read while the visit lasts.
func (s *Store) Events(folder string) ([]ParticipantEvent, error) {
	events, err := readLines[ParticipantEvent](s, path.Join(folder, EventsFile))
	for i := range events {
		events[i].Line = i
	}
	// That somebody stopped speaking is known a moment later.
	slices.SortStableFunc(events, func(a, b ParticipantEvent) int { return a.Timestamp.Absolute.Compare(b.Timestamp.Absolute) })
	return events, err
}

// Note writes down what a signal says about the people of the room that the bot is
// in. Other signals, and visits that are not recorded, are passed by.
func (r *Recorder) Note(visit meeting.VisitNumber, signal meeting.Signal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.segments[visit]
	if s == nil {
		return nil
	}
	switch told := signal.(type) {
	case meeting.SomebodyEntered:
		return s.tell(ActionJoin, s.know(told.Participant), told.At)
	case meeting.SomebodyChanged:
		return s.tell(ActionUpdate, s.know(told.Participant), told.At)
	case meeting.SomebodyLeft:
		return s.left(told)
	case meeting.MediaShown:
		return s.shown(told)
	case meeting.BroadcastHeard:
		if !told.Ended {
			s.know(told.From)
		}
	case meeting.ChatReceived, meeting.MessageReceived:
		if !r.paused && r.permitted(visit) {
			return s.wrote(told)
		}
	}
	return nil
}

// welcome writes down who is in the room when the bot enters.
func (s *segment) welcome(entered meeting.EnteredRoom) error {
	events := make([]ParticipantEvent, len(entered.Roster))
	for i, who := range entered.Roster {
		events[i] = s.event(ActionJoin, s.know(who), entered.At)
	}
	return s.write(events...)
}

// know takes note of who somebody is.
func (s *segment) know(who meeting.ParticipantRef) *person {
	known := s.people[who.ID]
	if known == nil {
		known = &person{}
		s.people[who.ID] = known
	}
	known.ParticipantRef = who
	return known
}

func (s *segment) left(told meeting.SomebodyLeft) error {
	known := s.know(told.Participant)
	if err := s.silence(known); err != nil {
		return err
	}
	known.media = meeting.Media{}
	return s.tell(ActionLeave, known, told.At)
}

// shown tells what of somebody's camera and screen was turned on or off.
func (s *segment) shown(told meeting.MediaShown) error {
	known := s.people[told.Participant.ID]
	if known == nil {
		return nil // it is the bot itself, which is not in its own list
	}
	before := known.media
	known.media = told.Media
	for _, one := range []struct {
		before, now bool
		on, off     Action
	}{
		{before.Camera, told.Media.Camera, ActionWebcamOn, ActionWebcamOff},
		{before.Screen, told.Media.Screen, ActionScreenshareOn, ActionScreenshareOff},
	} {
		action := one.on
		if !one.now {
			action = one.off
		}
		if one.before == one.now {
			continue
		}
		if err := s.tell(action, known, told.At); err != nil {
			return err
		}
	}
	return nil
}

// wrote writes down a message.
func (s *segment) wrote(signal meeting.Signal) error {
	event := ParticipantEvent{Action: ActionChatMessage}
	var from *meeting.ParticipantRef
	switch told := signal.(type) {
	case meeting.ChatReceived:
		from, event.Timestamp, event.Data = told.From, s.at(told.At), &ChatMessage{told.Text, ToEveryone}
		if told.Private {
			event.Data.To = ToBot
		}
	case meeting.MessageReceived:
		from, event.Timestamp, event.Data = told.From, s.at(told.At), &ChatMessage{told.Text, ToEveryone}
	}
	if from != nil {
		event.Participant = participantOf(*from)
	}
	return s.write(event)
}

// tell writes down an event that is about somebody and no more.
func (s *segment) tell(action Action, who *person, at time.Time) error {
	return s.write(s.event(action, who, at))
}

func (s *segment) event(action Action, who *person, at time.Time) ParticipantEvent {
	return ParticipantEvent{Action: action, Participant: participantOf(who.ParticipantRef), Timestamp: s.at(at)}
}

// write writes events down, all of them at once.
func (s *segment) write(events ...ParticipantEvent) error {
	if len(events) == 0 {
		return nil
	}
	if err := write(s.store, path.Join(s.folder, EventsFile), events...); err != nil {
		return fmt.Errorf("note a %s: %w", events[0].Action, err)
	}
	return nil
}

// at places a moment in the segment. What came before its signal is at its
// beginning.
func (s *segment) at(moment time.Time) Timestamp {
	if moment.Before(s.began) {
		moment = s.began
	}
	return Timestamp{moment.UTC(), moment.Sub(s.began).Round(time.Millisecond).Seconds()}
}

func participantOf(who meeting.ParticipantRef) *Participant {
	return &Participant{ID: who.ID, Name: who.Name, Role: who.Role, IsHost: who.Role == meeting.RoleHost, IsBot: who.IsBot}
}

// Ref is the participant as events of the meeting name them.
func (p Participant) Ref() *meeting.ParticipantRef {
	return &meeting.ParticipantRef{ID: p.ID, Name: p.Name, Role: p.Role, IsBot: p.IsBot}
}
