package meeting

import (
	"net/url"
	"strings"
)

// MaxURLLength bounds addresses, in bytes.
const MaxURLLength = 2000

// ParseJoinURL reads an address by which people join a meeting and gives it in the form
// by which meetings are compared: the host in lower case, without a slash at the end,
// and without what stands behind ? and #, where platforms put passwords and what is not
// of the meeting.
func ParseJoinURL(text string) (string, error) {
	path := []string{"joinUrl"}
	if len(text) > MaxURLLength {
		return "", Refuse(CodeInvalid, path, "An address can have %d bytes; this one has %d.", MaxURLLength, len(text))
	}
	address, err := url.Parse(strings.TrimSpace(text))
	if err != nil || address.Host == "" || address.User != nil || address.Scheme != "https" && address.Scheme != "http" {
		return "", Refuse(CodeInvalid, path, "%.100q is no address of a meeting; give one such as https://zoom.us/j/123456789.", text)
	}
	plain := url.URL{Scheme: address.Scheme, Host: strings.ToLower(address.Host), Path: strings.TrimRight(address.Path, "/")}
	return plain.String(), nil
}
