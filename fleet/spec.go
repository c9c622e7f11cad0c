package fleet

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// BotSpec says which bot to send. It is written down whole with the bot, so that
// whoever has the bot's row can send it: see [SpecOf].
type BotSpec struct {
	Meeting meeting.ID `json:"-"`
	Name    string     `json:"-"` // defaults to BreakoutBot
	// Mode defaults to auto_accept_all_invites.
	Mode bot.Mode `json:"mode"`
	// Room is the id or name of the room of mode join_specific_room, and empty
	// in every other mode.
	Room string `json:"room,omitempty"`
	// Follow is the participant whom a bot of mode follow_participant follows.
	Follow meeting.ParticipantID `json:"follow,omitempty"`
	// Email is the address by which plans know the bot.
	Email string `json:"email,omitempty"`
	// Transcription says how what the bot hears becomes text.
	Transcription meeting.Transcription `json:"transcription,omitzero"`
	// Endpoints are where the bot sends what it hears while it hears it. Their ids are
	// made.
	Endpoints []meeting.RealtimeEndpoint `json:"endpoints,omitempty"`
	// Covers has the bot record breakout rooms alone, and go where it is sent
	// without being asked.
	Covers bool `json:"covers,omitempty"`
	// Target is the room that a bot that covers rooms is sent for.
	Target meeting.RoomID `json:"target,omitempty"`
	// Video is what the bot records beside voices. Defaults to nothing.
	Video meeting.VideoChoice `json:"video,omitempty"`
	// Metadata is the caller's own and comes back with the bot.
	Metadata map[string]string `json:"-"`
	// JoinAt is when the bot joins; at once when it is zero or has just passed.
	JoinAt time.Time `json:"joinAt,omitzero"`
	// DeduplicationKey is one that no other living bot of the workspace has, if any.
	DeduplicationKey string `json:"deduplicationKey,omitempty"`
	// Leaves says when the bot leaves by itself.
	Leaves AutomaticLeave `json:"leaves"`
	// RecordingStart is when the bot begins to record. Defaults to when it has joined.
	RecordingStart bot.RecordingStart `json:"recordingStart,omitempty"`
	// ConsentNotice is what the bot writes to every room that it enters.
	ConsentNotice string `json:"consentNotice,omitempty"`
	// Retention is for how long recordings are kept after their end. Defaults to 0:
	// for ever.
	Retention time.Duration `json:"retention,omitempty"`
	// Request is the order that the bot follows from. It belongs to the events.
	Request meeting.Request `json:"-"`
}

// order is what is written down of what was ordered.
func (s BotSpec) order() (meeting.BotOrder, error) {
	whole, err := json.Marshal(s)
	if err != nil {
		return meeting.BotOrder{}, fmt.Errorf("write down the order of bot %q: %w", s.Name, err)
	}
	return meeting.BotOrder{
		Mode: string(s.Mode), RoomWanted: s.Room, Email: s.Email, Metadata: s.Metadata,
		JoinAt: s.JoinAt, DeduplicationKey: s.DeduplicationKey, Order: whole,
		Transcription: s.Transcription, Endpoints: s.Endpoints,
	}, nil
}

// refOf is the bot of a row as its events name it.
func refOf(row *ent.Bot) *meeting.BotRef {
	return &meeting.BotRef{ID: row.ID, Name: row.Name, Metadata: row.Metadata}
}

// SpecOf restores from a bot's row all that was ordered, with the defaults filled in.
func SpecOf(row *ent.Bot) (BotSpec, error) {
	spec := BotSpec{Mode: bot.Mode(row.Mode), Room: row.RoomWanted}
	if len(row.Order) > 0 { // rows of earlier versions have none
		if err := json.Unmarshal(row.Order, &spec); err != nil {
			return spec, fmt.Errorf("read the order of bot %s: %w", row.ID, err)
		}
	}
	spec.Meeting, spec.Name, spec.Metadata = row.MeetingID, row.Name, row.Metadata
	return spec, nil
}
