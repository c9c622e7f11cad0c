package bot

import (
	"context"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// invited answers an invitation as the mode says.
func (b *bot) invited(ctx context.Context, invited meeting.Invited) error {
	accept := true
	told := b.errand != nil && b.errand.room.ID == invited.Room.ID
	switch {
	case told: // whatever the mode says
	case b.Mode == Manual || b.Mode == FollowParticipant:
		return nil // others decide
	case invited.Room.Kind == meeting.RoomBreakout && b.Mode == JoinMainRoom:
		accept = false
	case invited.Room.Kind == meeting.RoomBreakout && b.Mode == JoinSpecificRoom:
		accept = b.wants(invited.Room)
	}
	return b.try(ctx, "answer an invitation to "+invited.Room.Name, b.session.Answer(ctx, invited.Invitation, accept))
}

// wants says whether the room is the one that the bot was sent to.
func (b *bot) wants(room meeting.RoomRef) bool {
	return string(room.ID) == b.Room || strings.EqualFold(room.Name, strings.TrimSpace(b.Room))
}

// The sub codes of breakout_room_awaited: why a bot is not in the room that it was
// sent to.
const (
	SubCodeRoomNotOpen     = "breakout_room_not_open"
	SubCodeRoomNotAssigned = "breakout_room_not_assigned"
	SubCodeRoomDeleted     = "breakout_room_deleted"
)

// Await has the bot say that it waits for the room that it was sent to, and why.
type Await struct {
	Room    *meeting.RoomRef // nil when there is none any more
	SubCode string
}

func (Await) order() {}

// await says why the bot waits.
func (b *bot) await(reporting context.Context, waits Await) error {
	return b.Report(reporting, b.event(time.Now(), waits.Room, meeting.BotStatusChanged{Code: meeting.StatusBreakoutRoomAwaited, SubCode: waits.SubCode}))
}

// listed looks at what the meeting tells of a room.
func (b *bot) listed(ctx, reporting context.Context, listed meeting.RoomListed) error {
	was := b.open[listed.Room.ID]
	switch listed.State {
	case meeting.RoomStateOpen:
		b.open[listed.Room.ID] = true
	case meeting.RoomStateClosed, meeting.RoomStateDeleted:
		b.open[listed.Room.ID] = false
	}
	opened, closed := b.open[listed.Room.ID] && !was, was && !b.open[listed.Room.ID]
	switch b.Mode {
	case JoinMainRoom:
		if opened {
			return b.status(reporting, listed.At, meeting.StatusBreakoutRoomOpened, &listed.Room)
		}
		if closed {
			return b.status(reporting, listed.At, meeting.StatusBreakoutRoomClosed, &listed.Room)
		}
	case JoinSpecificRoom:
		if opened && b.wants(listed.Room) {
			return b.try(ctx, "enter "+listed.Room.Name, b.session.EnterRoom(ctx, listed.Room.ID))
		}
	}
	return nil
}
