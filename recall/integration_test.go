package recall_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// withTranscript asks for a transcript and sends metadata along.
const withTranscript = `"recording_config": {"transcript": {"provider": {"meeting_captions": {}}}}, "metadata": {"case": "7"}, `

// adding puts fields at the beginning of a body.
func adding(body, fields string) string { return strings.Replace(body, "{", "{"+fields, 1) }

// TestAnIntegrationOfTheSeed is the whole story of the documentation of Recall.ai's
// breakout rooms, with its bodies: a coordinator stays in the main room and hears of
// rooms; a bot accepts what the host invites it to; for a room that opened, one is sent
// by the id that the coordinator was told. Then the recordings are fetched.
func TestAnIntegrationOfTheSeed(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Workshop")
		m.Join("Ada", "Ben")
		rooms := m.CreateRooms("Red", "Blue")
		coordinator := api.create(seed(t, "join_main_room", m.ID, ""))
		accepting := api.create(adding(seed(t, "auto_accept_all_invites", m.ID, ""), withTranscript))
		for _, one := range []robot{coordinator, accepting} {
			if one.BotName != "Meeting Notetaker" || one.MeetingURL.ID != m.ID || one.StatusChanges[0].Code != "ready" {
				t.Errorf("sent is %+v", one)
			}
			api.until(one.ID, "in_call_recording")
		}
		m.Assign(rooms[0], "Ada", "Meeting Notetaker")
		m.Assign(rooms[1], "Ben")
		m.OpenRooms()

		_, seen := api.until(coordinator.ID, "breakout_room_opened")
		opened := map[string]string{}
		for _, step := range seen.StatusChanges {
			if step.Code == "breakout_room_opened" {
				opened[step.room(t).Name] = step.room(t).ID
			}
		}
		if opened["Red"] != rooms[0] || opened["Blue"] != rooms[1] {
			t.Errorf("the coordinator was told of %v", opened)
		}
		specific := api.create(adding(seed(t, "join_specific_room", m.ID, opened["Blue"]), withTranscript))
		entered, _ := api.until(specific.ID, "breakout_room_entered")
		if got := entered.room(t); got != (room{rooms[1], "Blue"}) {
			t.Errorf("the bot for Blue entered %v", got)
		}
		if entered, _ := api.until(accepting.ID, "breakout_room_entered"); entered.room(t).Name != "Red" {
			t.Errorf("the bot that was invited to Red entered %s", entered.Message)
		}
		time.Sleep(10 * time.Second) // in which Ada and Ben speak
		m.CloseRooms()
		api.until(coordinator.ID, "breakout_room_closed")
		for _, one := range []robot{coordinator, accepting, specific} {
			api.leave(one.ID)
		}
		api.expect(coordinator.ID, "ready", "joining_call", "in_call_not_recording", "in_call_recording", "breakout_room_opened", "breakout_room_opened",
			"breakout_room_closed", "breakout_room_closed", "call_ended", "done")
		api.expect(accepting.ID, "ready", "joining_call", "in_call_not_recording", "in_call_recording", "breakout_room_entered", "breakout_room_left", "call_ended", "done")
		api.heard(accepting.ID, "Red", "Ada")
		api.heard(specific.ID, "Blue", "Ben")
		if _, there := api.bot(coordinator.ID).Recordings[0].Shortcuts["transcript"]; there {
			t.Error("a bot that was asked for no transcript has one")
		}
	})
}

// leave calls a bot back, and waits until it is done.
func (i *integration) leave(id string) {
	i.t.Helper()
	i.do(http.MethodPost, "/bot/"+id+"/leave_call/", "", http.StatusOK, nil)
	_, r := i.until(id, "done")
	if ended, _ := r.last("call_ended"); ended.SubCode == nil || *ended.SubCode != "bot_received_leave_call" {
		i.t.Errorf("the call of the bot ended as %+v", ended)
	}
	var refused struct{ Code string }
	i.do(http.MethodPost, "/bot/"+id+"/leave_call/", "", http.StatusBadRequest, &refused)
	if refused.Code != "cannot_command_completed_bot" {
		i.t.Errorf("a bot that is done can't be called back for %q", refused.Code)
	}
}

// expect holds the steps of a bot's life against those that are expected.
func (i *integration) expect(id string, want ...string) {
	i.t.Helper()
	if got := i.bot(id).codes(); !slices.Equal(got, want) {
		i.t.Errorf("the steps were %v, want %v", got, want)
	}
}

// said is an utterance of a transcript.
type said struct {
	Participant struct {
		ID   int
		Name string
	}
	Words []struct {
		Text  string
		Start struct{ Relative float64 } `json:"start_timestamp"`
		End   struct{ Relative float64 } `json:"end_timestamp"`
	}
}

// heard holds what a bot recorded in a room against who was there.
func (i *integration) heard(id, inRoom, who string) {
	i.t.Helper()
	at := slices.IndexFunc(i.bot(id).Recordings, func(r recorded) bool { return r.Room != nil && r.Room.Name == inRoom })
	if at < 0 {
		i.t.Fatalf("the bot recorded nothing in %s", inRoom)
	}
	var got recorded
	i.do(http.MethodGet, "/recording/"+i.bot(id).Recordings[at].ID+"/", "", http.StatusOK, &got)
	if got.Status.Code != "done" || got.CompletedAt == nil {
		i.t.Errorf("the recording of %s is %+v", inRoom, got)
	}
	var transcript struct{ Data map[string]*string }
	i.do(http.MethodGet, "/transcript/"+got.Shortcuts["transcript"].ID+"/", "", http.StatusOK, &transcript)
	var utterances []said
	i.fetch(transcript.Data["download_url"], &utterances)
	words := 0
	for _, one := range utterances {
		words += len(one.Words)
		if one.Participant.Name != who || one.Words[0].Start.Relative > one.Words[0].End.Relative {
			i.t.Errorf("in %s was said %+v", inRoom, one)
		}
	}
	if words == 0 {
		i.t.Errorf("the transcript of %s is empty", inRoom)
	}
	i.heardBeside(got, who)
}

// heardBeside looks at everything else that there is of a recording.
func (i *integration) heardBeside(r recorded, who string) {
	i.t.Helper()
	events := r.Shortcuts["participant_events"].Data
	var people []struct{ Name string }
	i.fetch(events["participants_download_url"], &people)
	if !slices.Contains(people, struct{ Name string }{who}) {
		i.t.Errorf("there were %v, and not %s", people, who)
	}
	var actions []struct{ ID, Action string }
	i.fetch(events["participant_events_download_url"], &actions)
	var timeline []said
	i.fetch(events["speaker_timeline_download_url"], &timeline)
	if len(actions) < 2 || actions[0].Action != "join" || len(timeline) == 0 || timeline[0].Participant.Name != who {
		i.t.Errorf("of %s is told %v and %v", who, actions, timeline)
	}
	if title := r.Shortcuts["meeting_metadata"].Data["title"]; title == nil || *title != "Workshop" {
		i.t.Errorf("the meeting is called %v", title)
	}
	for kind, magic := range map[string]string{"audio_mixed": "OggS", "video_mixed": "\x1aE\xdf\xa3"} {
		if file := i.fetch(r.Shortcuts[kind].Data["download_url"], nil); !strings.HasPrefix(string(file), magic) {
			i.t.Errorf("%s begins with %q", kind, file[:min(8, len(file))])
		}
	}
	var separate struct {
		Results []struct{ Data map[string]*string }
	}
	i.do(http.MethodGet, "/audio_separate/?recording_id="+r.ID, "", http.StatusOK, &separate)
	var files []struct {
		Participant struct{ Name string }
		Duration    float64
		URL         *string `json:"download_url"`
	}
	i.fetch(separate.Results[0].Data["download_url"], &files)
	if len(files) != 1 || files[0].Participant.Name != who || files[0].Duration < 5 {
		i.t.Fatalf("the files of %s are %+v", who, files)
	}
	if file := i.fetch(files[0].URL, nil); !strings.HasPrefix(string(file), "OggS") {
		i.t.Errorf("the voice of %s begins with %q", who, file[:4])
	}
}

// TestWhatABotWasOrdered reads back what Create Bot was told, with the API's defaults.
func TestWhatABotWasOrdered(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Defaults")
		plain := api.create(seed(t, "auto_accept_all_invites", m.ID, ""))
		same(t, "automatic_leave", plain.Leave, `{"waiting_room_timeout": 1200, "noone_joined_timeout": 1200, "everyone_left_timeout": {"timeout": 2, "activate_after": 0},
			"in_call_not_recording_timeout": 3600, "in_call_recording_timeout": null, "recording_permission_denied_timeout": 30,
			"silence_detection": {"timeout": 3600, "activate_after": 1200},
			"bot_detection": {"using_participant_events": {"timeout": 600, "activate_after": 1200}, "using_participant_names": null}}`)
		same(t, "recording_config", plain.Config, `{"transcript": null, "realtime_endpoints": [], "start_recording_on": "call_join", "video_mixed_layout": "speaker_view",
			"video_mixed_mp4": null, "video_separate_mp4": null, "participant_events": {}, "meeting_metadata": {}, "retention": {"type": "forever", "hours": null}}`)
		full := api.create(`{"meeting_url": "` + house.URL + `/meetings/` + m.ID + `", "bot_name": "Scribe", "join_at": "2000-02-01T09:00:00+01:00",
			"breakout_room": {"mode": "join_specific_room", "room_id": "Red"}, "metadata": {"a": "1", "b": "2"},
			"automatic_leave": {"everyone_left_timeout": {"timeout": 60}, "silence_detection": {"timeout": 100}, "in_call_recording_timeout": 900,
				"bot_detection": {"using_participant_names": {"matches": ["bot"], "timeout": 50, "activate_after": 60}}},
			"recording_config": {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "video_mixed_mp4": {}, "start_recording_on": "manual",
				"retention": {"type": "timed", "hours": 48}, "realtime_endpoints": [{"type": "websocket", "url": "wss://example.org/in", "events": ["transcript.data"]}]},
			"chat": {"on_bot_join": {"send_to": "everyone", "message": "This is recorded.", "pin": true}}, "variant": {"zoom": "web_4_core"}}`)
		if full.BotName != "Scribe" || full.JoinAt == nil || !full.JoinAt.Equal(time.Date(2000, 2, 1, 8, 0, 0, 0, time.UTC)) || full.Metadata["b"] != "2" || len(full.StatusChanges) != 1 || full.StatusChanges[0].Code != "ready" {
			t.Errorf("sent is %+v", full)
		}
		same(t, "breakout_room", full.Room, `{"mode": "join_specific_room", "room_id": "Red"}`)
		var leaves struct {
			Left  json.RawMessage `json:"everyone_left_timeout"`
			Quiet json.RawMessage `json:"silence_detection"`
			Most  int             `json:"in_call_recording_timeout"`
			Bots  struct {
				Names json.RawMessage `json:"using_participant_names"`
			} `json:"bot_detection"`
		}
		reply{body: full.Leave}.into(t, &leaves)
		same(t, "everyone_left_timeout", leaves.Left, `{"timeout": 60, "activate_after": 0}`)
		same(t, "silence_detection", leaves.Quiet, `{"timeout": 100, "activate_after": 1200}`)
		same(t, "using_participant_names", leaves.Bots.Names, `{"matches": ["bot"], "timeout": 50, "activate_after": 60}`)
		var config struct {
			Start     string                     `json:"start_recording_on"`
			Video     *struct{}                  `json:"video_mixed_mp4"`
			Endpoints []struct{ ID, URL string } `json:"realtime_endpoints"`
			Retention json.RawMessage
		}
		reply{body: full.Config}.into(t, &config)
		same(t, "retention", config.Retention, `{"type": "timed", "hours": 48}`)
		if leaves.Most != 900 || config.Start != "manual" || config.Video == nil || len(config.Endpoints) != 1 || config.Endpoints[0].URL != "wss://example.org/in" {
			t.Errorf("ordered is %+v and %+v", leaves, config)
		}
	})
}

// same compares pieces of JSON.
func same(t *testing.T, what string, got json.RawMessage, want string) {
	t.Helper()
	flat := func(text []byte) string {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatalf("%s: %s: %v", what, text, err)
		}
		out, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if flat(got) != flat([]byte(want)) {
		t.Errorf("%s is\n%s\nwant\n%s", what, got, want)
	}
}
