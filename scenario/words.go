package scenario

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// transcripts judges what was written down of what was said: words that their
// speaker's voice does not know, or that were said in another room, are misheard.
func (j *judgement) transcripts(store *recording.Store, id meeting.ID, scripts map[meeting.ParticipantID]map[string]bool) error {
	return fs.WalkDir(store.Root(), string(id), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(name) != recording.TranscriptFile {
			return err
		}
		said, err := store.Transcript(path.Dir(name))
		if err != nil {
			return fmt.Errorf("judge %s: %w", name, err)
		}
		room, err := j.roomOf(path.Dir(name))
		if err != nil {
			return err
		}
		for _, one := range said {
			for _, word := range one.Words {
				j.words++
				if !scripts[one.Participant][word.Text] || !j.truth.spokeIn(one.Participant, room, word.From.Add(word.To.Sub(word.From)/2)) {
					j.misheard++
				}
			}
		}
		return nil
	})
}

// roomOf is the room in which a bot was on the visit of a segment's folder.
func (j *judgement) roomOf(folder string) (meeting.RoomID, error) {
	parts := strings.Split(folder, "/")
	var visit meeting.VisitNumber
	if _, err := fmt.Sscanf(parts[len(parts)-1], "%d-", &visit); err != nil || len(parts) < 2 {
		return "", fmt.Errorf("the folder %s tells no visit: %w", folder, err)
	}
	bot := meeting.BotID(parts[len(parts)-2])
	return j.truth.presences[stay{j.truth.bots[bot], visit}].room, nil
}

// spokeIn says whether somebody was to be heard in a room at a time.
func (t *truth) spokeIn(who meeting.ParticipantID, room meeting.RoomID, at time.Time) bool {
	for key, p := range t.presences {
		if key.who == who && p.room == room && !at.Before(p.from) && (p.to.IsZero() || at.Before(p.to)) {
			return true
		}
	}
	_, ok := t.broadcastTo(who, room, at)
	return ok
}
