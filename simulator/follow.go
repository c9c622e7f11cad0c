package simulator

import (
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// Follow calls a function with each event of a meeting, as soon as it has happened. The
// function must not wait, and can't call the simulator: it runs while the meeting does.
func (s *Simulator) Follow(id meeting.ID, follow func(meeting.Event)) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.followers = append(m.followers, follow)
	return nil
}

// Restart has the server of a meeting be away for a while: all connections end at once,
// and nobody can join until it is back. It knows then what it knew before.
func (s *Simulator) Restart(id meeting.ID, d time.Duration) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for _, person := range m.state.Roster() {
		if !person.Present() && !person.Waits() {
			continue
		}
		l := m.lineOf(person.ID)
		l.reset.Store(true)
		l.cut(now, d, CutAll)
		m.cuts = append(m.cuts, Cut{person.ID, now, now.Add(d)})
		m.later(d, func() { l.mend(time.Now()) })
		who, connection := person.ID, person.Connection
		m.later(missedAfter, func() { m.miss(who, connection) })
	}
	return nil
}
