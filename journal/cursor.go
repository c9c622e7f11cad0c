package journal

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Cursor names a place in a meeting's journal, or in what a bot has written down.
// It is opaque to callers.
func Cursor[O ~string](owner O, sequence int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", owner, sequence))
}

// ParseCursor reads a cursor back, and says whether it is one.
func ParseCursor(cursor string) (owner string, sequence int64, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", 0, false
	}
	owner, number, found := strings.Cut(string(text), ":")
	sequence, err = strconv.ParseInt(number, 10, 64)
	return owner, sequence, found && err == nil && sequence >= 0
}
