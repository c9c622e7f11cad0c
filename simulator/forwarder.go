package simulator

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/breakoutrooms/breakout/meeting"
)

// forwarder decides whose packets reach whom: everybody in a room hears
// everybody else in it, and whoever broadcasts to it, and nobody else.
type forwarder struct {
	mu    sync.Mutex
	rooms map[meeting.RoomID][]*station
	// broadcasts are who is heard in a room without being there.
	broadcasts map[meeting.RoomID][]*station
}

func newForwarder() *forwarder {
	return &forwarder{rooms: make(map[meeting.RoomID][]*station), broadcasts: make(map[meeting.RoomID][]*station)}
}

// station is a seat's place in the forwarder. The forwarder's mutex guards it.
type station struct {
	room  meeting.RoomID
	visit meeting.VisitNumber
	// mouth is what the seat says; nil while it has nothing to say.
	mouth *publisher
	// ears are the slots over which it hears others.
	ears []*slot
	// board is what it hears by instead, when that is not a slot for each.
	board *board
	// deaf is the room in which it hears nothing, if there is one.
	deaf meeting.RoomID
	// reach are the rooms beside its own where it is heard.
	reach []meeting.RoomID
	// short is called when the room has more voices than the seat has slots. It
	// must not block. Seats that do not listen have none.
	short func()
}

// place puts a seat into a room on a visit, or takes it out of all rooms when
// room is empty. When it returns, no packet of the room before reaches the seat
// and none of the seat reaches the room before.
func (f *forwarder) place(s *station, room meeting.RoomID, visit meeting.VisitNumber) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reach(s, nil)
	if s.room != "" {
		f.rooms[s.room] = slices.DeleteFunc(f.rooms[s.room], func(other *station) bool { return other == s })
		for _, other := range f.rooms[s.room] {
			other.unhear(s.mouth)
		}
	}
	s.room, s.visit = room, visit
	for _, ear := range s.ears {
		s.release(ear)
	}
	s.board.clear()
	if s.mouth != nil {
		s.mouth.move(visit)
	}
	if room == "" {
		return
	}
	for _, other := range f.rooms[room] {
		s.hear(other.mouth)
		other.hear(s.mouth)
	}
	for _, other := range f.broadcasts[room] {
		s.hear(other.mouth)
	}
	f.rooms[room] = append(f.rooms[room], s)
}

// broadcast lets a seat be heard in some rooms beside its own, and in no others.
// When it returns, none of its packets reaches the others.
func (f *forwarder) broadcast(s *station, rooms []meeting.RoomID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reach(s, rooms)
}

// reach is broadcast for callers that hold mu.
func (f *forwarder) reach(s *station, rooms []meeting.RoomID) {
	for _, room := range s.reach {
		f.broadcasts[room] = slices.DeleteFunc(f.broadcasts[room], func(other *station) bool { return other == s })
		for _, other := range f.rooms[room] {
			other.unhear(s.mouth)
		}
	}
	s.reach = rooms
	for _, room := range rooms {
		f.broadcasts[room] = append(f.broadcasts[room], s)
		for _, other := range f.rooms[room] {
			other.hear(s.mouth)
		}
	}
}

// heard are the others whose voices a seat hears.
func (f *forwarder) heard(s *station) (mouths []*publisher) {
	if s.room == s.deaf {
		return nil
	}
	for _, others := range [][]*station{f.rooms[s.room], f.broadcasts[s.room]} {
		for _, other := range others {
			if other != s && other.mouth != nil {
				mouths = append(mouths, other.mouth)
			}
		}
	}
	return mouths
}

// speak gives a seat its voice.
func (f *forwarder) speak(s *station, mouth *publisher) {
	f.mu.Lock()
	defer f.mu.Unlock()
	mouth.move(s.visit)
	s.mouth = mouth
	for _, room := range append([]meeting.RoomID{s.room}, s.reach...) {
		for _, other := range f.rooms[room] {
			if other != s {
				other.hear(mouth)
			}
		}
	}
}

// hush takes a seat's voice away. When it returns, nothing of it reaches anybody.
func (f *forwarder) hush(s *station) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, room := range append([]meeting.RoomID{s.room}, s.reach...) {
		for _, other := range f.rooms[room] {
			other.unhear(s.mouth)
		}
	}
	s.mouth = nil
}

// keyframe asks for a keyframe of what comes over the slot of a stream.
func (f *forwarder) keyframe(s *station, ssrc uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, ear := range s.ears {
		if ear.source != nil && ear.carries(ssrc) {
			ear.source.keyframes.want()
		}
	}
}

// listen gives a seat more slots to hear by.
func (f *forwarder) listen(s *station, ears []*slot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.ears = append(s.ears, ears...)
	for _, mouth := range f.heard(s) {
		if !s.hears(mouth) {
			s.hear(mouth)
		}
	}
}

// missing counts the voices of the seat's room for which it has no slot.
func (f *forwarder) missing(s *station) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(0, len(f.heard(s))-len(s.ears))
}

func (s *station) hears(mouth *publisher) bool {
	return slices.ContainsFunc(s.ears, func(ear *slot) bool { return ear.source == mouth })
}

// hear lets a free slot carry a voice. Where none is free, it asks for more.
func (s *station) hear(mouth *publisher) {
	if mouth != nil && s.board != nil {
		s.board.hear(mouth)
		return
	}
	if mouth == nil || s.short == nil || s.room == s.deaf {
		return
	}
	for _, ear := range s.ears {
		if ear.source == nil {
			ear.assign(mouth, mouth.visit(), s.visit)
			mouth.addListener(ear)
			mouth.keyframes.want()
			return
		}
	}
	s.short()
}

func (s *station) unhear(mouth *publisher) {
	if mouth == nil {
		return
	}
	s.board.unhear(mouth)
	for _, ear := range s.ears {
		if ear.source == mouth {
			s.release(ear)
		}
	}
}

func (s *station) release(ear *slot) {
	if ear.source == nil {
		return
	}
	ear.source.removeListener(ear)
	ear.assign(nil, 0, s.visit)
}

// publisher is what one seat says, on its way to who hears it.
type publisher struct {
	// id is the seat's number, known when the seat is taken.
	id       meeting.ParticipantID
	audience atomic.Pointer[audience]
	// keyframes asks the sender of video for keyframes; nil for a voice.
	keyframes *keyframes
}

// audience is who hears a seat on one of its visits. It is replaced as a whole,
// so that a packet meets one audience or the next, never a mixture.
type audience struct {
	visit meeting.VisitNumber
	ears  []ear
}

// ear takes what a source says on one of its visits.
type ear interface {
	forward(source *publisher, said meeting.VisitNumber, packet *received) error
}

func newPublisher() *publisher {
	p := &publisher{}
	p.move(0)
	return p
}

// move begins a visit, on which nobody listens yet.
func (p *publisher) move(visit meeting.VisitNumber) { p.audience.Store(&audience{visit: visit}) }

func (p *publisher) visit() meeting.VisitNumber { return p.audience.Load().visit }

func (p *publisher) addListener(ear ear) {
	now := p.audience.Load()
	p.audience.Store(&audience{now.visit, append(slices.Clone(now.ears), ear)})
}

func (p *publisher) removeListener(gone ear) {
	now := p.audience.Load()
	ears := slices.DeleteFunc(slices.Clone(now.ears), func(other ear) bool { return other == gone })
	p.audience.Store(&audience{now.visit, ears})
}

// publish sends a packet to everybody who hears the seat. Senders mark packets
// with their visit: what was said on an earlier one, in another room, goes
// nowhere. Senders that do not know of visits mark 0.
func (p *publisher) publish(packet *received) {
	p.keyframes.passing(packet)
	now := p.audience.Load()
	if packet.visit != 0 && packet.visit != now.visit {
		return
	}
	for _, ear := range now.ears {
		// A receiver that is going away fails alone; the others still hear.
		_ = ear.forward(p, now.visit, packet)
	}
}
