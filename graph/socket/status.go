package socket

import "time"

// status is what a server's ping says: how things are. It is no answer to an
// operation, so that clients that only look at answers never see it.
type status struct {
	ServerTime time.Time `json:"serverTime"`
	// Subscriptions are those that go by cursors, by the client's ids for them.
	Subscriptions map[string]place `json:"subscriptions"`
	GoAway        *farewell        `json:"goAway,omitempty"`
}

// place is where a subscription is.
type place struct {
	// Cursor is that of the last event that was sent, and HeadCursor that of the last
	// there is.
	Cursor     string `json:"cursor"`
	HeadCursor string `json:"headCursor"`
	// Lagging says that the client is behind and is sent what it missed.
	Lagging bool `json:"lagging"`
}

// farewell asks a client to reconnect.
type farewell struct {
	RetryAfterMilliseconds int64 `json:"retryAfterMilliseconds"`
}

// tell sends a ping that tells how things are.
func (w *writer) tell(goAway *farewell) {
	now := status{ServerTime: time.Now().UTC(), Subscriptions: make(map[string]place), GoAway: goAway}
	w.mu.Lock()
	for id, op := range w.operations {
		if op.feed == nil { // it has not begun, or goes by no cursors
			continue
		}
		at := op.position.Load()
		now.Subscriptions[id] = place{
			Cursor: op.source.Cursor(at), HeadCursor: op.source.Cursor(max(at, op.feed.reached())), Lagging: !op.isLive,
		}
	}
	w.mu.Unlock()
	w.appendText(jsonOf(map[string]any{"type": typePing, "payload": now}), nil)
}
