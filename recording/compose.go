package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
)

// ComposedFile is the file of a segment's folder that holds everybody at once as a
// WebM file, and ComposedType its media type.
const (
	ComposedFile = "composed.webm"
	ComposedType = "video/webm"
)

// Compose makes the composed file of a segment, which lasted so long, from its mix,
// which must be there.
func (s *Store) Compose(ctx context.Context, folder string, duration time.Duration) (err error) {
	mix, err := s.root.Open(path.Join(folder, MixedFile))
	if err != nil {
		return fmt.Errorf("compose: %w", err)
	}
	defer func() { err = errors.Join(err, mix.Close()) }()
	reader, err := opusfile.NewReader(mix)
	if err != nil {
		return fmt.Errorf("compose: %w", err)
	}
	return s.whole(path.Join(folder, ComposedFile), func(file *os.File) error {
		writer := &webmWriter{file: file}
		if err := writer.begin(reader.Header(), duration); err != nil {
			return err
		}
		return compose(ctx, writer, reader)
	})
}

// compose copies the audio, a cluster for each second.
func compose(ctx context.Context, writer *webmWriter, reader *opusfile.Reader) error {
	for {
		var packets [][]byte
		for len(packets) < mixPage {
			packet, err := reader.Next()
			if err := endOfAudio(err); err != nil {
				return err
			}
			if err != nil {
				break
			}
			packets = append(packets, packet)
		}
		if len(packets) > 0 {
			if err := writer.cluster(packets); err != nil {
				return err
			}
		}
		if len(packets) < mixPage {
			return writer.end()
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}
