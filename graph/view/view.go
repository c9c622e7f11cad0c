// Package view holds the objects of the API that are not rows: events, as the
// schema shows them.
package view

import (
	"fmt"
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
	// IdempotencyKey is the key of the order that the event follows from.
	IdempotencyKey *string
	Announcements  []meeting.Announcement
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
		EndsAt   meeting.Instant
		ClosesAt meeting.Instant
		Cause    *meeting.CloseCause
	}
	// RoomEvent says that a room took a step.
	RoomEvent struct {
		about
		State        *meeting.RoomState
		PreviousName *string
		ClosesAt     meeting.Instant
	}
	// OptionsEvent says that the host changed settings.
	OptionsEvent struct {
		about
		Options meeting.Options
	}
	// PlanEvent says that a plan was saved, deleted or applied.
	PlanEvent struct {
		about
		Plan string
	}
	// BroadcastEvent is a message to rooms.
	BroadcastEvent struct {
		about
		Text    string
		RoomIDs []meeting.RoomID
	}
	// RoleEvent says that somebody has another name, role or capabilities.
	RoleEvent struct {
		about
		PreviousName *string
		PreviousRole *meeting.Role
		Capabilities []string
	}
	// HelpEvent says that help was asked for, or what became of it.
	HelpEvent struct {
		about
		Request int
		Outcome meeting.HelpState
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
		JoinAt  meeting.Instant
	}
	// BotMoveEvent says that a bot was told to go to a room, or what became of that.
	BotMoveEvent struct {
		about
		Outcome *meeting.MoveOutcome
		Message *string
	}
	// BotConnectionEvent says that a bot lost its connection, or has it again.
	BotConnectionEvent struct {
		about
		Since    meeting.Instant
		Rejoined bool
	}
	// RecordingGapEvent says when a bot recorded nothing.
	RecordingGapEvent struct {
		about
		From, To meeting.Instant
		Cause    meeting.GapCause
	}
	// BotSpeechEvent says that a bot says a clip, or what became of that.
	BotSpeechEvent struct {
		about
		Outcome         *meeting.SpeechOutcome
		DurationSeconds *float64
		Message         *string
	}
	// CoverageEvent says how rooms are covered from now on.
	CoverageEvent struct {
		about
		Policy *meeting.CoverPolicy
	}
	// RealtimeEndpointEvent says how it goes with an endpoint.
	RealtimeEndpointEvent struct {
		about
		EndpointID meeting.RealtimeEndpointID
		Status     meeting.RealtimeStatus
		Sent       int64
		Dropped    int64
		Message    *string
	}
	// ListeningEvent says that somebody hears a room who is no participant.
	ListeningEvent struct {
		about
		Listener int
		Cause    *meeting.LeaveCause
	}
	// SegmentEvent says that a recording began or is whole.
	SegmentEvent struct {
		about
		SegmentID   meeting.SegmentID
		Visit       int
		EndedAt     meeting.Instant
		Interrupted bool
		ExpiresAt   meeting.Instant
		Deletion    *meeting.DeletionCause
	}
)

// EventOf shows an event of a meeting that takes after a platform.
func EventOf(id meeting.ID, persona meeting.Persona, e meeting.Event) (Event, error) {
	base := aboutOf(id, e)
	base.Announcements = append([]meeting.Announcement{}, persona.Announcements(e)...)
	for _, show := range []func(about, meeting.Event) Event{ofMeeting, ofRoom, ofParticipant, ofPlace, ofPeople, ofPoll, ofBot, ofWebhook} {
		if event := show(base, e); event != nil {
			return event, nil
		}
	}
	return nil, fmt.Errorf("the schema has no event for %s", e.Type())
}

func ofMeeting(about about, e meeting.Event) Event {
	round := func(n int, state meeting.RoundState) RoundEvent {
		return RoundEvent{about: about, Round: n, State: state}
	}
	switch fact := e.Fact.(type) {
	case meeting.MeetingCreated:
		return MeetingEvent{about: about, Title: &fact.Title}
	case meeting.MeetingEnded:
		return MeetingEvent{about: about, Cause: &fact.Cause}
	case meeting.OptionsChanged:
		return OptionsEvent{about, fact.Options}
	case meeting.MessageBroadcast:
		return BroadcastEvent{about, fact.Text, fact.Rooms}
	case meeting.PlanSaved:
		return PlanEvent{about, fact.Plan.Name}
	case meeting.PlanDeleted:
		return PlanEvent{about, fact.Name}
	case meeting.PlanApplied:
		return PlanEvent{about, fact.Name}
	case meeting.RoundPrepared:
		return round(fact.Round, meeting.RoundStateEdit)
	case meeting.RoundOpened:
		event := round(fact.Round, meeting.RoundStateOpen)
		event.EndsAt = meeting.InstantOf(fact.EndsAt)
		return event
	case meeting.RoundExtended:
		event := round(fact.Round, meeting.RoundStateOpen)
		event.EndsAt = meeting.InstantOf(fact.EndsAt)
		return event
	case meeting.RoundTimeUp:
		return round(fact.Round, meeting.RoundStateOpen)
	case meeting.RoundClosing:
		event := round(fact.Round, meeting.RoundStateClosing)
		event.ClosesAt = meeting.InstantOf(fact.ClosesAt)
		return event
	case meeting.RoundClosed:
		event := round(fact.Round, meeting.RoundStateClosed)
		event.Cause = &fact.Cause
		return event
	}
	return nil
}

func ofRoom(about about, e meeting.Event) Event {
	room := func(state meeting.RoomState) RoomEvent { return RoomEvent{about: about, State: &state} }
	switch fact := e.Fact.(type) {
	case meeting.RoomCreated:
		return room(stateOfNew(e.Room.Kind))
	case meeting.RoomRenamed:
		return RoomEvent{about: about, PreviousName: &fact.Before}
	case meeting.RoomDeleted:
		return room(meeting.RoomStateDeleted)
	case meeting.RoomOpened:
		return room(meeting.RoomStateOpen)
	case meeting.RoomClosing:
		event := room(meeting.RoomStateClosing)
		event.ClosesAt = meeting.InstantOf(fact.ClosesAt)
		return event
	case meeting.RoomClosed:
		return room(meeting.RoomStateClosed)
	case meeting.ListeningStarted:
		return ListeningEvent{about: about, Listener: int(fact.Listener)}
	case meeting.ListeningStopped:
		return ListeningEvent{about: about, Listener: int(fact.Listener), Cause: &fact.Cause}
	}
	return nil
}

func stateOfNew(kind meeting.RoomKind) meeting.RoomState {
	if kind == meeting.RoomMain {
		return meeting.RoomStateOpen
	}
	return meeting.RoomStatePrepared
}

// ofParticipant shows who takes part, and as what.
func ofParticipant(about about, e meeting.Event) Event {
	switch fact := e.Fact.(type) {
	case meeting.ParticipantJoined:
		return ParticipantEvent{about: about, Connection: int(fact.Connection)}
	case meeting.ParticipantLeft:
		return ParticipantEvent{about: about, Connection: int(fact.Connection), Cause: &fact.Cause}
	case meeting.ParticipantWaiting:
		return ParticipantEvent{about: about, Connection: int(fact.Arrival.Connection)}
	case meeting.ParticipantAdmitted:
		return ParticipantEvent{about: about, Connection: int(fact.Connection)}
	case meeting.ParticipantDenied:
		return ParticipantEvent{about: about, Connection: int(fact.Connection)}
	case meeting.ParticipantLeftWaitingRoom:
		return ParticipantEvent{about: about, Connection: int(fact.Connection), Cause: &fact.Cause}
	case meeting.ParticipantRenamed:
		return RoleEvent{about: about, PreviousName: &fact.Before}
	case meeting.ParticipantRoleChanged:
		return RoleEvent{about: about, PreviousRole: &fact.Before}
	case meeting.CapabilitiesChanged:
		return RoleEvent{about: about, Capabilities: append([]string{}, fact.Capabilities...)}
	case meeting.HelpRequested:
		return HelpEvent{about, int(fact.Help), meeting.HelpRequestedState}
	case meeting.HelpAnswered:
		return HelpEvent{about, int(fact.Help), fact.Outcome}
	}
	return nil
}

// ofPlace shows where people are and where they should be.
func ofPlace(about about, e meeting.Event) Event {
	switch fact := e.Fact.(type) {
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

func ofBot(about about, e meeting.Event) Event {
	switch fact := e.Fact.(type) {
	case meeting.BotCreated:
		return BotEvent{about: about, JoinAt: meeting.InstantOf(fact.JoinAt)}
	case meeting.BotUpdated:
		return BotEvent{about: about, JoinAt: meeting.InstantOf(fact.JoinAt)}
	case meeting.BotStatusChanged:
		return BotEvent{about: about, Code: &fact.Code, SubCode: filled(fact.SubCode), Message: filled(fact.Message)}
	case meeting.BotMoveStarted:
		return BotMoveEvent{about: about}
	case meeting.BotMoveEnded:
		return BotMoveEvent{about, &fact.Outcome, filled(fact.Message)}
	case meeting.BotConnectionLost:
		return BotConnectionEvent{about, meeting.InstantOf(fact.Since), false}
	case meeting.BotConnectionRestored:
		return BotConnectionEvent{about, meeting.InstantOf(fact.Since), fact.Rejoined}
	case meeting.RecordingGap:
		return RecordingGapEvent{about, meeting.InstantOf(fact.From), meeting.InstantOf(fact.To), fact.Cause}
	case meeting.BotNoticeRefused:
		return BotEvent{about: about, Message: &fact.Message}
	case meeting.BotSpeechStarted:
		long := fact.Duration.Seconds()
		return BotSpeechEvent{about: about, DurationSeconds: &long}
	case meeting.BotSpeechEnded:
		return BotSpeechEvent{about: about, Outcome: &fact.Outcome, Message: filled(fact.Message)}
	case meeting.CoverageSet:
		return CoverageEvent{about, fact.Policy}
	case meeting.RealtimeEndpointChanged:
		return RealtimeEndpointEvent{about, fact.Endpoint, fact.Status, fact.Sent, fact.Dropped, filled(fact.Message)}
	case meeting.SegmentStarted:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit)}
	case meeting.SegmentCompleted:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit), EndedAt: meeting.InstantOf(fact.EndedAt), Interrupted: fact.Interrupted, ExpiresAt: meeting.InstantOf(fact.ExpiresAt)}
	case meeting.SegmentDeleted:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit), Deletion: &fact.Cause}
	case meeting.SegmentErased:
		return SegmentEvent{about: about, SegmentID: fact.Segment, Visit: int(fact.Visit)}
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
	a.Participant, a.IdempotencyKey = ParticipantOf(id, e.Participant), filled(e.Request.Key)
	return a
}

// ParticipantOf is a participant of a meeting as events show it; nil for nobody.
func ParticipantOf(id meeting.ID, p *meeting.ParticipantRef) *EventParticipant {
	if p == nil {
		return nil
	}
	return &EventParticipant{ID: journal.ParticipantRow(id, p.ID), Number: int(p.ID), Name: p.Name, Role: p.Role, IsBot: p.IsBot}
}
