package fleet

import (
	"encoding/json"
	"fmt"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// BotSpec says which bot to send. It is written down whole with the bot, so that
// whoever has the bot's row can send it: see specOf.
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
	// Metadata is the caller's own and comes back with the bot.
	Metadata map[string]string `json:"-"`
	// Leaves says when the bot leaves by itself.
	Leaves AutomaticLeave `json:"leaves"`
	// Request is the order that the bot follows from. It belongs to the events.
	Request meeting.Request `json:"-"`
}

// specOf restores from a bot's row all that was ordered.
func specOf(row *ent.Bot) (BotSpec, error) {
	spec := BotSpec{Mode: bot.Mode(row.Mode), Room: row.RoomWanted}
	if len(row.Order) > 0 { // rows of earlier versions have none
		if err := json.Unmarshal(row.Order, &spec); err != nil {
			return spec, fmt.Errorf("read the order of bot %s: %w", row.ID, err)
		}
	}
	spec.Meeting, spec.Name, spec.Metadata = row.MeetingID, row.Name, row.Metadata
	return spec, nil
}
