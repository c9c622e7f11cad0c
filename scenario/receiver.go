package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	receiverHost = "receiver.breakout.test"
	// deliverWithin is for how long a run waits for webhooks that are tried again.
	deliverWithin = 12 * time.Hour
	// againWithin is for how long messages are awaited that come once more.
	againWithin = time.Minute
)

// Webhooks says that the meeting's events are sent to an application, which the player
// takes the place of.
type Webhooks struct {
	// Ordered has them be sent in the order of the events.
	Ordered bool
}

func (r *reader) webhooks(n *yaml.Node) {
	w := &Webhooks{}
	r.fields(n, "webhooks", map[string]func(*yaml.Node){"ordered": func(n *yaml.Node) { w.Ordered = r.yes(n, "ordered") }})
	r.scenario.Webhooks = w
}

// receiver is the application: it takes note of each message.
type receiver struct {
	mu sync.Mutex
	// ids are the messages that told of each event, by its sequence number.
	ids       map[int64]map[string]int
	swallowed map[int64]bool
	late      int
	// latest is the last event that came before the moment at hand, and upcoming the last
	// of all. What is sent side by side comes in no order, unless it is to be ordered.
	latest, upcoming int64
	moment           time.Time
	ordered          bool
	changed          chan struct{}
	// tell is called with each attempt; it can be nil.
	tell func(Delivery)
}

func newReceiver(ordered bool, tell func(Delivery)) *receiver {
	return &receiver{ids: make(map[int64]map[string]int), swallowed: make(map[int64]bool), changed: make(chan struct{}), ordered: ordered, tell: tell}
}

// notice is what is read of a message.
type notice struct {
	Data struct {
		Sequence int64 `json:"sequence"`
	} `json:"data"`
}

func (r *receiver) take(request *http.Request, body []byte) *http.Response {
	var message notice
	if err := json.Unmarshal(body, &message); err != nil || message.Data.Sequence == 0 {
		return answerOf(http.StatusBadRequest, 0)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := message.Data.Sequence
	if r.ids[n] == nil {
		r.ids[n] = make(map[string]int)
		r.arrive(n, time.Now())
	}
	r.ids[n][request.Header.Get("webhook-id")]++
	r.turn()
	return answerOf(http.StatusNoContent, 0)
}

// arrive notes that an event has come for the first time.
func (r *receiver) arrive(n int64, now time.Time) {
	if r.ordered || now.After(r.moment) {
		r.latest, r.moment = r.upcoming, now
	}
	if n < r.latest {
		r.late++
	}
	r.upcoming = max(r.upcoming, n)
}

// swallow takes note of what will never come.
func (r *receiver) swallow(body []byte) {
	var message notice
	_ = json.Unmarshal(body, &message) // what is no message is nothing that was swallowed
	r.mu.Lock()
	defer r.mu.Unlock()
	r.swallowed[message.Data.Sequence] = true
	r.turn()
}

func (r *receiver) turn() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// missing counts the events that have not come, and are not known to be lost.
func (r *receiver) missing(seen []Seen) (n int, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, event := range seen {
		if r.ids[event.Sequence] == nil && !r.swallowed[event.Sequence] {
			n++
		}
	}
	return n, r.changed
}

// Delivered is what came of the webhooks of a run.
type Delivered struct {
	// Lost are events of which nothing came, Doubled those that came under two ids, so
	// that a receiver can't know that they are the same.
	Lost    int `json:"lost"`
	Doubled int `json:"doubled"`
	// Repeated are messages that came again under their id, and Late events that came
	// after later ones: both can happen to any receiver.
	Repeated int `json:"repeated"`
	Late     int `json:"late"`
}

// result sums up what came.
func (r *receiver) result(seen []Seen) (d Delivered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d.Late = r.late
	for _, event := range seen {
		ids := r.ids[event.Sequence]
		switch {
		case len(ids) == 0:
			d.Lost++
		case len(ids) > 1:
			d.Doubled++
		}
		for _, times := range ids {
			d.Repeated += times - 1
		}
	}
	return d
}

// subscribe has the meeting's events be sent to the scenario's receiver, where the
// scenario has one.
func (p *player) subscribe(ctx context.Context) error {
	if p.scenario.Webhooks == nil {
		return nil
	}
	p.receiver = newReceiver(p.scenario.Webhooks.Ordered, p.progress.Delivery)
	p.Relay.mu.Lock()
	p.Relay.receiver = p.receiver
	p.Relay.mu.Unlock()
	var created struct {
		CreateWebhookEndpoint struct{ UserErrors refusals }
	}
	err := p.Client.Do(ctx, `mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { userErrors { code message } } }`,
		map[string]any{"input": map[string]any{"url": "https://" + receiverHost + "/events", "format": "EVENT", "ordered": p.scenario.Webhooks.Ordered}}, &created)
	if err := errors.Join(err, created.CreateWebhookEndpoint.UserErrors.err()); err != nil {
		return fmt.Errorf("make a webhook endpoint: %w", err)
	}
	return nil
}

// collect waits until all webhooks have come that will.
func (p *player) collect(ctx context.Context) error {
	if p.receiver == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	for {
		n, changed := p.receiver.missing(p.watcher.Seen())
		if n == 0 {
			break
		}
		select {
		case <-changed:
			continue
		case <-ctx.Done():
		}
		break
	}
	p.Relay.running.Wait()
	return sleep(context.WithoutCancel(ctx), againWithin)
}
