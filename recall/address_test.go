package recall_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
)

// meet opens a meeting with an address of its own, and gives its id and its address.
func meet(house *testbed.House, joinURL, persona string) (id, shown string) {
	var created struct {
		CreateMeeting struct{ Meeting struct{ ID, JoinURL string } }
	}
	house.Do(`mutation($url: String, $persona: Persona!) { createMeeting(input: {title: "Zoom", joinUrl: $url, persona: $persona}) { meeting { id joinUrl } userErrors { code } } }`,
		map[string]any{"url": joinURL, "persona": persona}, &created)
	return created.CreateMeeting.Meeting.ID, created.CreateMeeting.Meeting.JoinURL
}

// TestMeetingsAreFoundByTheirAddresses sends bots to an address as integrations have it,
// which several meetings get one after the other.
func TestMeetingsAreFoundByTheirAddresses(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		const zoom, asked = "https://us02web.zoom.us/j/123456789?pwd=secret", "https://US02web.zoom.us/j/123456789/?pwd=another"
		body := `{"meeting_url": "` + asked + `"}`
		end := func(id string) {
			house.Do(`mutation($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": id}, nil)
		}
		sentTo := func(id string) {
			t.Helper()
			sent := api.create(body)
			var found pageOfBots
			api.do(http.MethodGet, "/bot/?meeting_url="+zoom, "", http.StatusOK, &found)
			if len(found.Results) != 1 || found.Results[0].ID != sent.ID || sent.MeetingURL.ID != "123456789" || sent.MeetingURL.Platform != "zoom" {
				t.Errorf("sent was %+v, and found %v", sent.MeetingURL, found.names())
			}
			var answer struct{ Bot struct{ MeetingID string } }
			if house.Do(`query($id: ID!) { bot(id: $id) { meetingId } }`, map[string]any{"id": sent.ID}, &answer); answer.Bot.MeetingID != id {
				t.Errorf("it was sent to %s, want %s", answer.Bot.MeetingID, id)
			}
		}
		api.faults(http.MethodPost, "/bot/", body, "meeting_url")
		first, shown := meet(house, zoom, "IDEAL")
		if shown != "https://us02web.zoom.us/j/123456789" {
			t.Errorf("the address is shown as %s", shown)
		}
		sentTo(first)
		time.Sleep(time.Second) // newer is what was opened later
		second, _ := meet(house, zoom, "IDEAL")
		sentTo(second)
		time.Sleep(time.Second)
		third, _ := meet(house, zoom, "IDEAL")
		end(third)
		var found pageOfBots
		if api.do(http.MethodGet, "/bot/?meeting_url="+asked, "", http.StatusOK, &found); len(found.Results) != 1 {
			t.Errorf("of the newest that has not ended there are %v", found.names())
		}
		end(first)
		end(second)
		api.faults(http.MethodPost, "/bot/", body, "meeting_url") // it has ended
		stranger := house.Workspace("other")
		integrate(t, stranger).faults(http.MethodPost, "/bot/", body, "meeting_url")

		plain, shown := meet(house, "", "ZOOM")
		if shown != house.URL+"/meetings/"+plain {
			t.Errorf("without an address of its own, it has %s", shown)
		}
		if sent := api.create(`{"meeting_url": "` + shown + `"}`); sent.MeetingURL.ID != plain || sent.MeetingURL.Platform != "zoom" {
			t.Errorf("sent was %+v", sent.MeetingURL)
		}
	})
}

// TestAddressesThatAreNone gives a meeting what is no address.
func TestAddressesThatAreNone(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House, _ *integration) {
		var answer struct {
			CreateMeeting struct {
				UserErrors []struct {
					Code string
					Path []string
				}
			}
		}
		house.Do(`mutation { createMeeting(input: {title: "x", joinUrl: "123456789"}) { userErrors { code path } } }`, nil, &answer)
		if refused := answer.CreateMeeting.UserErrors; len(refused) != 1 || refused[0].Code != "INVALID_INPUT" || refused[0].Path[0] != "joinUrl" {
			t.Errorf("refused was %+v", refused)
		}
	})
}
