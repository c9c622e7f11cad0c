package recording

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// How many packets of video wait for one that is missing, and for how long, at most.
const (
	mostWaiting    = 64
	longestWaiting = 200 * time.Millisecond
)

// arrival is a packet and when it came.
type arrival struct {
	packet meeting.Packet
	at     time.Time
	// lost is how many packets of the stream are missing before it.
	lost int
}

// sequence puts the packets of one stream of video back into the order in which
// they were sent: unlike sound, a frame is of no use without all of its packets.
type sequence struct {
	began bool
	next  uint16
	// waiting are packets that came before an earlier one, in their order.
	waiting []arrival
}

// put takes a packet and hands out those that are in order by now. What waits for
// too long does without what is missing.
func (s *sequence) put(a arrival) []arrival {
	number := a.packet.RTP.SequenceNumber
	if !s.began {
		s.began, s.next = true, number
	}
	switch ahead := int16(number - s.next); {
	case ahead < 0:
		return nil // doubled, or too late
	case ahead == 0 && len(s.waiting) == 0: // as nearly always
		s.next++
		return []arrival{a}
	}
	a.packet.RTP = a.packet.RTP.Clone()
	i, found := slices.BinarySearchFunc(s.waiting, number, func(w arrival, n uint16) int {
		return int(int16(w.packet.RTP.SequenceNumber - n))
	})
	if !found {
		s.waiting = slices.Insert(s.waiting, i, a)
	}
	return s.ready(len(s.waiting) > mostWaiting || len(s.waiting) > 0 && a.at.Sub(s.waiting[0].at) > longestWaiting)
}

// ready hands out what is in order. Where it may skip, it begins with the first that
// waits.
func (s *sequence) ready(skip bool) (ready []arrival) {
	for len(s.waiting) > 0 {
		first := s.waiting[0]
		missing := int(first.packet.RTP.SequenceNumber - s.next)
		if missing > 0 && !skip {
			break
		}
		skip = false
		first.lost = missing
		ready = append(ready, first)
		s.next = first.packet.RTP.SequenceNumber + 1
		s.waiting = s.waiting[1:]
	}
	return ready
}

// rest hands out all that waits.
func (s *sequence) rest() (rest []arrival) {
	for len(s.waiting) > 0 {
		rest = append(rest, s.ready(true)...)
	}
	return rest
}
