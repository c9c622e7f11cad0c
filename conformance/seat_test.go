package conformance_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/breakoutrooms/breakout/dispatch"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/webhook"
)

// seats is a meeting for the bots of a product: one goes wherever it is sent, one to Red
// alone, and one stays.
const seats = `name: seats
people: [{name: Grace, role: host}, {name: Ada}, {name: Ben}]
bots:
  - {name: Rover}
  - {name: Red Bot, mode: join_specific_room, room: Red}
  - {name: Desk, mode: join_main_room}
steps:
  - {at: 0s, join: people}
  - {at: 0s, create_rooms: [Red, Blue]}
  - {at: 0s, send: bots}
  - {at: 0.2s, assign: {Red: [Ada, Rover, Red Bot], Blue: [Ben, Desk]}}
  - {at: 0.3s, open_rooms: }
  - {at: 1s, move: {who: Rover, to: Blue}}
  - {at: 1s, move: {who: Red Bot, to: Blue}}
  - {at: 2s, close_rooms: {countdown: 0s}}
  - {at: 2.5s, end_meeting: }
expect:
  events:
    - {event: breakout_room_entered, bot: Rover, count: 2}
    - {event: breakout_room_entered, bot: Red Bot, room: Red, count: 1}
    - {event: breakout_room_entered, bot: Desk, count: 0}
  score: {presence_error: 500ms}
`

// TestNodeBotsTakeSeats has a product in Node go through a scenario: it is asked for its
// bots by signed requests, and they take seats by the seat protocol.
func TestNodeBotsTakeSeats(t *testing.T) {
	house, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := house.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	played, err := scenario.Parse("seats.yaml", []byte(seats))
	if err != nil {
		t.Fatal(err)
	}
	secret := webhook.NewSigner(meeting.SigningHMAC).Secret()
	var report *scenario.Report
	told := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		address, err := io.ReadAll(r.Body)
		target, failed := dispatch.New(string(address), secret)
		if err := errors.Join(err, failed); err != nil {
			t.Error(err)
			return
		}
		stage := house.Stage()
		stage.Target = target
		if report, err = scenario.Play(r.Context(), stage, played, scenario.Progress{}); err != nil {
			t.Error(err)
		}
	}))
	defer told.Close()
	printed := run(t, "bots.mjs", "BREAKOUT_TELL", told.URL, "BREAKOUT_SECRET", secret)
	var came struct {
		Met      map[string][]string
		Failures []string
	}
	if err := json.Unmarshal(printed, &came); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	if report == nil {
		t.Fatal("nothing was played")
	}
	for _, v := range report.Verdicts {
		if !v.OK {
			t.Error(v.Said)
		}
	}
	want := map[string][]string{"Rover": {"Ada", "Ben", "Red Bot"}, "Red Bot": {"Ada", "Rover"}, "Desk": {}}
	if !reflect.DeepEqual(came.Met, want) || len(came.Failures) > 0 {
		t.Errorf("the bots met %v, not %v, and failed in %v", came.Met, want, came.Failures)
	}
}
