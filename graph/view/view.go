// Package view holds the objects of the API that are not rows: events, as the
// schema shows them.
package view

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// Node is something with a global id.
type Node any

// Event is one of the event types below.
type Event interface{ IsEvent() }

// EventType is the schema's name of a [meeting.EventType].
type EventType string

// EventRoom is a room as it was when an event happened.
type EventRoom = meeting.RoomRef

// EventBot is a bot as it was when an event happened.
type EventBot = meeting.BotRef

// EventParticipant is a participant as it was when an event happened.
type EventParticipant struct {
	ID     string
	Number int
	Name   string
	Role   meeting.Role
	IsBot  bool
}

// about is what all events have.
type about struct {
	Cursor      string
	Sequence    int64
	At          meeting.Instant
	Type        EventType
	MeetingID   meeting.ID
	Room        *EventRoom
	Participant *EventParticipant
	Bot         *EventBot
}

// IsEvent makes what embeds it an event.
func (about) IsEvent() {}

// The types of events, as in the schema.
type (
	// MeetingEvent says that the meeting began or ended.
	MeetingEvent struct {
		about
		Title *string
		Cause *meeting.LeaveCause
	}
	// RoundEvent says that a round took a step.
	RoundEvent struct {
		about
		Round    int
		State    meeting.RoundState
		ClosesAt meeting.Instant
		Cause    *meeting.CloseCause
	}
	// RoomEvent says that a room took a step.
	RoomEvent struct {
		about
		State meeting.RoomState
	}
	// ParticipantEvent says that somebody joined or left the meeting.
	ParticipantEvent struct {
		about
		Connection int
		Cause      *meeting.LeaveCause
	}
	// PresenceEvent says that somebody entered or left a room.
	PresenceEvent struct {
		about
		Connection int
		Visit      int
		Cause      *meeting.LeaveCause
	}
	// AssignmentEvent says where somebody should be.
	AssignmentEvent struct {
		about
		Source meeting.AssignmentSource
	}
	// InvitationEvent says that an invitation was sent or resolved.
	InvitationEvent struct {
		about
		Invitation int
		Kind       *meeting.InvitationKind
		Outcome    *meeting.InvitationState
	}
	// BotEvent says that a bot was sent or took a step.
	BotEvent struct {
		about
		Code    *string
		SubCode *string
		Message *string
	}
	// SegmentEvent says that a recording began or is whole.
	SegmentEvent struct {
		about
		SegmentID   meeting.SegmentID
		Visit       int
		EndedAt     meeting.Instant
		Interrupted bool
	}
)

// EventOf shows an event of a meeting.
func EventOf(id meeting.ID, e meeting.Event) (Event, error) {
	about := aboutOf(id, e)
	switch fact := e.Fact.(type) {
	case meeting.MeetingCreated:
		return MeetingEvent{about: about, Title: &fact.Title}, nil
	case meeting.MeetingEnded:
		return MeetingEvent{about: about, Cause: &fact.Cause}, nil
	case meeting.RoundPrepared:
		return RoundEvent{about: about, Round: fact.Round, State: meeting.RoundStateEdit}, nil
	case meeting.RoundOpened:
		return RoundEvent{about: about, Round: fact.Round, State: meeting.RoundStateOpen}, nil
	case meeting.RoundClosing:
		return RoundEvent{about: about, Round: fact.Round, State: meeting.RoundStateClosing, ClosesAt: meeting.InstantOf(fact.ClosesAt)}, nil
	case meeting.RoundClosed:
		return RoundEvent{about: about, Round: fact.Round, State: meeting.RoundStateClosed, Cause: &fact.Cause}, nil
	case meeting.RoomCreated:
		return RoomEvent{about, stateOfNew(e.Room.Kind)}, nil
	case meeting.RoomOpened:
		return RoomEvent{about, meeting.RoomStateOpen}, nil
	case meeting.RoomClosed:
		return RoomEvent{about, meeting.RoomStateClosed}, nil
	}
	if event := ofParticipant(about, e.Fact); event != nil {
		return event, nil
	}
	if event := ofBot(about, e.Fact); event != nil {
		return event, nil
	}
	return nil, fmt.Errorf("the schema has no event for %s", e.Type())
}

func stateOfNew(kind meeting.RoomKind) meeting.RoomState {
	if kind == meeting.RoomMain {
		return meeting.RoomStateOpen
	}
	return meeting.RoomStatePrepared
}

func ofParticipant(about about, fact meeting.Fact) Event {
	switch fact := fact.(type) {
	case meeting.ParticipantJoined:
		return ParticipantEvent{about: about, Connection: int(fact.Connection)}
	case meeting.ParticipantLeft:
		return ParticipantEvent{about: about, Connection: int(fact.Connection), Cause: &fact.Cause}
	case meeting.ParticipantEnteredRoom:
		return PresenceEvent{about: about, Connection: int(fact.Connection), Visit: int(fact.Visit)}
	case meeting.ParticipantLeftRoom:
		return PresenceEvent{about: about, Connection: int(fact.Connection), Visit: int(fact.Visit), Cause: &fact.Cause}
	case meeting.ParticipantAssigned:
		return AssignmentEvent{about, fact.Source}
	case meeting.InvitationSent:
		return InvitationEvent{about: about, Invitation: int(fact.Invitation), Kind: &fact.Kind}
	case meeting.InvitationResolved:
		return InvitationEvent{about: about, Invitation: int(fact.Invitation), Outcome: &fact.Outcome}
	}
	return nil
}

func ofBot(about about, fact meeting.Fact) Event {
	switch fact := fact.(type) {
	case meeting.BotCreated:
		return BotEvent{about: about}
	case meeting.BotStatusChanged:
		return BotEvent{about: about, Code: &fact.Code, SubCode: filled(fact.SubCode), Message: filled(fact.Message)}
	case meeting.SegmentStarted:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit)}
	case meeting.SegmentCompleted:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit), EndedAt: meeting.InstantOf(fact.EndedAt), Interrupted: fact.Interrupted}
	}
	return nil
}

// filled is nil for an empty text.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func aboutOf(id meeting.ID, e meeting.Event) about {
	a := about{
		Cursor: Cursor(id, e.Sequence), Sequence: e.Sequence, At: meeting.InstantOf(e.At),
		Type: EventType(strings.ToUpper(string(e.Type()))), MeetingID: id, Room: e.Room, Bot: e.Bot,
	}
	if p := e.Participant; p != nil {
		a.Participant = &EventParticipant{ID: journal.ParticipantRow(id, p.ID), Number: int(p.ID), Name: p.Name, Role: p.Role, IsBot: p.IsBot}
	}
	return a
}

// Cursor names a place in a meeting's journal. It is opaque to callers.
func Cursor(id meeting.ID, sequence int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", id, sequence))
}

// CodeInvalidCursor is the code of a refusal of a cursor.
const CodeInvalidCursor meeting.Code = "INVALID_CURSOR"

// ParseCursor reads a cursor of a meeting back; no cursor is the beginning.
func ParseCursor(id meeting.ID, cursor *string) (int64, error) {
	if cursor == nil || *cursor == "" {
		return 0, nil
	}
	refused := meeting.Refuse(CodeInvalidCursor, []string{"after"}, "The cursor %q is not one of this meeting's events; give a cursor that an event came with.", *cursor)
	text, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil {
		return 0, refused
	}
	owner, number, found := strings.Cut(string(text), ":")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || meeting.ID(owner) != id || sequence < 0 {
		return 0, refused
	}
	return sequence, nil
}
