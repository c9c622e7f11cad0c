package recall

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// botInput is what a bot is ordered by. What is left out stays as it is.
type botInput struct {
	MeetingURL   *string           `json:"meeting_url"`
	BotName      *string           `json:"bot_name"`
	JoinAt       *time.Time        `json:"join_at"`
	BreakoutRoom *breakoutInput    `json:"breakout_room"`
	Recording    *recordingInput   `json:"recording_config"`
	Leave        *leaveInput       `json:"automatic_leave"`
	Chat         *chatInput        `json:"chat"`
	Metadata     map[string]string `json:"metadata"`
}

type breakoutInput struct {
	Mode   *string `json:"mode"`
	RoomID *string `json:"room_id"`
}

type chatInput struct {
	OnJoin *greetingInput `json:"on_bot_join"`
}

type greetingInput struct {
	SendTo  *string `json:"send_to"`
	Message *string `json:"message"`
}

// defaultName is what a bot is called that was given no name.
const defaultName = "Meeting Notetaker"

// modes are the API's modes; the fleet has more.
var modes = []bot.Mode{bot.AutoAcceptAllInvites, bot.JoinMainRoom, bot.JoinSpecificRoom}

// order makes what is ordered of a bot of what a body says, and refuses what no order
// can be made of.
func (d *door) order(ctx context.Context, c *call) (func(*fleet.BotSpec), *ent.Meeting, *reading, error) {
	var in botInput
	r, err := read(c.body, &in)
	if err != nil {
		return nil, nil, nil, err
	}
	var row *ent.Meeting
	if in.MeetingURL != nil {
		found, err := d.addressed(ctx, *in.MeetingURL)
		if f, isFault := errors.AsType[failure](err); isFault {
			maps.Copy(r.faults, f.fields)
		} else if err != nil {
			return nil, nil, nil, err
		}
		row = found
	}
	if in.Recording != nil && len(in.Recording.Endpoints) > 0 && c.Method == http.MethodPatch {
		r.ignore("recording_config", "realtime_endpoints")
		in.Recording.Endpoints = nil
	}
	changes := []func(*fleet.BotSpec){
		in.basics(), in.breakout(r), d.recording(in.Recording, r), in.greeting(r),
	}
	return func(spec *fleet.BotSpec) {
		for _, change := range changes {
			change(spec)
		}
	}, row, r, nil
}

func (in *botInput) basics() func(*fleet.BotSpec) {
	return func(spec *fleet.BotSpec) {
		if in.BotName != nil {
			spec.Name = *in.BotName
		}
		if strings.TrimSpace(spec.Name) == "" {
			spec.Name = defaultName
		}
		if in.JoinAt != nil {
			spec.JoinAt = *in.JoinAt
		}
		if in.Metadata != nil {
			spec.Metadata = in.Metadata
		}
		if in.Leave != nil {
			spec.Leaves = in.Leave.leaves()
		}
	}
}

// breakout says how the bot behaves towards breakout rooms.
func (in *botInput) breakout(r *reading) func(*fleet.BotSpec) {
	b := in.BreakoutRoom
	if b == nil {
		return func(*fleet.BotSpec) {}
	}
	mode := bot.AutoAcceptAllInvites
	if b.Mode != nil {
		mode = bot.Mode(*b.Mode)
	}
	if !slices.Contains(modes, mode) {
		r.faults.add([]string{"breakout_room", "mode"}, "There is no mode %q; there are %v.", mode, modes)
	}
	return func(spec *fleet.BotSpec) {
		spec.Mode, spec.Room, spec.Follow = mode, "", 0
		if b.RoomID != nil {
			spec.Room = *b.RoomID
		}
	}
}

// greeting has the bot write to the rooms that it comes into.
func (in *botInput) greeting(r *reading) func(*fleet.BotSpec) {
	if in.Chat == nil || in.Chat.OnJoin == nil || in.Chat.OnJoin.Message == nil {
		return func(*fleet.BotSpec) {}
	}
	hello := in.Chat.OnJoin
	if hello.SendTo != nil && *hello.SendTo != toEveryone {
		r.ignore("chat", "on_bot_join", "send_to")
	}
	return func(spec *fleet.BotSpec) { spec.ConsentNotice = *hello.Message }
}

// recordingInput says what of a meeting is recorded. Everything that has no field here
// is recorded in any case, or never.
type recordingInput struct {
	Transcript    *transcriptInput `json:"transcript"`
	Endpoints     []endpointInput  `json:"realtime_endpoints"`
	Start         *string          `json:"start_recording_on"`
	Layout        *string          `json:"video_mixed_layout"`
	VideoMixed    json.RawMessage  `json:"video_mixed_mp4"`
	VideoSeparate json.RawMessage  `json:"video_separate_mp4"`
	Retention     *retentionInput  `json:"retention"`
	// These are there for every recording.
	AudioMixed        json.RawMessage `json:"audio_mixed_mp3"`
	ParticipantEvents json.RawMessage `json:"participant_events"`
	MeetingMetadata   json.RawMessage `json:"meeting_metadata"`
}

type transcriptInput struct {
	Provider map[string]json.RawMessage `json:"provider"`
}

type retentionInput struct {
	Type  *string `json:"type"`
	Hours *int    `json:"hours"`
}

// starts are the API's words for when recording begins.
var starts = map[string]bot.RecordingStart{
	"call_join": bot.StartOnJoin, "participant_join": bot.StartOnFirstParticipant, "manual": bot.StartManual,
}

// layoutAudio is the layout without pictures.
const layoutAudio = "audio_only"

// recording says what the bot records. Without a word of it, there is no transcript,
// as in the API.
func (d *door) recording(in *recordingInput, r *reading) func(*fleet.BotSpec) {
	if in == nil {
		return func(*fleet.BotSpec) {}
	}
	changes := []func(*fleet.BotSpec){d.transcript(in.Transcript, r), endpoints(in.Endpoints, r), in.Retention.order(r)}
	if in.Start != nil {
		start, known := starts[*in.Start]
		if !known {
			r.faults.add([]string{"recording_config", "start_recording_on"}, "There is no start %q; there are %v.", *in.Start, slices.Sorted(maps.Keys(starts)))
		}
		changes = append(changes, func(spec *fleet.BotSpec) { spec.RecordingStart = start })
	}
	if in.Layout != nil && *in.Layout != "speaker_view" && *in.Layout != layoutAudio {
		r.ignore("recording_config", "video_mixed_layout")
	}
	changes = append(changes, func(spec *fleet.BotSpec) { spec.Video = in.video() })
	return func(spec *fleet.BotSpec) {
		for _, change := range changes {
			change(spec)
		}
	}
}

// video says whether people's cameras and screens are recorded: where video was asked
// for by name.
func (in *recordingInput) video() meeting.VideoChoice {
	asked := func(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }
	if (asked(in.VideoMixed) || asked(in.VideoSeparate)) && (in.Layout == nil || *in.Layout != layoutAudio) {
		return meeting.VideoAll
	}
	return meeting.VideoNone
}

// captions is the provider that gives the meeting's own captions.
const captions = "meeting_captions"

// transcript says where the text of what is said comes from: from the meeting's
// captions, if they were asked for or nothing else is there, and else from the server
// that transcribes, whatever its make.
func (d *door) transcript(in *transcriptInput, r *reading) func(*fleet.BotSpec) {
	if in == nil {
		return func(spec *fleet.BotSpec) { spec.Transcription = meeting.Transcription{Source: meeting.FromNowhere} }
	}
	wanted := meeting.Transcription{Source: meeting.FromCaptions}
	for name, raw := range in.Provider {
		var said struct {
			Language string `json:"language_code"`
		}
		if err := json.Unmarshal(raw, &said); err != nil {
			r.faults.add([]string{"recording_config", "transcript", "provider", name}, "An object with strings is expected here.")
		}
		switch {
		case name == captions:
		case d.Fleet.Transcription == nil:
			r.ignore("recording_config", "transcript", "provider", name)
		default:
			wanted.Source = meeting.FromServer
			if said.Language != "auto" && said.Language != "multi" {
				wanted.Language = said.Language
			}
		}
	}
	return func(spec *fleet.BotSpec) { spec.Transcription = wanted }
}

// order says for how long recordings are kept. That nothing is kept at all can't be
// ordered.
func (in *retentionInput) order(r *reading) func(*fleet.BotSpec) {
	if in == nil {
		return func(*fleet.BotSpec) {}
	}
	path := []string{"recording_config", "retention"}
	var kept time.Duration
	switch {
	case in.Type != nil && *in.Type == "forever":
	case in.Type != nil && *in.Type == "timed" && in.Hours != nil && *in.Hours > 0 && *in.Hours <= int(fleet.MaxRetention/time.Hour):
		kept = time.Duration(*in.Hours) * time.Hour
	default:
		r.faults.add(path, `Recordings are kept for ever, {"type": "forever"}, or for 1 to %d hours, {"type": "timed", "hours": 168}.`, int(fleet.MaxRetention/time.Hour))
	}
	return func(spec *fleet.BotSpec) { spec.Retention = kept }
}
