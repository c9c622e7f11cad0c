package recall_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// told is what a bot recorded of what people wrote, and to whom.
func (i *integration) told(id string) (list []string) {
	i.t.Helper()
	var events []struct {
		Action string
		Data   *struct{ Text, To string }
	}
	i.fetch(i.bot(id).Recordings[0].Shortcuts["participant_events"].Data["participant_events_download_url"], &events)
	for _, one := range events {
		if one.Action == "chat_message" {
			list = append(list, one.Data.Text+" to "+one.Data.To)
		}
	}
	return list
}

// TestBotsAreToldWhatToDo writes, speaks, pauses and goes on, with a second bot that
// hears of it.
func TestBotsAreToldWhatToDo(t *testing.T) {
	files, err := filepath.Glob("../simulator/voices/*.ogg")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d voices (%v)", len(files), err)
	}
	voice, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	clip := `{"kind": "ogg", "b64_data": "` + base64.StdEncoding.EncodeToString(voice) + `"}`
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Told")
		ada := m.Join("Ada")[0]
		house.Do(`mutation($id: ID!) { setRole(input: {participantId: $id, role: HOST}) { userErrors { code } } }`, map[string]any{"id": ada}, nil)
		ears, mouth := api.create(seed(t, "join_main_room", m.ID, "")), api.create(adding(seed(t, "join_main_room", m.ID, ""), `"bot_name": "Mouth", `))
		api.until(ears.ID, "in_call_recording")
		api.until(mouth.ID, "in_call_recording")
		path := "/bot/" + mouth.ID + "/"
		for _, body := range []string{`{"message": "All."}`, `{"message": "Everyone.", "to": "everyone", "pin": true}`, `{"message": "Host.", "to": "host"}`, `{"message": "You.", "to": 200}`, `{"message": "You again.", "to": "200"}`} {
			api.do(http.MethodPost, path+"send_chat_message/", body, http.StatusOK, nil)
		}
		api.faults(http.MethodPost, path+"send_chat_message/", `{}`, "message")
		api.faults(http.MethodPost, path+"send_chat_message/", `{"message": ""}`, "message")
		api.faults(http.MethodPost, path+"send_chat_message/", `{"message": "x", "to": "everyone_except_host"}`, "to")
		api.faults(http.MethodPost, path+"send_chat_message/", `{"message": "x", "to": 900}`, "to")
		m.WaitForCount("chat_sent", 5)

		api.faults(http.MethodPost, path+"output_audio/", `{"kind": "mp3", "b64_data": "?"}`, "kind", "b64_data")
		api.faults(http.MethodPost, path+"output_audio/", `{"kind": "ogg", "b64_data": "aGVsbG8="}`, "b64_data")
		api.do(http.MethodPost, path+"output_audio/", clip, http.StatusOK, nil)
		m.WaitFor("bot_speech_started")
		api.do(http.MethodDelete, path+"output_audio/", "", http.StatusNoContent, nil)
		m.WaitFor("bot_speech_ended")

		api.do(http.MethodPost, path+"pause_recording/", "", http.StatusOK, nil)
		paused, _ := api.until(mouth.ID, "in_call_not_recording")
		for paused.SubCode == nil { // it was so once before
			time.Sleep(100 * time.Millisecond)
			paused, _ = api.until(mouth.ID, "in_call_not_recording")
		}
		api.do(http.MethodPost, path+"resume_recording/", "", http.StatusOK, nil)
		api.do(http.MethodPost, path+"request_recording_permission/", "", http.StatusOK, nil)
		api.leave(ears.ID)
		api.leave(mouth.ID)
		api.expect(mouth.ID, "ready", "joining_call", "in_call_not_recording", "in_call_recording", "in_call_not_recording", "in_call_recording", "call_ended", "done")
		want := []string{"All. to everyone", "Everyone. to everyone", "You. to only_bot", "You again. to only_bot"}
		if got := api.told(ears.ID); !slices.Equal(got, want) {
			t.Errorf("the other bot was told %q, want %q", got, want)
		}
	})
}

// TestRecordingBeginsWhenItIsTold sends a bot that waits for start_recording.
func TestRecordingBeginsWhenItIsTold(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Manual")
		m.Join("Ada")
		one := api.create(adding(seed(t, "join_main_room", m.ID, ""), `"recording_config": {"start_recording_on": "manual"}, `))
		api.until(one.ID, "in_call_not_recording")
		time.Sleep(5 * time.Second)
		if got := api.bot(one.ID).Recordings; len(got) != 0 {
			t.Errorf("before it was told, it recorded %+v", got)
		}
		api.do(http.MethodPost, "/bot/"+one.ID+"/start_recording/", `{"video_mixed_layout": "speaker_view"}`, http.StatusOK, nil)
		api.until(one.ID, "in_call_recording")
		api.leave(one.ID)
		if got := api.bot(one.ID).Recordings; len(got) != 1 || got[0].Status.Code != "done" {
			t.Errorf("it recorded %+v", got)
		}
	})
}

// waiting opens a meeting with a waiting room, and sends a bot that is stuck there.
func waiting(t *testing.T, house *testbed.House, api *integration) (m *testbed.Meeting, path string) {
	m = house.CreateMeeting("Waiting")
	m.Join("Ada")
	house.Do(`mutation($id: ID!) { updateOptions(input: {meetingId: $id, options: {waitingRoom: EVERYBODY}}) { userErrors { code } } }`, map[string]any{"id": m.ID}, nil)
	one := api.create(seed(t, "join_main_room", m.ID, ""))
	api.until(one.ID, "in_waiting_room")
	return m, "/bot/" + one.ID + "/"
}

// TestABotThatWaitsTakesNoOrders tells a bot in a waiting room to write: that is said
// after a while, and not left open for as long as it waits.
func TestABotThatWaitsTakesNoOrders(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		_, path := waiting(t, house, api)
		began := time.Now()
		api.refused(http.MethodPost, path+"send_chat_message/", `{"message": "Hello."}`, http.StatusBadRequest, "cannot_command_unstarted_bot")
		if took := time.Since(began).Round(time.Second); took != 5*time.Second {
			t.Errorf("it was said after %s", took)
		}
		api.do(http.MethodPost, path+"leave_call/", "", http.StatusOK, nil)
	})
}

// TestARequestUnderAKeyIsDoneOnce sends requests again: while they are carried out,
// after that, with another body, on other paths, by another workspace, and an hour
// later.
func TestARequestUnderAKeyIsDoneOnce(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m, path := waiting(t, house, api)
		key := []string{"Idempotency-Key", "one"}
		var first reply
		var asking sync.WaitGroup
		asking.Go(func() {
			first = api.with(key...).send(http.MethodPost, path+"send_chat_message/", `{"message": "Once."}`)
		})
		time.Sleep(time.Second)
		api.with(key...).refused(http.MethodPost, path+"send_chat_message/", `{"message": "Once."}`, http.StatusConflict, "idempotency_key_in_flight")
		house.Do(`mutation($id: ID!) { admitParticipants(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": m.ID}, nil)
		asking.Wait()
		m.WaitFor("chat_sent")
		again := api.with(key...).do(http.MethodPost, path+"send_chat_message/", `{"message": "Once."}`, http.StatusOK, nil)
		if first.status != http.StatusOK || string(again.body) != string(first.body) || again.header.Get("Content-Type") != "application/json" {
			t.Errorf("first it was answered %d %s, and then %s", first.status, first.body, again.body)
		}
		api.with(key...).refused(http.MethodPost, path+"send_chat_message/", `{"message": "Twice."}`, http.StatusConflict, "idempotency_key_reused")
		api.with("Idempotency-Key", longKey()).refused(http.MethodPost, path+"send_chat_message/", `{"message": "x"}`, http.StatusBadRequest, "idempotency_key_invalid")
		house.Do(`mutation($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": m.ID}, nil)
		m.WaitFor("done")
		api.with(key...).do(http.MethodPost, path+"send_chat_message/", `{"message": "Once."}`, http.StatusOK, nil)
		time.Sleep(time.Hour + time.Second)
		api.with(key...).refused(http.MethodPost, path+"send_chat_message/", `{"message": "Twice."}`, http.StatusBadRequest, "cannot_command_completed_bot")
		if got := len(m.WaitForCount("chat_sent", 1)); got != 1 {
			t.Errorf("the bot wrote %d messages", got)
		}
	})
}

func longKey() string { return string(slices.Repeat([]byte("k"), 256)) }

// TestABotIsCreatedOncePerKey sends Create Bot again, also when the answer is not kept
// any more: the fleet remembers.
func TestABotIsCreatedOncePerKey(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		m := house.CreateMeeting("Once")
		key := []string{"Idempotency-Key", "create"}
		body := `{"meeting_url": "https://zoom.us/j/` + m.ID + `", "join_at": "2000-02-01T09:00:00Z"}`
		var first, again robot
		api.faults(http.MethodPost, "/bot/", `{}`, "meeting_url") // under no key
		one := api.with(key...).do(http.MethodPost, "/bot/", body, http.StatusCreated, &first)
		two := api.with(key...).do(http.MethodPost, "/bot/", body, http.StatusCreated, &again)
		if string(one.body) != string(two.body) {
			t.Errorf("first it was answered %s, and then %s", one.body, two.body)
		}
		time.Sleep(time.Hour + time.Second)
		api.with(key...).do(http.MethodPost, "/bot/", body, http.StatusCreated, &again)
		if first.ID != again.ID {
			t.Errorf("the key made bots %s and %s", first.ID, again.ID)
		}
		time.Sleep(time.Hour + time.Second)
		api.with(key...).refused(http.MethodPost, "/bot/", replaced(body, "02-01", "02-02"), http.StatusConflict, "idempotency_key_reused")
		other := integrate(t, house.Workspace("other"))
		other.faults(http.MethodPost, "/bot/", body, "meeting_url") // its own key of that name
		api.create(body)
		var all pageOfBots
		if api.do(http.MethodGet, "/bot/", "", http.StatusOK, &all); len(all.Results) != 2 {
			t.Errorf("there are %v", all.names())
		}
	})
}
