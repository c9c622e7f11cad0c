package webhook_test

import (
	"database/sql"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// ownDatabase makes a database of this test's own on a server of Postgres.
func ownDatabase(t *testing.T, address string) string {
	t.Helper()
	admin, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := "webhook_" + access.NewID()
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	own, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	own.Path = name
	return own.String()
}

// TestDeliveriesOnPostgres does everything once on the other database: order, failures
// with whatever an answer holds, replays, rotation, a restart and the end at 410.
func TestDeliveriesOnPostgres(t *testing.T) {
	address := os.Getenv("BREAKOUT_TEST_POSTGRES")
	if address == "" {
		t.Skip("set BREAKOUT_TEST_POSTGRES to the URL of a Postgres server to run this test on it")
	}
	gone := false
	r := newReceiver(func(n int, _ got) (*http.Response, error) {
		switch {
		case gone:
			return status(410), nil
		case n == 3: // what no database takes as text
			return status(500, "X-Odd", "a\x00\xffb"), nil
		}
		return status(200), nil
	})
	h := &house{t: t, data: t.TempDir(), database: ownDatabase(t, address), receiver: r}
	h.start()
	defer func() { h.close() }()
	h.meeting("mtg_old")
	id, _ := h.endpoint(func(s *webhook.Spec) { s.Ordered = true })
	h.meeting("mtg_1")
	for i := range 50 {
		h.happen("mtg_1", say(i))
	}
	r.wait(t, 52)
	for i, g := range r.all() {
		want := i // the fourth came twice
		if i < 4 {
			want++
		}
		if !strings.Contains(g.body, `"meetingId":"mtg_1","sequence":`+strconv.Itoa(want)+",") {
			t.Errorf("message %d is %s", i+1, g.body)
		}
	}
	h.ended(52)
	if n, err := h.service.Replay(viewer(), id, webhook.Selection{Meeting: "mtg_old"}); err != nil || n != 1 {
		t.Errorf("%d messages are delivered again: %v", n, err)
	}
	r.wait(t, 53)
	if err := h.service.Rotate(viewer(), id, webhook.NewSigner(meeting.SigningEd25519)); err != nil {
		t.Fatal(err)
	}
	h.kill()
	h.happen("mtg_1", say(51))
	if last := r.wait(t, 54)[53]; len(strings.Fields(last.request.Header.Get("webhook-signature"))) != 2 {
		t.Errorf("it is signed %s", last.request.Header.Get("webhook-signature"))
	}
	gone = true
	h.happen("mtg_1", say(52))
	for began := time.Now(); h.row(id).Enabled; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("the endpoint that is gone was not disabled")
		}
	}
}
