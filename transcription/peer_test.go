package transcription_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a network of one listener, in memory.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}
func (m *memory) Close() error   { close(m.closed); return nil }
func (m *memory) Addr() net.Addr { return &net.TCPAddr{} }
func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case m.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// request is an utterance that the peer was sent.
type request struct {
	at       time.Time
	model    string
	language string
	key      string
	audio    []byte
}

// peer is a server that transcribes, by OpenAI's API. It knows the simulator's
// voices, and finds the words that were said in the frames that it is sent.
type peer struct {
	t      *testing.T
	voices []simulator.Voice
	memory *memory
	// misbehave answers a request in another way, and says whether it did.
	misbehave func(n int, w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	requests []request
	now, top int // requests at once
}

// startPeer starts a peer in the test's bubble.
func startPeer(t *testing.T, misbehave func(int, http.ResponseWriter, *http.Request) bool) *peer {
	t.Helper()
	voices, err := simulator.LoadVoices()
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, voices: voices, misbehave: misbehave, memory: &memory{make(chan net.Conn), make(chan struct{})}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/transcriptions", p.transcribe)
	server := &http.Server{Handler: mux}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(p.memory) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return p
}

// transport reaches the peer and nobody else.
func (p *peer) transport() *http.Transport { return &http.Transport{DialContext: p.memory.dial} }

func (p *peer) transcribe(w http.ResponseWriter, r *http.Request) {
	n := p.begin(r)
	defer p.end()
	if p.misbehave != nil && p.misbehave(n, w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(p.read(p.sent()[n].audio)); err != nil {
		p.t.Error(err)
	}
}

// begin takes a request apart.
func (p *peer) begin(r *http.Request) int {
	file, _, err := r.FormFile("file")
	if err != nil {
		p.t.Error(err)
	}
	audio, err := io.ReadAll(file)
	if err != nil || r.FormValue("response_format") != "verbose_json" || r.FormValue("timestamp_granularities[]") != "word" {
		p.t.Errorf("a request holds %v (%v)", r.Form, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now++
	p.top = max(p.top, p.now)
	p.requests = append(p.requests, request{time.Now(), r.FormValue("model"), r.FormValue("language"), r.Header.Get("Authorization"), audio})
	return len(p.requests) - 1
}

func (p *peer) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now--
}

func (p *peer) sent() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

type word struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

type verbose struct {
	Text     string  `json:"text"`
	Language string  `json:"language"`
	Duration float64 `json:"duration"`
	Words    []word  `json:"words"`
}

// read finds the words of a file: by its frames, which are those of one voice.
func (p *peer) read(audio []byte) verbose {
	reader, err := opusfile.NewReader(bytes.NewReader(audio))
	if err != nil {
		p.t.Errorf("what came is no Ogg/Opus: %v", err)
		return verbose{}
	}
	var frames [][]byte
	who := make(map[meeting.ParticipantID]bool)
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.t.Error(err)
		}
		if stamp, plain, ok := simulator.ReadStamp(packet); ok {
			who[stamp.Participant] = true
			packet = plain
		}
		frames = append(frames, packet)
	}
	if len(who) != 1 {
		p.t.Errorf("%d people speak in one file", len(who))
	}
	got := verbose{Language: "english", Duration: float64(len(frames)) * 0.02}
	for _, voice := range p.voices {
		if words := find(voice, frames); len(words) > len(got.Words) {
			got.Words = words
		}
	}
	for _, w := range got.Words {
		got.Text += " " + w.Word
	}
	return got
}

// find finds the frames among those of a voice, and tells the words of which the
// middle is there.
func find(voice simulator.Voice, frames [][]byte) (words []word) {
	votes, best := make(map[int]int), 0
	for i, frame := range frames {
		for at, own := range voice.Frames {
			if len(own) > 3 && bytes.Equal(own, frame) {
				if votes[at-i]++; votes[at-i] > votes[best] {
					best = at - i
				}
			}
		}
	}
	for _, line := range voice.Lines {
		letters, at := utf8.RuneCountInString(line.Text)+1, 0
		for text := range strings.FieldsSeq(line.Text) {
			length := utf8.RuneCountInString(text) + 1
			from, to := at*(line.To-line.From)/letters, (at+length)*(line.To-line.From)/letters
			at += length
			middle := line.From + (from+to)/2
			if i := middle - best; i >= 0 && i < len(frames) && bytes.Equal(frames[i], voice.Frames[middle]) {
				words = append(words, word{" " + text, float64(line.From+from-best) * 0.02, float64(line.From+to-best) * 0.02})
			}
		}
	}
	return words
}
