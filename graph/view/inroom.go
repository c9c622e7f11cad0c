package view

import "github.com/breakoutrooms/breakout/meeting"

// The types of events about what people do in rooms, as in the schema.
type (
	// PresetEvent says that a preset was saved, deleted or given.
	PresetEvent struct {
		about
		Preset       string
		Capabilities []string
	}
	// MediaEvent says that somebody turned something on or off.
	MediaEvent struct {
		about
		Media meeting.Media
	}
	// RecordingEvent says that people may record, or what became of a recording.
	RecordingEvent struct {
		about
		Allowed *bool
		State   *meeting.RecordingState
	}
	// ChatEvent says that somebody wrote to a room.
	ChatEvent struct {
		about
		Text string
		To   *EventParticipant
	}
	// PollEvent says that a poll took a step.
	PollEvent struct {
		about
		Poll     int
		Question *string
		Choices  []string
		Choice   *int
		Votes    []int
	}
	// MediaBroadcastEvent says that a voice or a screen goes to rooms, or no longer.
	MediaBroadcastEvent struct {
		about
		Kind    meeting.BroadcastKind
		RoomIDs []meeting.RoomID
	}
)

// ofPeople shows what people do and may do.
func ofPeople(about about, e meeting.Event) Event {
	switch fact := e.Fact.(type) {
	case meeting.PresetSaved:
		return PresetEvent{about, fact.Preset.Name, fact.Preset.Capabilities}
	case meeting.PresetDeleted:
		return PresetEvent{about: about, Preset: fact.Name}
	case meeting.PresetGiven:
		return PresetEvent{about: about, Preset: fact.Preset}
	case meeting.MediaChanged:
		return MediaEvent{about, fact.Media}
	case meeting.RecordingAllowed:
		return RecordingEvent{about: about, Allowed: &fact.Allowed}
	case meeting.RecordingRequested:
		return RecordingEvent{about: about}
	case meeting.RecordingChanged:
		return RecordingEvent{about: about, State: &fact.State}
	case meeting.ChatSent:
		return ChatEvent{about, fact.Text, ParticipantOf(about.MeetingID, fact.To)}
	case meeting.BroadcastStarted:
		return MediaBroadcastEvent{about, fact.Kind, fact.Rooms}
	case meeting.BroadcastStopped:
		return MediaBroadcastEvent{about: about, Kind: fact.Kind}
	}
	return nil
}

// ofPoll shows polls.
func ofPoll(about about, e meeting.Event) Event {
	switch fact := e.Fact.(type) {
	case meeting.PollStarted:
		return PollEvent{about: about, Poll: int(fact.Poll), Question: &fact.Question, Choices: fact.Choices}
	case meeting.PollAnswered:
		return PollEvent{about: about, Poll: int(fact.Poll), Choice: &fact.Choice}
	case meeting.PollEnded:
		return PollEvent{about: about, Poll: int(fact.Poll), Votes: fact.Votes}
	}
	return nil
}
