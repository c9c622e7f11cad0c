package view

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/breakoutrooms/breakout/meeting"
)

// WebhookEndpointEvent says that nothing is sent to an endpoint any more.
type WebhookEndpointEvent struct {
	about
	EndpointID   meeting.WebhookEndpointID
	Cause        meeting.DisableCause
	FailingSince meeting.Instant
	Message      string
}

func ofWebhook(about about, e meeting.Event) Event {
	fact, ok := e.Fact.(meeting.WebhookEndpointDisabled)
	if !ok {
		return nil
	}
	return WebhookEndpointEvent{about, fact.Endpoint, fact.Cause, meeting.InstantOf(fact.FailingSince), fact.Message}
}

// MarshalDisableCause shows why an endpoint is disabled.
func MarshalDisableCause(cause meeting.DisableCause) graphql.Marshaler { return wordOrNull(cause) }

// UnmarshalDisableCause reads it back.
func UnmarshalDisableCause(v any) (meeting.DisableCause, error) { return word[meeting.DisableCause](v) }
