// Package graph is the GraphQL door: queries read rows, mutations call the
// fleet, subscriptions follow the journal. A resolver is one call.
package graph

import (
	"log/slog"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/keyring"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/webhook"
)

// Resolver is what resolvers work with.
type Resolver struct {
	Client  *ent.Client
	Fleet   *fleet.Fleet
	Journal *journal.Journal
	Links   recording.Links
	// Seats are links to the seats of guests and listeners.
	Seats    access.Links
	Webhooks *webhook.Service
	Keys     *keyring.Keyring
	// Clock is the meeting clock. Without one, it is that of the world.
	Clock *bubble.Clock
	// Scenarios plays scenarios. Without it, none can be played.
	Scenarios view.Scenarios
	Log       *slog.Logger
	// Documents are those that callers can name by their SHA-256 without having told them
	// before, as the page does.
	Documents map[string]string
	// Observer is told how subscriptions go.
	Observer Observer
}

// Observer is told how subscriptions to events go. What is nil is not told.
type Observer struct {
	// Subscribed is called when one begins, and what it returns when it ends.
	Subscribed func() (ended func())
	// HandedOver is called when a subscriber takes an event that happened after it began.
	HandedOver func(meeting.Event)
}

func (o Observer) subscribed() (ended func()) {
	if o.Subscribed == nil {
		return func() {}
	}
	return o.Subscribed()
}

func (o Observer) handedOver(began time.Time, event meeting.Event) {
	if o.HandedOver != nil && event.At.After(began) {
		o.HandedOver(event)
	}
}
