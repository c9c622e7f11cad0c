package meeting

import "time"

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
		// JoinURL is an address by which the meeting is known elsewhere: see [ParseJoinURL].
		JoinURL string `json:"joinUrl,omitempty"`
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
	// PresetSaved holds a preset as it is from now on.
	PresetSaved struct {
		Preset Preset `json:"preset"`
	}
	// PresetDeleted says that a preset is forgotten.
	PresetDeleted struct {
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
	// RecordingAllowed says whether people may record in the event's room, or,
	// where the event has none, whether its participant may.
	RecordingAllowed struct {
		Allowed bool `json:"allowed"`
	}
	// PollStarted asks the people of the event's room a question.
	PollStarted struct {
		Poll     PollID   `json:"poll"`
		Question string   `json:"question"`
		Choices  []string `json:"choices"`
	}
	// PollAnswered is the choice of the event's participant, counted from 0.
	PollAnswered struct {
		Poll   PollID `json:"poll"`
		Choice int    `json:"choice"`
	}
	// PollEnded says how many chose what.
	PollEnded struct {
		Poll  PollID `json:"poll"`
		Votes []int  `json:"votes"`
	}
	// ChatSent is a message of the event's participant, or of the meeting's owner,
	// to the event's room, or to one person in it.
	ChatSent struct {
		Text string          `json:"text"`
		To   *ParticipantRef `json:"to,omitempty"`
	}
	// RoomOpened says that people can enter the room.
	RoomOpened struct{}
	// RoomClosed says that nobody is in the room and nobody can enter.
	RoomClosed struct{}
)
