// Package transcription has a server transcribe what bots hear: any that speaks
// OpenAI's API for audio, such as OpenAI's own, faster-whisper's or vLLM's. Each
// person's voice is cut into utterances, and each utterance is a file that is sent.
package transcription

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The defaults of [Config].
const (
	DefaultModel       = "whisper-1"
	defaultConcurrency = 4
	defaultTimeout     = 30 * time.Second
	defaultAttempts    = 5
	defaultWaiting     = 500
	// waitingBytes bounds the audio that waits to be transcribed.
	waitingBytes = 64 << 20
	// firstPause is how long it takes until what failed is tried again; each time
	// after that takes twice as long.
	firstPause = time.Second
)

// Config says which server transcribes, and how much of it is used at once.
type Config struct {
	// URL is where the API is, such as https://api.openai.com or
	// http://whisper.internal:8000; with or without its /v1.
	URL string
	// Model is the model's name. Defaults to whisper-1.
	Model string
	// Key is sent as a bearer token, unless it is empty.
	Key string
	// HTTP makes the requests. Defaults to a transport of its own.
	HTTP http.RoundTripper
	// Concurrency is how many utterances are transcribed at once. Defaults to 4.
	Concurrency int
	// Waiting is how many utterances can wait for that. Defaults to 500. Those beyond
	// are not transcribed, and say so.
	Waiting int
	// Timeout bounds one request. Defaults to 30 s.
	Timeout time.Duration
	// Attempts is how often an utterance is sent at most. Defaults to 5.
	Attempts int
	// Log defaults to no log.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	fill := func(n *int, standard int) {
		if *n == 0 {
			*n = standard
		}
	}
	fill(&c.Concurrency, defaultConcurrency)
	fill(&c.Waiting, defaultWaiting)
	fill(&c.Attempts, defaultAttempts)
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Model == "" {
		c.Model = DefaultModel
	}
	if c.HTTP == nil {
		c.HTTP = &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: c.Concurrency, IdleConnTimeout: time.Minute}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Service is the server that transcribes, as all bots of a process share it.
type Service struct {
	config  Config
	address string
	http    *http.Client
	// slots holds a token for every utterance that is being transcribed.
	slots chan struct{}

	mu      sync.Mutex
	waiting int // utterances, those that are being transcribed too
	bytes   int
}

// New makes a service. It asks nothing of the server yet.
func New(config Config) (*Service, error) {
	address, err := url.Parse(config.URL)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return nil, fmt.Errorf("%q is no address of a server that transcribes; give one such as https://api.openai.com", config.URL)
	}
	base := strings.TrimSuffix(strings.TrimSuffix(config.URL, "/"), "/v1")
	config = config.withDefaults()
	return &Service{
		config: config, address: base + path, slots: make(chan struct{}, config.Concurrency),
		http: &http.Client{Transport: config.HTTP, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// Close lets go of connections that nobody uses.
func (s *Service) Close() { s.http.CloseIdleConnections() }

// admit takes an utterance into the queue, where there is room.
func (s *Service) admit(bytes int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting >= s.config.Waiting+s.config.Concurrency || s.bytes+bytes > waitingBytes {
		return false
	}
	s.waiting++
	s.bytes += bytes
	return true
}

func (s *Service) dismiss(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
	s.bytes -= bytes
}
