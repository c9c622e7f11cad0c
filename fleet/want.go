package fleet

import (
	"context"
	"strings"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
)

// wish is the one room that a bot of mode join_specific_room is sent to.
type wish struct {
	room string // its id or name; empty for bots of other modes
	// said is what the bot was last told to say of it, and fetched the opening of the
	// room at which somebody who may was asked to send it there.
	said    string
	fetched opening
}

// opening is one of the times that a room was opened, counted from 1.
type opening struct {
	room  meeting.RoomID
	count int
}

// call is what a charge is to be told.
type call struct {
	charge *charge
	orders []bot.Order
}

// find finds the room that is wished for. A room with the same name that was made
// anew is the same wish.
func (w *wish) find(state *meeting.State) (meeting.Room, bool) {
	for _, room := range state.BreakoutRooms() {
		if string(room.ID) == w.room || strings.EqualFold(room.Name, strings.TrimSpace(w.room)) {
			return room, true
		}
	}
	return meeting.Room{}, false
}

// calls are what bots that wish for a room are to be told now: what they say of it
// while they wait in main and can't go there by themselves. The caller holds mu.
func (s *steward) calls() (list []call) {
	for _, c := range s.charges {
		person := s.state.People[c.number]
		if c.wish.room == "" || c.ended || !c.settled || c.told == gone || person == nil || !person.Present() {
			continue
		}
		if c.away || person.Room != s.state.Main().ID {
			c.wish.said = ""
			continue
		}
		if orders := s.await(c, person); len(orders) > 0 {
			list = append(list, call{c, orders})
		}
	}
	return list
}

// await tells what a bot in main has to do about the room that it wishes for.
func (s *steward) await(c *charge, person *meeting.Person) (orders []bot.Order) {
	room, exists := c.wish.find(s.state)
	say := bot.Await{Room: room.Ref()}
	now := opening{room.ID, s.openings[room.ID]}
	switch {
	case !exists:
		say = bot.Await{SubCode: bot.SubCodeRoomDeleted}
	case room.State != meeting.RoomStateOpen:
		say.SubCode = bot.SubCodeRoomNotOpen
	case person.Assigned == room.ID || s.state.Capabilities(meeting.As(person.ID)).Has(meeting.MayChooseRoom):
		return nil // it is invited, or goes by itself
	default:
		say.SubCode = bot.SubCodeRoomNotAssigned
	}
	if c.wish.said != say.SubCode {
		c.wish.said = say.SubCode
		orders = append(orders, say)
	}
	if say.SubCode == bot.SubCodeRoomNotAssigned && c.wish.fetched != now {
		c.wish.fetched = now
		orders = append(orders, bot.Move{Room: *room.Ref()})
	}
	return orders
}

// give tells a charge what it is called for, and says whether it could.
func (s *steward) give(ctx context.Context, one call) bool {
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	for _, order := range one.orders {
		if err := s.fleet.Tell(ctx, one.charge.id, order); err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			one.charge.wish.said, one.charge.wish.fetched = "", opening{}
			return false
		}
	}
	return true
}
