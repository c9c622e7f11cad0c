package meeting

// Facts about participants.
type (
	// ParticipantJoined begins a connection to the meeting.
	ParticipantJoined struct {
		Connection   ConnectionID `json:"connection"`
		Bot          BotID        `json:"bot,omitempty"`
		FollowsMoves bool         `json:"followsMoves,omitempty"`
		Email        string       `json:"email,omitempty"`
		ExternalID   string       `json:"externalId,omitempty"`
		Device       Device       `json:"device,omitempty"`
		Preset       string       `json:"preset,omitempty"`
		Media        Media        `json:"media"`
		// Outside says that the participant's client is in another process.
		Outside bool `json:"outside,omitempty"`
		// Rejoined says that the participant has been in the meeting before.
		Rejoined bool `json:"rejoined,omitempty"`
		// Admitted says that the participant has come from the waiting room.
		Admitted bool `json:"admitted,omitempty"`
	}
	// ParticipantWaiting says that the participant waits to be let in: into the
	// event's room.
	ParticipantWaiting struct {
		Arrival ParticipantJoined `json:"arrival"`
		// Back says that the participant has come from a breakout room, by the
		// connection that it keeps.
		Back bool `json:"back,omitempty"`
	}
	// ParticipantAdmitted says that the participant was let in.
	ParticipantAdmitted struct {
		Connection ConnectionID `json:"connection"`
	}
	// ParticipantDenied says that the participant, who waited, was turned away.
	ParticipantDenied struct {
		Connection ConnectionID `json:"connection"`
	}
	// ParticipantLeftWaitingRoom says that the participant, who waited, has gone
	// without having been answered.
	ParticipantLeftWaitingRoom struct {
		Connection ConnectionID `json:"connection"`
		Cause      LeaveCause   `json:"cause"`
	}
	// ParticipantLeft ends a connection to the meeting.
	ParticipantLeft struct {
		Connection ConnectionID `json:"connection"`
		Cause      LeaveCause   `json:"cause"`
	}
	// ParticipantRenamed says that the participant, whose new name is on the
	// event, had another.
	ParticipantRenamed struct {
		Before string `json:"before"`
	}
	// ParticipantRoleChanged says that the participant, whose new role is on the
	// event, had another.
	ParticipantRoleChanged struct {
		Before Role `json:"before"`
	}
	// CapabilitiesChanged lists what the participant may do from now on.
	CapabilitiesChanged struct {
		Capabilities []string `json:"capabilities"`
	}
	// PresetGiven names the preset by which the participant may do things from now
	// on; none when it is empty.
	PresetGiven struct {
		Preset string `json:"preset"`
	}
	// MediaChanged holds what the participant sends and shows from now on.
	MediaChanged struct {
		Media Media `json:"media"`
	}
	// RecordingRequested says that the participant, a bot in the event's room, asks
	// the hosts to let it record.
	RecordingRequested struct{}
	// RecordingChanged says that the participant records the event's room, pauses
	// or ends that, on its own machine.
	RecordingChanged struct {
		State RecordingState `json:"state"`
	}
	// BroadcastStarted says that the participant is heard, or its screen seen, in
	// rooms where it is not.
	BroadcastStarted struct {
		Kind  BroadcastKind `json:"kind"`
		Rooms []RoomID      `json:"rooms"`
	}
	// BroadcastStopped ends that.
	BroadcastStopped struct {
		Kind BroadcastKind `json:"kind"`
	}
	// HelpRequested asks the hosts to come to the event's room.
	HelpRequested struct {
		Help HelpID `json:"help"`
	}
	// HelpAnswered says what became of a request for help.
	HelpAnswered struct {
		Help    HelpID    `json:"help"`
		Outcome HelpState `json:"outcome"`
	}
	// ParticipantEnteredRoom begins a presence in the event's room.
	ParticipantEnteredRoom struct {
		Connection ConnectionID `json:"connection"`
		Visit      VisitNumber  `json:"visit"`
	}
	// ParticipantLeftRoom ends a presence in the event's room.
	ParticipantLeftRoom struct {
		Connection ConnectionID `json:"connection"`
		Visit      VisitNumber  `json:"visit"`
		Cause      LeaveCause   `json:"cause"`
	}
	// ParticipantAssigned says where a participant should be: in the event's
	// room, or nowhere when the event has none.
	ParticipantAssigned struct {
		Source AssignmentSource `json:"source"`
	}
	// InvitationSent asks a participant for consent to go to the event's room.
	InvitationSent struct {
		Invitation InvitationID   `json:"invitation"`
		Kind       InvitationKind `json:"kind"`
	}
	// InvitationResolved says how an invitation ended.
	InvitationResolved struct {
		Invitation InvitationID    `json:"invitation"`
		Outcome    InvitationState `json:"outcome"`
	}
)
