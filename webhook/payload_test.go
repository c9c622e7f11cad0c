package webhook_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

var update = flag.Bool("update", false, "write the examples of docs/webhooks.md anew")

// moment is when the examples of the seed's page happened.
var moment = time.Date(2025, 10, 15, 7, 14, 27, 50380000, time.UTC)

// step is a bot's step in a room.
func step(code string, room *meeting.RoomRef) meeting.Event {
	return meeting.Event{
		Sequence: 12, At: moment, Room: room, Bot: &meeting.BotRef{ID: "ef5ab1ff-16fa-490d-8e6a-eb8450efe643", Name: "Notes", Metadata: map[string]string{"course": "7"}},
		Participant: &meeting.ParticipantRef{ID: 200, Name: "Notes", Role: meeting.RoleParticipant, IsBot: true},
		Fact:        meeting.BotStatusChanged{Code: code},
	}
}

var room5 = &meeting.RoomRef{ID: "f82e1db1-f41b-466e-bdfa-38343436d434", Kind: meeting.RoomBreakout, Name: "Room 5"}

func messages(t *testing.T, format meeting.PayloadFormat, e meeting.Event, segments ...meeting.SegmentID) []webhook.Message {
	t.Helper()
	list, err := webhook.Messages(format, "mtg_1", e, segments)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestTheFourBreakoutCodes holds what is sent against the page that tells of it, byte
// for byte but for white space.
func TestTheFourBreakoutCodes(t *testing.T) {
	const page = `{
  "event": "bot.status_change",
  "data": {
    "bot_id": "ef5ab1ff-16fa-490d-8e6a-eb8450efe643",
    "status": {
      "code": %q,
      "created_at": "2025-10-15T07:14:27.050380+00:00",
      "message": {
        "id": "f82e1db1-f41b-466e-bdfa-38343436d434",
        "name": "Room 5"
      },
      "sub_code": null
    }
  }
}`
	for _, code := range []string{"breakout_room_entered", "breakout_room_left", "breakout_room_opened", "breakout_room_closed"} {
		var want bytes.Buffer
		if err := json.Compact(&want, fmt.Appendf(nil, page, code)); err != nil {
			t.Fatal(err)
		}
		got := messages(t, meeting.FormatBotStatusChange, step(code, room5))
		if len(got) != 1 || got[0].Type != "bot.status_change" || !bytes.Equal(got[0].Body, want.Bytes()) {
			t.Errorf("%s is told as %s, not %s", code, got, want.Bytes())
		}
	}
}

// TestWhatFormatsHaveNoWordFor is not sent.
func TestWhatFormatsHaveNoWordFor(t *testing.T) {
	for _, format := range []meeting.PayloadFormat{meeting.FormatBotStatusChange, meeting.FormatBotEvents} {
		if got := messages(t, format, meeting.Event{At: moment, Room: room5, Fact: meeting.RoomOpened{}}); len(got) != 0 {
			t.Errorf("%s tells of a room as %s", format, got)
		}
	}
	// What is said in words is a sentence, and not a room.
	ended := step(meeting.StatusFatal, room5)
	ended.Fact = meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: "meeting_full", Message: "The meeting is full."}
	const want = `"status":{"code":"fatal","created_at":"2025-10-15T07:14:27.050380+00:00","message":"The meeting is full.","sub_code":"meeting_full"}`
	if got := messages(t, meeting.FormatBotStatusChange, ended); !strings.Contains(string(got[0].Body), want) {
		t.Errorf("the end of a bot is told as %s", got)
	}
}

// TestNothingOfTheServersOwnIsSent looks for what a bot's order holds: addresses with
// their secrets.
func TestNothingOfTheServersOwnIsSent(t *testing.T) {
	created := step("", nil)
	order := meeting.BotOrder{
		Mode: "manual", Order: json.RawMessage(`{"inner":"secret"}`), Endpoints: []meeting.RealtimeEndpoint{{URL: "wss://example.org/?token=secret"}},
	}
	for _, fact := range []meeting.Fact{meeting.BotCreated{BotOrder: order}, meeting.BotUpdated{BotOrder: order}} {
		created.Fact = fact
		if got := messages(t, meeting.FormatEvent, created); strings.Contains(string(got[0].Body), "secret") || !strings.Contains(string(got[0].Body), "manual") {
			t.Errorf("the order of a bot is told as %s", got[0].Body)
		}
	}
}

// TestWebhooksDocument holds the examples of docs/webhooks.md against what is sent.
func TestWebhooksDocument(t *testing.T) {
	completed := step("", room5)
	completed.Fact = meeting.SegmentCompleted{Segment: "seg_1", Visit: 3, EndedAt: moment}
	examples := map[string][]webhook.Message{
		"event":             messages(t, meeting.FormatEvent, step(meeting.StatusBreakoutRoomEntered, room5)),
		"bot.status_change": messages(t, meeting.FormatBotStatusChange, step(meeting.StatusBreakoutRoomEntered, room5)),
		"bot.in_call":       messages(t, meeting.FormatBotEvents, step(meeting.StatusInCallRecording, nil)),
		"bot.breakout_room": messages(t, meeting.FormatBotEvents, step(meeting.StatusBreakoutRoomOpened, room5)),
		"recording.done":    messages(t, meeting.FormatBotEvents, completed),
		"bot.done":          messages(t, meeting.FormatBotEvents, step(meeting.StatusDone, nil), "seg_1")[:1],
		"transcript.done":   messages(t, meeting.FormatBotEvents, step(meeting.StatusDone, nil), "seg_1")[1:],
	}
	path := filepath.Join("..", "docs", "webhooks.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document := string(text)
	for name, list := range examples {
		for _, message := range list {
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, message.Body, "", "  "); err != nil {
				t.Fatal(err)
			}
			before, rest, found := strings.Cut(document, "<!-- example: "+name+" -->\n```json\n")
			_, after, closed := strings.Cut(rest, "\n```")
			if !found || !closed {
				t.Errorf("docs/webhooks.md has no example %s", name)
				continue
			}
			document = before + "<!-- example: " + name + " -->\n```json\n" + pretty.String() + "\n```" + after
		}
	}
	if *update {
		err = os.WriteFile(path, []byte(document), 0o600)
	}
	if err != nil || !*update && document != string(text) {
		t.Errorf("docs/webhooks.md differs from what is sent (%v); write it anew with go test ./webhook -run Webhooks -update, and look at it", err)
	}
}
