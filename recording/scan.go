package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/webmfile"
)

// Scan reads the audio and video files of a segment's folder and tells what they hold: it
// is how a segment is finished whose recorder died. A folder that does not
// exist holds nothing. The error names the files that hold nothing, as of a
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
		scan := map[string]func(io.Reader) (meeting.Track, error){Extension: scanAudio, VideoExtension: scanVideo}[path.Ext(entry.Name())]
		if name := entry.Name(); scan == nil || name == MixedFile || name == ComposedFile {
			continue
		}
		track, err := s.scan(path.Join(folder, entry.Name()), scan)
		if err != nil {
			damaged = errors.Join(damaged, fmt.Errorf("read %s: %w", path.Join(folder, entry.Name()), err))
			continue
		}
		tracks = append(tracks, track)
	}
	return tracks, damaged
}

// scan reads one file.
func (s *Store) scan(name string, read func(io.Reader) (meeting.Track, error)) (track meeting.Track, err error) {
	file, err := s.root.Open(name)
	if err != nil {
		return track, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return track, err
	}
	track, err = read(file)
	track.File, track.Bytes = path.Base(name), info.Size()
	return track, err
}

// trackOf reads whose track a file holds and when it begins.
func trackOf(tag func(name string) string) (meeting.Track, error) {
	number, err := strconv.ParseUint(tag(TagParticipant), 10, 32)
	if err != nil {
		return meeting.Track{}, fmt.Errorf("the tag %s: %w", TagParticipant, err)
	}
	started, err := time.Parse(time.RFC3339Nano, tag(TagStartedAt))
	if err != nil {
		return meeting.Track{}, fmt.Errorf("the tag %s: %w", TagStartedAt, err)
	}
	return meeting.Track{Participant: meeting.ParticipantID(number), Name: tag(tagArtist), StartedAt: started}, nil
}

func scanAudio(file io.Reader) (meeting.Track, error) {
	reader, err := opusfile.NewReader(file)
	if err != nil {
		return meeting.Track{}, err
	}
	track, err := trackOf(reader.Tag)
	if err != nil {
		return track, err
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

func scanVideo(file io.Reader) (meeting.Track, error) {
	reader, err := webmfile.NewReader(file)
	if err != nil {
		return meeting.Track{}, err
	}
	track, err := trackOf(reader.Tag)
	if err != nil {
		return track, err
	}
	if track.Missed, err = time.ParseDuration(reader.Tag(TagMissed)); err != nil {
		return track, fmt.Errorf("the tag %s: %w", TagMissed, err)
	}
	track.Kind, track.Width, track.Height = meeting.MediaKind(reader.Tag(TagKind)), reader.Header().Width, reader.Header().Height
	for {
		_, err := reader.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, webmfile.ErrNotVP8) { // its recorder died in the middle
			track.Duration = reader.Duration()
			return track, nil
		}
		if err != nil {
			return track, err
		}
		track.Frames++
	}
}
