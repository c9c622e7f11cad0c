package simulator

import (
	"slices"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/webrtc/v4"
)

// videoKinds are what can be seen of people. Each is forwarded apart from the others
// and from voices, over slots of its own.
var videoKinds = []meeting.MediaKind{meeting.KindCamera, meeting.KindScreen}

// slotsAtOnceOf is how many slots are negotiated together, by what they carry: a
// room seldom has more than one screen, which is its own or one that is broadcast.
var slotsAtOnceOf = map[meeting.MediaKind]int{meeting.KindAudio: slotsAtOnce, meeting.KindCamera: slotsAtOnce, meeting.KindScreen: 2}

// sight is a seat's part in one kind of video: what it shows to others and what it
// sees of them.
type sight struct {
	kind      meeting.MediaKind
	forwarder *forwarder
	station   station
	// picture is what the seat can show; nil when it has nothing to show. The
	// station has it as its mouth while it is on.
	picture *publisher
}

// newSights makes a seat's part in video: nothing for a client that neither shows
// nor looks.
func newSights(s *seat, c client) (sights []*sight) {
	for i, kind := range videoKinds {
		looks := slices.Contains(c.video, kind) && c.receive != nil
		if len(c.films) == 0 && !looks {
			continue
		}
		v := &sight{kind: kind, forwarder: s.live.videos[i]}
		v.station.deaf = s.station.deaf
		if len(c.films) > 0 {
			v.picture = newPublisher()
			v.picture.keyframes = &keyframes{ask: func(ssrc uint32) { requestKeyframe(s.peer, ssrc) }}
		}
		if looks {
			v.station.short = func() { token(s.short) }
		}
		sights = append(sights, v)
	}
	return sights
}

// take takes a packet that the seat sends.
func (s *seat) take(packet *received) {
	if s.marks && !s.mark(packet) {
		return
	}
	if packet.kind == meeting.KindAudio {
		if s.mouth != nil {
			s.mouth.publish(packet)
		}
		return
	}
	for _, v := range s.sights {
		if v.kind == packet.kind && v.picture != nil {
			v.picture.publish(packet)
		}
	}
}

// keyframe asks whoever is seen over a slot of the seat for a keyframe.
func (s *seat) keyframe(ssrc uint32) {
	for _, v := range s.sights {
		v.forwarder.keyframe(&v.station, ssrc)
	}
}

// prepareSights has the peer connection take in what the seat shows.
func (s *seat) prepareSights() error {
	for _, v := range s.sights {
		if v.picture == nil {
			continue
		}
		receive := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
		if _, err := s.peer.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, receive); err != nil {
			return err
		}
	}
	return nil
}

// lot are slots that a seat should have more, of one kind.
type lot struct {
	kind  meeting.MediaKind
	slots int
}

// lacking are the slots that a seat has too few, in whole lots; at the very first,
// at least one lot of each.
func (s *seat) lacking(first bool) (lots []lot) {
	count := func(kind meeting.MediaKind, f *forwarder, station *station) {
		if station.short == nil {
			return
		}
		missing := f.missing(station)
		if first {
			missing = max(1, missing)
		}
		if at := slotsAtOnceOf[kind]; missing > 0 {
			lots = append(lots, lot{kind, (missing + at - 1) / at * at})
		}
	}
	count(meeting.KindAudio, s.live.forwarder, &s.station)
	for _, v := range s.sights {
		count(v.kind, v.forwarder, &v.station)
	}
	return lots
}

// listen lets a seat hear and see by the slots that were negotiated.
func (s *seat) listen(slots []*slot) {
	of := func(kind meeting.MediaKind) (some []*slot) {
		for _, slot := range slots {
			if slot.kind == kind {
				some = append(some, slot)
			}
		}
		return some
	}
	s.live.forwarder.listen(&s.station, of(meeting.KindAudio))
	for _, v := range s.sights {
		v.forwarder.listen(&v.station, of(v.kind))
	}
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	s.connected = true
	s.live.turn(s)
}

// leaveSights takes a seat out of all video.
func (s *seat) leaveSights() {
	for _, v := range s.sights {
		v.forwarder.place(&v.station, "", 0)
	}
}

// turn shows what a seat has turned on, and no longer what it has turned off. The
// live meeting's mutex guards it.
func (m *live) turn(s *seat) {
	person := m.state.People[s.id]
	if m.seats[s.id] != s || person == nil || !s.connected {
		return
	}
	for _, v := range s.sights {
		on, shown := shows(person.Media, v.kind) && person.Present(), v.station.mouth != nil
		switch {
		case on && !shown && v.picture != nil:
			v.picture.id = s.id
			v.forwarder.speak(&v.station, v.picture)
		case !on && shown:
			v.forwarder.hush(&v.station)
		}
	}
}

// show lets what is seen follow the events: what was turned off is gone before
// anybody goes anywhere.
func (m *live) show(events []meeting.Event) {
	for _, event := range events {
		if _, turned := event.Fact.(meeting.MediaChanged); turned {
			if s := m.seats[event.Participant.ID]; s != nil {
				m.turn(s)
			}
		}
	}
	for _, id := range movers(events) {
		if s := m.seats[id]; s != nil {
			for _, v := range s.sights {
				v.forwarder.place(&v.station, m.state.People[id].Room, m.state.People[id].Visit)
			}
		}
	}
	for _, id := range broadcasters(events) {
		if s := m.seats[id]; s != nil {
			s.sendScreen(m.state.People[id].Broadcasts.Screen)
		}
	}
}

// sendScreen lets the seat's screen be seen in some rooms beside its own.
func (s *seat) sendScreen(rooms []meeting.RoomID) {
	for _, v := range s.sights {
		if v.kind == meeting.KindScreen {
			v.forwarder.broadcast(&v.station, rooms)
		}
	}
}
