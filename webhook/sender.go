package webhook

import (
	"context"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// concurrency is how many requests to one endpoint are on their way at once.
	concurrency = 8
	// pageSize is how many deliveries are read at once, and lanePage how many of one
	// meeting, where order is kept.
	pageSize = 200
	lanePage = 50
	// writeRetry is how long a sender waits when results could not be written down.
	writeRetry = time.Second
)

// sender sends to one endpoint. What it works on is in its lanes: one for each
// message, or, where order is kept, one for each meeting, so that what is not taken
// holds back only what comes after it there.
type sender struct {
	service  *Service
	to       *endpoint
	previous *sender // that sends to the endpoint as it was before, and was started
	started  bool    // under the service's lock

	news  chan struct{} // holds a token when there is something new
	quit  chan struct{} // is closed when nothing more is to be begun
	once  sync.Once
	ended chan struct{}

	mu    sync.Mutex
	rung  map[meeting.ID]bool // meetings with something new
	quiet time.Time           // until when the endpoint asked to be left alone

	// What follows belongs to run.
	results chan result
	written chan error // is nil unless results are being written down
	writing []result
	// writeAfter is when it is tried to write again, where that failed.
	writeAfter time.Time
	done       []result // that are to be written down
	ready      []lane
	flying     map[string]bool
	due        map[meeting.ID]time.Time // by meeting, where order is kept
	look       bool                     // whether something may be due
	next       time.Time                // when something is
	failing    meeting.Instant          // since when the endpoint takes nothing
	verdict    *verdict
}

// lane are deliveries that are sent one after another.
type lane struct {
	key        string
	deliveries []*ent.Delivery
}

func newSender(service *Service, to *endpoint, previous *sender) *sender {
	return &sender{
		service: service, to: to, previous: previous, failing: to.row.FailingSince,
		news: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{}), results: make(chan result),
		rung: make(map[meeting.ID]bool), flying: make(map[string]bool), due: make(map[meeting.ID]time.Time),
	}
}

// stop has the sender begin nothing more.
func (s *sender) stop() { s.once.Do(func() { close(s.quit) }) }

// ring says that there is something new of a meeting.
func (s *sender) ring(id meeting.ID) {
	s.mu.Lock()
	s.rung[id] = true
	s.mu.Unlock()
	token(s.news)
}

// run sends until it is stopped or the context ends, and has written down then what
// became of what it has sent.
func (s *sender) run(ctx context.Context) {
	defer close(s.ended)
	if s.previous != nil {
		<-s.previous.ended // so that two never send the same
		s.previous = nil
	}
	s.resume(ctx)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for s.step(ctx, timer) {
	}
	for len(s.flying) > 0 {
		s.note(<-s.results)
	}
	if s.written != nil {
		s.wrote(<-s.written)
	}
	s.writeAfter = time.Time{}
	if s.write(ctx); s.written != nil {
		s.wrote(<-s.written)
	}
	s.judge(ctx)
}

// step begins what can be begun, and waits for something to happen.
func (s *sender) step(ctx context.Context, timer *time.Timer) bool {
	if len(s.done) == 0 && s.written == nil {
		s.judge(ctx)
		if s.look && len(s.ready) == 0 && len(s.flying) < concurrency {
			s.load(ctx)
		}
	}
	s.launch(ctx)
	s.write(ctx)
	s.arm(timer)
	select {
	case r := <-s.results:
		s.note(r)
	case err := <-s.written:
		s.wrote(err)
	case <-s.news:
		s.look = true
	case <-timer.C:
		s.look, s.next = true, time.Time{}
	case <-s.quit:
		return false
	case <-ctx.Done():
		return false
	}
	return true
}

// arm sets the timer to when something is due.
func (s *sender) arm(timer *time.Timer) {
	if s.next.IsZero() {
		return
	}
	next := s.next
	if quiet := s.until(); quiet.After(next) {
		next = quiet
	}
	timer.Reset(max(time.Until(next), 0))
}

// by sees to it that the sender looks by some time.
func (s *sender) by(at time.Time) {
	if s.next.IsZero() || at.Before(s.next) {
		s.next = at
	}
}

// launch begins with lanes, as many as may be on their way at once.
func (s *sender) launch(ctx context.Context) {
	if s.hushed() {
		s.ready, s.look = nil, true // they are read again afterwards
		s.by(s.until())
		return
	}
	for len(s.ready) > 0 && len(s.flying) < concurrency {
		next := s.ready[0]
		s.ready = s.ready[1:]
		s.flying[next.key] = true
		go s.fly(ctx, next)
	}
}

// hushed says whether the endpoint has asked to be left alone.
func (s *sender) hushed() bool { return time.Now().Before(s.until()) }

func (s *sender) until() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quiet
}

func (s *sender) hush(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until.After(s.quiet) {
		s.quiet = until
	}
}

// fly sends the messages of a lane one after another, until one is not taken.
func (s *sender) fly(ctx context.Context, l lane) {
	for i, d := range l.deliveries {
		if i > 0 && (s.stopped() || s.hushed()) {
			break
		}
		r := s.service.attempt(ctx, s.to, d)
		if r.retryAfter > 0 && !r.aborted {
			s.hush(time.Now().Add(r.retryAfter))
		}
		s.results <- r
		if r.aborted || !r.delivered() && !r.lost() {
			break
		}
	}
	s.results <- result{lane: l.key, end: true}
}

func (s *sender) stopped() bool {
	select {
	case <-s.quit:
		return true
	default:
		return false
	}
}

// note takes what became of an attempt.
func (s *sender) note(r result) {
	switch {
	case r.end:
		delete(s.flying, r.lane)
		if s.to.row.Ordered {
			s.look = true // there may be more in the meeting
		}
		return
	case r.aborted:
		return
	}
	s.done = append(s.done, r)
	if r.delivered() {
		s.failing = 0
		s.service.counts.delivered.Add(1)
		return
	}
	s.service.counts.refused.Add(1)
	if s.failing == 0 {
		s.failing = meeting.InstantOf(r.at)
	}
	if r.lost() {
		s.service.counts.givenUp.Add(1)
	} else {
		s.by(r.next())
		if s.to.row.Ordered {
			s.due[r.delivery.MeetingID] = r.next()
		}
	}
	s.condemn(r)
}
