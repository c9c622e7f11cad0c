package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// TranscriptFile is the file of a segment's folder that holds what was said: one
// [Utterance] in JSON per line, in the order in which they were written.
const TranscriptFile = "transcript.jsonl"

// Utterance is what somebody said without a break while a bot was in the room.
type Utterance struct {
	// ID names the utterance among all that bots hear.
	ID string `json:"id"`
	// Number is its place among all that the bot has written down, from 1 and
	// without gaps. It is 0 while the utterance is not over.
	Number      int64                 `json:"number"`
	Participant meeting.ParticipantID `json:"participant"`
	Name        string                `json:"name"`
	Text        string                `json:"text"`
	StartedAt   time.Time             `json:"startedAt"`
	EndedAt     time.Time             `json:"endedAt"`
	Words       []meeting.Word        `json:"words"`
	// Language is what the utterance was heard to be in, where that is known.
	Language string `json:"language,omitempty"`
	// Failure is a sentence that says why what was said is not known.
	Failure string `json:"failure,omitempty"`
	// Partial says that the words can still change: such utterances are never in a
	// file.
	Partial bool `json:"-"`
}

// Place is where what a recorder hears belongs.
type Place struct {
	Segment meeting.SegmentID
	Visit   meeting.VisitNumber
	Room    meeting.RoomRef
	// Folder is the segment's, below the store's.
	Folder string
}

// UtteranceID names what somebody said in a segment, by what names it among all
// that the same person said there.
func UtteranceID(segment meeting.SegmentID, who meeting.ParticipantID, name string) string {
	return fmt.Sprintf("utt_%s_%d_%s", strings.TrimPrefix(string(segment), "seg_"), who, name)
}

// OnUtterance has a function called with everything that is written down, after it
// is, and with what is still being said. It must not wait. Call it before Begin.
func (r *Recorder) OnUtterance(hear func(Place, Utterance)) { r.hears = append(r.hears, hear) }

// Caption takes what the meeting's captions tell. They come when a sentence is
// over, and so after the end of a visit too; what was said on a visit that is not
// recorded is passed by.
func (r *Recorder) Caption(c meeting.Captioned) error {
	r.mu.Lock()
	place, isKnown := r.places[c.Visit]
	paused, resumed := r.paused, r.resumed
	c.Words = r.spoken(c.Visit, c.Words)
	r.mu.Unlock()
	// What was said before recording went on is not kept.
	c.Words = slices.DeleteFunc(c.Words, func(word meeting.Word) bool { return word.From.Before(resumed) })
	if !isKnown || paused || len(c.Words) == 0 {
		return nil
	}
	said := Utterance{
		ID: UtteranceID(place.Segment, c.Participant.ID, c.Utterance), Participant: c.Participant.ID, Name: c.Participant.Name,
		Text: textOf(c.Words), Words: c.Words, StartedAt: c.Words[0].From, EndedAt: c.Words[len(c.Words)-1].To, Partial: c.Partial,
	}
	if c.Partial {
		r.tell(place, said)
		return nil
	}
	return r.WriteUtterance(place, said)
}

func textOf(words []meeting.Word) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Text
	}
	return strings.Join(texts, " ")
}

// WriteUtterance gives an utterance its number and adds it to the transcript of
// its segment.
func (r *Recorder) WriteUtterance(place Place, said Utterance) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	if r.written == 0 {
		last, err := r.store.lastNumber(path.Dir(place.Folder))
		if err != nil {
			return err
		}
		r.written = last
	}
	said.Number = r.written + 1
	if err := write(r.store, path.Join(place.Folder, TranscriptFile), said); err != nil {
		return err
	}
	r.written++
	r.tell(place, said)
	return nil
}

// lastNumber is the number of the last utterance that a bot has written down, by the
// folder of its segments: a process before may have begun.
func (s *Store) lastNumber(folder string) (last int64, err error) {
	entries, err := fs.ReadDir(s.root.FS(), folder)
	if err != nil {
		return 0, fmt.Errorf("look for transcripts: %w", err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		said, err := s.Transcript(path.Join(folder, entry.Name()))
		if err != nil {
			return 0, err
		}
		for _, one := range said {
			last = max(last, one.Number)
		}
	}
	return last, nil
}

func (r *Recorder) tell(place Place, said Utterance) {
	for _, hear := range r.hears {
		hear(place, said)
	}
}

// Transcript reads what was said in a segment, by its folder. A last line that the
// recorder's death left half written is left out; a segment in which nothing was
// said has no transcript.
func (s *Store) Transcript(folder string) (said []Utterance, err error) {
	said, _, err = s.TranscriptAfter(folder, 0)
	return said, err
}

// TranscriptAfter reads what was added to a segment's transcript after its first
// bytes, and tells how many bytes there are to be passed by the next time.
func (s *Store) TranscriptAfter(folder string, offset int64) (said []Utterance, next int64, err error) {
	file, err := s.root.Open(path.Join(folder, TranscriptFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, offset, nil
	}
	if err != nil {
		return nil, offset, fmt.Errorf("open a transcript: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, offset, fmt.Errorf("look at a transcript: %w", err)
	}
	text, err := io.ReadAll(io.NewSectionReader(file, offset, info.Size()-offset))
	if err != nil {
		return nil, offset, fmt.Errorf("read a transcript: %w", err)
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	for line := range bytes.Lines(whole) {
		var one Utterance
		if json.Unmarshal(line, &one) == nil {
			said = append(said, one)
		}
	}
	return said, offset + int64(len(whole)), nil
}
