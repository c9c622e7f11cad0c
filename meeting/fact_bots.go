package meeting

import (
	"encoding/json"
	"time"
)

// Facts about bots and what they record. The rules pass them by.
type (
	// BotCreated begins a bot's life.
	BotCreated struct{ BotOrder }
	// BotUpdated says that something else was ordered of a bot that has not left
	// for its meeting.
	BotUpdated struct{ BotOrder }
	// BotStatusChanged is one step of a bot's life. Codes and sub codes are open
	// sets, as in the bot APIs whose words they are.
	BotStatusChanged struct {
		Code    string `json:"code"`
		SubCode string `json:"subCode,omitempty"`
		// Message is a sentence for people, where there is more to say.
		Message string `json:"message,omitempty"`
	}
	// BotMoveStarted says that the bot was told to go to the event's room.
	BotMoveStarted struct{}
	// BotMoveEnded says what became of that.
	BotMoveEnded struct {
		Outcome MoveOutcome `json:"outcome"`
		// Message is a sentence for people, where there is more to say.
		Message string `json:"message,omitempty"`
	}
	// BotConnectionLost says that a bot hears nothing from its meeting any more.
	BotConnectionLost struct {
		Since time.Time `json:"since"` // when something last came
	}
	// BotConnectionRestored says that a bot is connected again.
	BotConnectionRestored struct {
		Since time.Time `json:"since"`
		// Rejoined says that the bot had to join anew.
		Rejoined bool `json:"rejoined,omitempty"`
	}
	// RecordingGap says that a bot recorded nothing for some time, although it was
	// to: in the event's room, and where it was sent meanwhile.
	RecordingGap struct {
		From  time.Time `json:"from"`
		To    time.Time `json:"to"`
		Cause GapCause  `json:"cause"`
	}
	// BotSpeechStarted says that the bot began to say a clip to the event's room.
	BotSpeechStarted struct {
		Duration time.Duration `json:"duration"` // nanoseconds
	}
	// BotSpeechEnded says what became of that.
	BotSpeechEnded struct {
		Outcome SpeechOutcome `json:"outcome"`
		// Message is a sentence for people, where there is more to say.
		Message string `json:"message,omitempty"`
	}
	// BotNoticeRefused says that a bot could not write its notice to the event's room.
	BotNoticeRefused struct {
		Message string `json:"message"` // a sentence for people
	}
	// CoverageSet holds how rooms are to be covered by bots from now on; not at
	// all, when it holds no policy.
	CoverageSet struct {
		Policy *CoverPolicy `json:"policy,omitempty"`
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
		// ExpiresAt is when the recording is to be deleted, if ever.
		ExpiresAt time.Time `json:"expiresAt,omitzero"`
	}
	// SegmentDeleted says that a recording was deleted: from then on nothing of it
	// can be had, also while its files are still there.
	SegmentDeleted struct {
		Segment SegmentID     `json:"segment"`
		Visit   VisitNumber   `json:"visit"`
		Cause   DeletionCause `json:"cause"`
	}
	// SegmentErased says that the files of a deleted recording are gone.
	SegmentErased struct {
		Segment SegmentID   `json:"segment"`
		Visit   VisitNumber `json:"visit"`
	}
)

// DeletionCause is why a recording was deleted.
type DeletionCause string

// Recordings are deleted when somebody asks for it, or when they have been kept for
// as long as they were to be.
const (
	DeletedByRequest DeletionCause = "REQUEST"
	DeletedByExpiry  DeletionCause = "EXPIRY"
)

// GapCause is why a bot recorded nothing.
type GapCause string

// The causes of gaps.
const (
	GapByLostConnection GapCause = "CONNECTION_LOST"
	GapByProcessEnd     GapCause = "PROCESS_ENDED"
	GapByRevocation     GapCause = "PERMISSION_REVOKED"
)

// BotOrder is what a bot was ordered.
type BotOrder struct {
	Mode string `json:"mode"`
	// RoomWanted is the room that a bot of mode join_specific_room was given, by
	// id or by name.
	RoomWanted string            `json:"roomWanted,omitempty"`
	Email      string            `json:"email,omitempty"`
	Metadata   map[string]string `json:"metadata,omitempty"`
	// JoinAt is when the bot joins, unless it joins at once.
	JoinAt time.Time `json:"joinAt,omitzero"`
	// DeduplicationKey is one that no other living bot of the workspace has.
	DeduplicationKey string `json:"deduplicationKey,omitempty"`
	// Order is all that was ordered, as whoever sends bots writes it down to send
	// the bot later, or again.
	Order         json.RawMessage `json:"order,omitempty"`
	Transcription Transcription   `json:"transcription,omitzero"`
	// Endpoints are where the bot sends what it hears while it hears it.
	Endpoints []RealtimeEndpoint `json:"endpoints,omitempty"`
}

// MoveOutcome is how the move of a bot ended.
type MoveOutcome string

// Every move of a bot that was told to make it ends in one of these ways.
const (
	MoveMade       MoveOutcome = "MOVED"
	MoveRefused    MoveOutcome = "REFUSED"
	MoveTimedOut   MoveOutcome = "TIMED_OUT"
	MoveSuperseded MoveOutcome = "SUPERSEDED"
)

// SpeechOutcome is how a clip ended that a bot was saying.
type SpeechOutcome string

// Every clip that a bot begins to say ends in one of these ways.
const (
	SpeechFinished    SpeechOutcome = "FINISHED"
	SpeechInterrupted SpeechOutcome = "INTERRUPTED"
	SpeechSuperseded  SpeechOutcome = "SUPERSEDED"
)

// CoverPolicy says how the rooms of a meeting are covered by bots.
type CoverPolicy struct {
	// MaxBots bounds how many bots are sent.
	MaxBots int `json:"maxBots"`
	// Name is what they are called: {n} stands for their number, {room} for the
	// room that they are sent for.
	Name string `json:"name"`
	// Priority are names of rooms that are covered before all others, in this order.
	Priority []string `json:"priority,omitempty"`
	// Dwell is how long a bot stays in a room, when there are more rooms than bots,
	// before it goes to one that nobody covers. 0 is for as long as the room is open.
	Dwell time.Duration `json:"dwell,omitempty"`
	// Video is what they record beside voices.
	Video VideoChoice `json:"video,omitempty"`
}

// Word is a word that was said, and when.
type Word struct {
	Text string    `json:"text"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Track is one participant's audio, camera or screen in a segment.
type Track struct {
	Participant ParticipantID `json:"participant"`
	Name        string        `json:"name"`
	Kind        MediaKind     `json:"kind,omitempty"`
	File        string        `json:"file"` // below the segment's folder
	StartedAt   time.Time     `json:"startedAt"`
	Duration    time.Duration `json:"duration"` // nanoseconds
	Packets     int           `json:"packets"`  // of video, 0 when the recorder died
	Lost        int           `json:"lost"`     // packets that were sent and never came
	Bytes       int64         `json:"bytes"`
	// Of video: the size of the picture in pixels, how many frames there are, and for
	// how long frames came that could not be decoded, as no keyframe was there yet.
	Width  int           `json:"width,omitempty"`
	Height int           `json:"height,omitempty"`
	Frames int           `json:"frames,omitempty"`
	Missed time.Duration `json:"missed,omitempty"` // nanoseconds
}
