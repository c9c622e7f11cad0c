package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/thesyncim/gopus"
)

// MixedFile is the file of a segment's folder that holds everybody at once.
const MixedFile = "mixed.ogg"

const (
	mixFrame     = opusfile.SilenceSamples // samples that are mixed at a time: 20 ms
	mixBitrate   = 32_000                  // bits per second, enough for speech at full band
	mixPage      = 50                      // packets per page: 1 s
	maxOpus      = 1275                    // bytes of the largest frame (RFC 6716, section 3.4)
	ringOut      = 5                       // frames of silence after sound that are encoded, for it to end
	limiterKnee  = 0.6                     // of full scale: what is louder is pressed together
	limiterRange = 0.85 - limiterKnee      // up to what leaves room for what the codec adds
)

// Mixdown is a segment whose tracks are to be mixed.
type Mixdown struct {
	Meeting  meeting.ID
	Room     meeting.RoomRef
	Bot      meeting.BotID
	Folder   string
	From, To time.Time // when the visit began and ended
	Tracks   []meeting.Track
}

// Mix makes the file of everybody in a segment: 48 kHz mono, as long as the visit,
// with each track at its time, and silence where nobody was recorded. The file is
// there when it is whole; what an earlier attempt left behind is written over.
func (s *Store) Mix(ctx context.Context, m Mixdown) (err error) {
	var sources []*source
	defer func() {
		for _, one := range sources {
			err = errors.Join(err, one.file.Close())
		}
	}()
	for _, track := range m.Tracks {
		one, err := s.openSource(path.Join(m.Folder, track.File), samplesOf(track.StartedAt.Sub(m.From)))
		if err != nil {
			return fmt.Errorf("mix %s: %w", track.File, err)
		}
		sources = append(sources, one)
	}
	return s.whole(path.Join(m.Folder, MixedFile), func(file *os.File) error {
		mixer, err := newMixer(file, m)
		if err != nil {
			return err
		}
		return mixer.mix(ctx, sources, samplesOf(m.To.Sub(m.From)))
	})
}

func samplesOf(d time.Duration) int64 { return int64(d) * opusfile.SampleRate / int64(time.Second) }

// whole makes a file that others see when all of it is on disk, and not before.
func (s *Store) whole(name string, write func(*os.File) error) (err error) {
	part := name + partExtension
	file, err := s.root.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make %s: %w", path.Base(name), err)
	}
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = s.root.Rename(part, name)
	}
	if err != nil {
		_ = s.root.Remove(part) // it would be written over next time
		return fmt.Errorf("make %s: %w", path.Base(name), err)
	}
	return nil
}

// mixer encodes what is mixed.
type mixer struct {
	encoder *gopus.Encoder
	writer  *opusfile.Writer
	page    [][]byte
	// silent is for how many frames nobody was heard.
	silent int
}

func newMixer(file *os.File, m Mixdown) (*mixer, error) {
	encoder, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: opusfile.SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, fmt.Errorf("make an Opus encoder: %w", err)
	}
	if err := encoder.SetBitrate(mixBitrate); err != nil {
		return nil, fmt.Errorf("set the bitrate: %w", err)
	}
	header := opusfile.Header{Serial: 1, Channels: 1, PreSkip: encoder.Lookahead(), Tags: []opusfile.Tag{
		{Name: tagTitle, Value: m.Room.Name}, {Name: TagMeeting, Value: string(m.Meeting)}, {Name: TagRoom, Value: string(m.Room.ID)},
		{Name: TagRoomName, Value: m.Room.Name}, {Name: TagBot, Value: string(m.Bot)},
		{Name: TagStartedAt, Value: m.From.UTC().Format(time.RFC3339Nano)},
	}}
	return &mixer{encoder: encoder, writer: opusfile.NewWriter(file, header), silent: ringOut}, nil
}

// mix mixes so many samples. The encoder is behind by its lookahead, which players
// skip at the beginning and which is added at the end.
func (m *mixer) mix(ctx context.Context, sources []*source, samples int64) error {
	end := samples + int64(m.encoder.Lookahead())
	frame := make([]float32, mixFrame)
	for at := int64(0); at < end; at += mixFrame {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		clear(frame)
		heard := false
		for _, one := range sources {
			sounds, err := one.addTo(frame, at)
			if err != nil {
				return err
			}
			heard = heard || sounds
		}
		if err := m.add(frame, heard, at+mixFrame >= end); err != nil {
			return err
		}
	}
	return nil
}

// add encodes a frame. Silence is not encoded, but for the sound to end in.
func (m *mixer) add(frame []float32, heard, last bool) error {
	packet := opusfile.Silence
	if heard && m.silent >= ringOut {
		m.encoder.Reset() // decoders begin anew after silence too
	}
	if m.silent++; heard {
		m.silent = 0
	}
	if m.silent < ringOut {
		for i, sample := range frame {
			frame[i] = limited(sample)
		}
		encoded := make([]byte, maxOpus)
		n, err := m.encoder.Encode(frame, encoded)
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		packet = encoded[:n]
	}
	m.page = append(m.page, packet)
	if len(m.page) < mixPage && !last {
		return nil
	}
	page := m.page
	m.page = nil
	return m.writer.WritePage(page, last)
}

// limited keeps a sample within full scale: what is loud is pressed together more
// and more, so that several voices at once do not clip.
func limited(sample float32) float32 {
	loud := max(sample, -sample) - limiterKnee
	if loud <= 0 {
		return sample
	}
	pressed := limiterKnee + limiterRange*loud/(loud+limiterRange)
	if sample < 0 {
		return -pressed
	}
	return pressed
}
