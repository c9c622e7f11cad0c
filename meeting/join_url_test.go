package meeting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/meeting"
)

func TestJoinURLs(t *testing.T) {
	for text, want := range map[string]string{
		"https://zoom.us/j/123456789":              "https://zoom.us/j/123456789",
		"https://US02.Zoom.us/j/123/?pwd=Secret#x": "https://us02.zoom.us/j/123",
		"http://127.0.0.1:8080/meetings/mtg_X":     "http://127.0.0.1:8080/meetings/mtg_X",
		"https://meet.example.org":                 "https://meet.example.org",
		"":                                         "",
		"123456789":                                "",
		"zoommtg://zoom.us/join?confno=123":        "",
		"https:///j/123":                           "",
		"https://ada:secret@zoom.us/j/1":           "",
		"https://zoom.us/%zz":                      "",
		"https://zoom.us/" + strings.Repeat("x", meeting.MaxURLLength): "",
	} {
		got, err := meeting.ParseJoinURL(text)
		refusals, _ := errors.AsType[meeting.Refusals](err)
		if got != want || refusals.Has(meeting.CodeInvalid) != (want == "") {
			t.Errorf("%.60q is read as %q (%v), want %q", text, got, err, want)
		}
	}
}
