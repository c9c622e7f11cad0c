package fleet

import (
	"regexp"

	"github.com/breakoutrooms/breakout/meeting"
)

// languageTag is the form of tags such as en or pt-BR (BCP 47).
var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

// maxLanguageTag bounds a tag, in bytes.
const maxLanguageTag = 35

// checkTranscription refuses settings that go with another source than theirs, and
// fills in the source.
func (f *Fleet) checkTranscription(t *meeting.Transcription) (problems meeting.Refusals) {
	if t.Source == "" {
		t.Source = meeting.FromCaptions
	}
	if t.Source == meeting.FromServer && f.Transcription == nil {
		problems = append(problems, meeting.Refuse(CodeNoTranscription, []string{"transcription", "source"}, "This server is configured with no server that transcribes; start it with --transcription-url, or use captions.")...)
	}
	path := func(field string) []string { return []string{"transcription", field} }
	if t.Partial && t.Source != meeting.FromCaptions {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, path("partialResults"), "Only captions tell of sentences while they are being said; source %s does not.", t.Source)...)
	}
	switch {
	case t.Language == "":
	case t.Source != meeting.FromServer:
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, path("languageCode"), "A language goes with source %s only; source %s takes none.", meeting.FromServer, t.Source)...)
	case len(t.Language) > maxLanguageTag || !languageTag.MatchString(t.Language):
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, path("languageCode"), "%.40q is no language tag; give one such as en or pt-BR.", t.Language)...)
	}
	return problems
}
