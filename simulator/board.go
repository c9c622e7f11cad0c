package simulator

import (
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// pauseBefore is how long a voice must have been silent before another takes its place.
const pauseBefore = 400 * time.Millisecond

// board gives few places to many sources, as a client has that can't be asked for more
// slots. Each source has a place while there are enough. Then a voice that speaks takes
// the place of the one that has been silent for longest; a picture waits until another
// is gone.
type board struct {
	mu     sync.Mutex
	places []*place
	// sources are who is heard, on which of their visits.
	sources map[*publisher]meeting.VisitNumber
	// yields says that a place goes from the silent to those who speak.
	yields bool
}

// place is a slot and when its source last spoke.
type place struct {
	*slot
	holder *publisher
	spoke  time.Time
}

func newBoard(slots []*slot, yields bool) *board {
	b := &board{sources: make(map[*publisher]meeting.VisitNumber), yields: yields}
	for _, slot := range slots {
		b.places = append(b.places, &place{slot: slot})
	}
	return b
}

// hear lets a source be heard. The forwarder's mutex is held.
func (b *board) hear(source *publisher) {
	b.mu.Lock()
	b.sources[source] = source.visit()
	b.mu.Unlock()
	source.addListener(b)
	source.keyframes.want()
}

// unhear ends that. When it returns, nothing of the source passes any more.
func (b *board) unhear(source *publisher) {
	if b == nil {
		return
	}
	source.removeListener(b)
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.sources, source)
	for _, place := range b.places {
		if place.holder == source {
			place.give(nil, 0)
		}
	}
}

// clear ends all that is heard.
func (b *board) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	sources := make([]*publisher, 0, len(b.sources))
	for source := range b.sources {
		sources = append(sources, source)
	}
	b.mu.Unlock()
	for _, source := range sources {
		b.unhear(source)
	}
}

// forward sends on what a source said, if there is a place for it.
func (b *board) forward(source *publisher, said meeting.VisitNumber, packet *received) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if on, heard := b.sources[source]; !heard || on != said {
		return nil
	}
	place := b.placeOf(source, packet)
	if place == nil {
		return nil
	}
	if packet.kind != meeting.KindAudio || packet.speaking() {
		place.spoke = time.Now()
	}
	if place.holder != source {
		place.give(source, said)
		source.keyframes.want()
	}
	return place.forward(source, said, packet)
}

// placeOf is the place by which a source is heard; nil when there is none for it. The
// caller holds mu.
func (b *board) placeOf(source *publisher, packet *received) *place {
	var free *place
	for _, place := range b.places {
		switch {
		case place.holder == source:
			return place
		case place.holder == nil && (free == nil || free.holder != nil):
			free = place
		case place.holder != nil && b.yields && packet.speaking() && time.Since(place.spoke) >= pauseBefore &&
			(free == nil || free.holder != nil && place.spoke.Before(free.spoke)):
			free = place
		}
	}
	return free
}

// give gives the place to a source.
func (p *place) give(source *publisher, said meeting.VisitNumber) {
	p.holder, p.spoke = source, time.Now()
	p.assign(source, said, 0)
}

// keyframe asks for a keyframe of what comes over a stream.
func (b *board) keyframe(ssrc uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, place := range b.places {
		if place.holder != nil && place.carries(ssrc) {
			place.holder.keyframes.want()
		}
	}
}

// freshen asks for a keyframe of everything.
func (b *board) freshen() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for source := range b.sources {
		source.keyframes.want()
	}
}
