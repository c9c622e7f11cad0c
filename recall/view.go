package recall

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// botView is a bot as the API shows it.
type botView struct {
	ID            meeting.BotID     `json:"id"`
	BotName       string            `json:"bot_name"`
	MeetingURL    meetingURL        `json:"meeting_url"`
	JoinAt        *string           `json:"join_at"`
	BreakoutRoom  breakoutView      `json:"breakout_room"`
	StatusChanges []webhook.Status  `json:"status_changes"`
	Recordings    []recordingView   `json:"recordings"`
	Recording     recordingConfig   `json:"recording_config"`
	Leave         leaveView         `json:"automatic_leave"`
	Variant       struct{}          `json:"variant"`
	Zoom          struct{}          `json:"zoom"`
	Calendar      []struct{}        `json:"calendar_meetings"`
	Metadata      map[string]string `json:"metadata"`
}

type breakoutView struct {
	Mode   bot.Mode `json:"mode"`
	RoomID *string  `json:"room_id"`
}

// recordingConfig is what of a meeting a bot records. What is null is off.
type recordingConfig struct {
	Transcript        *transcriptConfig `json:"transcript"`
	Endpoints         []endpointView    `json:"realtime_endpoints"`
	Start             string            `json:"start_recording_on"`
	Layout            string            `json:"video_mixed_layout"`
	VideoMixed        *struct{}         `json:"video_mixed_mp4"`
	VideoSeparate     *struct{}         `json:"video_separate_mp4"`
	ParticipantEvents struct{}          `json:"participant_events"`
	MeetingMetadata   struct{}          `json:"meeting_metadata"`
	Retention         retentionView     `json:"retention"`
}

type transcriptConfig struct {
	Provider map[string]struct{} `json:"provider"`
}

type endpointView struct {
	ID   meeting.RealtimeEndpointID `json:"id"`
	Type string                     `json:"type"`
	URL  string                     `json:"url"`
}

type retentionView struct {
	Type  string `json:"type"`
	Hours *int   `json:"hours"`
}

// stamp is how moments are written: in UTC, to the microsecond.
const stamp = "2006-01-02T15:04:05.000000Z07:00"

func stampOf(at time.Time) string { return at.UTC().Format(stamp) }

// stampOrNull writes a moment that may not have come.
func stampOrNull(at meeting.Instant) *string {
	if at == 0 {
		return nil
	}
	text := stampOf(at.Time())
	return &text
}

func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// showBots shows bots with their meetings, steps and recordings, each read at once for
// all of them.
func (d *door) showBots(ctx context.Context, rows []*ent.Bot) ([]botView, error) {
	ids := make([]meeting.BotID, len(rows))
	homes := make([]meeting.ID, len(rows))
	for i, row := range rows {
		ids[i], homes[i] = row.ID, row.MeetingID
	}
	meetings, err := d.Client.Meeting.Query().Where(entmeeting.IDIn(homes...)).All(ctx)
	if err != nil {
		return nil, err
	}
	at := make(map[meeting.ID]*ent.Meeting)
	for _, row := range meetings {
		at[row.ID] = row
	}
	steps, err := d.Journal.Statuses(ctx, ids...)
	if err != nil {
		return nil, err
	}
	segments, err := d.Client.Segment.Query().Where(segment.BotIDIn(ids...)).WithRoom().Order(ent.Asc(segment.FieldStartedAt, segment.FieldID)).All(ctx)
	if err != nil {
		return nil, err
	}
	recorded := make(map[meeting.BotID][]*ent.Segment)
	for _, row := range segments {
		recorded[row.BotID] = append(recorded[row.BotID], row)
	}
	shown := make([]botView, len(rows))
	for i, row := range rows {
		spec, err := fleet.SpecOf(row)
		if err != nil {
			return nil, err
		}
		shown[i] = viewOfBot(row, &spec, at[row.MeetingID], steps[row.ID])
		for _, one := range recorded[row.ID] {
			one.Edges.Bot = row
			shown[i].Recordings = append(shown[i].Recordings, d.viewOfRecording(one, at[row.MeetingID]))
		}
	}
	return shown, nil
}

func viewOfBot(row *ent.Bot, spec *fleet.BotSpec, home *ent.Meeting, steps []meeting.Event) botView {
	shown := botView{
		ID: row.ID, BotName: row.Name, MeetingURL: addressOf(home), BreakoutRoom: breakoutView{spec.Mode, filled(spec.Room)},
		StatusChanges: stepsOf(steps), Recordings: []recordingView{}, Recording: configOf(spec),
		Leave: viewOfLeave(&spec.Leaves), Calendar: []struct{}{}, Metadata: row.Metadata,
	}
	if shown.Metadata == nil {
		shown.Metadata = map[string]string{}
	}
	if row.StatusCode == meeting.StatusScheduled { // the API forgets the time when the bot leaves
		shown.JoinAt = stampOrNull(row.JoinAt)
	}
	return shown
}

// stepsOf shows the steps of a bot's life in the API's words: a bot that is scheduled
// is ready, and for one that waits for its room there is no word.
func stepsOf(steps []meeting.Event) []webhook.Status {
	list := []webhook.Status{}
	for _, step := range steps {
		one, ok := webhook.StatusOf(step)
		if !ok || one.Code == meeting.StatusBreakoutRoomAwaited || len(list) > 0 && one.Code == meeting.StatusReady {
			continue
		}
		if one.Code == meeting.StatusScheduled {
			one.Code = meeting.StatusReady
		}
		list = append(list, one)
	}
	return list
}

func configOf(spec *fleet.BotSpec) recordingConfig {
	shown := recordingConfig{Layout: "speaker_view", Endpoints: []endpointView{}, Retention: retentionView{Type: "forever"}}
	for word, start := range starts {
		if start == spec.RecordingStart {
			shown.Start = word
		}
	}
	switch spec.Transcription.Source {
	case meeting.FromServer:
		shown.Transcript = &transcriptConfig{map[string]struct{}{"recallai_streaming": {}}}
	case meeting.FromCaptions, "":
		shown.Transcript = &transcriptConfig{map[string]struct{}{captions: {}}}
	}
	for _, one := range spec.Endpoints {
		shown.Endpoints = append(shown.Endpoints, endpointView{one.ID, "websocket", one.URL})
	}
	if spec.Video != "" && spec.Video != meeting.VideoNone {
		shown.VideoMixed, shown.VideoSeparate = &struct{}{}, &struct{}{}
	}
	if hours := int(spec.Retention / time.Hour); hours > 0 {
		shown.Retention = retentionView{"timed", &hours}
	}
	return shown
}
