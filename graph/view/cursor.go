package view

import (
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// Cursor names a place in a meeting's journal, or in what a bot has written down.
// It is opaque to callers.
func Cursor[O ~string](owner O, sequence int64) string { return journal.Cursor(owner, sequence) }

// CodeInvalidCursor is the code of a refusal of a cursor.
const CodeInvalidCursor meeting.Code = "INVALID_CURSOR"

// ParseCursor reads a cursor of a meeting or a bot back; no cursor is the beginning.
func ParseCursor[O ~string](owner O, cursor *string) (int64, error) {
	if cursor == nil || *cursor == "" {
		return 0, nil
	}
	of, sequence, ok := journal.ParseCursor(*cursor)
	if !ok || of != string(owner) {
		return 0, meeting.Refuse(CodeInvalidCursor, []string{"after"}, "The cursor %q is not one of %q; give a cursor that you got by the same subscription.", *cursor, owner)
	}
	return sequence, nil
}
