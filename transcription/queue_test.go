package transcription_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/transcription"
	"github.com/pion/rtp"
)

// desk is a transcriber of which the test is the recorder.
type desk struct {
	*transcription.Transcriber
	voice simulator.Voice

	mu      sync.Mutex
	written []recording.Utterance
}

var red = recording.Place{Segment: "seg_1", Visit: 1, Room: meeting.RoomRef{ID: "room_1", Name: "Red"}}

func newDesk(t *testing.T, p *peer, change func(*transcription.Config)) *desk {
	t.Helper()
	transport := p.transport()
	t.Cleanup(transport.CloseIdleConnections)
	config := transcription.Config{URL: "http://whisper.example", HTTP: transport}
	change(&config)
	service, err := transcription.New(config)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{voice: p.voices[0]}
	d.Transcriber = service.NewTranscriber("", func(_ recording.Place, said recording.Utterance) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.written = append(d.written, said)
		return nil
	})
	go d.Run(context.Background())
	return d
}

// say has somebody say some frames of the voice, and how the sender marks them.
func (d *desk) say(who meeting.ParticipantID, frames [][]byte, speaking func(int) bool) {
	for i, frame := range frames {
		stamp := simulator.Stamp{Participant: who, Visit: 1, At: time.Now()}
		d.Heard(recording.Sound{
			Place: red, Participant: who, Name: "Ada", At: time.Now(), Speaking: speaking(i), Fresh: i == 0,
			RTP: &rtp.Packet{Header: rtp.Header{SSRC: uint32(who), Timestamp: uint32(i) * opusfile.SilenceSamples}, Payload: stamp.Mark(frame)},
		})
		time.Sleep(20 * time.Millisecond)
	}
}

func never(int) bool { return false }

// TestTheQueueIsBounded sends more than a server that hangs can take: what does not
// fit says so at once, and what waits says so when the bot's work ends.
func TestTheQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(_ int, _ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }
		p := startPeer(t, hang)
		d := newDesk(t, p, func(c *transcription.Config) { c.Concurrency, c.Waiting, c.Timeout = 1, 2, time.Hour })
		line := d.voice.Lines[0]
		var people sync.WaitGroup
		for who := range 5 {
			people.Go(func() {
				time.Sleep(time.Duration(who) * time.Second)
				d.say(meeting.ParticipantID(who+1), d.voice.Frames[line.From:line.To], never)
			})
		}
		people.Wait()
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		d.Finish(ctx)
		sentences := make(map[string]int)
		for i, one := range d.written {
			sentences[one.Failure]++
			if one.Participant != meeting.ParticipantID(i+1) || one.Text != "" || one.StartedAt.IsZero() || !one.EndedAt.After(one.StartedAt) {
				t.Errorf("utterance %d is %+v", i, one)
			}
		}
		if sentences["Too many utterances wait for the server that transcribes."] != 2 || sentences["The bot's work ended before the utterance was transcribed."] != 3 {
			t.Errorf("the utterances say %v", sentences)
		}
		if n := len(p.sent()); n != 1 {
			t.Errorf("%d utterances were sent at once", n)
		}
	})
}

// TestUtterancesAreCut cuts by what senders tell of their speech and, where they tell
// nothing, by silence; long speech is cut too, and nothing of it is lost.
func TestUtterancesAreCut(t *testing.T) {
	silence := func(frames int) [][]byte {
		list := make([][]byte, frames)
		for i := range list {
			list[i] = opusfile.Silence
		}
		return list
	}
	for name, test := range map[string]struct {
		frames   func(simulator.Voice) [][]byte
		speaking func(int) bool
		want     int // utterances
	}{
		"two sentences, with a pause": {func(v simulator.Voice) [][]byte {
			return append(append(append([][]byte{}, v.Frames[v.Lines[0].From:v.Lines[0].To]...), silence(50)...), v.Frames[v.Lines[1].From:v.Lines[1].To]...)
		}, never, 2},
		"two sentences, and hardly a pause": {func(v simulator.Voice) [][]byte {
			return append(append(append([][]byte{}, v.Frames[v.Lines[0].From:v.Lines[0].To]...), silence(5)...), v.Frames[v.Lines[1].From:v.Lines[1].To]...)
		}, never, 1},
		"noise that the sender calls silence": {func(v simulator.Voice) [][]byte {
			return v.Frames[v.Lines[0].From:v.Lines[0].To]
		}, func(i int) bool { return i == 0 || i >= 50 && i < 60 }, 2},
		"speech without an end": {func(v simulator.Voice) [][]byte { return v.Frames[:min(len(v.Frames), 50*60)] }, func(int) bool { return true }, 0},
		"silence":               {func(simulator.Voice) [][]byte { return silence(200) }, never, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := startPeer(t, nil)
				d := newDesk(t, p, func(*transcription.Config) {})
				frames := test.frames(d.voice)
				d.say(1, frames, test.speaking)
				d.Finish(t.Context())
				want, longest := test.want, 24*time.Second
				if name == "speech without an end" {
					want = int(time.Duration(len(frames))*20*time.Millisecond/longest) + 1
					var words int
					for _, one := range d.written {
						words += len(one.Words)
					}
					if all := len(strings.Fields(linesOf(d.voice, len(frames)))); words < all-want || words > all+want {
						t.Errorf("%d of %d words were written down", words, all)
					}
				}
				if n := len(p.sent()); n != want {
					t.Errorf("%d utterances were sent, want %d", n, want)
				}
			})
		})
	}
}

// linesOf is what is said in the first frames of a voice, by whole lines.
func linesOf(v simulator.Voice, frames int) string {
	var lines []string
	for _, line := range v.Lines {
		if line.To <= frames {
			lines = append(lines, line.Text)
		}
	}
	return strings.Join(lines, " ")
}

func TestAddressesOfServers(t *testing.T) {
	for address, valid := range map[string]bool{
		"https://api.openai.com": true, "http://10.0.0.7:8000/v1": true, "https://host/prefix/": true,
		"": false, "api.openai.com": false, "ftp://host": false, "https://": false, "http://a b": false,
	} {
		if _, err := transcription.New(transcription.Config{URL: address}); (err == nil) != valid {
			t.Errorf("%q: %v", address, err)
		}
	}
}
