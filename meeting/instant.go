package meeting

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Instant is a moment as it is stored: nanoseconds since 1970 in UTC. Stored
// as an integer it compares the same in every database. Zero is no moment.
type Instant int64

// InstantOf is the moment of a time; the zero time is no moment.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixNano())
}

// Time is the moment as a time in UTC; no moment is the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(i)).UTC()
}

// String writes the moment by RFC 3339.
func (i Instant) String() string { return i.Time().Format(time.RFC3339Nano) }

// MarshalJSON writes the moment by RFC 3339, and no moment as null.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(i.Time())
}

// MarshalGQL writes the moment as a GraphQL DateTime.
func (i Instant) MarshalGQL(w io.Writer) {
	if i == 0 {
		_, _ = io.WriteString(w, "null") // the response writer keeps the first error
		return
	}
	_, _ = io.WriteString(w, strconv.Quote(i.String()))
}

// UnmarshalGQL reads a GraphQL DateTime.
func (i *Instant) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a DateTime is a string like 2026-01-31T09:00:00Z, not %v", v)
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return fmt.Errorf("a DateTime is a string like 2026-01-31T09:00:00Z, not %q", text)
	}
	*i = InstantOf(t)
	return nil
}
