package tape

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// zoomEvent is a webhook of Zoom: its envelope, and of its payload what is read.
type zoomEvent struct {
	Event string `json:"event"`
	// At is when Zoom noticed, in milliseconds since 1970.
	At      int64 `json:"event_ts"`
	Payload struct {
		Object struct {
			UUID        string      `json:"uuid"` // of the main meeting, also in its rooms
			RoomUUID    string      `json:"breakout_room_uuid"`
			HostID      string      `json:"host_id"`
			EndTime     string      `json:"end_time"`
			Participant participant `json:"participant"`
		} `json:"object"`
	} `json:"payload"`
}

// participant is a person as Zoom tells of it. Its user_id is another one in every
// room; its participant_uuid lasts from joining to leaving the meeting.
type participant struct {
	UUID        string `json:"participant_uuid"`
	ID          string `json:"id"`
	Name        string `json:"user_name"`
	Registrant  string `json:"registrant_id"`
	CustomerKey string `json:"customer_key"`
	ParentID    string `json:"parent_user_id"`
	UserID      string `json:"user_id"`
	JoinTime    string `json:"join_time"`
	LeaveTime   string `json:"leave_time"`
}

func knowsZoom(v value) bool {
	var e struct {
		Event   string          `json:"event"`
		Payload json.RawMessage `json:"payload"`
	}
	return json.Unmarshal(v.data, &e) == nil && e.Event != "" && e.Payload != nil
}

// readZoom reads one webhook of Zoom. Those that tell nothing of who is where are
// ignored.
func readZoom(r *reader, v value) (moments []moment, meeting string) {
	var e zoomEvent
	if !r.into(v, &e) {
		return nil, ""
	}
	object := e.Payload.Object
	m := moment{line: v.line, room: place{main: true}}
	switch e.Event {
	case "meeting.participant_joined":
		m.verb = arrived
	case "meeting.participant_left":
		m.verb = departed
	case "meeting.participant_joined_breakout_room":
		m.verb, m.room = arrived, place{key: object.RoomUUID}
	case "meeting.participant_left_breakout_room":
		m.verb, m.room = departed, place{key: object.RoomUUID}
	case "meeting.ended":
		return []moment{{line: v.line, verb: ended, at: r.zoomTime(v.line, e, object.EndTime, "end_time")}}, object.UUID
	default:
		return nil, object.UUID
	}
	m.at = r.zoomTime(v.line, e, cmp.Or(object.Participant.JoinTime, object.Participant.LeaveTime), "join_time or leave_time")
	m.who = object.Participant.who(object.HostID)
	if m.who.connection == "" && m.who.lasting == "" {
		r.problem(v.line, "The event does not say of whom it tells: payload.object.participant has neither a participant_uuid nor another id.")
	}
	if strings.HasSuffix(e.Event, "breakout_room") && m.room.key == "" {
		r.problem(v.line, "The event does not say which room it tells of: payload.object has no breakout_room_uuid.")
	}
	return []moment{m}, object.UUID
}

// zoomTime is when something happened: to the millisecond by the time at which it was
// noticed, unless that is far from when it is said to have happened.
func (r *reader) zoomTime(line int, e zoomEvent, said, name string) time.Time {
	const near = 3 * time.Second
	noticed := time.UnixMilli(e.At).UTC()
	if said == "" && e.At > 0 {
		return noticed
	}
	happened := r.time(line, name, said)
	if e.At > 0 && noticed.Sub(happened).Abs() < near {
		return noticed
	}
	return happened
}

// who is the person. Zoom gives out a participant_uuid anew to who comes again. An
// account stays the same; guests have nothing but their names then. E-mail addresses
// are left out: in rooms they have been seen to be those of others.
func (p participant) who(host string) who {
	return who{
		connection: cmp.Or(p.UUID, p.ParentID, p.UserID), lasting: cmp.Or(p.ID, p.Registrant, p.CustomerKey), name: p.Name,
		host: p.ID != "" && p.ID == host,
	}
}
