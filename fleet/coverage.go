package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/gap"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// Coverage is how much of what happened in a meeting's breakout rooms was recorded.
type Coverage struct {
	Policy *meeting.CoverPolicy
	// Share is recorded time over occupied time, of all rooms, 0 to 1.
	Share float64
	Rooms []RoomCoverage
}

// RoomCoverage is the same for one room.
type RoomCoverage struct {
	Room *ent.Room
	// Occupied is how long somebody, bots apart, was in the room, and Recorded for
	// how much of that a bot recorded there.
	Occupied, Recorded time.Duration
	Share              float64
	Bots               int // that are in it now
}

// Coverage reckons with the presences and segments of a meeting, up to now. What is
// going on still counts up to now.
func (f *Fleet) Coverage(ctx context.Context, row *ent.Meeting) (Coverage, error) {
	now := time.Now()
	rooms, err := row.QueryRooms().Where(room.KindEQ(meeting.RoomBreakout)).Order(ent.Asc(room.FieldOrdinal)).All(ctx)
	if err != nil {
		return Coverage{}, fmt.Errorf("read the rooms of %s: %w", row.ID, err)
	}
	known, err := f.occupancy(ctx, row.ID, now)
	if err != nil {
		return Coverage{}, err
	}
	bots := make(map[meeting.RoomID]int)
	for _, p := range known.presences {
		if p.Edges.Participant.IsBot && p.LeftAt == 0 {
			bots[p.RoomID]++
		}
	}
	c := Coverage{Policy: row.CoverPolicy}
	var all, kept time.Duration
	for _, room := range rooms {
		there := known.occupied[room.ID]
		r := RoomCoverage{Room: room, Occupied: there.Total(), Recorded: there.Common(known.recorded[room.ID]), Bots: bots[room.ID]}
		r.Share = share(r.Recorded, r.Occupied)
		all, kept = all+r.Occupied, kept+r.Recorded
		c.Rooms = append(c.Rooms, r)
	}
	c.Share = share(kept, all)
	return c, nil
}

// lacking are the times in which bots recorded nothing, although they were to.
func (f *Fleet) lacking(ctx context.Context, id meeting.ID) (map[meeting.BotID]spans.List, error) {
	gaps, err := f.Client.Gap.Query().Where(gap.MeetingID(id)).Order(ent.Asc(gap.FieldFrom)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the gaps of %s: %w", id, err)
	}
	lacking := make(map[meeting.BotID]spans.List)
	for _, one := range gaps {
		lacking[one.BotID] = append(lacking[one.BotID], spans.Span{From: one.From.Time(), To: one.To.Time()})
	}
	for bot := range lacking {
		lacking[bot] = lacking[bot].Joined()
	}
	return lacking, nil
}

// stretch is from one moment to another, or up to now when that has not come.
func stretch(from, to meeting.Instant, now time.Time) spans.Span {
	if to == 0 {
		return spans.Span{From: from.Time(), To: now}
	}
	return spans.Span{From: from.Time(), To: to.Time()}
}

// share is a part of a whole; of nothing, everything.
func share(part, whole time.Duration) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}
