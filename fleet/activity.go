package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// Actions are what people did in the room of a segment, in the order in which they
// did it.
func (f *Fleet) Actions(row *ent.Segment) ([]recording.ParticipantEvent, error) {
	if row.DeletedAt != 0 {
		return nil, nil
	}
	events, err := f.Store.Events(row.Folder)
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", row.ID, err)
	}
	return events, nil
}

// Speech is who spoke when in a segment, up to now while it lasts.
func (f *Fleet) Speech(row *ent.Segment) ([]recording.Stretch, error) {
	events, err := f.Actions(row)
	return recording.Speech(events, endOf(row)), err
}

// Attendee is somebody's part in a segment.
type Attendee struct {
	recording.Attendance
	Email string // empty when it is not known
}

// Roster is who was in the room of a segment or was heard there, up to now while it
// lasts.
func (f *Fleet) Roster(ctx context.Context, row *ent.Segment) ([]Attendee, error) {
	events, err := f.Actions(row)
	if err != nil {
		return nil, err
	}
	known, err := f.Client.Participant.Query().Where(participant.MeetingID(row.MeetingID), participant.EmailNEQ("")).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the addresses of the people of %s: %w", row.MeetingID, err)
	}
	emails := make(map[meeting.ParticipantID]string, len(known))
	for _, person := range known {
		emails[meeting.ParticipantID(person.Number)] = person.Email
	}
	var list []Attendee
	for _, one := range recording.Roster(events, endOf(row)) {
		list = append(list, Attendee{one, emails[one.Participant.ID]})
	}
	return list, nil
}

// endOf is when a segment ended, or now.
func endOf(row *ent.Segment) time.Time {
	if row.EndedAt == 0 {
		return time.Now()
	}
	return row.EndedAt.Time()
}
