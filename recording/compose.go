package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/webmfile"
)

// ComposedFile is the file of a segment's folder that holds everybody at once as a
// WebM file, and ComposedType its media type.
const (
	ComposedFile = "composed.webm"
	ComposedType = "video/webm"
)

// Compose makes the composed file of a segment from its mix, which must be there, and
// from what was recorded of cameras and screens: the picture is the screen that is
// shown, else whoever speaks. Pictures are passed on as they came.
func (s *Store) Compose(ctx context.Context, m Mixdown) (err error) {
	mix, err := s.root.Open(path.Join(m.Folder, MixedFile))
	if err != nil {
		return fmt.Errorf("compose: %w", err)
	}
	defer func() { err = errors.Join(err, mix.Close()) }()
	reader, err := opusfile.NewReader(mix)
	if err != nil {
		return fmt.Errorf("compose: %w", err)
	}
	film, err := s.openFilm(m)
	if err != nil {
		return fmt.Errorf("compose: look at what was seen: %w", err)
	}
	defer func() { err = errors.Join(err, film.close()) }()
	return s.whole(path.Join(m.Folder, ComposedFile), func(file *os.File) error {
		writer := webmfile.NewComposer(file, film.width, film.height)
		if err := writer.Begin(reader.Header(), m.To.Sub(m.From)); err != nil {
			return err
		}
		return compose(ctx, writer, reader, film)
	})
}

// compose copies sound and pictures, a cluster for each second.
func compose(ctx context.Context, writer *webmfile.Composer, reader *opusfile.Reader, film *film) error {
	pictures := reel{film: film}
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
		shown, err := pictures.before(writer.After(packets))
		if err != nil {
			return err
		}
		if len(packets) > 0 {
			if err := writer.Cluster(packets, shown); err != nil {
				return err
			}
		}
		if len(packets) < mixPage {
			return writer.Close()
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// reel hands out the pictures of a film, as far as they are asked for.
type reel struct {
	film *film
	held *webmfile.Frame // the next one, if it was looked at
	over bool
}

// before are the pictures that are shown before a time since the beginning, and were
// not handed out.
func (r *reel) before(end time.Duration) (list []webmfile.Frame, err error) {
	for !r.over {
		if r.held == nil {
			frame, at, err := r.film.next()
			if errors.Is(err, io.EOF) {
				r.over = true
				break
			}
			if err != nil {
				return nil, err
			}
			since := max(0, at.Sub(r.film.mix.From)).Truncate(time.Millisecond)
			r.held = &webmfile.Frame{At: since, Key: frame.Key, Data: frame.Data}
		}
		if r.held.At >= end {
			break
		}
		list = append(list, *r.held)
		r.held = nil
	}
	return list, nil
}
