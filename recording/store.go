// Package recording keeps what bots hear: one Ogg/Opus file per person per
// visit to a room, playable at any moment up to its last second.
package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
)

// The tags of a recorded file, beside the usual ARTIST and TITLE. They say all
// that is needed to place a file whose database is lost.
const (
	TagMeeting     = "BREAKOUT_MEETING"
	TagRoom        = "BREAKOUT_ROOM"
	TagRoomName    = "BREAKOUT_ROOM_NAME"
	TagBot         = "BREAKOUT_BOT"
	TagVisit       = "BREAKOUT_VISIT"
	TagParticipant = "BREAKOUT_PARTICIPANT"
	TagStartedAt   = "BREAKOUT_STARTED_AT" // RFC 3339, when the first sample was heard
	tagArtist      = "ARTIST"
	tagTitle       = "TITLE"
)

// Extension ends the name of every audio file.
const Extension = ".ogg"

// ContentType is the media type of the files (RFC 7845, section 9).
const ContentType = "audio/ogg; codecs=opus"

// Store is the folder in which recordings lie.
type Store struct{ root *os.Root }

// OpenStore opens a folder for recordings and makes it if need be.
func OpenStore(folder string) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for recordings: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the folder for recordings: %w", err)
	}
	return &Store{root}, nil
}

// Folder is where the recordings lie.
func (s *Store) Folder() string { return s.root.Name() }

// Root is the folder as files to read.
func (s *Store) Root() fs.FS { return s.root.FS() }

// Has says whether there is a file.
func (s *Store) Has(name string) bool {
	_, err := s.root.Stat(name)
	return err == nil
}

// Remove removes a segment's folder and all that is in it. A folder that is gone is
// removed.
func (s *Store) Remove(folder string) error {
	if err := s.root.RemoveAll(folder); err != nil {
		return fmt.Errorf("remove the files of a segment: %w", err)
	}
	return nil
}

// Close lets go of the folder.
func (s *Store) Close() error { return s.root.Close() }

// Open opens one file for reading. Names that lead out of the folder are refused.
func (s *Store) Open(name string) (*os.File, error) { return s.root.Open(name) }

// Scan reads the audio files of a segment's folder and tells what they hold: it
// is how a segment is finished whose recorder died. A folder that does not
// exist holds nothing. The error names the files that hold no sound, as of a
// process that died while it began them; the tracks are all the others.
func (s *Store) Scan(folder string) (tracks []meeting.Track, damaged error) {
	entries, err := fs.ReadDir(s.root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into %s: %w", folder, err)
	}
	for _, entry := range entries {
		if path.Ext(entry.Name()) != Extension || entry.Name() == MixedFile {
			continue
		}
		track, err := s.scanFile(folder, entry.Name())
		if err != nil {
			damaged = errors.Join(damaged, fmt.Errorf("read %s: %w", path.Join(folder, entry.Name()), err))
			continue
		}
		tracks = append(tracks, track)
	}
	return tracks, damaged
}

func (s *Store) scanFile(folder, name string) (track meeting.Track, err error) {
	file, err := s.root.Open(path.Join(folder, name))
	if err != nil {
		return track, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return track, err
	}
	reader, err := opusfile.NewReader(file)
	if err != nil {
		return track, err
	}
	number, err := strconv.ParseUint(reader.Tag(TagParticipant), 10, 32)
	if err != nil {
		return track, fmt.Errorf("the tag %s: %w", TagParticipant, err)
	}
	started, err := time.Parse(time.RFC3339Nano, reader.Tag(TagStartedAt))
	if err != nil {
		return track, fmt.Errorf("the tag %s: %w", TagStartedAt, err)
	}
	track = meeting.Track{
		Participant: meeting.ParticipantID(number), Name: reader.Tag(tagArtist), File: name,
		StartedAt: started, Bytes: info.Size(),
	}
	var samples int64
	for {
		packet, err := reader.Next()
		if err != nil {
			track.Duration = opusfile.Duration(samples)
			return track, endOfAudio(err)
		}
		samples += int64(opusfile.Samples(packet))
		track.Packets++
	}
}

// endOfAudio takes the end of a file, and a page that the recorder's death left
// half written, as the end of the audio.
func endOfAudio(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, opusfile.ErrDamaged) {
		return nil
	}
	return err
}

// slug makes a part of a file's name of a name that people gave.
func slug(name string) string {
	const longest = 40
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case b.Len() >= longest:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// fileName names the file of a participant: the number keeps names apart.
func fileName(who meeting.ParticipantID, name string) string {
	parts := []string{fmt.Sprintf("%04d", who), slug(name)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "-") + Extension
}
