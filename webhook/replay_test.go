package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// TestReplays delivers again: one message, those of a meeting after a number, those of
// some time, and those that an endpoint never got.
func TestReplays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(nil)
		h := open(t, r, nil)
		h.meeting("mtg_old") // before there was an endpoint
		id, _ := h.endpoint(nil)
		h.meeting("mtg_1")
		h.happen("mtg_1", say(1), say(2))
		time.Sleep(time.Hour)
		noon := time.Now()
		h.happen("mtg_1", say(3), say(4))
		time.Sleep(time.Second)
		first := r.all()
		if len(first) != 5 {
			t.Fatalf("%d messages came", len(first))
		}
		for name, test := range map[string]struct {
			which webhook.Selection
			want  int
		}{
			"after a number":       {webhook.Selection{Meeting: "mtg_1", After: 3}, 2},
			"from a moment on":     {webhook.Selection{From: meeting.InstantOf(noon)}, 2},
			"before a moment":      {webhook.Selection{To: meeting.InstantOf(noon), Meeting: "mtg_1"}, 3},
			"of another meeting":   {webhook.Selection{Meeting: "mtg_2"}, 0},
			"what was not taken":   {webhook.Selection{Meeting: "mtg_1", FailedOnly: true}, 0},
			"of before, for once":  {webhook.Selection{Meeting: "mtg_old", FailedOnly: true}, 1},
			"and only for once":    {webhook.Selection{Meeting: "mtg_older", FailedOnly: true}, 0},
			"everything there was": {webhook.Selection{Meeting: "mtg_1"}, 5},
		} {
			before := r.count()
			n, err := h.service.Replay(viewer(), id, test.which)
			time.Sleep(time.Second)
			if came := r.count() - before; err != nil || n != test.want || came != test.want {
				t.Errorf("%s: %d were promised and %d came, not %d: %v", name, n, came, test.want, err)
			}
		}
		known := map[string]string{}
		for _, g := range r.all() {
			if body, isKnown := known[g.id()]; isKnown && body != g.body {
				t.Errorf("%s came with another body", g.id())
			}
			known[g.id()] = g.body
		}
		if len(known) != 6 {
			t.Errorf("6 events came under %d ids", len(known))
		}
		before := r.count()
		if err := h.service.Redeliver(viewer(), meeting.DeliveryID(first[0].id())); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if list := r.all(); len(list) != before+1 || list[before].id() != first[0].id() {
			t.Errorf("%d messages came instead of one", len(list)-before)
		}
		// Nobody else can.
		other := access.With(t.Context(), access.Viewer{Workspace: "ws_other"})
		if err := h.service.Redeliver(other, meeting.DeliveryID(first[0].id())); !refused(err, webhook.CodeDeliveryNotFound) {
			t.Errorf("another workspace redelivers: %v", err)
		}
		if _, err := h.service.Replay(other, id, webhook.Selection{}); !refused(err, webhook.CodeEndpointNotFound) {
			t.Errorf("another workspace replays: %v", err)
		}
	})
}

func refused(err error, code meeting.Code) bool {
	refusals, ok := errors.AsType[meeting.Refusals](err)
	return ok && refusals.Has(code)
}

// TestFilters sends to endpoints that want different things.
func TestFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(nil)
		h := open(t, r, nil)
		h.meeting("mtg_1")
		h.meeting("mtg_2")
		for host, change := range map[string]func(*webhook.Spec){
			"all":      func(*webhook.Spec) {},
			"type":     func(s *webhook.Spec) { s.EventTypes = []meeting.EventType{"bot_connection_lost"} },
			"meeting":  func(s *webhook.Spec) { s.Meeting = "mtg_2" },
			"metadata": func(s *webhook.Spec) { s.Metadata = map[string]string{"course": "7"} },
			"both":     func(s *webhook.Spec) { s.Metadata, s.Meeting = map[string]string{"course": "7"}, "mtg_2" },
			"recall":   func(s *webhook.Spec) { s.Format = meeting.FormatBotStatusChange },
		} {
			h.endpoint(func(s *webhook.Spec) { s.URL = "https://" + host + ".example/"; change(s) })
		}
		for id, course := range map[meeting.ID]string{"mtg_1": "7", "mtg_2": "8"} {
			bot := &meeting.BotRef{ID: "bot_" + meeting.BotID(id), Name: "Notes", Metadata: map[string]string{"course": course, "more": "x"}}
			if _, err := h.journal.Append(t.Context(), id, meeting.Event{At: time.Now(), Bot: bot, Fact: meeting.BotConnectionLost{Since: time.Now()}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		came := map[string]int{}
		for _, g := range r.all() {
			came[g.request.URL.Host]++
		}
		for host, want := range map[string]int{"all": 2, "type": 2, "meeting": 1, "metadata": 1, "both": 0, "recall": 0} {
			if came[host+".example"] != want {
				t.Errorf("%s got %d events, not %d", host, came[host+".example"], want)
			}
		}
		// What is sent to nobody is not looked at again.
		rows, err := h.client.Dispatch.Query().All(system())
		if err != nil || len(rows) != 2 || rows[0].Sequence != 2 || rows[1].Sequence != 2 {
			t.Errorf("events were dispatched up to %v: %v", rows, err)
		}
	})
}

// TestWhatIsOldIsForgotten keeps deliveries for a day.
func TestWhatIsOldIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(func(n int, _ got) (*http.Response, error) {
			if n == 0 {
				return status(200), nil
			}
			return status(500), nil
		})
		h := open(t, r, func(c *webhook.Config) { c.Keep = 24 * time.Hour })
		id, _ := h.endpoint(nil)
		h.meeting("mtg_1")
		time.Sleep(time.Second)
		h.happen("mtg_1", say(1)) // which waits for days
		time.Sleep(26 * time.Hour)
		rows, err := h.client.Delivery.Query().Where(delivery.EndpointID(id)).All(system())
		if err != nil || len(rows) != 1 || rows[0].State != meeting.DeliveryWaiting {
			t.Errorf("there are %v: %v", rows, err)
		}
		if err := h.service.Delete(viewer(), id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		deliveries, attempts, secrets := count(t, h.client.Delivery.Query()), count(t, h.client.DeliveryAttempt.Query()), count(t, h.client.WebhookSecret.Query())
		if deliveries+attempts+secrets != 0 {
			t.Errorf("of an endpoint that was deleted, there are %d deliveries, %d attempts and %d secrets", deliveries, attempts, secrets)
		}
		if n := r.count(); n > 8 {
			t.Errorf("there were %d requests", n)
		}
	})
}

func count[Q interface{ CountX(context.Context) int }](t *testing.T, query Q) int {
	t.Helper()
	return query.CountX(system())
}

// TestATestIsSentOnce sends an example in each format, to an endpoint that is not
// well.
func TestATestIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(func(int, got) (*http.Response, error) { return status(500), nil })
		h := open(t, r, nil)
		for i, format := range []meeting.PayloadFormat{meeting.FormatEvent, meeting.FormatBotStatusChange, meeting.FormatBotEvents} {
			id, _ := h.endpoint(func(s *webhook.Spec) { s.Format, s.Ordered = format, i == 1 })
			sent, err := h.service.SendTest(viewer(), id)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			row, err := h.client.Delivery.Get(system(), sent)
			if err != nil || row.State != meeting.DeliveryFailed || row.AttemptCount != 1 || !json.Valid([]byte(row.Body)) || r.count() != i+1 {
				t.Errorf("after %d requests, the example is %v: %v", r.count(), row, err)
			}
			if err := h.service.Enable(viewer(), id, false); err != nil {
				t.Fatal(err)
			}
			if _, err := h.service.SendTest(viewer(), id); !refused(err, webhook.CodeEndpointDisabled) {
				t.Errorf("an endpoint that is disabled is tested: %v", err)
			}
		}
	})
}

// TestOneOrderUnderAKey makes one endpoint of several orders.
func TestOneOrderUnderAKey(t *testing.T) {
	h := open(t, newReceiver(nil), nil)
	spec, signer := webhook.Spec{URL: "https://receiver.example/", Format: meeting.FormatEvent}, webhook.NewSigner(meeting.SigningHMAC)
	first, shown, err := h.service.Create(viewer(), spec, signer, meeting.Request{Key: "k", Digest: "d"})
	if err != nil || shown == nil {
		t.Fatal(err)
	}
	again, shown, err := h.service.Create(viewer(), spec, signer, meeting.Request{Key: "k", Digest: "d"})
	if err != nil || again != first || shown != nil {
		t.Errorf("another order came to %s, not to %s, and shows a secret: %v, %v", again, first, shown != nil, err)
	}
	if _, _, err := h.service.Create(viewer(), spec, signer, meeting.Request{Key: "k", Digest: "e"}); !refused(err, webhook.CodeKeyReused) {
		t.Errorf("another order under the key: %v", err)
	}
	for range 49 {
		if _, _, err := h.service.Create(viewer(), spec, signer, meeting.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := h.service.Create(viewer(), spec, signer, meeting.Request{}); !refused(err, webhook.CodeTooManyEndpoints) {
		t.Errorf("a 51st endpoint: %v", err)
	}
	rows := h.client.WebhookSecret.Query().AllX(system())
	for _, row := range rows {
		if string(row.Sealed) == signer.Secret() || len(row.Sealed) < 32+12+16 {
			t.Error("a secret is not encrypted")
		}
	}
}
