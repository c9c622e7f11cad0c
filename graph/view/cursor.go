package view

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// Cursor names a place in a meeting's journal. It is opaque to callers.
func Cursor(id meeting.ID, sequence int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", id, sequence))
}

// CodeInvalidCursor is the code of a refusal of a cursor.
const CodeInvalidCursor meeting.Code = "INVALID_CURSOR"

// ParseCursor reads a cursor of a meeting back; no cursor is the beginning.
func ParseCursor(id meeting.ID, cursor *string) (int64, error) {
	if cursor == nil || *cursor == "" {
		return 0, nil
	}
	refused := meeting.Refuse(CodeInvalidCursor, []string{"after"}, "The cursor %q is not one of this meeting's events; give a cursor that an event came with.", *cursor)
	text, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil {
		return 0, refused
	}
	owner, number, found := strings.Cut(string(text), ":")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || meeting.ID(owner) != id || sequence < 0 {
		return 0, refused
	}
	return sequence, nil
}
