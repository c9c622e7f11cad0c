package fleet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// RoomMoment is a room at one moment.
type RoomMoment struct {
	Room *ent.Room
	// People are who was in it, bots too, and Speaking who spoke there, each in the
	// order of their numbers.
	People, Speaking []*meeting.ParticipantRef
	// Said is what was being said.
	Said []Said
	// Segments are the recordings of that moment.
	Segments []SegmentMoment
}

// SegmentMoment is a recording of a moment, and how far into it the moment lies.
type SegmentMoment struct {
	Segment *ent.Segment
	Offset  time.Duration
}

// At is every room of a meeting at one moment, in the order of their numbers: who
// was there, saying what, and where that can be heard. Rooms in which nobody was are
// left out.
func (f *Fleet) At(ctx context.Context, row *ent.Meeting, at time.Time) ([]RoomMoment, error) {
	rooms, err := row.QueryRooms().Order(ent.Asc(room.FieldOrdinal)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the rooms of %s: %w", row.ID, err)
	}
	known, err := f.occupancy(ctx, row.ID, time.Now())
	if err != nil {
		return nil, err
	}
	instant := spans.Span{From: at, To: at.Add(1)} // the smallest stretch there is
	recorded := covering(known.segments, instant)
	speeches, err := f.speeches(recorded)
	if err != nil {
		return nil, err
	}
	said, err := f.said(recorded)
	if err != nil {
		return nil, err
	}
	var moments []RoomMoment
	for _, room := range rooms {
		there := RoomMoment{
			Room: room, People: present(known.whereabouts(), room.ID, at), Speaking: present(speeches, room.ID, at),
			Said: slices.DeleteFunc(slices.Clone(said), func(s Said) bool {
				return s.Segment.RoomID != room.ID || s.StartedAt.After(at) || !s.EndedAt.After(at)
			}),
		}
		for _, one := range recorded {
			if one.RoomID == room.ID && one.DeletedAt == 0 {
				there.Segments = append(there.Segments, SegmentMoment{one, at.Sub(one.StartedAt.Time())})
			}
		}
		if len(there.People) > 0 {
			moments = append(moments, there)
		}
	}
	return moments, nil
}

// present are those whom entries place in a room at a moment.
func present(entries []Entry, room meeting.RoomID, at time.Time) (people []*meeting.ParticipantRef) {
	for _, e := range entries {
		if e.Room == room && !e.At.After(at) && (e.Until.IsZero() || e.Until.After(at)) {
			people = append(people, e.Participant)
		}
	}
	slices.SortFunc(people, func(a, b *meeting.ParticipantRef) int { return cmp.Compare(a.ID, b.ID) })
	return people
}
