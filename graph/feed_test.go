package graph_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/coder/websocket"
)

// TestViewersNeverShare subscribes to the same in many ways: only those who are the
// same in everything share an execution, and who may not see gets nothing of it.
func TestViewersNeverShare(t *testing.T) {
	first := viewers["ours"]
	for name, test := range map[string]struct {
		viewer          access.Viewer
		query, variable string
		feeds           int
	}{
		"the same again":        {viewer: first, feeds: 1},
		"another place":         {viewer: first, variable: `"after":"bXRnX3Rlc3Q6Mg"`, feeds: 1},
		"another key":           {viewer: viewers["second"], feeds: 2},
		"a key that ends":       {viewer: access.Viewer{Workspace: first.Workspace, Key: first.Key, Scopes: first.Scopes, Expires: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}, feeds: 2},
		"another selection":     {viewer: first, query: strings.Replace(followQuery, "sequence", "number: sequence", 1), feeds: 2},
		"a place used twice":    {viewer: first, query: strings.Replace(followQuery, "type", "type @skip(if: $skip)", 1), variable: `"skip":true`, feeds: 2},
		"another workspace":     {viewer: viewers["foreign"], feeds: 1},
		"a workspace of no key": {viewer: access.Viewer{Workspace: "ws_b", Key: first.Key, Scopes: first.Scopes}, feeds: 1},
		"other scopes":          {viewer: access.Viewer{Workspace: first.Workspace, Key: first.Key, Scopes: access.ScopesOf(access.ScopeRead)}, feeds: 2},
	} {
		inDoor(t, func(t *testing.T, d *door) {
			d.announce(5)
			one := d.enter("ours")
			one.follow("1", "")
			one.take(1, 6)
			viewers["other"] = test.viewer
			defer delete(viewers, "other")
			two := d.enter("other")
			query := cmp.Or(test.query, followQuery)
			query = strings.Replace(query, "$after: String", "$after: String, $skip: Boolean = false", 1)
			if test.query == "" || !strings.Contains(query, "skip(") {
				query = strings.Replace(query, ", $skip: Boolean = false", "", 1)
			}
			variables := `"id":"mtg_test"`
			if test.variable != "" {
				variables += "," + test.variable
			}
			two.say(fmt.Sprintf(`{"id":"1","type":"subscribe","payload":{"query":%q,"variables":{%s}}}`, query, variables))
			m := two.hear()
			isForeign := test.viewer.Workspace != first.Workspace
			if (m.Type == "error") != isForeign {
				t.Errorf("%s: the first answer is %s %s", name, m.Type, m.Payload)
			}
			go func() { // what comes meanwhile
				for m.Type == "next" {
					if _, err := two.listen(t.Context()); err != nil {
						return
					}
				}
			}()
			synctest.Wait()
			if got := d.api.Stats().Feeds; got != test.feeds {
				t.Errorf("%s: %d executions run, want %d", name, got, test.feeds)
			}
			if isForeign { // and nothing comes later
				d.append(meeting.MessageBroadcast{Text: "Secret"})
				one.take(7, 7)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				if m, err := two.listen(ctx); err == nil {
					t.Errorf("%s: %+v came", name, m)
				}
			}
		})
	}
}

// TestEveryEventOnceAtTheSeam has subscribers come and go with their cursors while
// events are written: by real time, so that they meet in every way.
func TestEveryEventOnceAtTheSeam(t *testing.T) {
	const subscribers, events = 40, 600
	d := openDoor(t)
	var all sync.WaitGroup
	for i := range subscribers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			cursor, next := "", int64(1)
			for next <= events {
				until := min(events, next+random.Int64N(60))
				w := d.enter("ours")
				w.follow("1", cursor)
				cursor = w.take(next, until)
				next = until + 1
				_ = w.CloseNow()
			}
		})
	}
	for d.written < events {
		d.announce(1)
	}
	all.Wait()
}

// TestAStalledReaderCostsNobodyElse leaves one socket unread: the other hears
// everything at once, and the one finds out why it was closed, and goes on.
func TestAStalledReaderCostsNobodyElse(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		stalled, other := d.enter("ours"), d.enter("ours")
		stalled.follow("1", "")
		cursor := stalled.take(1, 1)
		other.follow("1", cursor)
		synctest.Wait()
		for n := range int64(3000) {
			began := time.Now()
			d.announce(1)
			other.take(n+2, n+2)
			if took := time.Since(began); took > time.Millisecond {
				t.Fatalf("event %d came after %s", n+2, took)
			}
		}
		time.Sleep(10*time.Second + time.Millisecond) // it has a second more to read why
		all, end := stalled.hearUntilEnd()
		if end.Code != 1013 || !strings.Contains(end.Reason, "cursor") {
			t.Errorf("the stalled socket is closed with %+v", end)
		}
		last := int64(1)
		for _, m := range all {
			if m.Type != "next" {
				continue
			}
			event := m.event(t)
			if last++; event.Sequence != last {
				t.Fatalf("event %d came where %d was due", event.Sequence, last)
			}
			cursor = event.Cursor
		}
		back := d.enter("ours")
		back.follow("1", cursor)
		back.take(last+1, d.written)
	})
}

// TestSlowReadersAreToldThatTheyLag lets a reader fall further behind than a feed
// keeps: it is told, and gets everything once.
func TestSlowReadersAreToldThatTheyLag(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		slow, fast := d.enter("ours"), d.enter("ours")
		slow.follow("1", "")
		fast.follow("1", "")
		slow.take(1, 1)
		fast.take(1, 1)
		synctest.Wait()
		d.announce(2500)
		fast.take(2, 2501)
		lagged, caughtUp := false, false
		for next := int64(2); next <= 2501 || !caughtUp; {
			m := slow.hear()
			if m.Type == "ping" {
				slow.say(`{"type":"pong"}`)
				isLagging := strings.Contains(string(m.Payload), `"lagging":true`)
				lagged = lagged || isLagging
				caughtUp = lagged && !isLagging
				continue
			}
			if event := m.event(t); event.Sequence != next {
				t.Fatalf("event %d came where %d was due", event.Sequence, next)
			}
			next++
		}
		if stats := d.api.Stats(); !lagged || stats.Lagging != 0 {
			t.Errorf("it was told: %t; %+v", lagged, stats)
		}
		d.announce(1)
		slow.take(2502, 2502)
		fast.take(2502, 2502)
	})
}

// TestShutdownDrainsSubscriptions writes events down and stops at once: everybody who
// reads hears all of them, where to go on and when, and the code after which clients
// come back. Who does not read is cut off.
func TestShutdownDrainsSubscriptions(t *testing.T) {
	inDoor(t, func(t *testing.T, d *door) {
		live, late, stalled := d.enter("ours"), d.enter("ours"), d.enter("second")
		d.announce(600)
		live.follow("live", "")
		live.take(1, 601)
		stalled.follow("1", "")
		synctest.Wait()
		d.announce(300)
		late.follow("late", "")
		late.take(1, 1)
		ends := make(chan map[string]int64, 2)
		for _, w := range []*wire{live, late} {
			go func() {
				all, end := w.hearUntilEnd()
				if end.Code != websocket.StatusServiceRestart {
					t.Errorf("closed with %+v", end)
				}
				ends <- d.reached(all)
			}()
		}
		began := time.Now()
		d.drain()
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s", took)
		}
		for range 2 {
			for id, last := range <-ends {
				if last != 901 {
					t.Errorf("%s was told of %d of 901 events", id, last)
				}
			}
		}
		if _, response, err := d.dial(nil); err == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
			t.Errorf("a new socket gets %v", err)
		}
	})
}

// reached looks for the good-bye in what one subscription heard last: the number of
// the last event, if the good-bye names its cursor.
func (d *door) reached(all []said) map[string]int64 {
	last, reached := make(map[string]string), make(map[string]int64)
	for _, m := range all {
		if m.Type == "next" {
			event := m.event(d.t)
			last[m.ID], reached[m.ID] = event.Cursor, event.Sequence
		}
	}
	var goodbye struct {
		Subscriptions map[string]struct{ Cursor string }
		GoAway        struct{ RetryAfterMilliseconds int }
	}
	m := all[len(all)-1]
	if err := json.Unmarshal(m.Payload, &goodbye); err != nil || m.Type != "ping" || goodbye.GoAway.RetryAfterMilliseconds < 250 {
		d.t.Errorf("the last message is %s %s", m.Type, m.Payload)
	}
	for id, cursor := range last {
		if goodbye.Subscriptions[id].Cursor != cursor {
			d.t.Errorf("the good-bye to %s is %s", id, m.Payload)
		}
	}
	return reached
}
