package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/breakoutrooms/breakout/opusfile"
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
		writer := &webmWriter{file: file, width: film.width, height: film.height}
		if err := writer.begin(reader.Header(), m.To.Sub(m.From)); err != nil {
			return err
		}
		return compose(ctx, writer, reader, film)
	})
}

// compose copies sound and pictures, a cluster for each second.
func compose(ctx context.Context, writer *webmWriter, reader *opusfile.Reader, film *film) error {
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
		shown, err := pictures.before(writer.after(packets))
		if err != nil {
			return err
		}
		if len(packets) > 0 {
			if err := writer.cluster(packets, shown); err != nil {
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

// picture is a picture of the composed file: when it is shown, in ticks since the
// beginning.
type picture struct {
	at   uint64
	key  bool
	data []byte
}

// reel hands out the pictures of a film, as far as they are asked for.
type reel struct {
	film *film
	held *picture // the next one, if it was looked at
	over bool
}

// before are the pictures that are shown before a tick, and were not handed out.
func (r *reel) before(tick uint64) (list []picture, err error) {
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
			since := max(0, at.Sub(r.film.mix.From))
			r.held = &picture{uint64(since / millisecond), frame.Key, frame.Data}
		}
		if r.held.at >= tick {
			break
		}
		list = append(list, *r.held)
		r.held = nil
	}
	return list, nil
}
