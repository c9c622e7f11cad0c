package recording

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
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

// write adds a line to a transcript.
func (s *Store) write(name string, said Utterance) (err error) {
	line, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("write down what %s said: %w", said.Name, err)
	}
	file, err := s.root.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open a transcript: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write to a transcript: %w", err)
	}
	return nil
}

// longestLine bounds a line of a transcript, in bytes.
const longestLine = 1 << 20

// Transcript reads what was said in a segment, by its folder. A last line that the
// recorder's death left half written is left out; a segment in which nothing was
// said has no transcript.
func (s *Store) Transcript(folder string) (said []Utterance, err error) {
	file, err := s.root.Open(path.Join(folder, TranscriptFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open a transcript: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var one Utterance
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			break
		}
		said = append(said, one)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read a transcript: %w", err)
	}
	return said, nil
}
