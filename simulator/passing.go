package simulator

import (
	"encoding/binary"
	"slices"
	"time"
)

const (
	// longestQueue is how long a packet waits for others before it on a narrow line.
	longestQueue = 300 * time.Millisecond
	// overtaken is how much later a packet comes that others overtake.
	overtaken = 70 * time.Millisecond
	// apart keeps packets that come one after another from coming at one moment, when
	// their order would be left to chance.
	apart = time.Microsecond
)

// kindOf tells what a packet is by its first byte.
func kindOf(b []byte) Traffic {
	switch {
	case len(b) == 0:
		return AnyTraffic
	case b[0] < 4:
		return Checks
	case b[0] >= 20 && b[0] < 64:
		return Handshakes
	}
	return AnyTraffic
}

// speaker is whose media a packet from the meeting carries: its first contributing
// source, which SRTP leaves readable (RFC 3550, section 5.1).
func speaker(b []byte) (who uint32, ok bool) {
	const header, source, count = 12, 4, 0x0f
	if len(b) < header+source || b[0] < 128 || b[0] >= 192 || b[0]&count == 0 {
		return 0, false
	}
	return binary.BigEndian.Uint32(b[header:]), true
}

// hits says whether the trouble is about a packet.
func (a *affliction) hits(b []byte, way direction) bool {
	if (a.Up || a.Down) && (way == up && !a.Up || way == down && !a.Down) {
		return false
	}
	if a.Only != AnyTraffic && a.Only != kindOf(b) {
		return false
	}
	if len(a.From) == 0 {
		return true
	}
	who, ok := speaker(b)
	_, other := a.others.Load(who)
	return ok && way == down && other
}

// take decides what becomes of a packet that comes after some delays already: after
// which delays it comes, none when it is lost.
func (a *affliction) take(b []byte, way direction, delays []time.Duration) (later []time.Duration) {
	if !a.hits(b, way) {
		return delays
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p, now := &a.ways[way], time.Now()
	for _, delay := range delays {
		if p.lose(a.Loss, a.Burst) {
			continue
		}
		wait, fits := p.squeeze(len(b), a.Rate, now.Add(delay))
		if !fits {
			continue
		}
		delay += wait + a.Delay
		if a.Jitter > 0 {
			delay += time.Duration(p.random.Int64N(int64(a.Jitter)))
		}
		switch {
		case a.Reordered > 0 && p.random.Float64() < a.Reordered:
			delay += overtaken
		case delay > 0:
			delay = p.inOrder(now, delay)
		}
		later = append(later, delay)
		if a.Doubled > 0 && p.random.Float64() < a.Doubled {
			later = append(later, delay+apart)
		}
	}
	return later
}

// lose draws whether a packet is lost.
func (p *passage) lose(share float64, burst int) bool {
	length := max(1, float64(burst))
	switch {
	case share <= 0:
		return false
	case share >= 1:
		return true
	case p.losing:
		p.losing = p.random.Float64() >= 1/length
	default:
		p.losing = p.random.Float64() < share/(length*(1-share))
	}
	return p.losing
}

// squeeze is how long a packet waits on a narrow line, and whether there is room.
func (p *passage) squeeze(size, rate int, at time.Time) (wait time.Duration, fits bool) {
	if rate == 0 {
		return 0, true
	}
	if p.busy.Before(at) {
		p.busy = at
	}
	if p.busy.Sub(at) > longestQueue {
		return 0, false
	}
	p.busy = p.busy.Add(time.Duration(8*size) * time.Second / time.Duration(rate))
	return p.busy.Sub(at), true
}

// inOrder has a packet come after those before it.
func (p *passage) inOrder(now time.Time, delay time.Duration) time.Duration {
	due := now.Add(delay)
	if earliest := p.last.Add(apart); due.Before(earliest) {
		due = earliest
	}
	p.last = due
	return due.Sub(now)
}

// pass hands a packet on as the line's troubles let it.
func (l *line) pass(b []byte, way direction, hand func([]byte)) {
	delays := []time.Duration{0}
	for _, a := range l.afflictions() {
		delays = a.take(b, way, delays)
	}
	for _, delay := range delays {
		if delay == 0 {
			hand(b)
			continue
		}
		copied := slices.Clone(b)
		time.AfterFunc(delay, func() { hand(copied) })
	}
}

func (l *line) afflictions() []*affliction {
	if now := l.troubles.Load(); now != nil {
		return *now
	}
	return nil
}

// signals is how much longer signals take than they would.
func (l *line) slowness() (d time.Duration) {
	for _, a := range l.afflictions() {
		d += a.Signals
	}
	return d
}

// noSockets says whether no UDP socket can be opened.
func (l *line) noSockets() bool {
	return slices.ContainsFunc(l.afflictions(), func(a *affliction) bool { return a.NoSockets })
}
