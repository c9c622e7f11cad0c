package webhook

import (
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// isoMicroseconds is how Recall.ai writes moments.
const isoMicroseconds = "2006-01-02T15:04:05.000000-07:00"

// Moment writes a time as Recall.ai does: 2025-10-15T07:14:27.050380+00:00.
func Moment(at time.Time) string { return at.UTC().Format(isoMicroseconds) }

// RoomName names a breakout room in Recall.ai's shapes.
type RoomName struct {
	ID   meeting.RoomID `json:"id"`
	Name string         `json:"name"`
}

// Status is one step of a bot's life in the shape of Recall.ai's bots. The message
// of a status that tells of a breakout room is that room, as in its page "Zoom
// Breakout Rooms"; of all others it is a sentence, or null.
type Status struct {
	Code      string  `json:"code"`
	CreatedAt string  `json:"created_at"`
	Message   any     `json:"message"`
	SubCode   *string `json:"sub_code"`
}

// StatusChange is the webhook bot.status_change of Recall.ai
// (docs.recall.ai/docs/zoom-breakout-rooms).
type StatusChange struct {
	Event string `json:"event"`
	Data  struct {
		BotID  meeting.BotID `json:"bot_id"`
		Status Status        `json:"status"`
	} `json:"data"`
}

// StatusOf shows a step of a bot's life.
func StatusOf(event meeting.Event) (status Status, ok bool) {
	fact, ok := event.Fact.(meeting.BotStatusChanged)
	if !ok {
		return Status{}, false
	}
	status = Status{Code: fact.Code, CreatedAt: Moment(event.At), SubCode: filled(fact.SubCode)}
	if message := filled(fact.Message); message != nil {
		status.Message = message
	}
	if room := roomOf(event, fact); room != nil {
		status.Message = room
	}
	return status, true
}

// StatusChangeOf shows a step of a bot's life as the webhook that tells of it.
func StatusChangeOf(event meeting.Event) (change StatusChange, ok bool) {
	status, ok := StatusOf(event)
	if !ok || event.Bot == nil {
		return StatusChange{}, false
	}
	change.Event, change.Data.BotID, change.Data.Status = "bot.status_change", event.Bot.ID, status
	return change, true
}

func roomOf(event meeting.Event, fact meeting.BotStatusChanged) *RoomName {
	if event.Room == nil || !meeting.BreakoutStatus(fact.Code) {
		return nil
	}
	return &RoomName{ID: event.Room.ID, Name: event.Room.Name}
}

// botEvent is Recall.ai's other shape, whose name is the status: bot.done, or
// recording.done (docs.recall.ai/docs/bot-status-change-events).
type botEvent struct {
	Event string       `json:"event"`
	Data  botEventData `json:"data"`
}

type botEventData struct {
	Data struct {
		Code         string    `json:"code"`
		SubCode      *string   `json:"sub_code"`
		UpdatedAt    string    `json:"updated_at"`
		BreakoutRoom *RoomName `json:"breakout_room,omitempty"`
	} `json:"data"`
	Bot        *tagged `json:"bot"`
	Recording  *tagged `json:"recording,omitempty"`
	Transcript *tagged `json:"transcript,omitempty"`
}

// tagged is something with an id and the metadata of whoever made it.
type tagged struct {
	ID       string            `json:"id"`
	Metadata map[string]string `json:"metadata"`
}

// botEvents tells of a bot's steps, of each recording that is whole or deleted, and
// of its transcripts, which are whole when the bot is done.
func botEvents(event meeting.Event, segments []meeting.SegmentID) ([]Message, error) {
	if event.Bot == nil {
		return nil, nil
	}
	data := botEventData{Bot: &tagged{string(event.Bot.ID), event.Bot.Metadata}}
	if data.Bot.Metadata == nil {
		data.Bot.Metadata = map[string]string{}
	}
	data.Data.UpdatedAt = Moment(event.At)
	switch fact := event.Fact.(type) {
	case meeting.BotStatusChanged:
		data.Data.Code, data.Data.SubCode, data.Data.BreakoutRoom = fact.Code, filled(fact.SubCode), roomOf(event, fact)
		messages, err := write(nil, "bot."+fact.Code, botEvent{"bot." + fact.Code, data})
		if fact.Code == meeting.StatusDone && err == nil {
			messages, err = transcriptsDone(messages, data, segments)
		}
		return messages, err
	case meeting.SegmentStarted:
		return recordingIs("processing", data, fact.Segment)
	case meeting.SegmentCompleted:
		return recordingIs("done", data, fact.Segment)
	case meeting.SegmentDeleted:
		return recordingIs("deleted", data, fact.Segment)
	}
	return nil, nil
}

// recordingIs tells of a segment, which is a recording in Recall.ai's words.
func recordingIs(code string, data botEventData, segment meeting.SegmentID) ([]Message, error) {
	data.Data.Code, data.Recording = code, noTags(segment)
	return write(nil, "recording."+code, botEvent{"recording." + code, data})
}

func transcriptsDone(messages []Message, data botEventData, segments []meeting.SegmentID) (all []Message, err error) {
	data.Data.Code, data.Data.SubCode, data.Data.BreakoutRoom = "done", nil, nil
	all = messages
	for _, segment := range segments {
		data.Recording, data.Transcript = noTags(segment), noTags(segment)
		if all, err = write(all, "transcript.done", botEvent{"transcript.done", data}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func noTags(segment meeting.SegmentID) *tagged {
	return &tagged{string(segment), map[string]string{}}
}

// filled is nil for an empty text.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
