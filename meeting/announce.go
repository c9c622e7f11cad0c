package meeting

// Announcement is how a platform tells of an event: by which surface and under
// which name.
type Announcement struct {
	// Surface is "webhook", which servers hear, or "sdk", which clients hear.
	Surface string
	Name    string
}

// words are the names that a platform has for events, by surface.
type words map[EventType]struct{ webhook, sdk string }

// Announcements tell how the platform that a meeting takes after tells of an
// event; not at all, when there are none. The ideal platform has no words of its
// own: it tells every event under our name.
//
// Sources: Zoom's webhook and Meeting SDK references (developers.zoom.us) and what
// others measured: a host who closes the rooms makes no webhook; RTKConnectedMeetings
// and webhooks in developers.cloudflare.com/realtime; webhooks in docs.livekit.io;
// docs.digitalsamba.com.
func (p Persona) Announcements(e Event) (list []Announcement) {
	said := vocabulary[p.Name][e.Type()]
	if p.Name == PersonaZoom {
		said.webhook = zoomWebhook(e, said.webhook)
	}
	if said.webhook != "" {
		list = append(list, Announcement{"webhook", said.webhook})
	}
	if said.sdk != "" {
		list = append(list, Announcement{"sdk", said.sdk})
	}
	if p.Name == PersonaRealtimeKit && e.Type() == (ParticipantEnteredRoom{}).EventType() {
		list = append(list, Announcement{"sdk", "meetingChanged"})
	}
	return list
}

// zoomWebhook is silent about the main room, which Zoom has no webhooks for, and
// about people whom the closing of rooms sends back.
func zoomWebhook(e Event, name string) string {
	switch fact := e.Fact.(type) {
	case ParticipantEnteredRoom:
		if e.Room.Kind == RoomMain {
			return ""
		}
	case ParticipantLeftRoom:
		if e.Room.Kind == RoomMain || fact.Cause == LeftByRoundClose || fact.Cause == LeftByRoomClose {
			return ""
		}
	}
	return name
}

var vocabulary = map[string]words{
	PersonaZoom: {
		"meeting_created":               {"meeting.started", ""},
		"meeting_ended":                 {"meeting.ended", ""},
		"participant_joined":            {"meeting.participant_joined", "onUserJoin"},
		"participant_left":              {"meeting.participant_left", "onUserLeft"},
		"participant_entered_room":      {"meeting.participant_joined_breakout_room", "onBOInfoUpdated"},
		"participant_waiting":           {"meeting.participant_joined_waiting_room", "onWaitingRoomUserJoin"},
		"participant_admitted":          {"meeting.participant_admitted", "onWaitingRoomUserLeft"},
		"participant_denied":            {"meeting.participant_left_waiting_room", "onWaitingRoomUserLeft"},
		"participant_left_waiting_room": {"meeting.participant_left_waiting_room", "onWaitingRoomUserLeft"},
		"participant_left_room":         {"meeting.participant_left_breakout_room", "onBOInfoUpdated"},
		"participant_renamed":           {"", "onUserNamesChanged"},
		"participant_assigned":          {"", "onBOInfoUpdated"},
		"participant_role_changed":      {"meeting.participant_role_changed", "onHostChangeNotification"},
		"capabilities_changed":          {"", "onHasAttendeeRightsNotification"},
		"round_prepared":                {"", "onBOStatusChanged(EDIT)"},
		"round_opened":                  {"", "onBOStatusChanged(STARTED)"},
		"round_closing":                 {"", "onBOStatusChanged(STOPPING)"},
		"round_closed":                  {"", "onBOStatusChanged(ENDED)"},
		"round_extended":                {"", "onBOEndTimerUpdated"},
		"round_time_up":                 {"", "onBOEndTimerUpdated"},
		"options_changed":               {"", "OnBOOptionChanged"},
		"room_created":                  {"", "OnBOListInfoUpdated"},
		"room_renamed":                  {"", "OnBOListInfoUpdated"},
		"room_deleted":                  {"", "OnBOListInfoUpdated"},
		"invitation_sent":               {"", "onBOSwitchRequestReceived"},
		"message_broadcast":             {"", "onNewBroadcastMessageReceived"},
		"broadcast_started":             {"", "onBroadcastBOVoiceStatus"},
		"broadcast_stopped":             {"", "onBroadcastBOVoiceStatus"},
		"help_requested":                {"", "onHelpRequestReceived"},
		"help_answered":                 {"", "onHelpRequestHandleResultReceived"},
		"chat_sent":                     {"meeting.chat_message_sent", "onChatMsgNotification"},
		"media_changed":                 {"", "onUserAudioStatusChange"},
		"recording_allowed":             {"", "onRecordPrivilegeChanged"},
	},
	PersonaRealtimeKit: {
		"meeting_created":          {"meeting.started", ""},
		"meeting_ended":            {"meeting.ended", ""},
		"participant_joined":       {"meeting.participantJoined", "participantJoined"},
		"participant_left":         {"meeting.participantLeft", "participantLeft"},
		"participant_entered_room": {"meeting.participantJoined", "changingMeeting"},
		"participant_left_room":    {"meeting.participantLeft", "participantLeft"},
		"room_created":             {"", "stateUpdate"},
		"room_renamed":             {"", "stateUpdate"},
		"room_deleted":             {"", "stateUpdate"},
		"room_opened":              {"meeting.started", "stateUpdate"},
		"room_closed":              {"meeting.ended", "stateUpdate"},
		"capabilities_changed":     {"", "permissionsUpdate"},
		"preset_given":             {"", "permissionsUpdate"},
		"chat_sent":                {"", "chatUpdate"},
		"poll_started":             {"", "pollsUpdate"},
		"poll_answered":            {"", "pollsUpdate"},
		"media_changed":            {"", "audioUpdate"},
	},
	PersonaDigitalSamba: {
		"meeting_created":          {"session_started", ""},
		"meeting_ended":            {"session_ended", ""},
		"participant_joined":       {"participant_joined", "userJoined"},
		"participant_left":         {"participant_left", "userLeft"},
		"participant_role_changed": {"", "roleChanged"},
		"capabilities_changed":     {"", "permissionsChanged"},
	},
	PersonaLiveKit: {
		"room_opened":              {"room_started", ""},
		"room_closed":              {"room_finished", ""},
		"participant_entered_room": {"participant_joined", "participantConnected"},
		"participant_left_room":    {"participant_left", "participantDisconnected"},
		"media_changed":            {"", "trackMuted"},
		"participant_renamed":      {"", "participantNameChanged"},
		"capabilities_changed":     {"", "participantPermissionsChanged"},
	},
}
