package output

import (
	"maps"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

const (
	// maxQueued bounds what waits to be sent, in bytes, and maxAge the sound in it.
	maxQueued = 4 << 20
	maxAge    = 10 * time.Second
	// itemOverhead is about what an item costs besides its bytes.
	itemOverhead = 200
)

// item is something to send.
type item struct {
	order int64
	at    time.Time
	place recording.Place
	// who speaks, and the Opus packet; other messages have no packet.
	who    meeting.ParticipantRef
	packet []byte
	fresh  bool
	// event and inner are a message's name and what is in it.
	event string
	inner any
	size  int
}

// queue is what waits to be sent. It never blocks who adds to it: when it is full,
// the oldest sound makes room, and is counted.
type queue struct {
	mu            sync.Mutex
	order         int64
	sounds, texts []item
	bytes         int
	closed        bool
	news          chan struct{} // holds a token when something was added

	sent, dropped int64 // packets
	// gaps are the packets of each participant that were dropped and not told of yet,
	// and lost the other messages.
	gaps map[meeting.ParticipantID]int
	lost int
}

func newQueue() *queue {
	return &queue{news: make(chan struct{}, 1), gaps: make(map[meeting.ParticipantID]int)}
}

// add puts something at the end.
func (q *queue) add(i item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		q.drop(i)
		return
	}
	q.order++
	i.order = q.order
	i.size += len(i.packet) + itemOverhead
	q.bytes += i.size
	if i.packet != nil {
		q.sounds = append(q.sounds, i)
	} else {
		q.texts = append(q.texts, i)
	}
	for q.bytes > maxQueued || len(q.sounds) > 0 && i.at.Sub(q.sounds[0].at) > maxAge {
		q.drop(q.first(len(q.sounds) > 0))
	}
	token(q.news)
}

// token puts a token into a channel that holds one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// first takes the oldest sound, or the oldest of the rest.
func (q *queue) first(sound bool) (i item) {
	list := &q.texts
	if sound {
		list = &q.sounds
	}
	i, *list = (*list)[0], (*list)[1:]
	q.bytes -= i.size
	return i
}

// drop counts what is not sent.
func (q *queue) drop(i item) {
	if i.packet == nil {
		q.lost++
		return
	}
	q.dropped++
	q.gaps[i.who.ID]++
}

// next takes the oldest of all.
func (q *queue) next() (i item, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case len(q.sounds)+len(q.texts) == 0:
		return item{}, false
	case len(q.texts) == 0:
		return q.first(true), true
	case len(q.sounds) == 0:
		return q.first(false), true
	}
	return q.first(q.sounds[0].order < q.texts[0].order), true
}

// settle counts what was taken: as sent, or as dropped.
func (q *queue) settle(i item, sent bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case !sent:
		q.drop(i)
	case i.packet != nil:
		q.sent++
	}
}

// missing takes what was dropped and not told of yet.
func (q *queue) missing() (packets map[meeting.ParticipantID]int, messages int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	packets, messages = q.gaps, q.lost
	q.gaps, q.lost = make(map[meeting.ParticipantID]int), 0
	return packets, messages
}

// untold takes back what could not be told of.
func (q *queue) untold(packets map[meeting.ParticipantID]int, messages int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for who := range maps.Keys(packets) {
		q.gaps[who] += packets[who]
	}
	q.lost += messages
}

// close drops all that waits, and all that comes.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for len(q.sounds) > 0 {
		q.drop(q.first(true))
	}
	for len(q.texts) > 0 {
		q.drop(q.first(false))
	}
}

// counts are the packets that were sent and dropped so far.
func (q *queue) counts() (sent, dropped int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.sent, q.dropped
}
