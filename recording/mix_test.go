package recording_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/pion/opus"
	"github.com/thesyncim/gopus"
)

// tone is somebody who says one tone.
type tone struct {
	t       testing.TB
	who     meeting.ParticipantID
	hertz   float64
	encoder *gopus.Encoder
	phase   float64
	n       int
}

func newTone(t testing.TB, who meeting.ParticipantID, hertz float64) *tone {
	t.Helper()
	encoder, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: opusfile.SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	return &tone{t: t, who: who, hertz: hertz, encoder: encoder}
}

// packet is the next 20 ms of the tone.
func (o *tone) packet(amplitude float64) meeting.Packet {
	pcm := make([]float32, opusfile.SilenceSamples)
	for i := range pcm {
		pcm[i] = float32(amplitude * math.Sin(o.phase))
		o.phase += 2 * math.Pi * o.hertz / opusfile.SampleRate
	}
	encoded := make([]byte, 1275)
	n, err := o.encoder.Encode(pcm, encoded)
	if err != nil {
		o.t.Fatal(err)
	}
	p := sent(o.who, 1, uint32(o.who), o.n)
	p.RTP.Payload = encoded[:n]
	o.n++
	return p
}

// silence is 20 ms of silence.
func (o *tone) silence() meeting.Packet {
	p := sent(o.who, 1, uint32(o.who), o.n)
	p.RTP.Payload = opusfile.Silence
	o.n++
	return p
}

// decoded is what a file sounds like, by a decoder of another make.
func decoded(t testing.TB, name string) []float64 {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	reader, err := opusfile.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := opus.NewDecoderWithOutput(opusfile.SampleRate, 1)
	if err != nil {
		t.Fatal(err)
	}
	var pcm []float64
	out := make([]float32, opusfile.SampleRate*120/1000)
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return pcm[reader.Header().PreSkip:]
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := decoder.DecodeFloat32(packet, out); err != nil {
			t.Fatal(err)
		}
		for _, sample := range out[:opusfile.Samples(packet)] {
			pcm = append(pcm, float64(sample))
		}
	}
}

// loudness is the amplitude of a tone in some samples (Goertzel).
func loudness(pcm []float64, hertz float64) float64 {
	w := 2 * math.Cos(2*math.Pi*hertz/opusfile.SampleRate)
	var s1, s2 float64
	for _, x := range pcm {
		s1, s2 = x+w*s1-s2, s1
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-w*s1*s2) / float64(len(pcm))
}

// TestTheMixHasEverybodyInTheirPlace has three people say a tone each: Ada from the
// beginning with a break, Ben later, Cy at last and all together, and a pause of the
// recording. In every tenth of a second of the mix there are those tones and no other.
func TestTheMixHasEverybodyInTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		began := time.Now()
		started := d.enter(t)
		people := []*tone{newTone(t, 100, 500), newTone(t, 200, 900), newTone(t, 300, 1400)}
		// Who speaks in which second of the visit; Cy comes in the seventh.
		speaks := []string{"a", "a", "", "b", "ab", "b", "", "abc", "abc", "c", "", "", "a", "c"}
		for second, who := range speaks {
			d.Pause(second == 9)
			for range 50 {
				for i, one := range people {
					if i == 2 && second < 7 {
						continue
					}
					p := one.silence
					if who != "" && containsByte(who, "abc"[i]) {
						p = func() meeting.Packet { return one.packet(0.45) }
					}
					d.Receive(p())
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
		time.Sleep(130 * time.Millisecond) // the visit lasts a little longer
		ended := time.Now()
		completed, err := d.End(1, ended)
		if err != nil {
			t.Fatal(err)
		}
		mix := recording.Mixdown{Meeting: "mtg_1", Room: room, Bot: "bot_1", Folder: started.Folder, From: began, To: ended, Tracks: completed.Tracks}
		if err := d.store.Mix(t.Context(), mix); err != nil {
			t.Fatal(err)
		}
		pcm := decoded(t, filepath.Join(d.folder, started.Folder, recording.MixedFile))
		if off := opusfile.Duration(int64(len(pcm))) - ended.Sub(began); off.Abs() > 40*time.Millisecond {
			t.Errorf("the mix is %s longer than the visit", off)
		}
		speaks[9] = "" // it was not recorded
		checkTones(t, pcm, people, speaks)
		if scanned, err := d.store.Scan(started.Folder); err != nil || len(scanned) != 3 {
			t.Errorf("the folder has %d tracks, %v", len(scanned), err)
		}
	})
}

func containsByte(text string, one byte) bool {
	for i := range len(text) {
		if text[i] == one {
			return true
		}
	}
	return false
}

// checkTones looks for each tone in each tenth of a second, but for those next to a
// change.
func checkTones(t *testing.T, pcm []float64, people []*tone, speaks []string) {
	t.Helper()
	const window = opusfile.SampleRate / 10
	for second, who := range speaks {
		for tenth := 1; tenth < 9; tenth++ {
			at := second*opusfile.SampleRate + tenth*window
			peak := 0.0
			for _, sample := range pcm[at : at+window] {
				peak = max(peak, math.Abs(sample))
			}
			if who == "" && peak > 0.01 || peak > 1 {
				t.Errorf("second %d.%d, when %q speak, is as loud as %.3f", second, tenth, who, peak)
			}
			for i, one := range people {
				loud := loudness(pcm[at:at+window], one.hertz)
				if there := containsByte(who, "abc"[i]); there && loud < 0.25 || !there && loud > 0.05 {
					t.Errorf("second %d.%d, when %q speak, has %.0f Hz as loud as %.3f", second, tenth, who, one.hertz, loud)
				}
			}
		}
	}
}

func TestAMixThatFailsLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		d.speech(0, 10, nil)
		completed, err := d.End(1, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		mix := recording.Mixdown{Folder: started.Folder, From: time.Now().Add(-time.Hour), To: time.Now(), Tracks: completed.Tracks}
		stopped, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.store.Mix(stopped, mix); err == nil {
			t.Error("a mix that was stopped was made")
		}
		mix.Tracks = append(mix.Tracks, meeting.Track{File: "gone.ogg"})
		if err := d.store.Mix(t.Context(), mix); err == nil {
			t.Error("a mix of a track that is gone was made")
		}
		files, err := filepath.Glob(filepath.Join(d.folder, started.Folder, recording.MixedFile+"*"))
		if err != nil || len(files) != 0 {
			t.Errorf("%v is left, %v", files, err)
		}
	})
}

func BenchmarkMix(b *testing.B) {
	d := newDesk(b)
	began := time.Now()
	started := d.enter(b)
	people := []*tone{newTone(b, 100, 500), newTone(b, 200, 900), newTone(b, 300, 1400), newTone(b, 400, 2000)}
	const seconds = 60
	for n := range seconds * 50 {
		for i, one := range people { // one after the other, five seconds each
			if n/250%len(people) == i {
				d.Receive(one.packet(0.5))
			} else {
				d.Receive(one.silence())
			}
		}
	}
	completed, err := d.End(1, began.Add(seconds*time.Second))
	if err != nil {
		b.Fatal(err)
	}
	for i := range completed.Tracks {
		completed.Tracks[i].StartedAt = began
	}
	mix := recording.Mixdown{Folder: started.Folder, From: began, To: began.Add(seconds * time.Second), Tracks: completed.Tracks}
	for b.Loop() {
		if err := d.store.Mix(b.Context(), mix); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(seconds*float64(b.N)/b.Elapsed().Seconds(), "s/s")
}
