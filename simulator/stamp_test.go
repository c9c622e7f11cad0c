package simulator_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/opus"
)

// loudness decodes packets of 20 ms and measures how loud they are, as a root
// mean square from 0 to 1.
func loudness(t *testing.T, packets [][]byte) float64 {
	t.Helper()
	decoder, err := opus.NewDecoderWithOutput(opusfile.SampleRate, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, opusfile.SilenceSamples)
	var sum float64
	for i, packet := range packets {
		n, err := decoder.DecodeToFloat32(packet, out)
		if err != nil || n != opusfile.SilenceSamples {
			t.Fatalf("packet %d decodes to %d samples, %v", i, n, err)
		}
		for _, sample := range out[:n] {
			sum += float64(sample) * float64(sample)
		}
	}
	return math.Sqrt(sum / float64(len(packets)*opusfile.SilenceSamples))
}

// TestStampsAreInaudible puts a stamp on every frame of every voice: it decodes
// to the same sound, and the stamp and the frame come out again.
func TestStampsAreInaudible(t *testing.T) {
	voices, err := simulator.LoadVoices()
	if err != nil {
		t.Fatal(err)
	}
	for v, voice := range voices {
		var marked [][]byte
		for n, frame := range voice.Frames {
			stamp := simulator.Stamp{Participant: 2500, Visit: 7, At: time.Unix(0, int64(n)).UTC()}
			packet := stamp.Mark(frame)
			got, bare, ok := simulator.ReadStamp(packet)
			if !ok || got != stamp || !bytes.Equal(bare, frame) || opusfile.Samples(packet) != opusfile.SilenceSamples {
				t.Fatalf("%s, frame %d: read %+v, %v", voice.ID, n, got, ok)
			}
			marked = append(marked, packet)
		}
		if v > 2 {
			continue // three voices are decoded; decoding all takes long
		}
		if plain, stamped := loudness(t, voice.Frames), loudness(t, marked); plain != stamped || plain < 0.02 {
			t.Errorf("%s is %.4f loud without stamps and %.4f with them", voice.ID, plain, stamped)
		}
	}
	if _, _, ok := simulator.ReadStamp(opusfile.Silence); ok {
		t.Error("a packet without a stamp has one")
	}
}

func TestVoicesAreDifferent(t *testing.T) {
	voices, err := simulator.LoadVoices()
	if err != nil {
		t.Fatal(err)
	}
	owner := make(map[string]string)
	for _, voice := range voices {
		for _, line := range voice.Lines {
			if line.From >= line.To || line.To > len(voice.Frames) || line.Text == "" {
				t.Errorf("%s has the line %+v in %d frames", voice.ID, line, len(voice.Frames))
			}
			for _, frame := range voice.Frames[line.From+5 : line.To-5] {
				if other, taken := owner[string(frame)]; taken && other != voice.ID {
					t.Fatalf("%s and %s have a frame in common", voice.ID, other)
				}
				owner[string(frame)] = voice.ID
			}
		}
	}
	if len(voices) < 25 {
		t.Errorf("there are %d voices", len(voices))
	}
}
