package testbed_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
	"github.com/breakoutrooms/breakout/testbed/sink"
)

// TestApplicationReactsToWebhooks tries an application that sends a bot to every room when
// the rooms open. It is told by webhooks, in virtual time, with one option.
func TestApplicationReactsToWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := sink.New()
		house := testbed.Start(t, testbed.VirtualTime(), testbed.Webhooks(told))
		workshop := house.CreateMeeting("Workshop")
		workshop.Join("Ada")
		ideas := workshop.CreateRooms("Ideas")[0]
		workshop.Assign(ideas, "Ada")
		workshop.OpenRooms()

		house.WaitForWebhook(told, "ROOM_OPENED")
		workshop.CreateBot("Notes", "JOIN_SPECIFIC_ROOM", ideas)
		entered := house.WaitForWebhook(told, "breakout_room_entered")
		if entered.Meeting != workshop.ID || entered.Attempts != 1 {
			t.Errorf("the application was told %+v", entered)
		}
		time.Sleep(10 * time.Minute)
		workshop.CloseRooms()
		house.WaitForWebhook(told, "SEGMENT_COMPLETED")
	})
}

// TestTheSinkRefusesWhatIsNotSigned sends a webhook that anybody could have sent.
func TestTheSinkRefusesWhatIsNotSigned(t *testing.T) {
	told := sink.New()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://webhooks.example/", strings.NewReader(`{"type": "ROOM_OPENED"}`))
	if err != nil {
		t.Fatal(err)
	}
	response, err := told.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusUnauthorized || len(told.Messages()) > 0 {
		t.Errorf("what is not signed was answered %d and kept as %+v", response.StatusCode, told.Messages())
	}
}
