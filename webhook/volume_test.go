package webhook_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// volume is how many events TestEveryEventOnceInOrder delivers. CI delivers 20,000; 100,000 take some minutes: -timeout 30m -volume 100000.
var volume = flag.Int("volume", 5000, "how many events are delivered under faults")

// sent is what a message says of its event.
type sent struct {
	Data struct {
		MeetingID meeting.ID
		Sequence  int64
	}
}

// counted is what a receiver keeps that knows messages by their webhook-id, as
// receivers are to do.
type counted struct {
	mu       sync.Mutex
	seen     map[string]bool
	last     map[meeting.ID]int64
	disorder int
}

// take notes a message that the receiver has taken, whether or not its answer comes
// through.
func (c *counted) take(t *testing.T, g got) {
	var s sent
	if err := json.Unmarshal([]byte(g.body), &s); err != nil {
		t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[g.id()] {
		return // it is known
	}
	c.seen[g.id()] = true
	if s.Data.Sequence <= c.last[s.Data.MeetingID] {
		c.disorder++
	}
	c.last[s.Data.MeetingID] = s.Data.Sequence
}

// TestEveryEventOnceInOrder delivers many events of several meetings to an endpoint
// that asks for order and misbehaves, while the process is killed now and then: each
// arrives, none under two ids, and those of a meeting in their order.
func TestEveryEventOnceInOrder(t *testing.T) {
	const meetings, batch = 7, 25
	c := &counted{seen: make(map[string]bool), last: make(map[meeting.ID]int64)}
	r := newReceiver(nil)
	r.forget = true
	r.answer = func(n int, g got) (*http.Response, error) {
		sum := fnv.New32a()
		_, _ = fmt.Fprint(sum, n)
		switch fault := sum.Sum32() % 1000; {
		case fault < 1: // it comes, and its answer does not
			c.take(t, g)
			return nil, errReset
		case fault < 2:
			return status(500), nil
		case fault < 3:
			return status(302, "Location", "http://10.0.0.1/"), nil
		case fault < 4:
			return nil, errReset
		}
		c.take(t, g)
		return status(200), nil
	}
	h := open(t, r, nil)
	h.endpoint(func(s *webhook.Spec) { s.Ordered = true })
	began, total := time.Now(), 0
	for i := range meetings {
		h.meeting(meeting.ID(fmt.Sprint("mtg_", i)))
		total++
	}
	var facts []meeting.Fact
	for i := range batch {
		facts = append(facts, say(i))
	}
	for i := 0; total < *volume; i++ {
		h.happen(meeting.ID(fmt.Sprint("mtg_", i%meetings)), facts...)
		total += batch
		if i%(*volume/batch/3) == 1 {
			h.kill()
		}
	}
	c.await(t, h, total)
	if len(c.seen) != total || c.disorder != 0 {
		t.Errorf("of %d events, %d came, %d out of order", total, len(c.seen), c.disorder)
	}
	t.Logf("%d events, %d requests, %v", total, r.count(), time.Since(began))
}

// await waits until a receiver has had so many events. What waits for its next
// attempt is sent now: the schedule is tested elsewhere.
func (c *counted) await(t *testing.T, h *house, total int) {
	t.Helper()
	had, idle := -1, 0
	for idle < 100 {
		c.mu.Lock()
		now := len(c.seen)
		c.mu.Unlock()
		if now >= total {
			return
		}
		if idle++; now > had {
			had, idle = now, 0
		} else if idle%4 == 3 { // nothing moves but by the schedule
			h.hurry()
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// TestASlowEndpointDelaysNobody lets one endpoint hang and another take everything.
func TestASlowEndpointDelaysNobody(t *testing.T) {
	quick := make(chan time.Time, 200)
	r := newReceiver(func(_ int, g got) (*http.Response, error) {
		if g.request.URL.Host == "slow.example" {
			return hang(g.request)
		}
		quick <- time.Now()
		return status(200), nil
	})
	h := open(t, r, nil)
	h.endpoint(func(s *webhook.Spec) { s.URL = "https://slow.example/" })
	h.endpoint(nil)
	h.meeting("mtg_1")
	for i := range 100 {
		h.happen("mtg_1", say(i))
	}
	late := time.After(20 * time.Second)
	for i := range 101 {
		select {
		case <-quick:
		case <-late:
			t.Fatalf("after 20 s, only %d events had come", i)
		}
	}
	slow := 0
	for _, g := range r.all() {
		if g.request.URL.Host == "slow.example" {
			slow++
		}
	}
	if slow > 8 {
		t.Errorf("%d requests to the slow endpoint were on their way at once", slow)
	}
	// Stopping does not wait for it either.
	began := time.Now()
	h.close()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("stopping took %v", took)
	}
	h.start()
}

// TestOneMeetingHoldsBackItselfAlone has one message of one meeting fail for an hour.
func TestOneMeetingHoldsBackItselfAlone(t *testing.T) { inBubble(t, heldBack) }

func heldBack(t *testing.T) {
	began := time.Now()
	r := newReceiver(func(_ int, g got) (*http.Response, error) {
		var s sent
		if err := json.Unmarshal([]byte(g.body), &s); err != nil {
			return nil, err
		}
		if s.Data.MeetingID == "mtg_bad" && s.Data.Sequence == 3 && time.Since(began) < time.Hour {
			return status(500), nil
		}
		return status(200), nil
	})
	h := open(t, r, nil)
	h.endpoint(func(s *webhook.Spec) { s.Ordered = true })
	h.meeting("mtg_bad")
	h.meeting("mtg_good")
	for i := range 10 {
		h.happen("mtg_bad", say(i))
		h.happen("mtg_good", say(i))
	}
	time.Sleep(time.Minute)
	if last := lastOf(t, r); last["mtg_good"] != 11 || last["mtg_bad"] != 3 {
		t.Errorf("after a minute, it has come to %v", last)
	}
	time.Sleep(4 * time.Hour)
	if last := lastOf(t, r); last["mtg_bad"] != 11 {
		t.Errorf("after four hours, it has come to %v", last)
	}
	var before int64
	for _, g := range r.all() {
		var s sent
		_ = json.Unmarshal([]byte(g.body), &s)
		if s.Data.MeetingID == "mtg_bad" {
			if s.Data.Sequence < before {
				t.Errorf("%d came after %d", s.Data.Sequence, before)
			}
			before = s.Data.Sequence
		}
	}
}

// lastOf are the last events of each meeting that a receiver was sent.
func lastOf(t *testing.T, r *receiver) map[meeting.ID]int64 {
	t.Helper()
	last := make(map[meeting.ID]int64)
	for _, g := range r.all() {
		var s sent
		if err := json.Unmarshal([]byte(g.body), &s); err != nil {
			t.Fatal(err)
		}
		last[s.Data.MeetingID] = s.Data.Sequence
	}
	return last
}
