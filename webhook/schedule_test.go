package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/deliveryattempt"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// gaps are how long an attempt waits after the one before.
var gaps = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// TestTheWholeSchedule lets an endpoint take nothing, in every way, for three days.
func TestTheWholeSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var took []time.Duration
		answers := []func(g got) (*http.Response, error){
			func(got) (*http.Response, error) { took = append(took, 0); return status(500), nil },
			func(g got) (*http.Response, error) { took = append(took, 20*time.Second); return hang(g.request) },
			func(got) (*http.Response, error) { took = append(took, 0); return nil, errReset },
			func(got) (*http.Response, error) {
				took = append(took, 0)
				return status(302, "Location", "http://127.0.0.1/"), nil
			},
		}
		r := newReceiver(func(n int, g got) (*http.Response, error) { return answers[n%len(answers)](g) })
		h := open(t, r, nil)
		id, _ := h.endpoint(nil)
		h.meeting("mtg_1")
		began := time.Now()
		time.Sleep(100 * time.Hour)
		synctest.Wait()
		list := r.all()
		if len(list) != 10 || list[0].at.Sub(began) > time.Second {
			t.Fatalf("%d attempts, the first after %v", len(list), list[0].at.Sub(began))
		}
		for i, gap := range gaps {
			if waited := list[i+1].at.Sub(list[i].at) - took[i]; waited < gap*9/10 || waited > gap*11/10+time.Millisecond {
				t.Errorf("attempt %d came %v after the one before, not %v", i+2, waited, gap)
			}
			if list[i+1].id() != list[0].id() || list[i+1].body != list[0].body {
				t.Errorf("attempt %d was of another message", i+2)
			}
		}
		if whole := list[9].at.Sub(began); whole < 68*time.Hour || whole > 84*time.Hour {
			t.Errorf("all of it took %v", whole)
		}
		rows, err := h.client.DeliveryAttempt.Query().Order(ent.Asc(deliveryattempt.FieldNumber)).WithDelivery().All(system())
		if err != nil || len(rows) != 10 {
			t.Fatal(len(rows), err)
		}
		if d := rows[0].Edges.Delivery; d.State != meeting.DeliveryFailed || d.AttemptCount != 10 || string(d.ID) != list[0].id() || d.EndedAt == 0 {
			t.Errorf("the delivery is %v", d)
		}
		for i, want := range []struct {
			status     int
			says, body string
		}{{500, "", "answer 500"}, {0, "did not answer within 20s", ""}, {0, "connection reset by peer", ""}, {302, "", "answer 302"}} {
			if a := rows[i]; a.Status != want.status || !strings.Contains(a.Error, want.says) || a.ResponseBody != want.body || a.RequestHeaders["webhook-signature"] == "" {
				t.Errorf("attempt %d is written down as %v", i+1, a)
			}
		}
		if rows[3].ResponseHeaders["Location"] != "http://127.0.0.1/" || time.Duration(rows[1].Duration) != 20*time.Second {
			t.Errorf("attempts are written down as %v and %v", rows[1], rows[3])
		}
		if row := h.row(id); !row.Enabled || row.FailingSince == 0 {
			t.Errorf("the endpoint is %v", row)
		}
		if s := h.service.Stats(); s != (webhook.Stats{Refused: 10, GivenUp: 1}) {
			t.Errorf("the counts are %+v", s)
		}
	})
}

// TestAnEndpointThatTakesNothingIsDisabled has something happen each hour.
func TestAnEndpointThatTakesNothingIsDisabled(t *testing.T) { //nolint:funlen // it is one story
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(func(n int, _ got) (*http.Response, error) {
			if n == 0 {
				return status(204), nil
			}
			return status(503), nil
		})
		h := open(t, r, nil)
		id, _ := h.endpoint(func(s *webhook.Spec) { s.Ordered = false })
		h.meeting("mtg_1")
		time.Sleep(time.Second)
		began := time.Now()
		for i := range 140 {
			h.happen("mtg_1", say(i))
			time.Sleep(time.Hour)
		}
		row := h.row(id)
		if row.Enabled || row.DisabledCause != meeting.DisabledByFailure || row.DisabledMessage == "" {
			t.Fatalf("the endpoint is %v", row)
		}
		if after := row.DisabledAt.Time().Sub(began); after < 120*time.Hour || after > 121*time.Hour {
			t.Errorf("it was disabled after %v", after)
		}
		events, err := h.journal.Read(system(), journalOf("mtg_1"), 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		var told []meeting.WebhookEndpointDisabled
		for _, e := range events {
			if fact, ok := e.Fact.(meeting.WebhookEndpointDisabled); ok {
				told = append(told, fact)
			}
		}
		if len(told) != 1 || told[0].Endpoint != id || told[0].Cause != meeting.DisabledByFailure || !told[0].FailingSince.Equal(began) {
			t.Errorf("the meeting was told %v", told)
		}
		count := len(r.all())
		time.Sleep(48 * time.Hour)
		if n := len(r.all()); n != count {
			t.Errorf("%d messages were sent to an endpoint that is disabled", n-count)
		}
		// Its owner repairs it: what waits comes, and what happened meanwhile can be had.
		r.answer = nil
		if err := h.service.Enable(viewer(), id, true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		waited := len(r.all()) - count
		if waited == 0 || h.row(id).FailingSince != 0 {
			t.Errorf("%d messages came when it was enabled: %v", waited, h.row(id))
		}
		n, err := h.service.Replay(viewer(), id, webhook.Selection{From: meeting.InstantOf(began), FailedOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		seen := map[string]int{}
		for _, g := range r.all()[count:] {
			seen[g.id()]++
		}
		// 140 events, and the one that says that the endpoint was disabled.
		if len(seen) != 141 || n != 141-waited {
			t.Errorf("%d different messages came, %d by a replay and %d before", len(seen), n, waited)
		}
	})
}

func TestGoneDisablesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(func(int, got) (*http.Response, error) { return status(410), nil })
		h := open(t, r, nil)
		id, _ := h.endpoint(nil)
		h.meeting("mtg_1")
		time.Sleep(time.Hour)
		if row := h.row(id); row.Enabled || row.DisabledCause != meeting.DisabledAsGone || len(r.all()) != 1 {
			t.Errorf("after %d messages, the endpoint is %v", len(r.all()), row)
		}
	})
}

// TestRetryAfterIsHonoured lets an endpoint ask for some time, in seconds, as a
// moment, and for far too long.
func TestRetryAfterIsHonoured(t *testing.T) {
	for name, test := range map[string]struct {
		header func() string
		want   time.Duration
	}{
		"seconds":  {func() string { return "90" }, 90 * time.Second},
		"moment":   {func() string { return time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat) }, 2 * time.Hour},
		"too long": {func() string { return "99999999999" }, 24 * time.Hour},
		"nonsense": {func() string { return "soon" }, 5 * time.Second},
		"the past": {func() string { return "-5" }, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(func(n int, _ got) (*http.Response, error) {
					if n == 0 {
						return status(429, "Retry-After", test.header()), nil
					}
					return status(200), nil
				})
				h := open(t, r, nil)
				h.endpoint(nil)
				h.meeting("mtg_1")
				time.Sleep(time.Second)
				h.meeting("mtg_2") // which has to wait too, unless the header says nothing
				time.Sleep(test.want + 3*time.Hour)
				list := r.all()
				if len(list) != 3 {
					t.Fatalf("%d messages came", len(list))
				}
				waited := list[2].at.Sub(list[0].at)
				if waited < test.want*9/10 || waited > test.want+5*time.Second {
					t.Errorf("it was sent again after %v, not %v", waited, test.want)
				}
				if hushed := list[1].at.Sub(list[0].at) >= test.want*9/10; hushed != (test.want > time.Minute) {
					t.Errorf("another message was sent %v after the one that was not taken", list[1].at.Sub(list[0].at))
				}
			})
		})
	}
}

// TestSecretsOverlapForADay rotates a secret, from HMAC to ed25519 and back.
func TestSecretsOverlapForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(nil)
		h := open(t, r, nil)
		id, first := h.endpoint(func(s *webhook.Spec) { s.SvixHeaders = true })
		second := webhook.NewSigner(meeting.SigningEd25519)
		h.meeting("mtg_1")
		time.Sleep(time.Second)
		if err := h.service.Rotate(viewer(), id, second); err != nil {
			t.Fatal(err)
		}
		h.happen("mtg_1", say(1))
		time.Sleep(24*time.Hour - time.Second)
		h.happen("mtg_1", say(2))
		time.Sleep(2 * time.Second)
		h.happen("mtg_1", say(3))
		time.Sleep(time.Second)
		list := r.all()
		for i, signers := range [][]webhook.Signer{{first}, {second, first}, {second, first}, {second}} {
			var want []string
			for _, signer := range signers {
				want = append(want, signer.Sign(list[i].id(), list[i].at, []byte(list[i].body)))
			}
			header := list[i].request.Header
			if got := header.Get("webhook-signature"); got != strings.Join(want, " ") {
				t.Errorf("message %d is signed %s, not %s", i, got, want)
			}
			for _, name := range []string{"id", "timestamp", "signature"} {
				if header.Get("svix-"+name) != header.Get("webhook-"+name) {
					t.Errorf("message %d has svix-%s %q", i, name, header.Get("svix-"+name))
				}
			}
		}
		// The secrets are read back by the next process, and not without the key.
		h.close()
		h.start()
		h.happen("mtg_1", say(4))
		time.Sleep(time.Second)
		last := r.all()[4]
		if got := last.request.Header.Get("webhook-signature"); got != second.Sign(last.id(), last.at, []byte(last.body)) {
			t.Errorf("after a restart, messages are signed %s", got)
		}
	})
}
