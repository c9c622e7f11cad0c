package graph_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestNoEventIsLostWithTheBell has a journal of another process write, whose bell
// nobody hears: events come a second later at most.
func TestNoEventIsLostWithTheBell(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		d.journal = journal.New(d.client, journal.NewBell(), testLog)
		w := d.enter("ours")
		w.follow("1", "")
		w.take(1, 1)
		for n := int64(2); n < 300; n += 7 {
			began := time.Now()
			d.announce(7)
			w.take(n, n+6)
			if took := time.Since(began); took > 1100*time.Millisecond {
				t.Errorf("event %d came after %s", n, took)
			}
			time.Sleep(time.Duration(rand.IntN(1500)) * time.Millisecond)
		}
	})
}

// TestNoEventIsLostToABusyDatabase lets statements that read events or meetings fail,
// and writers wait for one who keeps the database locked: by real time, as SQLite's
// own waiting is.
func TestNoEventIsLostToABusyDatabase(t *testing.T) {
	d := openDoor(t)
	steady := d.enter("ours")
	steady.follow("1", "")
	cursor := steady.take(1, 1)
	var isBusy atomic.Bool
	d.client.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, query ent.Query) (ent.Value, error) {
			if isBusy.Load() && rand.IntN(4) == 0 {
				return nil, errors.New("database is locked (5) (SQLITE_BUSY)")
			}
			return next.Query(ctx, query)
		})
	}))
	isBusy.Store(true)
	for n := int64(2); n < 120; n += 20 {
		tx, err := d.client.Tx(access.AsSystem(t.Context())) // takes the write lock
		if err != nil {
			t.Fatal(err)
		}
		released := make(chan error, 1)
		time.AfterFunc(50*time.Millisecond, func() { released <- tx.Rollback() })
		d.announce(20)
		if err := <-released; err != nil {
			t.Fatal(err)
		}
		steady.take(n, n+19)
		late := d.enter("second") // what it asks for first may be refused, as a whole
		late.follow("1", cursor)
		if m := late.hear(); m.Type == "next" && m.event(t).Sequence == 2 {
			late.take(3, n+19)
		} else if m.Type != "error" {
			t.Errorf("%+v came first", m)
		}
		_ = late.CloseNow()
	}
	isBusy.Store(false)
	d.append(meeting.MessageBroadcast{Text: "Over"})
	steady.take(122, 122)
}
