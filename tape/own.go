package tape

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// ownEvent is one of our own events, as the API shows it.
type ownEvent struct {
	Type      string `json:"type"`
	At        string `json:"at"`
	MeetingID string `json:"meetingId"`
	Room      *struct {
		ID, Kind, Name string
	} `json:"room"`
	Participant *struct {
		Number int
		Role   string
		IsBot  bool
	} `json:"participant"`
	Bot *struct{ ID string } `json:"bot"`
}

// unwrapped is the event inside of what brought it: an answer to a subscription, or a
// webhook, whose type and time stand outside.
func unwrapped(data json.RawMessage) json.RawMessage {
	var outside struct {
		Payload       json.RawMessage `json:"payload"`
		Data          json.RawMessage `json:"data"`
		MeetingEvents json.RawMessage `json:"meetingEvents"`
		BotEvents     json.RawMessage `json:"botEvents"`
		Type          string          `json:"type"`
		Timestamp     string          `json:"timestamp"`
	}
	if json.Unmarshal(data, &outside) != nil {
		return data
	}
	for _, inside := range []json.RawMessage{outside.Payload, outside.MeetingEvents, outside.BotEvents} {
		if inside != nil {
			return unwrapped(inside)
		}
	}
	switch {
	case outside.Data == nil:
		return data
	case outside.Timestamp == "":
		return unwrapped(outside.Data)
	}
	fields := make(map[string]any)
	if json.Unmarshal(outside.Data, &fields) != nil {
		return data
	}
	fields["type"], fields["at"] = outside.Type, outside.Timestamp
	event, err := json.Marshal(fields)
	if err != nil {
		return data
	}
	return event
}

func knowsOwn(v value) bool {
	var e struct {
		Type string `json:"type"`
		At   string `json:"at"`
	}
	return json.Unmarshal(unwrapped(v.data), &e) == nil && e.Type != "" && e.At != ""
}

// verbs are what our events say happened.
var verbs = map[string]verb{
	"PARTICIPANT_JOINED": joined, "PARTICIPANT_ENTERED_ROOM": arrived, "PARTICIPANT_LEFT": left, "INVITATION_SENT": invited,
	"ROOM_CREATED": created, "ROOM_DELETED": deleted, "ROOM_OPENED": opened, "ROOM_CLOSED": closed,
	"ROUND_OPENED": opened, "ROUND_CLOSED": closed, "MEETING_ENDED": ended,
}

// readOwn reads one event of our own. That somebody has left a room is told anew by
// where they are next.
func readOwn(r *reader, v value) ([]moment, string) {
	var e ownEvent
	if !r.into(value{v.line, unwrapped(v.data)}, &e) {
		return nil, ""
	}
	verb, useful := verbs[strings.ToUpper(e.Type)]
	if !useful {
		return nil, e.MeetingID
	}
	m := moment{line: v.line, at: r.time(v.line, "at", e.At), verb: verb}
	if e.Room != nil {
		m.room = place{key: e.Room.ID, name: e.Room.Name, main: e.Room.Kind == string(meeting.RoomMain) || e.Room.Name == meeting.MainRoomName}
	}
	if p := e.Participant; p != nil {
		m.who = who{lasting: strconv.Itoa(p.Number), isBot: p.IsBot, host: strings.EqualFold(p.Role, string(meeting.RoleHost))}
	}
	switch verb {
	case arrived, joined, left:
		if e.Participant == nil || e.Participant.Number == 0 {
			r.problem(v.line, "%s does not say of whom it tells: it has no participant with a number.", e.Type)
		}
	case invited:
		if !m.who.isBot {
			return nil, e.MeetingID // people answer when they do; where they are then is told
		}
	case created, deleted:
		if m.room.main {
			return nil, e.MeetingID
		}
	}
	if strings.HasPrefix(strings.ToUpper(e.Type), "ROOM_") && m.room.key == "" || verb == arrived && e.Room == nil {
		r.problem(v.line, "%s does not say which room it tells of: it has no room with an id.", e.Type)
	}
	return []moment{m}, e.MeetingID
}
