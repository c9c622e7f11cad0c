package scenario

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// race is what a host does, or somebody's network, at a moment that is seldom hit by
// chance: while something else is on its way.
type race struct {
	// share is how often it happens when it can, 0 to 1.
	share float64
	// within bounds how long after the event it happens.
	within time.Duration
	// on says whether an event is such a moment.
	on func(meeting.Event) bool
	do func(ctx context.Context, p *player, after meeting.Event, random *rand.Rand)
}

// inFlight is how long a signal is on its way to a seat, and less.
const inFlight = 3 * time.Millisecond

// raceFaults are rare outcomes that are legal, made common.
func raceFaults() []faultKind {
	kind := func(name, what string, one race) faultKind {
		return faultKind{name: name, what: what, keys: []string{"who", "share", "by", "from", "for"}, make: func(f faultFields) Fault {
			r := one
			if r.share = f.share; f.share == 0 {
				r.share = whole
			}
			if f.by > 0 {
				r.within = f.by
			}
			return Fault{race: &r}
		}}
	}
	invited := func(e meeting.Event) bool {
		_, ok := e.Fact.(meeting.InvitationSent)
		return ok && e.Room != nil && e.Room.Kind == meeting.RoomBreakout
	}
	joined := func(e meeting.Event) bool { _, ok := e.Fact.(meeting.ParticipantJoined); return ok }
	return []faultKind{
		kind("second_move", "who is on the way to a room is sent to another", race{within: inFlight, on: invited, do: moveOn}),
		kind("close_before_join", "a room closes between assignment and joining", race{within: inFlight, on: invited, do: func(ctx context.Context, p *player, after meeting.Event, _ *rand.Rand) {
			now := time.Duration(0)
			_ = p.host(ctx, meeting.CloseRoom{Actor: p.hosting(), Room: after.Room.ID, Countdown: &now}) // that it is closed already is as good
		}}),
		kind("close_during_ice", "rooms close while somebody's media is being connected", race{within: inFlight, on: joined, do: func(ctx context.Context, p *player, _ meeting.Event, _ *rand.Rand) {
			now := time.Duration(0)
			_ = p.host(ctx, meeting.CloseRooms{Actor: p.hosting(), Countdown: &now}) // the same
		}}),
		kind("lost_in_transit", "who is on the way to a room loses the network", race{within: inFlight, on: invited, do: func(_ context.Context, p *player, after meeting.Event, _ *rand.Rand) {
			_ = p.Simulator.Cut(p.meeting, after.Participant.ID, lostInTransit) // that it has gone is as good
		}}),
	}
}

// lostInTransit is for how long somebody has no network who lost it on the way.
const lostInTransit = 4 * time.Second

// moveOn sends somebody who is on the way to a room to another one that is open.
func moveOn(ctx context.Context, p *player, after meeting.Event, random *rand.Rand) {
	var others []meeting.RoomID
	_ = p.Simulator.View(ctx, p.meeting, func(s *meeting.State) { // a meeting that is over has no rooms
		for _, room := range s.Rooms {
			if room.Kind == meeting.RoomBreakout && room.State == meeting.RoomStateOpen && room.ID != after.Room.ID {
				others = append(others, room.ID)
			}
		}
	})
	if len(others) > 0 {
		_ = p.host(ctx, meeting.Move{Actor: p.hosting(), Participant: after.Participant.ID, Room: others[random.IntN(len(others))]}) // that it has arrived is as good
	}
}
