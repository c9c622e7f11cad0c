package meeting

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventType names a kind of event. The set is open: consumers must let pass
// what they do not know.
type EventType string

// Event is one fact of a meeting: what happened, when, where and to whom. The
// journal numbers the events of a meeting without gaps.
type Event struct {
	// Sequence is the event's place in its meeting, from 1; 0 until the journal
	// has taken it.
	Sequence int64
	At       time.Time
	// Room is where it happened; nil when it is about the meeting as a whole.
	Room *RoomRef
	// Participant is whom it is about, if anybody.
	Participant *ParticipantRef
	// Bot is the bot it is about, if any.
	Bot *BotRef
	// Request is the order that the event follows from, where it was given under a
	// key.
	Request Request
	// Fact is what happened.
	Fact Fact
}

// Type is the type of the event's fact.
func (e Event) Type() EventType { return e.Fact.EventType() }

// RoomRef is a room as it was when an event happened.
type RoomRef struct {
	ID   RoomID   `json:"id"`
	Kind RoomKind `json:"kind"`
	Name string   `json:"name"`
}

// ParticipantRef is a participant as it was when an event happened.
type ParticipantRef struct {
	ID    ParticipantID `json:"id"`
	Name  string        `json:"name"`
	Role  Role          `json:"role"`
	IsBot bool          `json:"isBot,omitempty"`
}

// BotRef is a bot as it was when an event happened.
type BotRef struct {
	ID   BotID  `json:"id"`
	Name string `json:"name"`
	// Metadata is what whoever sent the bot gave along.
	Metadata map[string]string `json:"metadata,omitempty"`
}

// body is how an event is written down: everything but its sequence, its time
// and its type, which the journal keeps in columns of their own.
type body struct {
	Room        *RoomRef        `json:"room,omitempty"`
	Participant *ParticipantRef `json:"participant,omitempty"`
	Bot         *BotRef         `json:"bot,omitempty"`
	Request     *Request        `json:"request,omitempty"`
	Fact        json.RawMessage `json:"fact"`
}

// MarshalBody writes down what the event says beside its type, time and
// sequence.
func (e Event) MarshalBody() ([]byte, error) {
	fact, err := json.Marshal(e.Fact)
	if err != nil {
		return nil, fmt.Errorf("write down %s: %w", e.Type(), err)
	}
	written := body{Room: e.Room, Participant: e.Participant, Bot: e.Bot, Fact: fact}
	if e.Request.Key != "" {
		written.Request = &e.Request
	}
	return json.Marshal(written)
}

// UnmarshalBody reads an event back from its parts.
func UnmarshalBody(eventType EventType, sequence int64, at time.Time, data []byte) (Event, error) {
	read, known := facts[eventType]
	if !known {
		return Event{}, fmt.Errorf("read event %d: no fact is called %q", sequence, eventType)
	}
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		return Event{}, fmt.Errorf("read event %d: %w", sequence, err)
	}
	fact, err := read(b.Fact)
	if err != nil {
		return Event{}, fmt.Errorf("read event %d (%s): %w", sequence, eventType, err)
	}
	event := Event{Sequence: sequence, At: at, Room: b.Room, Participant: b.Participant, Bot: b.Bot, Fact: fact}
	if b.Request != nil {
		event.Request = *b.Request
	}
	return event, nil
}

// decode makes the reader of one kind of fact.
func decode[F Fact](data json.RawMessage) (Fact, error) {
	var fact F
	err := json.Unmarshal(data, &fact)
	return fact, err
}
