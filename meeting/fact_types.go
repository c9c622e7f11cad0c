package meeting

import "encoding/json"

// EventType makes every fact tell its name.
func (MeetingCreated) EventType() EventType         { return "meeting_created" }
func (MeetingEnded) EventType() EventType           { return "meeting_ended" }
func (RoundPrepared) EventType() EventType          { return "round_prepared" }
func (RoundOpened) EventType() EventType            { return "round_opened" }
func (RoundClosing) EventType() EventType           { return "round_closing" }
func (RoundClosed) EventType() EventType            { return "round_closed" }
func (RoomCreated) EventType() EventType            { return "room_created" }
func (RoomOpened) EventType() EventType             { return "room_opened" }
func (RoomClosed) EventType() EventType             { return "room_closed" }
func (ParticipantJoined) EventType() EventType      { return "participant_joined" }
func (ParticipantLeft) EventType() EventType        { return "participant_left" }
func (ParticipantEnteredRoom) EventType() EventType { return "participant_entered_room" }
func (ParticipantLeftRoom) EventType() EventType    { return "participant_left_room" }
func (ParticipantAssigned) EventType() EventType    { return "participant_assigned" }
func (InvitationSent) EventType() EventType         { return "invitation_sent" }
func (InvitationResolved) EventType() EventType     { return "invitation_resolved" }
func (PlanSaved) EventType() EventType              { return "plan_saved" }
func (PlanDeleted) EventType() EventType            { return "plan_deleted" }
func (PlanApplied) EventType() EventType            { return "plan_applied" }
func (OptionsChanged) EventType() EventType         { return "options_changed" }
func (MessageBroadcast) EventType() EventType       { return "message_broadcast" }
func (RoundExtended) EventType() EventType          { return "round_extended" }
func (RoundTimeUp) EventType() EventType            { return "round_time_up" }
func (RoomRenamed) EventType() EventType            { return "room_renamed" }
func (RoomDeleted) EventType() EventType            { return "room_deleted" }
func (RoomClosing) EventType() EventType            { return "room_closing" }
func (ParticipantRenamed) EventType() EventType     { return "participant_renamed" }
func (ParticipantRoleChanged) EventType() EventType { return "participant_role_changed" }
func (CapabilitiesChanged) EventType() EventType    { return "capabilities_changed" }
func (HelpRequested) EventType() EventType          { return "help_requested" }
func (HelpAnswered) EventType() EventType           { return "help_answered" }
func (PresetSaved) EventType() EventType            { return "preset_saved" }
func (PresetDeleted) EventType() EventType          { return "preset_deleted" }
func (PresetGiven) EventType() EventType            { return "preset_given" }
func (RecordingAllowed) EventType() EventType       { return "recording_allowed" }
func (PollStarted) EventType() EventType            { return "poll_started" }
func (PollAnswered) EventType() EventType           { return "poll_answered" }
func (PollEnded) EventType() EventType              { return "poll_ended" }
func (ChatSent) EventType() EventType               { return "chat_sent" }
func (MediaChanged) EventType() EventType           { return "media_changed" }
func (RecordingChanged) EventType() EventType       { return "recording_changed" }
func (BroadcastStarted) EventType() EventType       { return "broadcast_started" }
func (BroadcastStopped) EventType() EventType       { return "broadcast_stopped" }
func (BotCreated) EventType() EventType             { return "bot_created" }
func (BotUpdated) EventType() EventType             { return "bot_updated" }
func (BotStatusChanged) EventType() EventType       { return "bot_status_changed" }
func (BotMoveStarted) EventType() EventType         { return "bot_move_started" }
func (BotMoveEnded) EventType() EventType           { return "bot_move_ended" }
func (BotConnectionLost) EventType() EventType      { return "bot_connection_lost" }
func (BotConnectionRestored) EventType() EventType  { return "bot_connection_restored" }
func (RecordingGap) EventType() EventType           { return "recording_gap" }
func (BotSpeechStarted) EventType() EventType       { return "bot_speech_started" }
func (BotSpeechEnded) EventType() EventType         { return "bot_speech_ended" }
func (BotNoticeRefused) EventType() EventType       { return "bot_notice_refused" }
func (CoverageSet) EventType() EventType            { return "coverage_set" }
func (SegmentStarted) EventType() EventType         { return "segment_started" }
func (SegmentCompleted) EventType() EventType       { return "segment_completed" }
func (SegmentDeleted) EventType() EventType         { return "segment_deleted" }
func (SegmentErased) EventType() EventType          { return "segment_erased" }

func (ParticipantWaiting) EventType() EventType         { return "participant_waiting" }
func (ParticipantAdmitted) EventType() EventType        { return "participant_admitted" }
func (ParticipantDenied) EventType() EventType          { return "participant_denied" }
func (ParticipantLeftWaitingRoom) EventType() EventType { return "participant_left_waiting_room" }
func (RecordingRequested) EventType() EventType         { return "recording_requested" }
func (RealtimeEndpointChanged) EventType() EventType    { return "realtime_endpoint_changed" }
func (WebhookEndpointDisabled) EventType() EventType    { return "webhook_endpoint_disabled" }
func (ListeningStarted) EventType() EventType           { return "listening_started" }
func (ListeningStopped) EventType() EventType           { return "listening_stopped" }

// facts reads each kind of fact back from its written form.
var facts = map[EventType]func(json.RawMessage) (Fact, error){
	MeetingCreated{}.EventType():         decode[MeetingCreated],
	MeetingEnded{}.EventType():           decode[MeetingEnded],
	RoundPrepared{}.EventType():          decode[RoundPrepared],
	RoundOpened{}.EventType():            decode[RoundOpened],
	RoundClosing{}.EventType():           decode[RoundClosing],
	RoundClosed{}.EventType():            decode[RoundClosed],
	RoomCreated{}.EventType():            decode[RoomCreated],
	RoomOpened{}.EventType():             decode[RoomOpened],
	RoomClosed{}.EventType():             decode[RoomClosed],
	ParticipantJoined{}.EventType():      decode[ParticipantJoined],
	ParticipantLeft{}.EventType():        decode[ParticipantLeft],
	ParticipantEnteredRoom{}.EventType(): decode[ParticipantEnteredRoom],
	ParticipantLeftRoom{}.EventType():    decode[ParticipantLeftRoom],
	ParticipantAssigned{}.EventType():    decode[ParticipantAssigned],
	InvitationSent{}.EventType():         decode[InvitationSent],
	InvitationResolved{}.EventType():     decode[InvitationResolved],
	PlanSaved{}.EventType():              decode[PlanSaved],
	PlanDeleted{}.EventType():            decode[PlanDeleted],
	PlanApplied{}.EventType():            decode[PlanApplied],
	OptionsChanged{}.EventType():         decode[OptionsChanged],
	MessageBroadcast{}.EventType():       decode[MessageBroadcast],
	RoundExtended{}.EventType():          decode[RoundExtended],
	RoundTimeUp{}.EventType():            decode[RoundTimeUp],
	RoomRenamed{}.EventType():            decode[RoomRenamed],
	RoomDeleted{}.EventType():            decode[RoomDeleted],
	RoomClosing{}.EventType():            decode[RoomClosing],
	ParticipantRenamed{}.EventType():     decode[ParticipantRenamed],
	ParticipantRoleChanged{}.EventType(): decode[ParticipantRoleChanged],
	CapabilitiesChanged{}.EventType():    decode[CapabilitiesChanged],
	HelpRequested{}.EventType():          decode[HelpRequested],
	HelpAnswered{}.EventType():           decode[HelpAnswered],
	PresetSaved{}.EventType():            decode[PresetSaved],
	PresetDeleted{}.EventType():          decode[PresetDeleted],
	PresetGiven{}.EventType():            decode[PresetGiven],
	RecordingAllowed{}.EventType():       decode[RecordingAllowed],
	PollStarted{}.EventType():            decode[PollStarted],
	PollAnswered{}.EventType():           decode[PollAnswered],
	PollEnded{}.EventType():              decode[PollEnded],
	ChatSent{}.EventType():               decode[ChatSent],
	MediaChanged{}.EventType():           decode[MediaChanged],
	RecordingChanged{}.EventType():       decode[RecordingChanged],
	BroadcastStarted{}.EventType():       decode[BroadcastStarted],
	BroadcastStopped{}.EventType():       decode[BroadcastStopped],
	BotCreated{}.EventType():             decode[BotCreated],
	BotUpdated{}.EventType():             decode[BotUpdated],
	BotStatusChanged{}.EventType():       decode[BotStatusChanged],
	BotMoveStarted{}.EventType():         decode[BotMoveStarted],
	BotMoveEnded{}.EventType():           decode[BotMoveEnded],
	BotConnectionLost{}.EventType():      decode[BotConnectionLost],
	BotConnectionRestored{}.EventType():  decode[BotConnectionRestored],
	RecordingGap{}.EventType():           decode[RecordingGap],
	BotSpeechStarted{}.EventType():       decode[BotSpeechStarted],
	BotSpeechEnded{}.EventType():         decode[BotSpeechEnded],
	BotNoticeRefused{}.EventType():       decode[BotNoticeRefused],
	CoverageSet{}.EventType():            decode[CoverageSet],
	SegmentStarted{}.EventType():         decode[SegmentStarted],
	SegmentCompleted{}.EventType():       decode[SegmentCompleted],

	ParticipantWaiting{}.EventType():         decode[ParticipantWaiting],
	ParticipantAdmitted{}.EventType():        decode[ParticipantAdmitted],
	ParticipantDenied{}.EventType():          decode[ParticipantDenied],
	ParticipantLeftWaitingRoom{}.EventType(): decode[ParticipantLeftWaitingRoom],
	RecordingRequested{}.EventType():         decode[RecordingRequested],
	SegmentDeleted{}.EventType():             decode[SegmentDeleted],
	SegmentErased{}.EventType():              decode[SegmentErased],
	RealtimeEndpointChanged{}.EventType():    decode[RealtimeEndpointChanged],
	WebhookEndpointDisabled{}.EventType():    decode[WebhookEndpointDisabled],
	ListeningStarted{}.EventType():           decode[ListeningStarted],
	ListeningStopped{}.EventType():           decode[ListeningStopped],
}

// EventTypes lists every type of event that the project can write.
func EventTypes() []EventType {
	types := make([]EventType, 0, len(facts))
	for eventType := range facts {
		types = append(types, eventType)
	}
	return types
}
