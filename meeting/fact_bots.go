package meeting

import "time"

// Facts about bots and what they record. The rules pass them by.
type (
	// BotCreated begins a bot's life.
	BotCreated struct {
		Mode string `json:"mode"`
		// RoomWanted is the room that a bot of mode join_specific_room was
		// given, by id or by name.
		RoomWanted string            `json:"roomWanted,omitempty"`
		Email      string            `json:"email,omitempty"`
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
