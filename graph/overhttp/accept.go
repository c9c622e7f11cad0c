package overhttp

import (
	"mime"
	"strconv"
	"strings"
)

// The media types of answers (https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types
// and https://html.spec.whatwg.org/multipage/server-sent-events.html).
const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
	typeStream   = "text/event-stream"
)

// accepted says how much the caller wants an answer of each media type, from 0, not
// at all, to 1.
type accepted map[string]float64

// readAccept reads the header Accept (RFC 9110, section 12.5.1). Who names no type
// that we have may name a range, which is JSON's: callers that know of more name it.
func readAccept(values []string) accepted {
	header := strings.Join(values, ",")
	if strings.TrimSpace(header) == "" {
		return accepted{typeJSON: 1}
	}
	wanted := make(accepted)
	ranges := 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil || !isUTF8(parameters["charset"]) {
			continue
		}
		switch quality := readQuality(parameters); name {
		case typeJSON, typeResponse, typeStream:
			wanted[name] = quality
		case "*/*", "application/*":
			ranges = max(ranges, quality)
		}
	}
	if _, isNamed := wanted[typeJSON]; !isNamed && ranges > 0 {
		wanted[typeJSON] = ranges
	}
	return wanted
}

func readQuality(parameters map[string]string) float64 {
	text, isGiven := parameters["q"]
	if !isGiven {
		return 1
	}
	quality, err := strconv.ParseFloat(text, 64)
	if err != nil || quality < 0 || quality > 1 {
		return 0
	}
	return quality
}

// best is the media type that is wanted most; of equals, the one that says most of
// what went wrong. It is empty when there is none.
func (a accepted) best() (name string) {
	for _, one := range []string{typeResponse, typeJSON, typeStream} {
		if a[one] > a[name] {
			name = one
		}
	}
	return name
}

// isUTF8 says whether a charset is the one that there is.
func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}
