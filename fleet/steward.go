package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// steward sees to the bots of one meeting: it covers rooms by a policy, and has
// bots follow people. It knows the meeting from the journal alone, and looks anew
// whenever something has happened there.
type steward struct {
	fleet   *Fleet
	meeting meeting.ID
	viewer  access.Viewer
	// head is the event up to which the steward reads before it acts.
	head int64
	// news holds a token when there is something to look at.
	news chan struct{}

	mu     sync.Mutex
	state  *meeting.State
	read   int64
	policy *meeting.CoverPolicy
	// uncovered is when covering was last ended.
	uncovered time.Time
	// charges are the bots that the steward sees to, in the order of their sending.
	charges []*charge
	last    map[meeting.RoomID]time.Time // when a room was last left by a roving bot
	// unwanted are the open rooms from which a host has removed a bot.
	unwanted map[meeting.RoomID]bool
	// notBefore is when bots are sent again after that has failed.
	notBefore time.Time
	// openings counts how often each room was opened.
	openings map[meeting.RoomID]int
	census
}

// charge is a bot that a steward sees to.
type charge struct {
	id     meeting.BotID
	number meeting.ParticipantID // 0 until it has joined
	ended  bool
	lost   bool // it has no connection
	// covers says that the bot covers rooms, and follows whom it goes after.
	covers  bool
	follows meeting.ParticipantID
	leaves  AutomaticLeave
	wish    wish
	joined  time.Time
	met     bool // somebody was there while the bot was
	// settled says that it has said that it is in the call, and away in a breakout room.
	settled, away bool
	// waiting is since when it waits to be let in, resting since when it does not
	// record, denied since when it may not, and recording when it first began to.
	waiting, resting, denied, recording time.Time
	// company says that somebody is there whose name is no bot's; companyUntil is
	// when that was last so.
	company      bool
	companyUntil time.Time
	// target is where it is to be, and told what it was told last.
	target, told meeting.RoomID
	since        time.Time // when it got there
}

// chargeOf is a bot as it was ordered.
func chargeOf(id meeting.BotID, spec BotSpec) *charge {
	return &charge{id: id, covers: spec.Covers, target: spec.Target, follows: spec.Follow, leaves: spec.Leaves, wish: wish{room: spec.Room}}
}

// arrivalGap is the time between two bots that are sent: joining is work, and bots
// that join at the very same moment are numbered by chance.
const arrivalGap = 5 * time.Millisecond

// wait lets time pass, and says whether the context goes on.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// patience is how long a steward waits for one bot to listen: the others wait too.
const patience = 5 * time.Second

// retryAfter is how long a steward waits before it tells a bot again what came to
// nothing.
const retryAfter = time.Second

// steward finds the steward of a meeting, or sets one to work.
func (f *Fleet) steward(row *ent.Meeting) *steward {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.stewards[row.ID]; known != nil {
		return known
	}
	s := &steward{
		fleet: f, meeting: row.ID, viewer: access.Viewer{Workspace: row.WorkspaceID}, head: row.HeadSequence,
		news: make(chan struct{}, 1), state: meeting.New(), last: make(map[meeting.RoomID]time.Time), unwanted: make(map[meeting.RoomID]bool),
		openings: make(map[meeting.RoomID]int), census: census{spoke: make(map[meeting.ParticipantID]bool)},
	}
	f.stewards[row.ID] = s
	f.waiting = append(f.waiting, s)
	token(f.hired)
	return s
}

// token puts a token into a channel that holds one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// newcomers are the stewards that are to be set to work.
func (f *Fleet) newcomers() []*steward {
	f.mu.Lock()
	defer f.mu.Unlock()
	waiting := f.waiting
	f.waiting = nil
	return waiting
}

// employ runs a steward until its meeting is over.
func (f *Fleet) employ(ctx context.Context, s *steward) {
	s.run(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.stewards, s.meeting)
	token(f.rescheduled) // bots that wait for their time in a meeting that is over
}

// engage takes a bot in charge, before anything is known of it.
func (s *steward) engage(c *charge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.charges = append(s.charges, c)
}

// run sees to the bots until the meeting is over or the context ends.
func (s *steward) run(ctx context.Context) {
	ctx, stop := context.WithCancel(access.With(ctx, s.viewer))
	var reading sync.WaitGroup
	reading.Go(func() {
		err := s.fleet.Journal.Follow(ctx, journal.Topic{Meeting: s.meeting}, 0, s.take)
		if ctx.Err() == nil {
			s.fleet.Log.Error("a steward can't read the journal", "meeting", s.meeting, "error", err)
		}
	})
	defer reading.Wait()
	defer stop()
	for {
		next, over := s.look(ctx)
		if over {
			return
		}
		timer := time.NewTimer(next)
		select {
		case <-s.news:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// wake has the steward look anew.
func (s *steward) wake() { token(s.news) }

// take learns from an event.
func (s *steward) take(e meeting.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observe(e.At)
	was := s.present(e)
	s.state.Fold(e)
	s.read = e.Sequence
	if e.Participant != nil {
		s.count(e, was)
	}
	switch fact := e.Fact.(type) {
	case meeting.ParticipantEnteredRoom:
		if c := s.numbered(e.Participant.ID); c != nil {
			c.since, c.told, c.denied = e.At, "", time.Time{} // it asks anew in every room
		}
	case meeting.ParticipantLeftRoom:
		if c := s.numbered(e.Participant.ID); c != nil {
			s.last[e.Room.ID] = e.At
		}
	case meeting.CoverageSet:
		s.policy, s.uncovered = fact.Policy, e.At
	case meeting.RoomOpened:
		s.openings[e.Room.ID]++
	case meeting.BotMoveEnded:
		if c := s.charge(e.Bot.ID); c != nil && fact.Outcome != meeting.MoveMade {
			c.told = ""
		}
	case meeting.BotConnectionLost, meeting.BotConnectionRestored:
		if c := s.charge(e.Bot.ID); c != nil {
			_, c.lost = fact.(meeting.BotConnectionLost)
		}
	case meeting.ParticipantLeft:
		// A host who removes a bot does not want another in its place.
		if c := s.numbered(e.Participant.ID); c != nil && c.covers && fact.Cause == meeting.LeftByRemoval {
			s.unwanted[c.target] = true
		}
	case meeting.RoomClosed:
		delete(s.unwanted, e.Room.ID)
	case meeting.BotStatusChanged:
		if c := s.charge(e.Bot.ID); c != nil {
			c.follow(e.At, fact.Code)
		}
	}
	s.wake()
	return nil
}

func (s *steward) charge(id meeting.BotID) *charge {
	for _, c := range s.charges {
		if id != "" && c.id == id {
			return c
		}
	}
	return nil
}

func (s *steward) numbered(number meeting.ParticipantID) *charge {
	for _, c := range s.charges {
		if c.number == number {
			return c
		}
	}
	return nil
}

// look does what is to be done now, and tells after how long to look again at the
// latest, or that there is nothing to see to any more.
func (s *steward) look(ctx context.Context) (next time.Duration, over bool) {
	s.mu.Lock()
	if s.state.Ended() {
		away := s.outOfReach()
		s.mu.Unlock()
		for _, id := range away {
			s.fleet.dismiss(id, bot.LeaveError{SubCode: bot.SubCodeEndedByHost})
		}
		return 0, true
	}
	if s.read < s.head {
		s.mu.Unlock()
		return time.Hour, false
	}
	wanted, next := s.decide(time.Now())
	errands, calls := s.errands(), s.calls()
	leavers, later := s.leavers(time.Now())
	s.mu.Unlock()
	next = min(next, later)
	for _, one := range leavers {
		if !s.fleet.dismiss(one.charge.id, bot.LeaveError{SubCode: one.why}) { // it does not run yet
			s.mu.Lock()
			one.charge.told = ""
			s.mu.Unlock()
			next = min(next, retryAfter)
		}
	}
	for _, room := range wanted {
		if !s.send(ctx, room) {
			next = min(next, retryAfter)
			break
		}
		if !wait(ctx, arrivalGap) {
			return 0, true
		}
	}
	for _, one := range calls {
		if !s.give(ctx, one) {
			next = min(next, retryAfter)
		}
	}
	for _, e := range errands {
		if !s.carryOut(ctx, e) {
			next = min(next, retryAfter)
		}
	}
	return next, false
}

// outOfReach are the charges that can't hear that the meeting is over.
func (s *steward) outOfReach() (away []meeting.BotID) {
	for _, c := range s.charges {
		if c.lost && !c.ended {
			away = append(away, c.id)
		}
	}
	return away
}

// job is something that a charge is to be told.
type job struct {
	charge *charge
	room   meeting.Room
}

// errands are what charges are to be told now: to go to an open room, or that they
// belong in one that will open.
func (s *steward) errands() (list []job) {
	for _, c := range s.charges {
		person := s.state.People[c.number]
		if c.follows != 0 {
			c.target = ""
			if leader := s.state.People[c.follows]; leader != nil && leader.Present() {
				c.target = leader.Room
			}
		}
		room, exists := s.state.Room(c.target)
		if c.ended || person == nil || person.Room == "" || !exists || person.Room == room.ID || c.told == room.ID {
			continue // it is there, on its way, or not in the meeting
		}
		ahead := c.covers && s.state.Round.State == meeting.RoundStateEdit
		if room.State != meeting.RoomStateOpen && !ahead {
			continue
		}
		c.told = room.ID
		if room.State == meeting.RoomStateOpen || person.Assigned != room.ID {
			list = append(list, job{c, room})
		}
	}
	return list
}

// carryOut tells a charge where to go, and says whether it could.
func (s *steward) carryOut(ctx context.Context, j job) bool {
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	var err error
	if j.room.State == meeting.RoomStateOpen {
		err = s.fleet.Tell(ctx, j.charge.id, bot.Move{Room: *j.room.Ref()})
	} else {
		// Whoever is assigned is invited at the very moment of opening.
		_, err = s.fleet.Command(ctx, s.meeting, meeting.Assign{Room: j.room.ID, Participants: []meeting.ParticipantID{j.charge.number}})
	}
	if err == nil {
		return true
	}
	s.fleet.Log.Warn("a bot could not be told where to go", "bot", j.charge.id, "room", j.room.Name, "error", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	j.charge.told = ""
	return false
}
