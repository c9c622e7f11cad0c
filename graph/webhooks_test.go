package graph_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed"
)

// listener is a receiver of webhooks in memory, which fails while it is told to.
type listener struct {
	mu     sync.Mutex
	failed bool
	ids    []string
	bodies []string
}

// RoundTrip takes a webhook.
func (l *listener) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"X-Answer": {"yes"}}, Body: io.NopCloser(strings.NewReader("thanks"))}
	if l.failed {
		answer.StatusCode = http.StatusInternalServerError
	}
	l.ids, l.bodies = append(l.ids, request.Header.Get("webhook-id")), append(l.bodies, string(body))
	return answer, nil
}

func (l *listener) fail(failed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = failed
}

// count is how many webhooks came.
func (l *listener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ids)
}

// codes are the statuses of bots that came in Recall.ai's first shape.
func (l *listener) codes(t *testing.T) (codes []string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, body := range l.bodies {
		var change struct {
			Event string
			Data  struct{ Status struct{ Code string } }
		}
		if err := json.Unmarshal([]byte(body), &change); err != nil || change.Event != "bot.status_change" {
			t.Errorf("%s: %v", body, err)
		}
		codes = append(codes, change.Data.Status.Code)
	}
	return codes
}

// shownDelivery is a delivery with its attempts, as the API shows it.
type shownDelivery struct {
	ID, Type, State, Body string
	Sequence              *int
	AttemptCount          int
	NextAttemptAt         *time.Time
	Attempts              struct {
		Nodes []struct {
			Number          int
			Status          *int
			ResponseBody    string
			Error           *string
			RequestHeaders  []struct{ Name, Value string }
			ResponseHeaders []struct{ Name, Value string }
		}
	}
}

const deliveryFields = `id type state body sequence attemptCount nextAttemptAt attempts { nodes { number status responseBody error requestHeaders { name value } responseHeaders { name value } } }`

// webhooked is a house whose webhooks come to a listener.
type webhooked struct {
	*testbed.House
	*listener
	t        *testing.T
	endpoint string
}

func withWebhooks(t *testing.T, test func(t *testing.T, w *webhooked)) {
	synctest.Test(t, func(t *testing.T) {
		l := &listener{}
		house := testbed.Start(t, testbed.VirtualTime(), testbed.Change(func(c *server.Config) { c.Webhooks.HTTP = l }))
		test(t, &webhooked{House: house, listener: l, t: t})
	})
}

func (w *webhooked) create(rest string) {
	w.t.Helper()
	var created struct {
		CreateWebhookEndpoint struct {
			Endpoint   struct{ ID, Signing string }
			Secret     string
			UserErrors []struct{ Code string }
		}
	}
	w.Do(`mutation { createWebhookEndpoint(input: {url: "https://receiver.example/", `+rest+`}) { endpoint { id signing } secret userErrors { code } } }`, nil, &created)
	if p := created.CreateWebhookEndpoint; len(p.UserErrors) > 0 || !strings.HasPrefix(p.Secret, "whsec_") || p.Endpoint.Signing != "HMAC_SHA256" {
		w.t.Fatalf("the endpoint is %+v", p)
	}
	w.endpoint = created.CreateWebhookEndpoint.Endpoint.ID
}

// deliveries lists what was sent, newest first, page by page.
func (w *webhooked) deliveries(filter string) (list []shownDelivery) {
	w.t.Helper()
	for after := any(nil); ; {
		var answer struct {
			Deliveries struct {
				Nodes    []shownDelivery
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		w.Do(`query($after: String) { deliveries(`+filter+` first: 3, after: $after) { nodes { `+deliveryFields+` } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"after": after}, &answer)
		list = append(list, answer.Deliveries.Nodes...)
		if after = answer.Deliveries.PageInfo.EndCursor; !answer.Deliveries.PageInfo.HasNextPage {
			return list
		}
	}
}

// replay delivers again, and says how many messages that are.
func (w *webhooked) replay(input string) int {
	w.t.Helper()
	var answer struct {
		ReplayDeliveries struct {
			Count      int
			UserErrors []struct{ Code string }
		}
	}
	w.Do(`mutation { replayDeliveries(input: {`+input+`}) { count userErrors { code } } }`, nil, &answer)
	if refused := answer.ReplayDeliveries.UserErrors; len(refused) > 0 {
		w.t.Errorf("replay %s: %v", input, refused)
	}
	return answer.ReplayDeliveries.Count
}

// TestWebhooksByTheAPI sends a bot through a round, and looks at what its webhooks
// have become.
func TestWebhooksByTheAPI(t *testing.T) {
	withWebhooks(t, func(t *testing.T, w *webhooked) {
		w.create(`format: BOT_STATUS_CHANGE, ordered: true, description: "Notes", idempotencyKey: "one"`)
		m := w.CreateMeeting("Test")
		m.Join("Ada")
		m.CreateRooms("Red")
		m.CreateBot("Notes", "join_specific_room", "Red")
		m.WaitFor("in_call_recording")
		m.OpenRooms()
		m.WaitFor("breakout_room_entered")
		m.CloseRooms()
		m.WaitFor("breakout_room_left")
		time.Sleep(time.Second)
		codes := w.codes(t)
		entered, left := slices.Index(codes, "breakout_room_entered"), slices.Index(codes, "breakout_room_left")
		if entered < slices.Index(codes, "in_call_recording") || left < entered {
			t.Fatalf("what came is %v", codes)
		}
		list := w.deliveries("state: DELIVERED")
		if len(list) != len(codes) || list[len(list)-1].ID != w.ids[0] {
			t.Fatalf("%d messages came, %d are listed", len(codes), len(list))
		}
		newest := list[0]
		if a := newest.Attempts.Nodes; len(a) != 1 || *a[0].Status != 200 || a[0].ResponseBody != "thanks" || a[0].Error != nil ||
			a[0].ResponseHeaders[0].Value != "yes" || len(a[0].RequestHeaders) != 5 || newest.NextAttemptAt != nil || newest.Type != "bot.status_change" {
			t.Errorf("the newest is %+v", newest)
		}
		var cursor struct{ Cursor string }
		cursor.Cursor = m.WaitFor("in_call_recording").Cursor
		for input, want := range map[string]int{
			`deliveryId: "` + newest.ID + `"`:                                                            1,
			`endpointId: "` + w.endpoint + `", after: "` + cursor.Cursor + `"`:                           len(codes) - 1 - slices.Index(codes, "in_call_recording"),
			`endpointId: "` + w.endpoint + `", meetingId: "` + m.ID + `"`:                                len(codes),
			`endpointId: "` + w.endpoint + `", meetingId: "` + m.ID + `", undeliveredOnly: true`:         0,
			`endpointId: "` + w.endpoint + `", from: "1999-01-01T00:00:00Z", to: "1999-01-02T00:00:00Z"`: 0,
		} {
			before := w.count()
			n := w.replay(input)
			time.Sleep(time.Second)
			if came := w.count() - before; n != want || came != want {
				t.Errorf("replay {%s} promised %d and sent %d, not %d", input, n, came, want)
			}
		}
	})
}

// TestWebhookEndpointsByTheAPI makes, changes, tests and deletes endpoints.
func TestWebhookEndpointsByTheAPI(t *testing.T) { //nolint:funlen // it is one story
	withWebhooks(t, func(t *testing.T, w *webhooked) {
		w.create(`eventTypes: [MEETING_CREATED], metadata: [{key: "course", value: "7"}]`)
		one := func(house *testbed.House) (shown map[string]any) {
			var answer struct{ WebhookEndpoint, Node map[string]any }
			house.Do(`query($id: ID!) { node(id: $id) { id } webhookEndpoint(id: $id) { url description eventTypes meetingId metadata { key value } format ordered svixHeaders
			  signing publicKey enabled disabledAt disabledCause disabledMessage failingSince deliveries { nodes { state } } } }`, map[string]any{"id": w.endpoint}, &answer)
			if (answer.Node == nil) != (answer.WebhookEndpoint == nil) {
				t.Errorf("the node is %v", answer.Node)
			}
			return answer.WebhookEndpoint
		}
		if shown := one(w.House); shown["enabled"] != true || shown["meetingId"] != nil || shown["eventTypes"].([]any)[0] != "MEETING_CREATED" {
			t.Errorf("the endpoint is %v", shown)
		}
		change := func(rest string) []string {
			t.Helper()
			var answer struct {
				UpdateWebhookEndpoint struct{ UserErrors []struct{ Code string } }
			}
			w.Do(`mutation { updateWebhookEndpoint(input: {endpointId: "`+w.endpoint+`", `+rest+`}) { userErrors { code } } }`, nil, &answer)
			var codes []string
			for _, refused := range answer.UpdateWebhookEndpoint.UserErrors {
				codes = append(codes, refused.Code)
			}
			return codes
		}
		if codes := change(`url: "http://10.0.0.1/", description: "` + strings.Repeat("x", 501) + `"`); !slices.Equal(codes, []string{"ADDRESS_NOT_ALLOWED", "INVALID_INPUT"}) {
			t.Errorf("a change was refused with %v", codes)
		}
		if codes := change(`eventTypes: [], metadata: [], ordered: true, enabled: false`); codes != nil {
			t.Errorf("a change was refused with %v", codes)
		}
		if shown := one(w.House); shown["disabledCause"] != "REQUEST" || shown["disabledAt"] == nil || len(shown["metadata"].([]any)) != 0 {
			t.Errorf("the endpoint is %v", shown)
		}
		w.CreateMeeting("Nobody is told")
		if codes := change(`enabled: true`); codes != nil {
			t.Errorf("a change was refused with %v", codes)
		}
		w.fail(true)
		var tested struct {
			SendTestEvent struct{ Delivery shownDelivery }
		}
		w.Do(`mutation { sendTestEvent(input: {endpointId: "`+w.endpoint+`"}) { delivery { `+deliveryFields+` } } }`, nil, &tested)
		time.Sleep(time.Minute)
		if list := w.deliveries(""); len(list) != 1 || list[0].State != "FAILED" || list[0].ID != tested.SendTestEvent.Delivery.ID || *list[0].Attempts.Nodes[0].Status != 500 {
			t.Errorf("the example is %+v", list)
		}
		var rotated struct {
			RotateWebhookSecret struct {
				Secret   string
				Endpoint struct{ Signing, PublicKey string }
			}
		}
		w.Do(`mutation { rotateWebhookSecret(input: {endpointId: "`+w.endpoint+`", signing: ED25519}) { secret endpoint { signing publicKey } } }`, nil, &rotated)
		if r := rotated.RotateWebhookSecret; r.Endpoint.Signing != "ED25519" || r.Endpoint.PublicKey != r.Secret || !strings.HasPrefix(r.Secret, "whpk_") {
			t.Errorf("the new key is %+v", r)
		}
		// Nobody else sees or touches any of it.
		other := w.Workspace("other")
		if shown := one(other); shown != nil {
			t.Errorf("another workspace sees %v", shown)
		}
		for field, inputType := range map[string]string{
			"updateWebhookEndpoint": "UpdateWebhookEndpointInput", "deleteWebhookEndpoint": "DeleteWebhookEndpointInput",
			"rotateWebhookSecret": "RotateWebhookSecretInput", "sendTestEvent": "SendTestEventInput",
		} {
			if codes := mutate(t, other, field, inputType, map[string]any{"endpointId": w.endpoint}); !slices.Equal(codes, []string{"WEBHOOK_ENDPOINT_NOT_FOUND"}) {
				t.Errorf("another workspace's %s was refused with %v", field, codes)
			}
		}
		for _, input := range []map[string]any{{}, {"endpointId": w.endpoint}, {"endpointId": w.endpoint, "deliveryId": "msg_1"}, {"deliveryId": "msg_1", "after": "x"}} {
			if codes := mutate(t, w.House, "replayDeliveries", "ReplayDeliveriesInput", input); !slices.Equal(codes, []string{"INVALID_INPUT"}) {
				t.Errorf("replay %v was refused with %v", input, codes)
			}
		}
		if codes := mutate(t, w.House, "deleteWebhookEndpoint", "DeleteWebhookEndpointInput", map[string]any{"endpointId": w.endpoint}); codes != nil {
			t.Errorf("deleting was refused with %v", codes)
		}
		if shown := one(w.House); shown != nil {
			t.Errorf("what was deleted is %v", shown)
		}
	})
}
