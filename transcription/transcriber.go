package transcription

import (
	"context"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

// lookEvery is how often it is looked whether somebody has fallen silent of whom
// nothing comes any more.
const lookEvery = 250 * time.Millisecond

// Write writes an utterance down.
type Write func(recording.Place, recording.Utterance) error

// Transcriber has what one bot hears transcribed. It is a [recording.Listener], and
// works from Run to the end of Finish.
type Transcriber struct {
	service  *Service
	language string
	write    Write

	mu     sync.Mutex
	voices map[meeting.ParticipantID]*voice
	// begun are the utterances that are not written down, in the order in which they
	// began, and closed those of them that nobody works on yet.
	begun, closed []*utterance
	finished      bool

	news   chan struct{} // holds a token when there is something to do
	hurry  chan struct{} // is closed when there is no time left
	done   chan struct{} // is closed when Run has returned
	hasten sync.Once
}

var _ recording.Listener = (*Transcriber)(nil)

// voice is one person, and what it is saying.
type voice struct {
	now *utterance
	// before are the packets of silence before somebody speaks.
	before   []early
	activity opusfile.Activity
}

// early is a packet of silence.
type early struct {
	at        time.Time
	timestamp uint32
	payload   []byte
}

// NewTranscriber makes the transcriber of one bot. The language can be left empty.
func (s *Service) NewTranscriber(language string, write Write) *Transcriber {
	return &Transcriber{
		service: s, language: language, write: write, voices: make(map[meeting.ParticipantID]*voice),
		news: make(chan struct{}, 1), hurry: make(chan struct{}), done: make(chan struct{}),
	}
}

// Began does nothing: what belongs to a segment says so.
func (t *Transcriber) Began(recording.Place) {}

// Hear does nothing: what was said is in the voices alone.
func (t *Transcriber) Hear(meeting.Signal) {}

// Heard takes a packet of somebody's voice.
func (t *Transcriber) Heard(s recording.Sound) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.finished {
		return
	}
	v := t.voices[s.Participant]
	if v == nil {
		v = &voice{}
		t.voices[s.Participant] = v
	}
	speaks := v.activity.Speech(s.Speaking, s.RTP.Payload)
	if v.now != nil && (s.Fresh || v.now.place != s.Place || v.now.isOver(v.now.at(s.RTP.Timestamp))) {
		t.closeOne(v)
	}
	if s.Fresh {
		v.before = nil
	}
	switch {
	case v.now == nil && !speaks:
		v.keep(s)
		return
	case v.now == nil:
		v.now = v.begin(s)
		t.begun = append(t.begun, v.now)
	}
	at := v.now.at(s.RTP.Timestamp)
	v.now.add(at, s.RTP.Payload)
	v.now.heard = s.At
	if end := at + int64(opusfile.Samples(s.RTP.Payload)); speaks && end > v.now.spoken {
		v.now.spoken = end
	}
}

// keep remembers silence, in case that somebody has begun to speak softly.
func (v *voice) keep(s recording.Sound) {
	v.before = append(v.before, early{s.At, s.RTP.Timestamp, append([]byte(nil), s.RTP.Payload...)})
	for s.RTP.Timestamp-v.before[0].timestamp > margin {
		v.before = v.before[1:]
	}
}

// begin begins an utterance with a packet and the silence before it.
func (v *voice) begin(s recording.Sound) *utterance {
	u := &utterance{place: s.Place, who: s.Participant, name: s.Name, started: s.At, first: s.RTP.Timestamp}
	if len(v.before) > 0 && s.RTP.Timestamp-v.before[0].timestamp <= 2*margin {
		u.started, u.first = v.before[0].at, v.before[0].timestamp
		for _, silence := range v.before {
			u.add(u.at(silence.timestamp), silence.payload)
		}
	}
	v.before = nil
	return u
}

// Ended closes what was being said in a segment.
func (t *Transcriber) Ended(place recording.Place) {
	t.closeIf(func(u *utterance) bool { return u.place == place })
}

// closeIf closes the utterances that somebody is at.
func (t *Transcriber) closeIf(over func(*utterance) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, v := range t.voices {
		if v.now != nil && over(v.now) {
			t.closeOne(v)
		}
	}
}

// closeOne closes what somebody says, for Run to have it transcribed.
func (t *Transcriber) closeOne(v *voice) {
	u := v.now
	v.now, v.before = nil, nil
	if err := u.close(); err != nil {
		u.result.Failure = "The audio of the utterance could not be written: " + err.Error() + "."
	}
	t.closed = append(t.closed, u)
	t.wake()
}

func (t *Transcriber) wake() {
	select {
	case t.news <- struct{}{}:
	default: // it is awake already
	}
}

// Finish ends the work: what is being said is over, and what was said is transcribed
// until the context ends; what is not by then says so. It returns when Run has.
func (t *Transcriber) Finish(ctx context.Context) {
	t.mu.Lock()
	t.finished = true
	t.mu.Unlock()
	t.closeIf(func(*utterance) bool { return true })
	t.wake()
	select {
	case <-t.done:
	case <-ctx.Done():
		t.hasten.Do(func() { close(t.hurry) })
		<-t.done
	}
}

// Run has utterances transcribed and written down until Finish ends it.
func (t *Transcriber) Run(ctx context.Context) {
	defer close(t.done)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var jobs sync.WaitGroup
	defer jobs.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	hurry := t.hurry
	for {
		for _, u := range t.take() {
			jobs.Go(func() { t.work(ctx, u) })
		}
		if t.deliver() {
			return
		}
		select {
		case <-t.news:
		case <-hurry:
			hurry = nil
			cancel()
		case now := <-tick.C:
			t.closeIf(func(u *utterance) bool { return now.Sub(u.heard) >= opusfile.Duration(pause) })
		}
	}
}

// take takes the utterances that were closed.
func (t *Transcriber) take() []*utterance {
	t.mu.Lock()
	defer t.mu.Unlock()
	closed := t.closed
	t.closed = nil
	return closed
}

// work has one utterance transcribed.
func (t *Transcriber) work(ctx context.Context, u *utterance) {
	said := u.result
	if said.Failure == "" {
		said = t.transcribe(ctx, u)
	}
	t.mu.Lock()
	u.result, u.audio, u.done = said, nil, true
	t.mu.Unlock()
	t.wake()
}

// transcribe waits for its turn and for the server. What could not be transcribed
// says why.
func (t *Transcriber) transcribe(ctx context.Context, u *utterance) recording.Utterance {
	said := u.result
	said.Language = t.language
	if !t.service.admit(len(u.audio)) {
		said.Failure = "Too many utterances wait for the server that transcribes."
		return said
	}
	defer t.service.dismiss(len(u.audio))
	select {
	case t.service.slots <- struct{}{}:
		defer func() { <-t.service.slots }()
	case <-ctx.Done():
		said.Failure = "The bot's work ended before the utterance was transcribed."
		return said
	}
	got, err := t.service.transcribe(ctx, u.audio, t.language)
	if err != nil {
		t.service.config.Log.Warn("an utterance was not transcribed", "segment", u.place.Segment, "participant", u.who, "error", err)
		said.Failure = err.Error()
		return said
	}
	got.take(&said)
	return said
}

// deliver writes down what is transcribed, in the order in which it began to be
// said, and says whether that was the last.
func (t *Transcriber) deliver() (last bool) {
	for {
		t.mu.Lock()
		if len(t.begun) == 0 || !t.begun[0].done {
			last = t.finished && len(t.begun) == 0
			t.mu.Unlock()
			return last
		}
		u := t.begun[0]
		t.begun = t.begun[1:]
		t.mu.Unlock()
		if len(u.result.Words) == 0 && u.result.Failure == "" {
			continue // the server heard nobody say anything
		}
		if err := t.write(u.place, u.result); err != nil {
			t.service.config.Log.Error("a transcript is not whole", "segment", u.place.Segment, "error", err)
		}
	}
}
