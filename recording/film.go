package recording

import (
	"errors"
	"io"
	"os"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webmfile"
)

const (
	// pauseInFootage is how long no picture comes where a camera was off in between.
	pauseInFootage = 2 * time.Second
	// lastPicture is how long the last picture of a footage is shown.
	lastPicture = 200 * time.Millisecond
)

// film is what is shown of the cameras and screens of a segment, picture by picture.
type film struct {
	store *Store
	mix   Mixdown
	cuts  []Cut
	// footage is cut from tracks, each from the one of the same place.
	footage []Footage
	tracks  []meeting.Track
	// width and height hold the largest picture.
	width, height int
	file          *os.File
	reader        *webmfile.Reader
}

// openFilm looks at the pictures of a segment and chooses what is shown when.
func (s *Store) openFilm(m Mixdown) (*film, error) {
	f := &film{store: s, mix: m}
	for _, track := range m.Tracks {
		if track.Kind == meeting.KindAudio {
			continue
		}
		f.width, f.height = max(f.width, track.Width), max(f.height, track.Height)
		if err := f.survey(track); err != nil {
			return nil, err
		}
	}
	events, err := s.Events(m.Folder)
	if err != nil {
		return nil, err
	}
	f.cuts = Direct(Speech(events, m.To), f.footage)
	return f, nil
}

// survey finds the footages of a track.
func (f *film) survey(track meeting.Track) (err error) {
	file, err := f.store.root.Open(path.Join(f.mix.Folder, track.File))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader, err := webmfile.NewReader(file)
	if err != nil {
		return err
	}
	var run *Footage
	for {
		frame, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		at := track.StartedAt.Add(frame.At)
		if run == nil || at.Sub(run.To) > pauseInFootage {
			f.footage = append(f.footage, Footage{Participant: track.Participant, Screen: track.Kind == meeting.KindScreen, From: at})
			f.tracks = append(f.tracks, track)
			run = &f.footage[len(f.footage)-1]
		}
		run.To = at.Add(lastPicture)
		if frame.Key {
			run.Keyframes = append(run.Keyframes, at)
		}
	}
}

// next is the next picture that is shown, and when; io.EOF after the last.
func (f *film) next() (frame webmfile.Frame, at time.Time, err error) {
	for {
		if len(f.cuts) == 0 {
			return frame, at, io.EOF
		}
		cut := f.cuts[0]
		track := f.tracks[cut.Footage]
		if f.reader == nil {
			if err := f.load(track); err != nil {
				return frame, at, err
			}
		}
		frame, err = f.reader.Next()
		at = track.StartedAt.Add(frame.At)
		switch {
		case errors.Is(err, io.EOF) || err == nil && !at.Before(cut.To):
			f.cuts = f.cuts[1:]
			if err := f.close(); err != nil {
				return frame, at, err
			}
		case err != nil:
			return frame, at, err
		case !at.Before(cut.From):
			return frame, at, nil
		}
	}
}

func (f *film) load(track meeting.Track) (err error) {
	if f.file, err = f.store.root.Open(path.Join(f.mix.Folder, track.File)); err != nil {
		return err
	}
	f.reader, err = webmfile.NewReader(f.file)
	return err
}

// close closes the file at hand.
func (f *film) close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file, f.reader = nil, nil
	return err
}
