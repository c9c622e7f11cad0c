package meeting

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// ConnectedMeeting is the id under which a room is a meeting of its own, as rooms
// are on RealtimeKit. The main room is the meeting itself.
func (s *State) ConnectedMeeting(room RoomRef) ID {
	if room.Kind == RoomMain {
		return s.Meeting
	}
	return ConnectedMeeting(room.ID)
}

// ConnectedMeeting is the id under which a breakout room is a meeting of its own.
func ConnectedMeeting(room RoomID) ID { return ID("mtg_" + strings.TrimPrefix(string(room), "room_")) }

// RoomOf is the breakout room that is a connected meeting, if there is such a
// meeting.
func RoomOf(connected ID) RoomID {
	return RoomID("room_" + strings.TrimPrefix(string(connected), "mtg_"))
}

// RoomIn reads the id of a room, which can be that of a meeting: the meeting's own
// stands for its main room, and a connected meeting's for the room that it is.
func RoomIn(meeting ID, id RoomID) RoomID {
	switch {
	case ID(id) == meeting:
		return MainRoom(meeting)
	case strings.HasPrefix(string(id), "mtg_"):
		return RoomOf(ID(id))
	}
	return id
}

// room finds a room by its id, or by the id under which it is a meeting.
func (d *decision) room(id RoomID) (Room, error) {
	if room, ok := d.state.Room(RoomIn(d.state.Meeting, id)); ok {
		return room, nil
	}
	return Room{}, Refuse(CodeRoomNotFound, []string{"roomId"}, "The meeting has no room %q.", id)
}

// Alias is what a platform calls a room on one of its surfaces. A simulated
// meeting makes aliases up, always the same for the same room.
type Alias struct {
	// Surface is where the platform calls it so.
	Surface string
	Value   string
}

// The surfaces on which rooms have other ids.
const (
	SurfaceConnectedMeeting = "connected_meeting"
	SurfaceZoomSDK          = "zoom_meeting_sdk"
	SurfaceZoomWebhook      = "zoom_webhook"
	SurfaceRealtimeKit      = "realtimekit_meeting"
	SurfaceDigitalSamba     = "digitalsamba_breakout"
	SurfaceLiveKit          = "livekit_room"
)

// Aliases are what the platform that a meeting takes after calls a room. The two
// ids that Zoom has for a room are unrelated, and no API maps them.
func (p Persona) Aliases(room RoomID) []Alias {
	aliases := map[string][]Alias{
		PersonaZoom:         {{SurfaceZoomSDK, "{" + strings.ToUpper(uuidOf(SurfaceZoomSDK, room)) + "}"}, {SurfaceZoomWebhook, keyOf(SurfaceZoomWebhook, room)}},
		PersonaRealtimeKit:  {{SurfaceRealtimeKit, uuidOf(SurfaceRealtimeKit, room)}},
		PersonaDigitalSamba: {{SurfaceDigitalSamba, uuidOf(SurfaceDigitalSamba, room)}},
		PersonaLiveKit:      {{SurfaceLiveKit, string(room)}},
	}[p.Name]
	if p.Offers.Has(OffersConnectedMeetings) {
		aliases = append([]Alias{{SurfaceConnectedMeeting, string(ConnectedMeeting(room))}}, aliases...)
	}
	return aliases
}

// bytesOf are 16 bytes that are always the same for a room on a surface.
func bytesOf(surface string, room RoomID) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s", surface, room))
	return sum[:16]
}

// uuidOf is a UUID of version 8 (RFC 9562, section 5.8).
func uuidOf(surface string, room RoomID) string {
	b := bytesOf(surface, room)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func keyOf(surface string, room RoomID) string {
	return base64.StdEncoding.EncodeToString(bytesOf(surface, room))
}
