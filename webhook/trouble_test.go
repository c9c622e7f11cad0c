package webhook_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// TestALostBellCostsTimeOnly has events written down by a journal whose bell nobody
// hears, at once and after a long silence.
func TestALostBellCostsTimeOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(nil)
		h := open(t, r, nil)
		h.endpoint(nil)
		h.meeting("mtg_1")
		deaf := journal.New(h.client, journal.NewBell(), slog.New(slog.DiscardHandler))
		for i, silence := range []time.Duration{time.Second, time.Hour} {
			time.Sleep(silence)
			if _, err := deaf.Append(t.Context(), "mtg_1", meeting.Event{At: time.Now(), Fact: say(i)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(61 * time.Second)
			if n := r.count(); n != i+2 {
				t.Errorf("after a minute, %d messages had come", n)
			}
		}
	})
}

// TestABusyDatabaseLosesNothing lets somebody else write for longer than anybody waits
// for it, while messages are answered.
func TestABusyDatabaseLosesNothing(t *testing.T) {
	r := newReceiver(nil)
	h := open(t, r, nil)
	id, _ := h.endpoint(func(s *webhook.Spec) { s.Ordered = true })
	h.meeting("mtg_1")
	h.ended(1)
	other, err := journal.OpenDatabase(t.Context(), "sqlite:"+filepath.Join(h.data, "breakout.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	for i := range 20 {
		h.happen("mtg_1", say(i))
	}
	busy, err := other.Tx(context.Background()) // which takes the database's only pen
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(6 * time.Second) // its writers give up after five
	if err := busy.Rollback(); err != nil {
		t.Fatal(err)
	}
	rows := h.ended(21)
	if row := h.row(id); len(rows) != 21 || !row.Enabled {
		t.Errorf("%d attempts are written down", len(rows))
	}
	var last int64
	for _, n := range lastOf(t, r) {
		last = n
	}
	if last != 21 {
		t.Errorf("it came to event %d", last)
	}
}
