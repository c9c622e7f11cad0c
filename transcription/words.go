package transcription

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// nameAt names an utterance by when it began: nobody begins two at once.
func nameAt(started time.Time) string { return strconv.FormatInt(started.UnixMilli(), 36) }

// take fills in what a server made of an utterance, and says whether that is
// anything. A server that tells no times has its words spread over the passage or
// the utterance.
func (a answer) take(into *recording.Utterance) bool {
	lasts := into.EndedAt.Sub(into.StartedAt)
	at := func(seconds float64) time.Time { return into.StartedAt.Add(within(seconds, lasts)) }
	words := a.Words
	for _, passage := range a.Segments {
		if len(a.Words) == 0 {
			words = append(words, passage.timed()...)
		}
	}
	if len(words) == 0 {
		words = passage{Text: a.Text, End: lasts.Seconds()}.timed()
	}
	for _, word := range words {
		if text := strings.TrimSpace(word.Word); text != "" {
			into.Words = append(into.Words, meeting.Word{Text: text, From: at(word.Start), To: at(max(word.Start, word.End))})
		}
	}
	if len(into.Words) == 0 {
		return false
	}
	if into.Text = strings.TrimSpace(a.Text); into.Text == "" {
		into.Text = joined(into.Words)
	}
	if into.Language == "" {
		into.Language = a.Language
	}
	into.StartedAt, into.EndedAt = into.Words[0].From, into.Words[len(into.Words)-1].To
	return true
}

// within is a number of seconds, as far as the audio goes: servers have been seen to
// tell times beyond it.
func within(seconds float64, lasts time.Duration) time.Duration {
	if math.IsNaN(seconds) {
		return 0
	}
	return time.Duration(min(max(seconds, 0), lasts.Seconds()) * float64(time.Second))
}

func joined(words []meeting.Word) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Text
	}
	return strings.Join(texts, " ")
}

// timed are the words of a passage: with their times where it has them, or each as
// long as its letters are many.
func (p passage) timed() (words []timed) {
	if len(p.Words) > 0 {
		return p.Words
	}
	letters := utf8.RuneCountInString(strings.Join(strings.Fields(p.Text), " ")) + 1
	each, at := (p.End-p.Start)/float64(letters), 0
	for text := range strings.FieldsSeq(p.Text) {
		length := utf8.RuneCountInString(text) + 1
		words = append(words, timed{text, p.Start + float64(at)*each, p.Start + float64(at+length)*each})
		at += length
	}
	return words
}
