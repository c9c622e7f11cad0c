package fleet

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestOrdersComeBackWhole asks every field of an order to be restored from the
// bot's row, those to come as well.
func TestOrdersComeBackWhole(t *testing.T) {
	spec := BotSpec{
		Meeting: "mtg_1", Name: "Ears", Mode: bot.JoinSpecificRoom, Room: "Red", Follow: 300, Email: "ears@example.com",
		Covers: true, Target: "room_1", Video: meeting.VideoAll, Metadata: map[string]string{"case": "42"},
		JoinAt: time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC), DeduplicationKey: "standup",
		RecordingStart: bot.StartManual, ConsentNotice: "This is recorded.",
		Transcription: meeting.Transcription{Source: meeting.FromServer, Language: "pt-BR", Partial: true},
		Endpoints:     []meeting.RealtimeEndpoint{{ID: "rte_1", URL: "wss://example.org", Outputs: meeting.RealtimeOutputs()}},
		Leaves:        AutomaticLeave{NooneJoined: time.Minute, EveryoneLeft: Timeout{time.Second, time.Minute}, InCallRecording: time.Hour, BotNames: []string{"notes"}}, Retention: time.Hour,
	}
	ordered := reflect.ValueOf(spec)
	for i := range ordered.NumField() {
		if name := ordered.Type().Field(i).Name; name != "Request" && ordered.Field(i).IsZero() {
			t.Errorf("the test does not order %s", name)
		}
	}
	order, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	restored, err := SpecOf(&ent.Bot{
		MeetingID: spec.Meeting, Name: spec.Name, Mode: string(spec.Mode), RoomWanted: spec.Room, Metadata: spec.Metadata, Order: order,
	})
	if err != nil || !reflect.DeepEqual(restored, spec) {
		t.Errorf("restored %+v (%v), want %+v", restored, err, spec)
	}
	earlier, err := SpecOf(&ent.Bot{MeetingID: "mtg_1", Name: "Ears", Mode: "join_specific_room", RoomWanted: "Red"})
	if want := (BotSpec{Meeting: "mtg_1", Name: "Ears", Mode: bot.JoinSpecificRoom, Room: "Red"}); err != nil || !reflect.DeepEqual(earlier, want) {
		t.Errorf("a row without an order gives %+v (%v)", earlier, err)
	}
	if _, err := SpecOf(&ent.Bot{ID: meeting.BotID("bot_1"), Order: json.RawMessage(`[`)}); err == nil {
		t.Error("a damaged order was read")
	}
}
