// Package output sends what a bot hears to somebody else's server, over a WebSocket
// and while it is heard: voices, what is said, and what people in the room do.
//
// docs/outputs.md tells of the messages.
package output

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

// Config says what goes where.
type Config struct {
	Endpoint meeting.RealtimeEndpoint
	Bot      meeting.BotRef
	// Metadata is the bot's, and goes along.
	Metadata map[string]string
	// HTTP opens the connection.
	HTTP *http.Client
	// Report takes how it goes with the endpoint, and how much was sent.
	Report func(ctx context.Context, changed meeting.RealtimeEndpointChanged) error
	Log    *slog.Logger
}

// Endpoint is one server that a bot sends to. It works from Run to the end of Finish,
// as one of the bot's aides; nothing that it is told makes whoever tells it wait.
type Endpoint struct {
	config Config
	queue  *queue
	wants  map[meeting.RealtimeOutput]bool

	mu      sync.Mutex
	place   recording.Place
	began   time.Time // when the first room was entered
	people  map[meeting.ParticipantID]person
	voices  map[meeting.ParticipantID]clock
	status  meeting.RealtimeStatus
	message string

	finishing chan struct{} // is closed when nothing more is added
	hurry     chan struct{} // is closed when there is no time left
	done      chan struct{} // is closed when Run has returned
	changed   chan struct{} // holds a token when the status has changed
	finish    sync.Once
	hasten    sync.Once
}

var _ recording.Listener = (*Endpoint)(nil)

// clock tells when a voice's packets were said: by their timestamps, from a packet on
// whose arrival is known.
type clock struct {
	since     time.Time
	timestamp uint32
}

func (c clock) at(timestamp uint32) time.Time {
	return c.since.Add(opusfile.Duration(int64(int32(timestamp - c.timestamp))))
}

// New makes an endpoint.
func New(config Config) *Endpoint {
	e := &Endpoint{
		config: config, queue: newQueue(), wants: make(map[meeting.RealtimeOutput]bool),
		people: make(map[meeting.ParticipantID]person), voices: make(map[meeting.ParticipantID]clock), status: meeting.RealtimeConnecting,
		finishing: make(chan struct{}), hurry: make(chan struct{}), done: make(chan struct{}), changed: make(chan struct{}, 1),
	}
	e.queue.sent, e.queue.dropped = config.Endpoint.Sent, config.Endpoint.Dropped
	for _, output := range config.Endpoint.Outputs {
		e.wants[output] = true
	}
	return e
}

// Began does nothing: rooms are told of by the bot's session.
func (e *Endpoint) Began(recording.Place) {}

// Heard takes a packet of somebody's voice.
func (e *Endpoint) Heard(s recording.Sound) {
	if !e.wants[meeting.OutputAudioRaw] && !e.wants[meeting.OutputAudioEncoded] {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	voice, isKnown := e.voices[s.Participant]
	if fresh := s.Fresh || !isKnown; fresh {
		voice = clock{s.At, s.RTP.Timestamp}
		e.voices[s.Participant] = voice
	}
	who := e.people[s.Participant].ParticipantRef
	who.ID, who.Name = s.Participant, s.Name
	e.queue.add(item{
		at: voice.at(s.RTP.Timestamp), place: s.Place, who: who, fresh: s.Fresh || !isKnown, packet: append([]byte{}, s.RTP.Payload...),
	})
}

// Ended tells that nothing of a room comes any more.
func (e *Endpoint) Ended(place recording.Place) { e.tell(time.Now(), place, eventRoomLeft, nil) }

// Said takes what is said: it is to be called by the recorder.
func (e *Endpoint) Said(place recording.Place, said recording.Utterance) {
	if !e.wants[meeting.OutputTranscript] {
		return
	}
	e.mu.Lock()
	who := e.people[said.Participant].ParticipantRef
	began := e.began
	e.mu.Unlock()
	who.ID, who.Name = said.Participant, said.Name
	event := eventTranscript
	if said.Partial {
		event = eventPartialTranscript
	}
	e.tell(time.Now(), place, event, transcriptOf(said, who, began))
}

// tell puts a message into the queue.
func (e *Endpoint) tell(at time.Time, place recording.Place, event string, inner any) {
	e.queue.add(item{at: at, place: place, event: event, inner: inner, size: sizeOf(inner)})
}

// set notes how it goes.
func (e *Endpoint) set(status meeting.RealtimeStatus, message string) {
	e.mu.Lock()
	e.status, e.message = status, message
	e.mu.Unlock()
	token(e.changed)
}

// Finish ends the work: what waits is sent as far as the context and the receiver
// let. It returns when Run has.
func (e *Endpoint) Finish(ctx context.Context) {
	e.finish.Do(func() { close(e.finishing) })
	ctx, cancel := context.WithTimeout(ctx, drainWithin)
	defer cancel()
	select {
	case <-e.done:
	case <-ctx.Done():
		e.hasten.Do(func() { close(e.hurry) })
		<-e.done
	}
}

// Run sends until Finish ends it.
func (e *Endpoint) Run(ctx context.Context) {
	defer close(e.done)
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	var helpers sync.WaitGroup
	defer helpers.Wait()
	over := make(chan struct{})
	helpers.Go(func() { e.reports(ctx, over) })
	helpers.Go(func() {
		select {
		case <-e.hurry:
		case <-over:
		}
		cancel()
	})
	e.send(sending)
	<-e.finishing
	e.queue.close()
	if e.now().Status != meeting.RealtimeFailed {
		e.set(meeting.RealtimeDone, "")
	}
	close(over)
}

// reportEvery is how often it is reported at most how it goes.
const reportEvery = 5 * time.Second

// now is how it goes.
func (e *Endpoint) now() meeting.RealtimeEndpointChanged {
	e.mu.Lock()
	defer e.mu.Unlock()
	sent, dropped := e.queue.counts()
	return meeting.RealtimeEndpointChanged{Endpoint: e.config.Endpoint.ID, Status: e.status, Sent: sent, Dropped: dropped, Message: e.message}
}

// reports tells how it goes: when that changes, and while packets are dropped; not
// too often, and in the end in any case.
func (e *Endpoint) reports(ctx context.Context, over <-chan struct{}) {
	var last meeting.RealtimeEndpointChanged
	report := func() {
		last = e.now()
		if err := e.config.Report(ctx, last); err != nil {
			e.config.Log.Error("it could not be written down how it goes with an endpoint", "endpoint", last.Endpoint, "error", err)
		}
	}
	report()
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	changed := e.changed
	for {
		select {
		case <-changed:
			changed = nil // until the next tick
			report()
		case <-tick.C:
			changed = e.changed
			if e.now().Dropped != last.Dropped {
				report()
			}
		case <-over:
			report()
			return
		}
	}
}
