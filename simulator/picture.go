package simulator

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4/pkg/media/ivfreader"
)

//go:embed pictures/*.ivf
var pictureFiles embed.FS

// Picture is one of the bundled clips that guests show: VP8 frames of equal length,
// of which the first alone is a keyframe.
type Picture struct {
	ID            string
	Kind          meeting.MediaKind
	Width, Height int
	// Interval is how long a frame is shown.
	Interval time.Duration
	Frames   [][]byte
}

// pictureKinds are what the files of pictures are for, by their first letter.
var pictureKinds = map[byte]meeting.MediaKind{'c': meeting.KindCamera, 's': meeting.KindScreen}

// LoadPictures reads the bundled pictures, by what they are for.
func LoadPictures() (map[meeting.MediaKind][]Picture, error) {
	files, err := pictureFiles.ReadDir("pictures")
	if err != nil {
		return nil, fmt.Errorf("list the pictures: %w", err)
	}
	pictures := make(map[meeting.MediaKind][]Picture)
	for _, file := range files { // in the order of their names
		picture, err := loadPicture(file.Name())
		if err != nil {
			return nil, fmt.Errorf("read picture %s: %w", file.Name(), err)
		}
		pictures[picture.Kind] = append(pictures[picture.Kind], picture)
	}
	return pictures, nil
}

func loadPicture(name string) (picture Picture, err error) {
	file, err := pictureFiles.Open(path.Join("pictures", name))
	if err != nil {
		return picture, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader, header, err := ivfreader.NewWith(file)
	if err != nil {
		return picture, err
	}
	picture = Picture{
		ID: strings.TrimSuffix(name, path.Ext(name)), Kind: pictureKinds[name[0]], Width: int(header.Width), Height: int(header.Height),
		Interval: time.Second * time.Duration(header.TimebaseNumerator) / time.Duration(header.TimebaseDenominator),
	}
	for {
		frame, _, err := reader.ParseNextFrame()
		if errors.Is(err, io.EOF) {
			return picture, nil
		}
		if err != nil {
			return picture, err
		}
		if first := len(picture.Frames) == 0; keyframe(frame) != first {
			return picture, fmt.Errorf("frame %d is a keyframe: %v; the first alone should be", len(picture.Frames), !first)
		}
		picture.Frames = append(picture.Frames, frame)
	}
}

// keyframe says whether a VP8 frame can be decoded without those before (RFC 6386,
// section 9.1).
func keyframe(frame []byte) bool { return len(frame) > 0 && frame[0]&1 == 0 }
