package recall_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/recall"
	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed"
)

func replaced(text, old, by string) string { return strings.Replace(text, old, by, 1) }

// refused sends a request that must be refused with a status, a code and a sentence.
func (i *integration) refused(method, path, body string, status int, code string) reply {
	i.t.Helper()
	var told struct{ Code, Detail string }
	got := i.do(method, path, body, status, &told)
	if told.Code != code || !strings.HasSuffix(told.Detail, ".") {
		i.t.Errorf("%s %s is refused with %s, want %s", method, path, got.body, code)
	}
	return got
}

// faults sends a request that must be refused for some fields, which dots lead to.
func (i *integration) faults(method, path, body string, fields ...string) {
	i.t.Helper()
	var told map[string]any
	got := i.do(method, path, body, http.StatusBadRequest, &told)
	found := leaves(i.t, told, "")
	slices.Sort(fields)
	if names := slices.Sorted(maps.Keys(found)); !slices.Equal(names, fields) {
		i.t.Errorf("%s is refused for %s, want %v", body, got.body, fields)
	}
}

// leaves are the sentences in nested objects, by the paths that lead to them.
func leaves(t *testing.T, told map[string]any, prefix string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for name, value := range told {
		switch value := value.(type) {
		case map[string]any:
			maps.Copy(found, leaves(t, value, prefix+name+"."))
		case []any:
			text, _ := value[0].(string)
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "}.") {
				t.Errorf("%s%s is refused with %q, which is no sentence", prefix, name, value)
			}
			found[prefix+name] = text
		default:
			t.Errorf("%s%s is refused with %v", prefix, name, value)
		}
	}
	return found
}

// TestOrdersThatAreRefused names the fields that are at fault, all at once.
func TestOrdersThatAreRefused(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Refused")
		at := `"meeting_url": "https://zoom.us/j/` + m.ID + `"`
		for body, fields := range map[string][]string{
			`{}`:                              {"meeting_url"},
			`{"meeting_url": null}`:           {"meeting_url"},
			`{"meeting_url": "` + m.ID + `"}`: {"meeting_url"},
			`{"meeting_url": "https://zoom.us/j/123456789"}`:               {"meeting_url"},
			`{"meeting_url": "https://zoom.us/j/mtg_none"}`:                {"meeting_url"},
			`{"meeting_url": "ftp://zoom.us/j/` + m.ID + `"}`:              {"meeting_url"},
			`{` + at + `, "bot_name": "` + strings.Repeat("x", 101) + `"}`: {"bot_name"},
			`{"meeting_url": 1, "bot_name": 2, "join_at": 3, "breakout_room": 4, "recording_config": 5, "automatic_leave": 6, "metadata": 7, "chat": 8}`: {
				"meeting_url", "bot_name", "join_at", "breakout_room", "recording_config", "automatic_leave", "metadata", "chat"},
			`{` + at + `, "breakout_room": {"mode": "join_any"}}`:                                 {"breakout_room.mode"},
			`{` + at + `, "breakout_room": {"mode": "manual"}}`:                                   {"breakout_room.mode"},
			`{` + at + `, "breakout_room": {"mode": "join_specific_room"}}`:                       {"breakout_room.room_id"},
			`{` + at + `, "breakout_room": {"mode": "join_specific_room", "room_id": "Nowhere"}}`: {"breakout_room.room_id"},
			`{` + at + `, "breakout_room": {"mode": "join_main_room", "room_id": "Red"}}`:         {"breakout_room.room_id"},
			`{` + at + `, "join_at": "tomorrow"}`:                                                 {"join_at"},
			`{` + at + `, "join_at": "1999-01-01T00:00:00Z"}`:                                     {"join_at"},
			`{` + at + `, "join_at": "2010-01-01T00:00:00Z"}`:                                     {"join_at"},
			`{` + at + `, "metadata": {"": "x"}}`:                                                 {"metadata"},
			`{` + at + `, "metadata": {"x": 1}}`:                                                  {"metadata"},
			`{` + at + `, "automatic_leave": {"waiting_room_timeout": -1, "noone_joined_timeout": "1", "silence_detection": {"timeout": 100000}, "everyone_left_timeout": 2}}`: {
				"automatic_leave.noone_joined_timeout", "automatic_leave.everyone_left_timeout"},
			`{` + at + `, "automatic_leave": {"waiting_room_timeout": -1, "silence_detection": {"timeout": 100000}, "bot_detection": {"using_participant_names": {"matches": [""]}}}}`: {
				"automatic_leave.waiting_room_timeout", "automatic_leave.silence_detection.timeout", "automatic_leave.bot_detection.using_participant_names.matches"},
			`{` + at + `, "recording_config": {"start_recording_on": "never", "retention": {"type": "timed"}, "transcript": {"provider": {"x": 1}}}}`: {
				"recording_config.start_recording_on", "recording_config.retention", "recording_config.transcript.provider.x"},
			`{` + at + `, "recording_config": {"retention": {"type": "timed", "hours": 1000000}}}`:                                                       {"recording_config.retention"},
			`{` + at + `, "recording_config": {"realtime_endpoints": [{"type": "websocket"}, 7]}}`:                                                       {"recording_config.realtime_endpoints.0", "recording_config.realtime_endpoints.1"},
			`{` + at + `, "recording_config": {"realtime_endpoints": [{"type": "websocket", "url": "wss://10.0.0.1/", "events": ["transcript.data"]}]}}`: {"recording_config.realtime_endpoints.0.url"},
			`{` + at + `, "chat": {"on_bot_join": {"message": "` + strings.Repeat("x", 1001) + `"}}}`:                                                    {"chat.on_bot_join.message"},
		} {
			api.faults(http.MethodPost, "/bot/", body, fields...)
		}
		var none pageOfBots
		if api.do(http.MethodGet, "/bot/", "", http.StatusOK, &none); len(none.Results) != 0 {
			t.Errorf("refused orders left %d bots", len(none.Results))
		}
	})
}

// TestRequestsThatAreNone is about HTTP, not about bots.
func TestRequestsThatAreNone(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("None")
		for _, query := range []string{"status=%00", "metadata__x=%ff", "cursor=%zz", "meeting_url=%"} {
			api.refused(http.MethodGet, "/bot/?"+query, "", http.StatusBadRequest, "parse_error")
		}
		for _, path := range []string{"/bot/%00/", "/bot/%ff/", "/bot/..%2f..%2fkey/", "/recording/%2e%2e/"} {
			api.refused(http.MethodGet, path, "", http.StatusNotFound, "not_found")
		}
		for body, code := range map[string]string{`{"bot_name": "\u0000"}`: "parse_error", "{\"bot_name\": \"\xff\"}": "parse_error", "{": "parse_error", "[]": "parse_error", "7": "parse_error", "null": "parse_error", "{} {}": "parse_error"} {
			api.refused(http.MethodPost, "/bot/", body, http.StatusBadRequest, code)
		}
		api.refused(http.MethodPost, "/bot/", `{"bot_name": "`+strings.Repeat("x", 2<<20)+`"}`, http.StatusRequestEntityTooLarge, "too_large")
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "nonsense"} {
			api.with("Content-Type", kind).refused(http.MethodPost, "/bot/", `{}`, http.StatusUnsupportedMediaType, "unsupported_media_type")
		}
		if got := api.refused(http.MethodPut, "/bot/", "", http.StatusMethodNotAllowed, "method_not_allowed"); got.header.Get("Allow") != "GET, POST" {
			t.Errorf("allowed is %q", got.header.Get("Allow"))
		}
		for _, path := range []string{"/", "/bots/", "/bot/x/y/", "/bot/bot_none/", "/transcript/seg_x/", "/transcript/transcript_x/", "/recording/x/", "/transcript/audio_mixed_x/", "/openapi.jsonx"} {
			api.refused(http.MethodGet, path, "", http.StatusNotFound, "not_found")
		}
		for _, authorization := range []string{"", "Token", "Token ", "Token bk_wrongwrongwrongwrongwrong", "Basic " + api.token, "Token " + api.token + "x", "Token " + api.token[:20]} {
			for _, path := range []string{"/bot/", "/bot/bot_none/", "/nowhere/"} {
				got := api.with("Authorization", authorization).refused(http.MethodGet, path, "", http.StatusUnauthorized, "authentication_failed")
				if got.header.Get("WWW-Authenticate") != "Token" {
					t.Errorf("%s %q is asked for a key as %q", path, authorization, got.header.Get("WWW-Authenticate"))
				}
			}
		}
		for _, authorization := range []string{"Token " + api.token, "token " + api.token, "Bearer " + api.token, api.token} {
			for _, path := range []string{"/bot/", "/bot"} {
				api.with("Authorization", authorization).do(http.MethodGet, path, "", http.StatusOK, nil)
			}
		}
		api.with("Content-Type", "application/json; charset=utf-8").do(http.MethodPost, "/bot", seed(t, "join_main_room", m.ID, ""), http.StatusCreated, nil)
	})
}

// TestFieldsWithoutMeaningAreNamed sends what the API knows and the door does not do.
func TestFieldsWithoutMeaningAreNamed(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Ignored")
		got := api.do(http.MethodPost, "/bot/", `{"meeting_url": "https://zoom.us/j/`+m.ID+`", "variant": {"zoom": "web"}, "zoom": {"zak_url": "https://example.org"}, "output_media": null, "Bot_Name": "x",
			"chat": {"on_participant_join": {}, "on_bot_join": {"send_to": "host", "message": "Hello.", "pin": true}},
			"recording_config": {"transcript": {"provider": {"deepgram_streaming": {"model": "nova-3"}}, "diarization": {}}, "video_mixed_layout": "gallery_view_v2", "video_separate_png": {}, "audio_mixed_mp3": {},
				"realtime_endpoints": [{"type": "webhook", "url": "https://example.org", "events": ["transcript.data"]}, {"type": "websocket", "url": "wss://example.org", "events": ["video_separate_png.data"]}]}}`, http.StatusCreated, nil)
		const want = "Bot_Name, chat.on_bot_join.pin, chat.on_bot_join.send_to, chat.on_participant_join, output_media, recording_config.realtime_endpoints.0, " +
			"recording_config.realtime_endpoints.1.events.video_separate_png.data, recording_config.transcript.diarization, recording_config.transcript.provider.deepgram_streaming, " +
			"recording_config.video_mixed_layout, recording_config.video_separate_png, variant, zoom"
		if named := got.header.Get("Breakout-Ignored"); named != want {
			t.Errorf("named are %s", named)
		}
		many := make(map[string]int)
		for i := range 100 {
			many[strconv.Itoa(i)+strings.Repeat("\né", 100)] = i
		}
		flood, err := json.Marshal(many)
		if err != nil {
			t.Fatal(err)
		}
		got = api.do(http.MethodPost, "/bot/", adding(string(flood), `"meeting_url": "https://zoom.us/j/`+m.ID+`", `), http.StatusCreated, nil)
		if named := got.header.Get("Breakout-Ignored"); len(named) > 40*102+20 || !strings.HasSuffix(named, ", and 60 more") || strings.Trim(named, "0123456789?,. andmore") != "" {
			t.Errorf("named are %q", named)
		}
		got = api.do(http.MethodPost, "/bot/", seed(t, "join_main_room", m.ID, ""), http.StatusCreated, nil)
		if named, sent := got.header["Breakout-Ignored"]; sent {
			t.Errorf("of a body without such fields are named %s", named)
		}
	})
}

// TestKeysAreLimited makes more requests than a key can.
func TestKeysAreLimited(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		for range 3 {
			api.do(http.MethodGet, "/bot/", "", http.StatusOK, nil)
		}
		for range 2 { // being refused costs nothing
			if got := api.refused(http.MethodGet, "/bot/", "", http.StatusTooManyRequests, "throttled"); got.header.Get("Retry-After") != "20" {
				t.Errorf("to come again after %q s", got.header.Get("Retry-After"))
			}
		}
		integrate(t, house.Workspace("other")).do(http.MethodGet, "/bot/", "", http.StatusOK, nil)
		time.Sleep(20 * time.Second)
		api.do(http.MethodGet, "/bot/", "", http.StatusOK, nil)
		api.refused(http.MethodGet, "/bot/", "", http.StatusTooManyRequests, "throttled")
	}, testbed.Change(func(c *server.Config) { c.RESTPerMinute = 3 }))
}

// TestWorkspacesAreApart asks for everything of a workspace by another's key.
func TestWorkspacesAreApart(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Mine")
		m.Join("Ada")
		later := scheduled(api, m.ID, 1)[0]
		done := api.create(adding(seed(t, "join_main_room", m.ID, ""), withTranscript))
		_, running := api.until(done.ID, "in_call_recording")
		stranger := integrate(t, house.Workspace("other"))
		bodies := map[string]string{"send_chat_message": `{"message": "Hello."}`, "output_audio": `{"kind": "ogg", "b64_data": ""}`, "": `{"bot_name": "x"}`}
		for _, route := range recall.Routes() {
			method, path, _ := strings.Cut(route, " ")
			kind, rest, hasID := strings.Cut(path, "/{id}")
			if !hasID {
				if method == http.MethodGet {
					var page struct{ Results []any }
					if stranger.do(method, "/"+path+"/", "", http.StatusOK, &page); len(page.Results) != 0 {
						t.Errorf("%s lists %v", route, page.Results)
					}
				}
				continue
			}
			ids := []string{later.ID, done.ID}
			if kind != "bot" {
				ids = []string{replaced(running.Recordings[0].ID, "seg_", kind+"_")}
			}
			if kind == "recording" {
				ids = []string{running.Recordings[0].ID}
			}
			for _, id := range ids {
				body := ""
				if method == http.MethodPost || method == http.MethodPatch {
					body = bodies[strings.TrimPrefix(rest, "/")]
				}
				stranger.refused(method, "/"+kind+"/"+id+rest+"/", body, http.StatusNotFound, "not_found")
			}
		}
		stranger.faults(http.MethodPost, "/bot/", seed(t, "join_main_room", m.ID, ""), "meeting_url")
		stranger.faults(http.MethodGet, "/bot/?meeting_url=https://zoom.us/j/"+m.ID, "", "meeting_url")
		api.expect(later.ID, "ready")
		api.leave(done.ID)
	})
}
