package simulator_test

import (
	"bytes"
	"flag"
	"math"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/opus"
)

var update = flag.Bool("update", false, "write what is made of the voices anew")

// levelsOf decodes a voice and measures how loud its frames are, in dB below the
// loudest sound there can be (RFC 6465, section 5).
func levelsOf(t *testing.T, voice simulator.Voice) (levels []byte) {
	t.Helper()
	decoder, err := opus.NewDecoderWithOutput(opusfile.SampleRate, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, opusfile.SilenceSamples)
	for i, frame := range voice.Frames {
		n, err := decoder.DecodeToFloat32(frame, out)
		if err != nil || n == 0 {
			t.Fatalf("frame %d of %s: %d samples, %v", i, voice.ID, n, err)
		}
		var sum float64
		for _, sample := range out[:n] {
			sum += float64(sample) * float64(sample)
		}
		levels = append(levels, byte(math.Round(max(0, min(127, -10*math.Log10(sum/float64(n)))))))
	}
	return levels
}

// TestLevels holds the file of levels against what three of the voices decode to;
// decoding all takes long.
func TestLevels(t *testing.T) {
	if *update {
		writeLevels(t)
	}
	voices, err := simulator.LoadVoices()
	if err != nil {
		t.Fatal(err)
	}
	for _, voice := range []simulator.Voice{voices[0], voices[9], voices[len(voices)-1]} {
		for i, level := range levelsOf(t, voice) {
			if told := voice.Levels[i]; max(told, level)-min(told, level) > 1 {
				t.Fatalf("frame %d of %s is %d dB below the loudest sound, and %d by the file", i, voice.ID, level, told)
			}
		}
		if loud, quiet := slices.Min(voice.Levels), slices.Max(voice.Levels); loud > 20 || quiet < 50 {
			t.Errorf("the frames of %s are from %d to %d dB below the loudest sound", voice.ID, loud, quiet)
		}
	}
}

func writeLevels(t *testing.T) {
	t.Helper()
	voices, err := simulator.LoadVoices()
	if voices == nil {
		t.Fatal(err) // levels that do not fit are no reason not to make new ones
	}
	var all []byte
	for _, voice := range voices {
		all = append(all, levelsOf(t, voice)...)
	}
	if err := os.WriteFile("voices/levels.bin", all, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Skip("the levels are written; test again")
}

// TestSpeakersAreKnown holds what a bot hears of levels against what was said:
// sentences are speech, pauses and muted people are not.
func TestSpeakersAreKnown(t *testing.T) {
	for _, dtx := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := start(t, simulator.Config{Net: network(t), Listen: "127.0.0.1:4000"})
			m := create(t, s, "mtg_1")
			var mu sync.Mutex
			var speech, silence int
			m.bot("Bot", func(p meeting.Packet) {
				_, bare, _ := simulator.ReadStamp(p.RTP.Payload)
				mu.Lock()
				defer mu.Unlock()
				if p.Speaking == bytes.Equal(bare, opusfile.Silence) {
					t.Errorf("a packet of %d bytes is told to be speech: %v", len(bare), p.Speaking)
				}
				if p.Speaking {
					speech++
				} else {
					silence++
				}
			})
			g := guest(t, s, simulator.GuestSpec{Meeting: m.ID, Name: "Ada", MinPause: time.Second, MaxPause: 2 * time.Second, DTX: dtx})
			time.Sleep(20 * time.Second)
			off := false
			m.do(meeting.SetMedia{Participant: g.Participant(), Microphone: &off})
			time.Sleep(10 * time.Millisecond)
			mu.Lock()
			before := speech
			mu.Unlock()
			time.Sleep(2 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			if speech != before || speech < 300 || silence < 30 {
				t.Errorf("with DTX %v: %d packets of speech, %d of silence; %d more when muted", dtx, speech, silence, speech-before)
			}
		})
	}
}
