package recording

import (
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/thesyncim/gopus"
)

// source is a track that is being decoded.
type source struct {
	file    *os.File
	reader  *opusfile.Reader
	decoder *gopus.Decoder
	// next is where the next packet begins, in samples from the visit's beginning:
	// before that, where a packet came earlier than the news of the visit.
	next int64
	// sounds are what was decoded and is not mixed yet.
	sounds []sound
	silent bool // the packet before was silent
}

// sound is decoded audio and its place.
type sound struct {
	at  int64
	pcm []float32
}

// openSource opens a track whose first sample lies at a place.
func (s *Store) openSource(name string, at int64) (*source, error) {
	file, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	reader, err := opusfile.NewReader(file)
	if err == nil {
		var decoder *gopus.Decoder
		if decoder, err = gopus.NewDecoder(gopus.DefaultDecoderConfig(opusfile.SampleRate, 1)); err == nil {
			return &source{file: file, reader: reader, decoder: decoder, next: at}, nil
		}
	}
	return nil, errors.Join(err, file.Close())
}

// addTo adds what is heard in a frame that begins at a place, and says whether
// anything is. Frames are asked for in their order.
func (s *source) addTo(frame []float32, at int64) (heard bool, err error) {
	end := at + int64(len(frame))
	for s.next < end {
		if err := s.read(at); err != nil {
			return false, err
		}
	}
	left := s.sounds[:0]
	for _, one := range s.sounds {
		from, to := max(one.at, at), min(one.at+int64(len(one.pcm)), end)
		for i := from; i < to; i++ {
			frame[i-at] += one.pcm[i-one.at]
		}
		heard = heard || from < to
		if one.at+int64(len(one.pcm)) > end {
			left = append(left, one)
		}
	}
	s.sounds = left
	return heard, nil
}

// read decodes the next packet. Of silence, the first packet is decoded, for the
// sound before it to end, and the others are passed by.
func (s *source) read(at int64) error {
	packet, ended := s.reader.Next()
	if ended != nil {
		s.next = math.MaxInt64 // there is no more
		if err := endOfAudio(ended); err != nil {
			return fmt.Errorf("read a track: %w", err)
		}
		return nil
	}
	began, length := s.next, opusfile.Samples(packet)
	s.next += int64(length)
	silent := opusfile.Silent(packet)
	skip := length == 0 || silent && s.silent || s.next <= at
	s.silent = silent
	if skip {
		return nil
	}
	pcm := make([]float32, max(length, opusfile.SampleRate*120/1000))
	if n, err := s.decoder.Decode(packet, pcm); err == nil { // otherwise it is silence
		s.sounds = append(s.sounds, sound{began, pcm[:n]})
	}
	return nil
}
