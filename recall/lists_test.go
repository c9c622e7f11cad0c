package recall_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/testbed"
)

// pageOfBots is a page of a list of bots.
type pageOfBots struct {
	Next, Previous *string
	Results        []robot
}

func (p pageOfBots) names() (names []string) {
	for _, one := range p.Results {
		names = append(names, one.BotName)
	}
	return names
}

// scheduled sends bots that join on days of February, by their numbers.
func scheduled(api *integration, meetingID string, n int) (sent []robot) {
	for i := range n {
		day := strconv.Itoa(i + 1)
		sent = append(sent, api.create(`{"meeting_url": "https://example.org/`+meetingID+`", "bot_name": "`+day+`", "join_at": "2000-02-0`+day+`T09:00:00Z",
			"metadata": {"day": "`+day+`", "half": "`+strconv.Itoa(i%2)+`"}}`))
	}
	return sent
}

// TestPagesOfBots walks through a list and back: each bot comes once.
func TestPagesOfBots(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		sent := scheduled(api, house.CreateMeeting("Pages").ID, 5)
		var first, second, last, back pageOfBots
		api.do(http.MethodGet, "/bot/?page_size=2&metadata__none=", "", http.StatusOK, &first)
		if len(first.Results) != 0 || first.Next != nil || first.Previous != nil {
			t.Errorf("of no bots there is %+v", first)
		}
		api.do(http.MethodGet, "/bot/?page_size=2", "", http.StatusOK, &first)
		api.do(http.MethodGet, *first.Next, "", http.StatusOK, &second)
		api.do(http.MethodGet, *second.Next, "", http.StatusOK, &last)
		var seen, want []string
		for _, page := range []pageOfBots{first, second, last} {
			seen = append(seen, page.names()...)
		}
		for _, one := range sent {
			want = append(want, one.BotName)
		}
		slices.Sort(seen)
		if !slices.Equal(seen, want) || len(last.Results) != 1 || first.Previous != nil || last.Next != nil {
			t.Errorf("the pages hold %v", seen)
		}
		api.do(http.MethodGet, *last.Previous, "", http.StatusOK, &back)
		if !slices.Equal(back.names(), second.names()) {
			t.Errorf("back from %v is %v, want %v", last.names(), back.names(), second.names())
		}
		api.do(http.MethodGet, *back.Previous, "", http.StatusOK, &back)
		if !slices.Equal(back.names(), first.names()) || back.Previous != nil || back.Next == nil {
			t.Errorf("the first page is %v when one comes back, and %v before", back.names(), first.names())
		}
	})
}

// TestBotsAreFound narrows the list by everything that it can be narrowed by.
func TestBotsAreFound(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m, other := house.CreateMeeting("Found"), house.CreateMeeting("Other")
		scheduled(api, m.ID, 4)
		now := api.create(`{"meeting_url": "https://example.org/` + other.ID + `", "bot_name": "now"}`)
		api.until(now.ID, "in_call_recording")
		for query, want := range map[string][]string{
			"":                                    {"1", "2", "3", "4", "now"},
			"status=ready":                        {"1", "2", "3", "4"},
			"status=in_call_recording":            {"now"},
			"status=ready&status=done":            {"1", "2", "3", "4"},
			"status=nonsense":                     nil,
			"metadata__day=2":                     {"2"},
			"metadata__half=0":                    {"1", "3"},
			"metadata__half=0&metadata__day=3":    {"3"},
			"join_at_after=2000-02-03T09:00:00Z":  {"3", "4"},
			"join_at_before=2000-02-01T10:00:00Z": {"1"},
			"join_at_after=2000-02-02T00:00:00Z&join_at_before=2000-02-03T00:00:00Z": {"2"},
			"meeting_url=" + url.QueryEscape("https://zoom.us/j/"+other.ID+"?pwd=x"): {"now"},
			"unknown=filter": {"1", "2", "3", "4", "now"},
		} {
			var found pageOfBots
			api.do(http.MethodGet, "/bot/?"+query, "", http.StatusOK, &found)
			names := found.names()
			slices.Sort(names)
			if !slices.Equal(names, want) {
				t.Errorf("%s finds %v, want %v", query, names, want)
			}
		}
		for query, field := range map[string]string{
			"cursor=nonsense": "cursor", "cursor=" + "dHJ1ZTp4Onk": "cursor", "page_size=0": "page_size", "page_size=101": "page_size", "page_size=x": "page_size",
			strings.Repeat("status=done&", 51): "status", manyEntries(): "metadata",
			"join_at_after=tomorrow": "join_at_after", "join_at_before=1": "join_at_before", "meeting_url=nonsense": "meeting_url",
		} {
			var faults map[string][]string
			api.do(http.MethodGet, "/bot/?"+query, "", http.StatusBadRequest, &faults)
			if len(faults[field]) != 1 {
				t.Errorf("%s is refused for %v", query, faults)
			}
		}
	})
}

// manyEntries asks for more entries of metadata than a bot can have.
func manyEntries() string {
	query := url.Values{}
	for i := range 21 {
		query.Set("metadata__"+strconv.Itoa(i), "x")
	}
	return query.Encode()
}

// TestScheduledBotsAreChangedAndDeleted does to a bot what can be done before it
// leaves, and what can't be done after.
func TestScheduledBotsAreChangedAndDeleted(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m, other := house.CreateMeeting("Changed"), house.CreateMeeting("Other")
		one := scheduled(api, m.ID, 1)[0]
		path := "/bot/" + one.ID + "/"
		var changed robot
		api.do(http.MethodPatch, path, `{"bot_name": "Later", "join_at": "2000-03-01T00:00:00Z", "meeting_url": "https://zoom.us/j/`+m.ID+`"}`, http.StatusOK, &changed)
		if changed.BotName != "Later" || changed.JoinAt.Month() != 3 || changed.Metadata["day"] != "1" {
			t.Errorf("it is %+v now", changed)
		}
		changed = robot{}
		api.do(http.MethodPatch, path, `{"metadata": {"new": "yes"}, "breakout_room": {"mode": "join_main_room"}, "recording_config": {"transcript": {}}}`, http.StatusOK, &changed)
		same(t, "breakout_room", changed.Room, `{"mode": "join_main_room", "room_id": null}`)
		if changed.BotName != "Later" || changed.Metadata["new"] != "yes" || changed.Metadata["day"] != "" {
			t.Errorf("it is %+v now", changed)
		}
		api.faults(http.MethodPatch, path, `{"meeting_url": "https://zoom.us/j/`+other.ID+`", "bot_name": 7}`, "meeting_url", "bot_name")
		api.refused(http.MethodPost, path+"leave_call/", "", http.StatusBadRequest, "cannot_command_unstarted_bot")
		api.refused(http.MethodPost, path+"pause_recording/", "", http.StatusBadRequest, "cannot_command_unstarted_bot")
		api.do(http.MethodDelete, path, "", http.StatusNoContent, nil)
		api.refused(http.MethodDelete, path, "", http.StatusMethodNotAllowed, "cannot_delete_started_bot")
		api.refused(http.MethodPatch, path, `{"bot_name": "x"}`, http.StatusBadRequest, "cannot_command_completed_bot")
		api.expect(one.ID, "ready", "done")

		now := api.create(seed(t, "auto_accept_all_invites", m.ID, ""))
		api.until(now.ID, "in_call_recording")
		path = "/bot/" + now.ID + "/"
		api.refused(http.MethodDelete, path, "", http.StatusMethodNotAllowed, "cannot_delete_started_bot")
		api.refused(http.MethodPatch, path, `{"bot_name": "x"}`, http.StatusBadRequest, "cannot_update_started_bot")
	})
}

// TestPagesOfRecordings lists recordings and what there is of them.
func TestPagesOfRecordings(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Recordings")
		m.Join("Ada")
		one, two := api.create(adding(seed(t, "join_main_room", m.ID, ""), withTranscript)), api.create(seed(t, "join_main_room", m.ID, ""))
		api.until(two.ID, "in_call_recording")
		count := func(path string) int {
			t.Helper()
			var page struct{ Results []struct{ ID string } }
			api.do(http.MethodGet, path, "", http.StatusOK, &page)
			return len(page.Results)
		}
		api.leave(one.ID)
		for path, want := range map[string]int{
			"/recording/": 2, "/recording/?bot_id=" + one.ID: 1, "/recording/?bot_id=bot_none": 0, "/recording/?page_size=1": 1,
			"/recording/?status_code=done": 1, "/recording/?status_code=processing": 1, "/recording/?status_code=deleted": 0, "/recording/?status_code=nonsense": 0,
			"/transcript/": 1, "/transcript/?bot_id=" + two.ID: 0, "/video_mixed/": 2, "/audio_separate/?status_code=done": 1, "/meeting_metadata/": 2,
			"/participant_events/": 2, "/video_separate/": 2, "/audio_mixed/": 2,
		} {
			if got := count(path); got != want {
				t.Errorf("%s lists %d, want %d", path, got, want)
			}
		}
		running := api.bot(two.ID).Recordings[0]
		if running.Status.Code != "processing" || running.Shortcuts["video_mixed"].Data["download_url"] != nil {
			t.Errorf("what is being recorded is %+v", running)
		}
		api.refused(http.MethodDelete, "/recording/"+running.ID+"/", "", http.StatusBadRequest, "recording_running")
		ended := api.bot(one.ID).Recordings[0]
		address := *ended.Shortcuts["transcript"].Data["download_url"]
		api.do(http.MethodDelete, "/recording/"+ended.ID+"/", "", http.StatusNoContent, nil)
		if got := api.send(http.MethodGet, address, "").status; got != http.StatusGone {
			t.Errorf("the transcript of what was deleted is answered with %d", got)
		}
		if got := api.bot(one.ID).Recordings[0]; got.Status.Code != "deleted" || got.Shortcuts["transcript"].Data["download_url"] != nil {
			t.Errorf("what was deleted is %+v", got)
		}
		api.leave(two.ID)
		api.do(http.MethodPost, "/bot/"+two.ID+"/delete_media/", "", http.StatusOK, nil)
		if got := count("/recording/?status_code=deleted"); got != 2 {
			t.Errorf("%d recordings are deleted", got)
		}
		for name, change := range map[string]string{"another document": "/transcript.json?", "another signature": "signature=", "another time": "expires="} {
			spoilt := map[string]string{"/transcript.json?": "/participants.json?", "signature=": "signature=A", "expires=": "expires=9"}[change]
			if got := api.send(http.MethodGet, replaced(address, change, spoilt), "").status; got != http.StatusForbidden {
				t.Errorf("%s is answered with %d", name, got)
			}
		}
	})
}
