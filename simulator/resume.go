package simulator

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/breakoutrooms/breakout/meeting"
)

// returning are the simulated people of meetings that were taken up again: nobody
// else holds them.
type returning struct {
	mu     sync.Mutex
	guests []*Guest
	coming sync.WaitGroup
	stop   context.CancelFunc
	ctx    context.Context //nolint:containedctx // the context of people who come while Resume has returned
}

func newReturning() *returning {
	ctx, stop := context.WithCancel(context.Background())
	return &returning{ctx: ctx, stop: stop}
}

// leave takes the people out of their meetings.
func (r *returning) leave(ctx context.Context) error {
	r.stop()
	r.coming.Wait()
	var failed []error
	for _, guest := range r.guests {
		failed = append(failed, guest.Leave(ctx))
	}
	return errors.Join(failed...)
}

// Resume takes a meeting up again. Its people come back by themselves, as the same
// participants. Bots are awaited for a while, as everybody whose line was lost.
func (s *Simulator) Resume(_ context.Context, events []meeting.Event) error {
	if !s.beginCreating() {
		return meeting.ErrClosed
	}
	defer s.creating.Done()
	m := newLive(s)
	m.state.Fold(events...)
	if m.state.Ended() {
		return meeting.Refuse(meeting.CodeMeetingEnded, []string{"meetingId"}, "The meeting %q is over.", m.state.Meeting)
	}
	for _, event := range events {
		m.history = append(m.history, Past{event, event.At})
	}
	s.mu.Lock()
	s.meetings[m.state.Meeting] = m
	s.mu.Unlock()
	people := m.await()
	m.missListeners()
	s.returning.coming.Go(func() { s.bringBack(m, people) })
	return nil
}

// await expects everybody back who was present or waited, and tells which of them are people.
func (m *live) await() (people []meeting.Person) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, person := range m.state.Roster() {
		if !person.Present() && !person.Waits() {
			continue
		}
		who, connection := person.ID, person.Connection
		m.later(missedAfter, func() { m.miss(who, connection) })
		if !person.IsBot && !person.Outside {
			people = append(people, *person)
		}
	}
	m.setAlarm()
	return people
}

// missListeners ends all listening: whoever listened has lost the connection.
func (m *live) missListeners() {
	m.mu.Lock()
	listeners := slices.Sorted(maps.Keys(m.state.Listeners.In))
	m.mu.Unlock()
	for _, id := range listeners {
		stop := meeting.StopListening{Listener: id, Cause: meeting.LeftByLostLine}
		if _, err := m.apply(context.Background(), stop, nil); err != nil && !alreadyGone(err) {
			m.simulator.log.Error("a listener of before could not be put down as gone", "meeting", m.state.Meeting, "listener", id, "error", err)
		}
	}
}

// bringBack has people join anew.
func (s *Simulator) bringBack(m *live, people []meeting.Person) {
	for _, person := range people {
		media := person.Media
		spec := GuestSpec{
			Meeting: m.state.Meeting, Name: person.Name, Email: person.Email, ExternalID: person.ExternalID,
			Device: person.Device, Media: &media, Voice: int(person.ID / 100), returning: person.ID,
		}
		guest, err := s.JoinGuest(s.returning.ctx, spec)
		switch {
		case errors.Is(err, meeting.ErrClosed) || err != nil && s.returning.ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("somebody could not come back", "meeting", m.state.Meeting, "name", person.Name, "error", err)
			continue
		}
		s.returning.mu.Lock()
		s.returning.guests = append(s.returning.guests, guest)
		s.returning.mu.Unlock()
	}
}
