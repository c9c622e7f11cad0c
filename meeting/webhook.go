package meeting

import "time"

// WebhookEndpointID names a place that a workspace's events are delivered to.
type WebhookEndpointID string

// DeliveryID names one message to one endpoint. It is the message's webhook-id, by
// which a receiver knows what it has had.
type DeliveryID string

// PayloadFormat is the shape of what an endpoint is sent.
type PayloadFormat string

// Events go out in our own shape, as Standard Webhooks have it, or in one of the two
// in which Recall.ai tells of bots.
const (
	FormatEvent           PayloadFormat = "EVENT"
	FormatBotStatusChange PayloadFormat = "BOT_STATUS_CHANGE"
	FormatBotEvents       PayloadFormat = "BOT_EVENTS"
)

// Signing is how messages are signed.
type Signing string

// Messages are signed by a secret that both sides know (v1 of Standard Webhooks), or
// by a key of which the receiver knows the public half (v1a).
const (
	SigningHMAC    Signing = "HMAC_SHA256"
	SigningEd25519 Signing = "ED25519"
)

// DeliveryState is where a message is.
type DeliveryState string

// A delivery waits for its next attempt until it was taken or is given up.
const (
	DeliveryWaiting   DeliveryState = "WAITING"
	DeliveryDelivered DeliveryState = "DELIVERED"
	DeliveryFailed    DeliveryState = "FAILED"
)

// DisableCause is why nothing is sent to an endpoint any more.
type DisableCause string

// Endpoints are disabled by their owner, after too long without one message taken,
// or when they say that they are gone for good.
const (
	DisabledByRequest DisableCause = "REQUEST"
	DisabledByFailure DisableCause = "FAILING"
	DisabledAsGone    DisableCause = "GONE"
)

// WebhookEndpointDisabled says that nothing is sent to an endpoint of the workspace
// any more. It stands among the events of the meeting whose event was not taken.
type WebhookEndpointDisabled struct {
	Endpoint WebhookEndpointID `json:"endpoint"`
	Cause    DisableCause      `json:"cause"`
	// FailingSince is when the endpoint first took nothing, if that is the cause.
	FailingSince time.Time `json:"failingSince,omitzero"`
	// Message is a sentence for people.
	Message string `json:"message"`
}

// KnownEvent says whether there is an event of a type.
func KnownEvent(name EventType) bool { _, known := facts[name]; return known }
