// Package recording keeps what bots hear and see: per person and visit to a room one
// Ogg/Opus file, and one WebM file each for a camera and a screen, playable at any
// moment up to their last second.
package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
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
	TagKind        = "BREAKOUT_KIND"       // of video files: camera or screen
	TagMissed      = "BREAKOUT_MISSED"     // of video files: for how long nothing could be decoded before
	tagArtist      = "ARTIST"
	tagTitle       = "TITLE"
)

// Extension ends the name of every audio file.
const Extension = ".ogg"

// VideoExtension ends the name of every video file.
const VideoExtension = ".webm"

// ContentType is the media type of the audio files (RFC 7845, section 9), and
// VideoContentType that of the video files.
const (
	ContentType      = "audio/ogg; codecs=opus"
	VideoContentType = "video/webm; codecs=vp8"
)

// ContentTypeOf is the media type of a file, by its name.
func ContentTypeOf(name string) string {
	switch {
	case path.Base(name) == ComposedFile:
		return ComposedType
	case path.Ext(name) == VideoExtension:
		return VideoContentType
	}
	return ContentType
}

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
	return joined(fmt.Sprintf("%04d", who), slug(name)) + Extension
}

// videoName names the file of a participant's camera or screen.
func videoName(who meeting.ParticipantID, name string, kind meeting.MediaKind) string {
	return joined(fmt.Sprintf("%04d", who), slug(name), string(kind)) + VideoExtension
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "-")
}
