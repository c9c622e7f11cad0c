package webhook

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/meeting"
)

// The codes of refusals that webhooks have.
const (
	// CodeEndpointNotFound says that the workspace has no such endpoint.
	CodeEndpointNotFound meeting.Code = "WEBHOOK_ENDPOINT_NOT_FOUND"
	// CodeEndpointDisabled says that nothing is sent to the endpoint.
	CodeEndpointDisabled meeting.Code = "WEBHOOK_ENDPOINT_DISABLED"
	// CodeTooManyEndpoints says that the workspace has as many as it can have.
	CodeTooManyEndpoints meeting.Code = "TOO_MANY_WEBHOOK_ENDPOINTS"
	// CodeDeliveryNotFound says that the workspace has no such delivery.
	CodeDeliveryNotFound meeting.Code = "DELIVERY_NOT_FOUND"
	// CodeAddressNotAllowed says that an address is not a public one.
	CodeAddressNotAllowed meeting.Code = "ADDRESS_NOT_ALLOWED"
	// CodeKeyReused says that an idempotency key stands for another order.
	CodeKeyReused meeting.Code = "IDEMPOTENCY_KEY_REUSED"
	// CodeKeyInvalid says that an idempotency key is too long.
	CodeKeyInvalid meeting.Code = "IDEMPOTENCY_KEY_INVALID"
)

const (
	// maxEndpoints is how many endpoints a workspace can have.
	maxEndpoints = 50
	// maxAddress, maxDescription and maxKey bound texts in bytes.
	maxAddress     = 2000
	maxDescription = 500
	maxKey         = 255
	// maxMetadata is how many entries a filter can have, maxEntry how long each part
	// of one can be.
	maxMetadata = 20
	maxEntry    = 500
)

// Spec is what an endpoint is to be.
type Spec struct {
	URL, Description string
	EventTypes       []meeting.EventType
	Meeting          meeting.ID
	Metadata         map[string]string
	Format           meeting.PayloadFormat
	Ordered          bool
	SvixHeaders      bool
}

// check refuses what no endpoint can be, with all that is wrong.
func (s *Service) check(ctx context.Context, spec Spec) error {
	problems := s.checkAddress(spec.URL)
	if spec.Meeting != "" {
		known, err := s.config.Client.Meeting.Query().Where(entmeeting.ID(spec.Meeting)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for the meeting of an endpoint: %w", err)
		}
		if !known {
			problems = append(problems, meeting.Refuse(meeting.CodeMeetingNotFound, []string{"meetingId"}, "There is no meeting %q.", spec.Meeting)...)
		}
	}
	if n := len(spec.Description); n > maxDescription {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"description"}, "A description can have %d bytes; this one has %d.", maxDescription, n)...)
	}
	for _, name := range spec.EventTypes {
		if !meeting.KnownEvent(name) {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"eventTypes"}, "There is no event %s.", strings.ToUpper(string(name)))...)
		}
	}
	if n := len(spec.Metadata); n > maxMetadata {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"metadata"}, "A filter can have %d entries; this one has %d.", maxMetadata, n)...)
	}
	for key, value := range spec.Metadata {
		if len(key) > maxEntry || len(value) > maxEntry {
			problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"metadata"}, "Keys and values can have %d bytes each.", maxEntry)...)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// checkAddress refuses what is no address of a web server, and what is not a public
// one in whatever spelling. Where a name leads is looked at when it is connected to.
func (s *Service) checkAddress(text string) meeting.Refusals {
	path := []string{"url"}
	if len(text) > maxAddress {
		return meeting.Refuse(meeting.CodeInvalid, path, "An address can have %d bytes; this one has %d.", maxAddress, len(text))
	}
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Hostname() == "" || address.Fragment != "" || address.User != nil {
		return meeting.Refuse(meeting.CodeInvalid, path, "Give the address of a web server, such as https://example.org/events, without a user and without a fragment.")
	}
	host := strings.TrimSuffix(strings.ToLower(address.Hostname()), ".")
	literal, err := netip.ParseAddr(host)
	switch {
	case err == nil && !s.config.Outbound.Permits(literal), err != nil && isLocal(host) && !s.config.Outbound.Permits(netip.AddrFrom4([4]byte{127, 0, 0, 1})):
		return meeting.Refuse(CodeAddressNotAllowed, path, "%s is not a public address; whoever runs the server can allow it by --allow-private-addresses.", host)
	case err != nil && isNumber(host):
		return meeting.Refuse(CodeAddressNotAllowed, path, "%s is an address in an unusual spelling; write it with four decimal numbers, or as a name.", host)
	}
	return nil
}

// isLocal says whether a name always means this machine (RFC 6761, section 6.3).
func isLocal(host string) bool { return host == "localhost" || strings.HasSuffix(host, ".localhost") }

// isNumber says whether a host would be read as an IPv4 address by those who take
// octal, hexadecimal and short forms: its last part is a number (URL Standard,
// "ends in a number checker").
func isNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, isHex := strings.CutPrefix(last, "0x"); isHex {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// narrowed is how event types are kept: each once.
func narrowed(types []meeting.EventType) []meeting.EventType {
	return slices.Compact(slices.Sorted(slices.Values(types)))
}
