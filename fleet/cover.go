package fleet

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// MaxCoveringBots bounds how many bots one order can have cover a meeting.
const MaxCoveringBots = 500

// CoverRooms has bots cover the breakout rooms of a meeting: one in every open
// room, as far as they suffice. They are sent when rooms are made, so that they go
// in at the moment of opening, and are used again from round to round. In the main
// room they wait, and record nothing.
func (f *Fleet) CoverRooms(ctx context.Context, id meeting.ID, policy meeting.CoverPolicy) error {
	if problems := checkPolicy(&policy); len(problems) > 0 {
		return problems
	}
	return f.setCoverage(ctx, id, &policy)
}

// StopCovering calls back the bots that cover a meeting, and sends no more.
func (f *Fleet) StopCovering(ctx context.Context, id meeting.ID) error {
	return f.setCoverage(ctx, id, nil)
}

// setCoverage writes a policy down and has the steward act by it.
func (f *Fleet) setCoverage(ctx context.Context, id meeting.ID, policy *meeting.CoverPolicy) error {
	row, err := f.held(ctx, id)
	if err != nil {
		return err
	}
	now := time.Now()
	if _, err := f.Journal.Append(ctx, id, meeting.Event{At: now, Fact: meeting.CoverageSet{Policy: policy}}); err != nil {
		return err
	}
	s := f.steward(row)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policy, s.uncovered = policy, now
	s.wake()
	return nil
}

func checkPolicy(p *meeting.CoverPolicy) (problems meeting.Refusals) {
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		p.Name = defaultBotName + "-{n}"
	}
	if p.MaxBots == 0 {
		p.MaxBots = MaxCoveringBots
	}
	if p.MaxBots < 0 || p.MaxBots > MaxCoveringBots {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"maxBots"}, "Rooms are covered by 1 to %d bots; %d were asked for.", MaxCoveringBots, p.MaxBots)...)
	}
	if len(p.Name) > meeting.MaxNameLength {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "The names of bots can have %d characters; the template has %d.", meeting.MaxNameLength, len(p.Name))...)
	}
	if len(p.Priority) > meeting.MaxRooms {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"priority"}, "A meeting has up to %d rooms; %d were named.", meeting.MaxRooms, len(p.Priority))...)
	}
	if p.Dwell < 0 || p.Dwell > 0 && p.Dwell < time.Second {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"dwellSeconds"}, "A bot stays in a room for a second or longer, or for good with 0.")...)
	}
	return problems
}

// decide gives every charge a room to be in, and tells for which rooms bots are to
// be sent. The caller holds mu.
func (s *steward) decide(now time.Time) (send []meeting.Room, next time.Duration) {
	next = time.Hour
	if s.policy == nil || s.people == 0 || now.Before(s.notBefore) {
		return nil, next
	}
	alive := s.covering()
	uncovered, free := s.claims(alive)
	for _, room := range uncovered {
		switch {
		case len(free) > 0:
			free[0].target, free = room.ID, free[1:]
		case len(alive)+len(send) < s.policy.MaxBots:
			send = append(send, room)
		case s.policy.Dwell > 0:
			next = min(next, s.rove(alive, room, now))
		}
	}
	return send, next
}

// covering are the charges that cover rooms: those that are in the meeting, and those
// that have not come yet. Whom the meeting takes for gone is replaced.
func (s *steward) covering() (alive []*charge) {
	for _, c := range s.charges {
		person := s.state.People[c.number]
		if c.covers && !c.ended && (person == nil || person.Present()) {
			alive = append(alive, c)
		}
	}
	return alive
}

// claims finds which rooms have no bot yet, and which bots have no room. A bot that
// somebody moved covers the room that it is in.
func (s *steward) claims(alive []*charge) (uncovered []meeting.Room, free []*charge) {
	rooms := s.rooms()
	wanted, claimed := make(map[meeting.RoomID]bool), make(map[meeting.RoomID]bool)
	for _, room := range rooms {
		wanted[room.ID] = true
	}
	for _, c := range alive {
		at := c.target
		if person := s.state.People[c.number]; person != nil {
			if room, ok := s.state.Room(person.Room); ok && room.Kind == meeting.RoomBreakout && c.told == "" {
				at = room.ID
			}
		}
		if !wanted[at] || claimed[at] {
			free = append(free, c)
			continue
		}
		c.target, claimed[at] = at, true
	}
	for _, room := range rooms {
		if !claimed[room.ID] {
			uncovered = append(uncovered, room)
		}
	}
	return uncovered, free
}

// rooms are those to be covered, the most important first: those that are open, or
// that a round is being prepared with.
func (s *steward) rooms() (rooms []meeting.Room) {
	preparing := s.state.Round.State == meeting.RoundStateEdit
	for _, room := range s.state.BreakoutRooms() {
		if (preparing || room.State == meeting.RoomStateOpen) && !s.unwanted[room.ID] {
			rooms = append(rooms, room)
		}
	}
	rank := func(room meeting.Room) int {
		i := slices.IndexFunc(s.policy.Priority, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), room.Name) })
		if i < 0 {
			return len(s.policy.Priority)
		}
		return i
	}
	slices.SortStableFunc(rooms, func(a, b meeting.Room) int { return cmp.Compare(rank(a), rank(b)) })
	return rooms
}

// rove sends the bot that has been in its room the longest to one that nobody
// covers, when it has been there long enough; otherwise it tells how long that
// takes. Rooms that were named as important keep their bot.
func (s *steward) rove(alive []*charge, room meeting.Room, now time.Time) time.Duration {
	if room.State != meeting.RoomStateOpen {
		return time.Hour
	}
	var longest *charge
	for _, c := range alive {
		if person := s.state.People[c.number]; person == nil || person.Room != c.target || s.important(c.target) {
			continue
		}
		if longest == nil || c.since.Before(longest.since) {
			longest = c
		}
	}
	if longest == nil {
		return time.Hour
	}
	if wait := longest.since.Add(s.policy.Dwell).Sub(now); wait > 0 {
		return wait
	}
	if other, found := s.staler(room); found {
		room = other
	}
	longest.target, longest.since = room.ID, now
	return s.policy.Dwell
}

func (s *steward) important(id meeting.RoomID) bool {
	room, _ := s.state.Room(id)
	return slices.ContainsFunc(s.policy.Priority, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), room.Name) })
}

// staler finds an open room that nobody has covered for longer than one.
func (s *steward) staler(than meeting.Room) (stalest meeting.Room, found bool) {
	stalest = than
	for _, room := range s.rooms() {
		covered := slices.ContainsFunc(s.covering(), func(c *charge) bool { return c.target == room.ID })
		if !covered && s.last[room.ID].Before(s.last[stalest.ID]) {
			stalest, found = room, true
		}
	}
	return stalest, found
}

// send sends a bot for a room, and says whether it could.
func (s *steward) send(ctx context.Context, room meeting.Room) bool {
	s.mu.Lock()
	if s.policy == nil {
		s.mu.Unlock()
		return true // it was ended meanwhile
	}
	n := 1
	for _, c := range s.charges {
		if c.covers {
			n++
		}
	}
	name := strings.NewReplacer("{n}", strconv.Itoa(n), "{room}", room.Name).Replace(s.policy.Name)
	video := s.policy.Video
	s.mu.Unlock()
	_, err := s.fleet.send(ctx, BotSpec{Meeting: s.meeting, Name: name, Mode: bot.AutoAcceptAllInvites, Covers: true, Target: room.ID, Video: video})
	if err == nil {
		return true
	}
	s.fleet.Log.Error("a bot could not be sent to cover a room", "meeting", s.meeting, "room", room.Name, "error", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notBefore = time.Now().Add(retryAfter)
	return false
}
