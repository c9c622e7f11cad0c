package fleet

import (
	"context"
	"fmt"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	lru "github.com/hashicorp/golang-lru/v2"
)

// maxHoldings bounds the meetings and the rooms whose place is remembered.
const maxHoldings = 10_000

// holdings remember of meetings and rooms what never changes, so that an order finds
// its meeting without asking the database: that took a third of an order's time.
type holdings struct {
	meetings *lru.Cache[meeting.ID, holding]
	rooms    *lru.Cache[meeting.RoomID, meeting.ID]
}

// holding is whose a meeting is, and where it takes place.
type holding struct{ workspace, platform string }

func newHoldings() holdings {
	meetings, err := lru.New[meeting.ID, holding](maxHoldings)
	if err != nil { // only a size below 1 is refused
		panic(err)
	}
	rooms, err := lru.New[meeting.RoomID, meeting.ID](maxHoldings)
	if err != nil {
		panic(err)
	}
	return holdings{meetings, rooms}
}

// platformOf is where a meeting takes place, if that is remembered and the meeting is
// the viewer's.
func (h holdings) platformOf(ctx context.Context, id meeting.ID) (platform string, ok bool) {
	viewer, err := access.From(ctx)
	held, known := h.meetings.Get(id)
	if err != nil || !known || !viewer.IsSystem() && viewer.Workspace != held.workspace {
		return "", false
	}
	return held.platform, true
}

// MeetingOf tells in which of the viewer's meetings a room is. A room can be named by
// the id under which it is a meeting of its own.
func (f *Fleet) MeetingOf(ctx context.Context, id meeting.RoomID) (meeting.ID, meeting.RoomID, error) {
	room := meeting.RoomIn("", id)
	if held, known := f.holdings.rooms.Get(room); known {
		if _, own := f.holdings.platformOf(ctx, held); own {
			return held, room, nil
		}
	}
	row, err := f.Client.Room.Get(ctx, room)
	if ent.IsNotFound(err) {
		return "", "", meeting.Refuse(meeting.CodeRoomNotFound, []string{"roomId"}, "There is no room %q.", id)
	}
	if err != nil {
		return "", "", fmt.Errorf("find room %s: %w", id, err)
	}
	f.holdings.rooms.Add(room, row.MeetingID)
	return row.MeetingID, room, nil
}

// command gives a command to a meeting that is held.
func (f *Fleet) command(ctx context.Context, id meeting.ID, command meeting.Command) ([]meeting.Event, error) {
	if name, known := f.holdings.platformOf(ctx, id); known {
		events, err := f.Platforms[name].Command(ctx, id, command)
		if err == nil {
			return events, nil
		}
		if _, overOrGone := f.held(ctx, id); overOrGone != nil {
			return nil, overOrGone
		}
		return nil, err
	}
	row, err := f.held(ctx, id)
	if err != nil {
		return nil, err
	}
	platform, err := f.platform(row.Platform)
	if err != nil {
		return nil, err
	}
	f.holdings.meetings.Add(id, holding{row.WorkspaceID, row.Platform})
	return platform.Command(ctx, id, command)
}
