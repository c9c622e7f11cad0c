package meeting

// RealtimeEndpointID names a place that a bot sends what it hears to.
type RealtimeEndpointID string

// RealtimeEndpoint is a server that a bot sends what it hears to, while it hears it.
type RealtimeEndpoint struct {
	ID      RealtimeEndpointID `json:"id"`
	URL     string             `json:"url"` // ws or wss
	Outputs []RealtimeOutput   `json:"outputs"`
	// Sent and Dropped count the packets of a process before, from which it is taken up
	// again.
	Sent    int64 `json:"-"`
	Dropped int64 `json:"-"`
}

// RealtimeOutput is something that can be sent while it happens.
type RealtimeOutput string

// What can be sent: voices as samples or as they came, what is said, and what the
// people in the bot's room do.
const (
	OutputAudioRaw          RealtimeOutput = "AUDIO_SEPARATE_RAW"
	OutputAudioEncoded      RealtimeOutput = "AUDIO_SEPARATE_ENCODED"
	OutputTranscript        RealtimeOutput = "TRANSCRIPT"
	OutputParticipantEvents RealtimeOutput = "PARTICIPANT_EVENTS"
)

// RealtimeOutputs lists them.
func RealtimeOutputs() []RealtimeOutput {
	return []RealtimeOutput{OutputAudioRaw, OutputAudioEncoded, OutputTranscript, OutputParticipantEvents}
}

// RealtimeStatus is where an endpoint is.
type RealtimeStatus string

// An endpoint is connected to again when it was lost, until it is given up or the
// bot is done.
const (
	RealtimeConnecting RealtimeStatus = "CONNECTING"
	RealtimeRunning    RealtimeStatus = "RUNNING"
	RealtimeFailed     RealtimeStatus = "FAILED"
	RealtimeDone       RealtimeStatus = "DONE"
)

// RealtimeEndpointChanged says how it goes with an endpoint of the event's bot.
type RealtimeEndpointChanged struct {
	Endpoint RealtimeEndpointID `json:"endpoint"`
	Status   RealtimeStatus     `json:"status"`
	// Sent and Dropped count the packets of voices so far: those that were handed to
	// the endpoint, and those that it was too slow for, or not there.
	Sent    int64 `json:"sent"`
	Dropped int64 `json:"dropped"`
	// Message is a sentence for people, where there is more to say.
	Message string `json:"message,omitempty"`
}
