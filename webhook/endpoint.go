package webhook

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// endpoint is an endpoint as it is sent to. It never changes: when its owner changes
// something, there is another.
type endpoint struct {
	row     *ent.WebhookEndpoint
	signers []lasting
}

// lasting is a signer, and until when it signs.
type lasting struct {
	Signer
	until meeting.Instant // 0 for good
}

// endpointOf makes an endpoint of its row, which has its secrets. A secret that
// can't be read signs nothing, and is logged.
func (s *Service) endpointOf(row *ent.WebhookEndpoint) *endpoint {
	e := &endpoint{row: row}
	newestFirst := slices.SortedFunc(slices.Values(row.Edges.Secrets), func(a, b *ent.WebhookSecret) int { return int(b.CreatedAt - a.CreatedAt) })
	for _, secret := range newestFirst {
		key, err := s.vault.open(secret.ID, secret.Sealed)
		if err != nil {
			s.config.Log.Error("an endpoint's secret can't be read; rotate it", "endpoint", row.ID, "error", err)
			continue
		}
		e.signers = append(e.signers, lasting{Signer{secret.Signing, key}, secret.ExpiresAt})
	}
	return e
}

// wants says whether an event is to be delivered to the endpoint.
func (e *endpoint) wants(id meeting.ID, event meeting.Event) bool {
	row := e.row
	if row.MeetingID != "" && row.MeetingID != id || len(row.EventTypes) > 0 && !slices.Contains(row.EventTypes, event.Type()) {
		return false
	}
	for key, value := range row.Metadata {
		if event.Bot == nil || event.Bot.Metadata[key] != value {
			return false
		}
	}
	return true
}

// sign signs a message by all keys that are not over, the newest first.
func (e *endpoint) sign(id meeting.DeliveryID, at time.Time, body string) string {
	var signatures []string
	for _, signer := range e.signers {
		if signer.until == 0 || at.Before(signer.until.Time()) {
			signatures = append(signatures, signer.Sign(string(id), at, []byte(body)))
		}
	}
	return strings.Join(signatures, " ")
}

// headers are what a request to the endpoint bears.
func (e *endpoint) headers(d *ent.Delivery, at time.Time) map[string]string {
	signed := map[string]string{"id": string(d.ID), "timestamp": unix(at), "signature": e.sign(d.ID, at, d.Body)}
	headers := map[string]string{"Content-Type": "application/json", "User-Agent": "Breakout-Webhooks/1"}
	prefixes := []string{"webhook-"}
	if e.row.SvixHeaders {
		prefixes = append(prefixes, "svix-")
	}
	for _, prefix := range prefixes {
		for name := range maps.Keys(signed) {
			headers[prefix+name] = signed[name]
		}
	}
	return headers
}
