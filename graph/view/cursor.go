package view

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
)

// Cursor names a place in a meeting's journal, or in what a bot has written down.
// It is opaque to callers.
func Cursor[O ~string](owner O, sequence int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", owner, sequence))
}

// CodeInvalidCursor is the code of a refusal of a cursor.
const CodeInvalidCursor meeting.Code = "INVALID_CURSOR"

// ParseCursor reads a cursor of a meeting or a bot back; no cursor is the beginning.
func ParseCursor[O ~string](owner O, cursor *string) (int64, error) {
	if cursor == nil || *cursor == "" {
		return 0, nil
	}
	refused := meeting.Refuse(CodeInvalidCursor, []string{"after"}, "The cursor %q is not one of %q; give a cursor that you got by the same subscription.", *cursor, owner)
	text, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil {
		return 0, refused
	}
	of, number, found := strings.Cut(string(text), ":")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || of != string(owner) || sequence < 0 {
		return 0, refused
	}
	return sequence, nil
}
