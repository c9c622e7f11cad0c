// Package graph is the GraphQL door: queries read rows, mutations call the
// fleet, subscriptions follow the journal. A resolver is one call.
package graph

import (
	"log/slog"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/webhook"
)

// Resolver is what resolvers work with.
type Resolver struct {
	Client   *ent.Client
	Fleet    *fleet.Fleet
	Journal  *journal.Journal
	Links    recording.Links
	Webhooks *webhook.Service
	Log      *slog.Logger
}
