package recall_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed"
)

// payload is a webhook as the documentation of Recall.ai's breakout rooms has it.
type payload struct {
	Event string
	Data  struct {
		BotID  string `json:"bot_id"`
		Status status
	}
}

// receiver is the integration's own web server: what it is told, it hands to whoever
// reads told, as often as it comes.
type receiver struct{ told chan payload }

// RoundTrip takes a request that the server makes (package http).
func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	var p payload
	if err := json.NewDecoder(request.Body).Decode(&p); err != nil {
		return nil, err
	}
	r.told <- p
	return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader("")), Request: request}, nil
}

// TestAnIntegrationReactsToWebhooks sends a coordinator and, for each room that it is
// told of by webhook, a bot; and knows of the bots' ways by webhooks alone.
func TestAnIntegrationReactsToWebhooks(t *testing.T) {
	hooks := &receiver{}
	inHouse(t, func(t *testing.T, house *testbed.House, api *integration) {
		hooks.told = make(chan payload, 100)
		m := house.CreateMeeting("Workshop")
		m.Join("Ada", "Ben")
		house.Do(`mutation { createWebhookEndpoint(input: {url: "https://integration.example/hooks", format: BOT_STATUS_CHANGE, ordered: true}) { endpoint { id } } }`, nil, nil)
		rooms := m.CreateRooms("Red", "Blue")
		m.Assign(rooms[0], "Ada")
		m.Assign(rooms[1], "Ben")
		coordinator := api.create(seed(t, "join_main_room", m.ID, ""))
		api.until(coordinator.ID, "in_call_recording")
		m.OpenRooms()

		sent := make(map[string]string) // the bots' rooms
		entered := make(map[string]string)
		for len(entered) < len(rooms) {
			p := <-hooks.told
			switch p.Data.Status.Code {
			case "breakout_room_opened":
				where := p.Data.Status.room(t)
				if p.Data.BotID != coordinator.ID {
					t.Errorf("%s opened, as bot %s was told, not the coordinator", where.Name, p.Data.BotID)
				}
				sent[api.create(seed(t, "join_specific_room", m.ID, where.ID)).ID] = where.Name
			case "breakout_room_entered":
				entered[p.Data.BotID] = p.Data.Status.room(t).Name
			}
			if p.Event != "bot.status_change" || p.Data.Status.CreatedAt.IsZero() {
				t.Errorf("the webhook is %+v", p)
			}
		}
		for id, name := range sent {
			if entered[id] != name {
				t.Errorf("the bot for %s entered %q", name, entered[id])
			}
		}
		m.CloseRooms()
		for left := 0; left < len(rooms); {
			if p := <-hooks.told; p.Data.Status.Code == "breakout_room_left" {
				left++
			}
		}
		var reading sync.WaitGroup
		done := make(chan struct{})
		reading.Go(func() { // what comes while the house stops
			for {
				select {
				case <-hooks.told:
				case <-done:
					return
				}
			}
		})
		time.Sleep(time.Second)
		close(done)
		reading.Wait()
	}, testbed.Change(func(c *server.Config) { c.Webhooks.HTTP = hooks }))
}
