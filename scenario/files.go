package scenario

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// eachFile has every recorded file of a meeting judged that is of one kind, apart from
// those that were made of others.
func eachFile(recordings string, id meeting.ID, extension string, judge func(io.Reader) error) error {
	folder := os.DirFS(recordings)
	return fs.WalkDir(folder, string(id), func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing was recorded
		}
		made := entry != nil && (entry.Name() == recording.MixedFile || entry.Name() == recording.ComposedFile)
		if err != nil || entry.IsDir() || path.Ext(name) != extension || made {
			return err
		}
		file, err := folder.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(judge(file), file.Close()); err != nil {
			return fmt.Errorf("judge %s: %w", name, err)
		}
		return nil
	})
}

// label is what a recorded file says of itself.
type label struct {
	who  meeting.ParticipantID
	bot  meeting.BotID
	room meeting.RoomID
	// visit is the visit of the bot.
	visit stay
}

// labelOf reads a file's label by its tags. One that says another room than the one
// that the bot was in is an error.
func labelOf(t *truth, tag func(name string) string) (label, error) {
	who, err := strconv.ParseUint(tag(recording.TagParticipant), 10, 32)
	if err != nil {
		return label{}, fmt.Errorf("read whose file it is: %w", err)
	}
	number, err := strconv.ParseUint(tag(recording.TagVisit), 10, 32)
	if err != nil {
		return label{}, fmt.Errorf("read the visit: %w", err)
	}
	l := label{who: meeting.ParticipantID(who), bot: meeting.BotID(tag(recording.TagBot)), room: meeting.RoomID(tag(recording.TagRoom))}
	l.visit = stay{t.bots[l.bot], meeting.VisitNumber(number)}
	if there := t.presences[l.visit].room; there != l.room {
		return label{}, fmt.Errorf("it says it was recorded in %s, but bot %s was in %s on visit %d", l.room, l.bot, there, number)
	}
	return l, nil
}
