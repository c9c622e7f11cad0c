package recall

import (
	"slices"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
)

// endpointInput is a server that a bot sends what it hears to.
type endpointInput struct {
	Type   *string  `json:"type"`
	URL    *string  `json:"url"`
	Events []string `json:"events"`
}

// outputs are the events that endpoints are sent, and what they are here. The events
// of participants come together.
var outputs = map[string]meeting.RealtimeOutput{
	"transcript.data":         meeting.OutputTranscript,
	"transcript.partial_data": meeting.OutputTranscript,
	"audio_separate_raw.data": meeting.OutputAudioRaw,
}

// outputOf finds what an event is here; nothing where it is not sent.
func outputOf(event string) meeting.RealtimeOutput {
	if strings.HasPrefix(event, "participant_events.") {
		return meeting.OutputParticipantEvents
	}
	return outputs[event]
}

// endpoints orders what is sent while it happens. Only WebSockets are, and only some
// events; the rest is noted.
func endpoints(in []endpointInput, r *reading) func(*fleet.BotSpec) {
	var list []meeting.RealtimeEndpoint
	partial := false
	for i, one := range in {
		path := []string{"recording_config", "realtime_endpoints", strconv.Itoa(i)}
		if one.Type == nil || one.URL == nil {
			r.faults.add(path, "An endpoint needs a type and a url.")
			continue
		}
		if *one.Type != "websocket" {
			r.ignore(path...)
			continue
		}
		endpoint := meeting.RealtimeEndpoint{URL: *one.URL}
		for _, event := range one.Events {
			output := outputOf(event)
			if output == "" {
				r.ignore(append(slices.Clone(path), "events", event)...)
			} else if !slices.Contains(endpoint.Outputs, output) {
				endpoint.Outputs = append(endpoint.Outputs, output)
			}
			partial = partial || event == "transcript.partial_data"
		}
		if len(endpoint.Outputs) > 0 || len(one.Events) == 0 {
			list = append(list, endpoint)
		}
	}
	return func(spec *fleet.BotSpec) {
		if len(list) > 0 { // those of a bot that is written down can't be changed
			spec.Endpoints = list
		}
		spec.Transcription.Partial = partial && spec.Transcription.Source == meeting.FromCaptions
	}
}
