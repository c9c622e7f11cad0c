package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// Message is what an endpoint is told of an event: its type, and the JSON that is
// sent.
type Message struct {
	Type string
	Body []byte
}

// Messages are what an endpoint of a format is told of an event of a meeting: none,
// where the format has no word for it. The segments are those that the event's bot
// has recorded, which are needed when it is done.
func Messages(format meeting.PayloadFormat, id meeting.ID, event meeting.Event, segments []meeting.SegmentID) ([]Message, error) {
	switch format {
	case meeting.FormatEvent:
		written := ownOf(id, event)
		return write(nil, written.Type, written)
	case meeting.FormatBotStatusChange:
		if change, ok := StatusChangeOf(event); ok {
			return write(nil, change.Event, change)
		}
	case meeting.FormatBotEvents:
		return botEvents(event, segments)
	}
	return nil, nil
}

func write(messages []Message, messageType string, payload any) ([]Message, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("write the message %s: %w", messageType, err)
	}
	return append(messages, Message{messageType, body}), nil
}

// own is an event in our own shape, which is that of Standard Webhooks.
type own struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      ownData   `json:"data"`
}

// ownData names what an event says as the API does. Fact is what the event's type
// alone has.
type ownData struct {
	MeetingID      meeting.ID       `json:"meetingId"`
	Sequence       int64            `json:"sequence"`
	Cursor         string           `json:"cursor"`
	Room           *meeting.RoomRef `json:"room"`
	Participant    *ownParticipant  `json:"participant"`
	Bot            *meeting.BotRef  `json:"bot"`
	IdempotencyKey *string          `json:"idempotencyKey"`
	Fact           meeting.Fact     `json:"fact"`
}

type ownParticipant struct {
	ID     string       `json:"id"`
	Number int          `json:"number"`
	Name   string       `json:"name"`
	Role   meeting.Role `json:"role"`
	IsBot  bool         `json:"isBot"`
}

func ownOf(id meeting.ID, e meeting.Event) own {
	data := ownData{
		MeetingID: id, Sequence: e.Sequence, Cursor: journal.Cursor(id, e.Sequence), Room: e.Room, Bot: e.Bot, Fact: shown(e.Fact),
	}
	if p := e.Participant; p != nil {
		data.Participant = &ownParticipant{ID: journal.ParticipantRow(id, p.ID), Number: int(p.ID), Name: p.Name, Role: p.Role, IsBot: p.IsBot}
	}
	if e.Request.Key != "" {
		data.IdempotencyKey = &e.Request.Key
	}
	return own{Type: strings.ToUpper(string(e.Type())), Timestamp: e.At.UTC(), Data: data}
}

// shown leaves out of a fact what is for the server itself: what it notes to send a
// bot again, with addresses that may hold secrets.
func shown(fact meeting.Fact) meeting.Fact {
	switch f := fact.(type) {
	case meeting.BotCreated:
		f.Order, f.Endpoints = nil, nil
		return f
	case meeting.BotUpdated:
		f.Order, f.Endpoints = nil, nil
		return f
	}
	return fact
}
