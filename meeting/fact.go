package meeting

import (
	"encoding/json"
	"time"
)

// Fact is what an event says. Room, participant and bot stand on the [Event];
// a fact holds only what they do not tell.
type Fact interface {
	EventType() EventType
}

// Facts about the meeting and its rounds.
type (
	// MeetingCreated is the first event of every meeting.
	MeetingCreated struct {
		Meeting  ID      `json:"meeting"`
		Title    string  `json:"title"`
		Platform string  `json:"platform"`
		Owner    string  `json:"owner"`
		Options  Options `json:"options"`
		Persona  string  `json:"persona,omitempty"`
	}
	// MeetingEnded is the last fact that the rules make of a meeting.
	MeetingEnded struct {
		Cause LeaveCause `json:"cause"`
	}
	// RoundPrepared begins a round: rooms and assignments can be edited.
	RoundPrepared struct {
		Round int `json:"round"`
	}
	// OptionsChanged holds the host's settings as they are from now on.
	OptionsChanged struct {
		Options Options `json:"options"`
	}
	// PlanSaved holds a plan as it is from now on.
	PlanSaved struct {
		Plan Plan `json:"plan"`
	}
	// PlanDeleted says that a plan is forgotten.
	PlanDeleted struct {
		Name string `json:"name"`
	}
	// PlanApplied says that a plan is the one by which people are assigned.
	PlanApplied struct {
		Name string `json:"name"`
	}
	// MessageBroadcast is a message to rooms, from the event's participant or,
	// without one, from the meeting's owner.
	MessageBroadcast struct {
		Text  string   `json:"text"`
		Rooms []RoomID `json:"rooms"`
	}
	// RoundOpened says that rooms of the round are open.
	RoundOpened struct {
		Round  int       `json:"round"`
		EndsAt time.Time `json:"endsAt,omitzero"` // when the timer runs out
	}
	// RoundExtended says that the timer runs out at another time.
	RoundExtended struct {
		Round  int       `json:"round"`
		EndsAt time.Time `json:"endsAt"`
	}
	// RoundTimeUp tells the host that the timer has run out.
	RoundTimeUp struct {
		Round int `json:"round"`
	}
	// RoundClosing says that a closing countdown runs.
	RoundClosing struct {
		Round    int       `json:"round"`
		ClosesAt time.Time `json:"closesAt"`
		// Cause is why the round will have ended.
		Cause CloseCause `json:"cause,omitempty"`
	}
	// RoundClosed says that everybody is out of the rooms and the rooms are closed.
	RoundClosed struct {
		Round int        `json:"round"`
		Cause CloseCause `json:"cause"`
	}
)

// Facts about rooms.
type (
	// RoomCreated adds a room; its name and kind are on the event.
	RoomCreated struct {
		Ordinal int `json:"ordinal"`
	}
	// RoomRenamed says that the room, whose new name is on the event, had another.
	RoomRenamed struct {
		Before string `json:"before"`
	}
	// RoomDeleted says that the room is no more.
	RoomDeleted struct{}
	// RoomClosing says that a closing countdown of this one room runs.
	RoomClosing struct {
		ClosesAt time.Time `json:"closesAt"`
	}
	// RoomOpened says that people can enter the room.
	RoomOpened struct{}
	// RoomClosed says that nobody is in the room and nobody can enter.
	RoomClosed struct{}
)

// Facts about participants.
type (
	// ParticipantJoined begins a connection to the meeting.
	ParticipantJoined struct {
		Connection   ConnectionID `json:"connection"`
		Bot          BotID        `json:"bot,omitempty"`
		FollowsMoves bool         `json:"followsMoves,omitempty"`
		Email        string       `json:"email,omitempty"`
		ExternalID   string       `json:"externalId,omitempty"`
	}
	// ParticipantLeft ends a connection to the meeting.
	ParticipantLeft struct {
		Connection ConnectionID `json:"connection"`
		Cause      LeaveCause   `json:"cause"`
	}
	// ParticipantRenamed says that the participant, whose new name is on the
	// event, had another.
	ParticipantRenamed struct {
		Before string `json:"before"`
	}
	// ParticipantRoleChanged says that the participant, whose new role is on the
	// event, had another.
	ParticipantRoleChanged struct {
		Before Role `json:"before"`
	}
	// CapabilitiesChanged lists what the participant may do from now on.
	CapabilitiesChanged struct {
		Capabilities []string `json:"capabilities"`
	}
	// HelpRequested asks the hosts to come to the event's room.
	HelpRequested struct {
		Help HelpID `json:"help"`
	}
	// HelpAnswered says what became of a request for help.
	HelpAnswered struct {
		Help    HelpID    `json:"help"`
		Outcome HelpState `json:"outcome"`
	}
	// ParticipantEnteredRoom begins a presence in the event's room.
	ParticipantEnteredRoom struct {
		Connection ConnectionID `json:"connection"`
		Visit      VisitNumber  `json:"visit"`
	}
	// ParticipantLeftRoom ends a presence in the event's room.
	ParticipantLeftRoom struct {
		Connection ConnectionID `json:"connection"`
		Visit      VisitNumber  `json:"visit"`
		Cause      LeaveCause   `json:"cause"`
	}
	// ParticipantAssigned says where a participant should be: in the event's
	// room, or nowhere when the event has none.
	ParticipantAssigned struct {
		Source AssignmentSource `json:"source"`
	}
	// InvitationSent asks a participant for consent to go to the event's room.
	InvitationSent struct {
		Invitation InvitationID   `json:"invitation"`
		Kind       InvitationKind `json:"kind"`
	}
	// InvitationResolved says how an invitation ended.
	InvitationResolved struct {
		Invitation InvitationID    `json:"invitation"`
		Outcome    InvitationState `json:"outcome"`
	}
)

// Facts about bots and what they record. The rules pass them by.
type (
	// BotCreated begins a bot's life.
	BotCreated struct {
		Mode string `json:"mode"`
		// RoomWanted is the room that a bot of mode join_specific_room was
		// given, by id or by name.
		RoomWanted string            `json:"roomWanted,omitempty"`
		Metadata   map[string]string `json:"metadata,omitempty"`
	}
	// BotStatusChanged is one step of a bot's life. Codes and sub codes are open
	// sets, as in the bot APIs whose words they are.
	BotStatusChanged struct {
		Code    string `json:"code"`
		SubCode string `json:"subCode,omitempty"`
		// Message is a sentence for people, where there is more to say.
		Message string `json:"message,omitempty"`
	}
	// SegmentStarted says that a bot began to record a visit to the event's room.
	SegmentStarted struct {
		Segment SegmentID   `json:"segment"`
		Visit   VisitNumber `json:"visit"`
		// Folder is where the recording lies, below the recordings' root.
		Folder string `json:"folder"`
	}
	// SegmentCompleted says that the recording of a visit is whole.
	SegmentCompleted struct {
		Segment SegmentID   `json:"segment"`
		Visit   VisitNumber `json:"visit"`
		EndedAt time.Time   `json:"endedAt"`
		// Interrupted says that the recorder died and the segment was finished
		// from what was on disk.
		Interrupted bool `json:"interrupted,omitempty"`
		// Tracks are the people that were recorded.
		Tracks []Track `json:"tracks"`
	}
)

// Track is one participant's audio in a segment.
type Track struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
	File        string        `json:"file"` // below the segment's folder
	StartedAt   time.Time     `json:"startedAt"`
	Duration    time.Duration `json:"duration"` // nanoseconds
	Packets     int           `json:"packets"`
	Lost        int           `json:"lost"` // packets that were sent and never came
	Bytes       int64         `json:"bytes"`
}

// EventType makes every fact tell its name.
func (MeetingCreated) EventType() EventType         { return "meeting_created" }
func (MeetingEnded) EventType() EventType           { return "meeting_ended" }
func (RoundPrepared) EventType() EventType          { return "round_prepared" }
func (RoundOpened) EventType() EventType            { return "round_opened" }
func (RoundClosing) EventType() EventType           { return "round_closing" }
func (RoundClosed) EventType() EventType            { return "round_closed" }
func (RoomCreated) EventType() EventType            { return "room_created" }
func (RoomOpened) EventType() EventType             { return "room_opened" }
func (RoomClosed) EventType() EventType             { return "room_closed" }
func (ParticipantJoined) EventType() EventType      { return "participant_joined" }
func (ParticipantLeft) EventType() EventType        { return "participant_left" }
func (ParticipantEnteredRoom) EventType() EventType { return "participant_entered_room" }
func (ParticipantLeftRoom) EventType() EventType    { return "participant_left_room" }
func (ParticipantAssigned) EventType() EventType    { return "participant_assigned" }
func (InvitationSent) EventType() EventType         { return "invitation_sent" }
func (InvitationResolved) EventType() EventType     { return "invitation_resolved" }
func (PlanSaved) EventType() EventType              { return "plan_saved" }
func (PlanDeleted) EventType() EventType            { return "plan_deleted" }
func (PlanApplied) EventType() EventType            { return "plan_applied" }
func (OptionsChanged) EventType() EventType         { return "options_changed" }
func (MessageBroadcast) EventType() EventType       { return "message_broadcast" }
func (RoundExtended) EventType() EventType          { return "round_extended" }
func (RoundTimeUp) EventType() EventType            { return "round_time_up" }
func (RoomRenamed) EventType() EventType            { return "room_renamed" }
func (RoomDeleted) EventType() EventType            { return "room_deleted" }
func (RoomClosing) EventType() EventType            { return "room_closing" }
func (ParticipantRenamed) EventType() EventType     { return "participant_renamed" }
func (ParticipantRoleChanged) EventType() EventType { return "participant_role_changed" }
func (CapabilitiesChanged) EventType() EventType    { return "capabilities_changed" }
func (HelpRequested) EventType() EventType          { return "help_requested" }
func (HelpAnswered) EventType() EventType           { return "help_answered" }
func (BotCreated) EventType() EventType             { return "bot_created" }
func (BotStatusChanged) EventType() EventType       { return "bot_status_changed" }
func (SegmentStarted) EventType() EventType         { return "segment_started" }
func (SegmentCompleted) EventType() EventType       { return "segment_completed" }

// facts reads each kind of fact back from its written form.
var facts = map[EventType]func(json.RawMessage) (Fact, error){
	MeetingCreated{}.EventType():         decode[MeetingCreated],
	MeetingEnded{}.EventType():           decode[MeetingEnded],
	RoundPrepared{}.EventType():          decode[RoundPrepared],
	RoundOpened{}.EventType():            decode[RoundOpened],
	RoundClosing{}.EventType():           decode[RoundClosing],
	RoundClosed{}.EventType():            decode[RoundClosed],
	RoomCreated{}.EventType():            decode[RoomCreated],
	RoomOpened{}.EventType():             decode[RoomOpened],
	RoomClosed{}.EventType():             decode[RoomClosed],
	ParticipantJoined{}.EventType():      decode[ParticipantJoined],
	ParticipantLeft{}.EventType():        decode[ParticipantLeft],
	ParticipantEnteredRoom{}.EventType(): decode[ParticipantEnteredRoom],
	ParticipantLeftRoom{}.EventType():    decode[ParticipantLeftRoom],
	ParticipantAssigned{}.EventType():    decode[ParticipantAssigned],
	InvitationSent{}.EventType():         decode[InvitationSent],
	InvitationResolved{}.EventType():     decode[InvitationResolved],
	PlanSaved{}.EventType():              decode[PlanSaved],
	PlanDeleted{}.EventType():            decode[PlanDeleted],
	PlanApplied{}.EventType():            decode[PlanApplied],
	OptionsChanged{}.EventType():         decode[OptionsChanged],
	MessageBroadcast{}.EventType():       decode[MessageBroadcast],
	RoundExtended{}.EventType():          decode[RoundExtended],
	RoundTimeUp{}.EventType():            decode[RoundTimeUp],
	RoomRenamed{}.EventType():            decode[RoomRenamed],
	RoomDeleted{}.EventType():            decode[RoomDeleted],
	RoomClosing{}.EventType():            decode[RoomClosing],
	ParticipantRenamed{}.EventType():     decode[ParticipantRenamed],
	ParticipantRoleChanged{}.EventType(): decode[ParticipantRoleChanged],
	CapabilitiesChanged{}.EventType():    decode[CapabilitiesChanged],
	HelpRequested{}.EventType():          decode[HelpRequested],
	HelpAnswered{}.EventType():           decode[HelpAnswered],
	BotCreated{}.EventType():             decode[BotCreated],
	BotStatusChanged{}.EventType():       decode[BotStatusChanged],
	SegmentStarted{}.EventType():         decode[SegmentStarted],
	SegmentCompleted{}.EventType():       decode[SegmentCompleted],
}

// EventTypes lists every type of event that the project can write.
func EventTypes() []EventType {
	types := make([]EventType, 0, len(facts))
	for eventType := range facts {
		types = append(types, eventType)
	}
	return types
}
