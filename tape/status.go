package tape

import (
	"encoding/json"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// statusEvent is a status webhook: bot.status_change, or one that is named after the
// status, such as bot.breakout_room_entered.
type statusEvent struct {
	Event string `json:"event"`
	Data  struct {
		BotID  string `json:"bot_id"`
		Status struct {
			Code      string          `json:"code"`
			CreatedAt string          `json:"created_at"`
			Message   json.RawMessage `json:"message"`
		} `json:"status"`
		Bot  struct{ ID string } `json:"bot"`
		Data struct {
			Code      string     `json:"code"`
			UpdatedAt string     `json:"updated_at"`
			Room      statusRoom `json:"breakout_room"`
		} `json:"data"`
	} `json:"data"`
}

type statusRoom struct{ ID, Name string }

func knowsStatus(v value) bool {
	var e struct {
		Event string          `json:"event"`
		Data  json.RawMessage `json:"data"`
	}
	return json.Unmarshal(v.data, &e) == nil && e.Event != "" && e.Data != nil
}

// readStatus reads one step of a bot. The webhooks name no meeting.
func readStatus(r *reader, v value) ([]moment, string) {
	var e statusEvent
	if !r.into(v, &e) || !strings.HasPrefix(e.Event, "bot.") {
		return nil, ""
	}
	code, at, bot, room := e.Data.Status.Code, e.Data.Status.CreatedAt, e.Data.BotID, e.Data.Data.Room
	if e.Event == "bot.status_change" {
		_ = json.Unmarshal(e.Data.Status.Message, &room) // a sentence, where it tells of no room
	} else {
		code, at, bot = e.Data.Data.Code, e.Data.Data.UpdatedAt, e.Data.Bot.ID
	}
	m := moment{line: v.line, at: r.time(v.line, "created_at or updated_at", at), who: who{lasting: bot, isBot: true}, room: place{key: room.ID, name: room.Name}}
	if bot == "" {
		r.problem(v.line, "The event does not say which bot it tells of.")
	}
	if meeting.BreakoutStatus(code) && room.ID == "" {
		r.problem(v.line, "The event %s does not say which room it tells of: it has no room with an id.", code)
	}
	return m.ofStatus(code), ""
}

// ofStatus is what a status says happened.
func (m moment) ofStatus(code string) []moment {
	switch code {
	case meeting.StatusBreakoutRoomEntered:
		m.verb = arrived
	case meeting.StatusBreakoutRoomLeft:
		m.verb = departed
	case meeting.StatusBreakoutRoomOpened:
		m.verb, m.who = opened, who{}
	case meeting.StatusBreakoutRoomClosed:
		m.verb, m.who = closed, who{}
	case meeting.StatusJoiningCall:
		m.verb, m.room = joined, place{main: true}
	case meeting.StatusCallEnded, meeting.StatusDone, meeting.StatusFatal:
		m.verb, m.room = left, place{main: true}
	default:
		return nil
	}
	return []moment{m}
}
