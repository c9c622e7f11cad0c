package fleet

import (
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// census is what a steward knows of who is in the meeting and who is heard.
type census struct {
	// people are how many are in the meeting, bots apart, and emptySince is when the
	// last of them left.
	people     int
	emptySince time.Time
	// spoke are those who were heard or shared a screen: no bot does.
	spoke map[meeting.ParticipantID]bool
	// heard is when somebody was last heard, or might have been: unheard says that
	// somebody is now where no bot listens.
	heard   time.Time
	unheard bool
	// alive says that somebody is there who is no bot by what it did, or whom no bot
	// can tell; aliveUntil is when that was last so.
	alive      bool
	aliveUntil time.Time
	// observed is when it was last looked at.
	observed time.Time
}

// hears takes note that a bot hears somebody speak. Bots call it from many
// goroutines, about once a second.
func (s *steward) hears(who meeting.ParticipantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard, s.spoke[who] = time.Now(), true
}

// observe looks at who is where up to a time, before that changes. The caller
// holds mu.
func (s *steward) observe(now time.Time) {
	if now.Equal(s.observed) || !s.state.Created() {
		return
	}
	s.observed = now
	listens := make(map[meeting.RoomID]bool)
	for _, c := range s.charges {
		person := s.state.People[c.number]
		if deaf := c.covers && person != nil && person.Room == s.state.Main().ID; person != nil && !c.ended && !deaf {
			listens[person.Room] = true
		}
	}
	s.unheard, s.alive = false, false
	for _, c := range s.charges {
		c.company = false
	}
	for _, person := range s.state.Roster() {
		if !person.Present() || person.IsBot {
			continue
		}
		s.unheard = s.unheard || !listens[person.Room]
		s.alive = s.alive || !listens[person.Room] || s.spoke[person.ID]
		for _, c := range s.charges {
			if len(c.leaves.BotNames) > 0 {
				c.company = c.company || !c.leaves.named(person.Name)
			}
		}
	}
	s.note(now)
}

// note keeps until when what was observed was so.
func (s *steward) note(now time.Time) {
	until := func(noted *time.Time, holds bool) {
		if holds && noted.Before(now) {
			*noted = now
		}
	}
	until(&s.heard, s.unheard)
	until(&s.aliveUntil, s.alive)
	for _, c := range s.charges {
		until(&c.companyUntil, c.company)
	}
}

// present says whether the participant of an event is in the meeting.
func (s *steward) present(e meeting.Event) bool {
	if e.Participant == nil {
		return false
	}
	person := s.state.People[e.Participant.ID]
	return person != nil && person.Present()
}

// count takes note of who has come into the meeting or has gone with an event.
func (s *steward) count(e meeting.Event, was bool) {
	is := s.present(e)
	if joined, ok := e.Fact.(meeting.ParticipantJoined); ok {
		if c := s.charge(joined.Bot); c != nil {
			if c.number = e.Participant.ID; c.joined.IsZero() {
				c.joined = e.At
			}
			c.met = c.met || s.people > 0
		}
	}
	switch {
	case was == is || e.Participant.IsBot:
	case is:
		s.people++
		for _, c := range s.charges {
			c.met = true
		}
	default:
		if s.people--; s.people == 0 {
			s.emptySince = e.At
		}
	}
	if media, ok := e.Fact.(meeting.MediaChanged); ok && media.Media.Screen {
		s.spoke[e.Participant.ID] = true
	}
}

// follow takes note of a step of a charge's life.
func (c *charge) follow(at time.Time, code string) {
	switch code {
	case meeting.StatusInWaitingRoom:
		c.waiting, c.resting, c.denied, c.settled = at, time.Time{}, time.Time{}, false
	case meeting.StatusInCallNotRecording:
		c.waiting, c.resting, c.settled, c.away = time.Time{}, at, true, false
	case meeting.StatusInCallRecording:
		c.waiting, c.resting, c.denied = time.Time{}, time.Time{}, time.Time{}
		if c.recording.IsZero() {
			c.recording = at
		}
	case meeting.StatusBreakoutRoomEntered, meeting.StatusBreakoutRoomLeft:
		c.away = code == meeting.StatusBreakoutRoomEntered
	case meeting.StatusRecordingDenied:
		c.denied = at
	}
	c.ended = c.ended || meeting.TerminalStatus(code)
}

// listener takes what the bots of a meeting hear to their steward.
func (f *Fleet) listener(id meeting.ID) func(meeting.ParticipantID) {
	return func(who meeting.ParticipantID) {
		f.mu.Lock()
		s := f.stewards[id]
		f.mu.Unlock()
		if s != nil {
			s.hears(who)
		}
	}
}
