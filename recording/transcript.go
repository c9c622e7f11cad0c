package recording

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// TranscriptFile is the file of a segment's folder that holds what was said: one
// [Utterance] in JSON per line, in the order in which they ended.
const TranscriptFile = "transcript.jsonl"

// Utterance is what somebody said without a break while a bot was in the room.
type Utterance struct {
	Participant meeting.ParticipantID `json:"participant"`
	Name        string                `json:"name"`
	Text        string                `json:"text"`
	StartedAt   time.Time             `json:"startedAt"`
	EndedAt     time.Time             `json:"endedAt"`
	Words       []meeting.Word        `json:"words"`
}

// Caption writes down what somebody said during a visit. Captions come when a
// sentence is over, and so after the end of a visit too; what was said on a visit
// that is not recorded is passed by.
func (r *Recorder) Caption(visit meeting.VisitNumber, who meeting.ParticipantRef, words []meeting.Word) error {
	r.mu.Lock()
	folder, paused, resumed := r.folders[visit], r.paused, r.resumed
	words = r.spoken(visit, words)
	r.mu.Unlock()
	// What was said before recording went on is not kept.
	words = slices.DeleteFunc(slices.Clone(words), func(word meeting.Word) bool { return word.From.Before(resumed) })
	if folder == "" || paused || len(words) == 0 {
		return nil
	}
	said := Utterance{Participant: who.ID, Name: who.Name, Words: words, StartedAt: words[0].From, EndedAt: words[len(words)-1].To}
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Text
	}
	said.Text = strings.Join(texts, " ")
	return r.store.write(path.Join(folder, TranscriptFile), said)
}

// Transcript reads what was said in a segment, by its folder. A last line that the
// recorder's death left half written is left out; a segment in which nothing was
// said has no transcript.
func (s *Store) Transcript(folder string) ([]Utterance, error) {
	return readLines[Utterance](s, path.Join(folder, TranscriptFile))
}
