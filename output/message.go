package output

import (
	"cmp"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

// The names of messages. Those with a dot in the first five are as Recall.ai's
// real-time endpoints have them.
const (
	eventRaw               = "audio_separate_raw.data"
	eventEncoded           = "audio_separate_encoded.data"
	eventTranscript        = "transcript.data"
	eventPartialTranscript = "transcript.partial_data"
	eventParticipant       = "participant_events."
	eventRoomEntered       = "room.entered"
	eventRoomLeft          = "room.left"
	eventConnected         = "realtime_endpoint.connected"
	eventDropped           = "realtime_endpoint.dropped"
)

// envelope is a message: what is in it stands in the inner data, what it belongs to
// beside that.
type envelope struct {
	Event string `json:"event"`
	Data  outer  `json:"data"`
}

type outer struct {
	Data     any      `json:"data"`
	Endpoint ref      `json:"realtime_endpoint"`
	Bot      ref      `json:"bot"`
	Room     *room    `json:"room,omitempty"`
	Segment  *segment `json:"segment,omitempty"`
	// Recording is the segment, where receivers look for what belongs together.
	Recording *ref `json:"recording,omitempty"`
}

// ref names something, as receivers know it.
type ref struct {
	ID       string            `json:"id"`
	Metadata map[string]string `json:"metadata"`
}

func refTo[S ~string](id S) ref { return ref{string(id), map[string]string{}} }

type room struct {
	ID   meeting.RoomID   `json:"id"`
	Name string           `json:"name"`
	Kind meeting.RoomKind `json:"kind"`
}

type segment struct {
	ID    meeting.SegmentID   `json:"id"`
	Visit meeting.VisitNumber `json:"visit"`
}

// moment is a time: by the calendar, and in seconds since the bot was in its first
// room.
type moment struct {
	Absolute time.Time `json:"absolute"`
	Relative float64   `json:"relative"`
}

func momentOf(at, began time.Time) moment { return moment{at.UTC(), at.Sub(began).Seconds()} }

// speaker is a participant, as receivers know it.
type speaker struct {
	ID       meeting.ParticipantID `json:"id"`
	Name     string                `json:"name"`
	IsHost   bool                  `json:"is_host"`
	Platform *string               `json:"platform"`
	Extra    map[string]string     `json:"extra_data"`
	Email    *string               `json:"email"`
}

func speakerOf(p meeting.ParticipantRef) speaker {
	return speaker{ID: p.ID, Name: p.Name, IsHost: p.Role == meeting.RoleHost, Extra: map[string]string{}}
}

// audio is a packet of a voice.
type audio struct {
	Buffer      []byte  `json:"buffer"` // base64
	Timestamp   moment  `json:"timestamp"`
	Participant speaker `json:"participant"`
	Codec       string  `json:"codec,omitempty"`
	SampleRate  int     `json:"sample_rate"`
	Samples     int     `json:"samples"` // at the sample rate
}

// word is a word that was said.
type word struct {
	Text  string `json:"text"`
	Start moment `json:"start_timestamp"`
	End   moment `json:"end_timestamp"`
}

// transcript is something that was said.
type transcript struct {
	ID          string  `json:"id"`
	Words       []word  `json:"words"`
	Language    *string `json:"language_code"`
	Failure     string  `json:"failure,omitempty"`
	Participant speaker `json:"participant"`
}

// happening is what a participant did.
type happening struct {
	Participant speaker `json:"participant"`
	Timestamp   moment  `json:"timestamp"`
	Data        any     `json:"data"`
}

// connected begins a connection.
type connected struct {
	Connection int `json:"connection"` // from 1
}

// gaps are packets that were dropped.
type gaps struct {
	Packets      int   `json:"packets"`
	Participants []gap `json:"participants"`
	// Messages are others that were dropped.
	Messages int `json:"messages"`
}

type gap struct {
	ID      meeting.ParticipantID `json:"id"`
	Packets int                   `json:"packets"`
}

func (e *Endpoint) envelope(i item, inner any) envelope {
	data := outer{Data: inner, Endpoint: refTo(e.config.Endpoint.ID), Bot: ref{string(e.config.Bot.ID), e.config.Metadata}}
	if data.Bot.Metadata == nil {
		data.Bot.Metadata = map[string]string{}
	}
	if i.place.Segment != "" {
		recorded := refTo(i.place.Segment)
		data.Room = &room{i.place.Room.ID, i.place.Room.Name, i.place.Room.Kind}
		data.Segment, data.Recording = &segment{i.place.Segment, i.place.Visit}, &recorded
	}
	if data.Data == nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		data.Data = struct {
			Timestamp moment `json:"timestamp"`
		}{momentOf(i.at, e.began)}
	}
	return envelope{i.event, data}
}

func (e *Endpoint) audio(i item, buffer []byte) audio {
	e.mu.Lock()
	defer e.mu.Unlock()
	return audio{Buffer: buffer, Timestamp: momentOf(i.at, e.began), Participant: speakerOf(i.who)}
}

func (e *Endpoint) raw(i item, samples []byte) envelope {
	data := e.audio(i, samples)
	data.SampleRate, data.Samples = sampleRate, len(samples)/2
	i.event = eventRaw
	return e.envelope(i, data)
}

func (e *Endpoint) encoded(i item) envelope {
	data := e.audio(i, i.packet)
	data.Codec, data.SampleRate, data.Samples = "opus", opusfile.SampleRate, opusfile.Samples(i.packet)
	i.event = eventEncoded
	return e.envelope(i, data)
}

func transcriptOf(said recording.Utterance, who meeting.ParticipantRef, began time.Time) transcript {
	t := transcript{ID: said.ID, Words: []word{}, Failure: said.Failure, Participant: speakerOf(who)}
	if said.Language != "" {
		t.Language = &said.Language
	}
	for _, w := range said.Words {
		t.Words = append(t.Words, word{w.Text, momentOf(w.From, began), momentOf(w.To, began)})
	}
	return t
}

func gapsOf(packets map[meeting.ParticipantID]int, messages int) gaps {
	all := gaps{Participants: []gap{}, Messages: messages}
	for who, n := range packets {
		all.Packets += n
		all.Participants = append(all.Participants, gap{who, n})
	}
	slices.SortFunc(all.Participants, func(a, b gap) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// sizeOf is about how many bytes a message has.
func sizeOf(inner any) int {
	const aWord = 200
	if said, ok := inner.(transcript); ok {
		return aWord * len(said.Words)
	}
	return aWord
}
