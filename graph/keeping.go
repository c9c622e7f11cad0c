package graph

import (
	"context"
	"path"
	"time"

	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

func (r *Resolver) deleteRecording(ctx context.Context, input gql.DeleteRecordingInput) (*gql.DeleteRecordingPayload, error) {
	which := fleet.Deletion{
		Segment: meeting.SegmentID(orEmpty(input.SegmentID)), Bot: meeting.BotID(orEmpty(input.BotID)), Meeting: meeting.ID(orEmpty(input.MeetingID)),
	}
	count, err := r.Fleet.DeleteRecording(ctx, which)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.DeleteRecordingPayload{UserErrors: refused}, err
	}
	return &gql.DeleteRecordingPayload{DeletedSegments: count, UserErrors: []*gql.UserError{}}, nil
}

// made shows a file that is made of a segment, unless there is nothing to make it of.
func (r *Resolver) made(row *ent.Segment, file, contentType string) *gql.SegmentFile {
	if row.EndedAt == 0 || row.DeletedAt != 0 {
		return nil
	}
	return &gql.SegmentFile{ContentType: contentType, DurationSeconds: *secondsOf(row), URL: r.Links.To(path.Join(row.Folder, file))}
}

// retention is for how long recordings are kept that are kept for so many hours. No
// hour at all is a time that the fleet refuses, as is one that is too long.
func retention(hours int) time.Duration {
	most := int(fleet.MaxRetention / time.Hour)
	if hours < 1 {
		return -time.Hour
	}
	return time.Duration(min(hours, most+1)) * time.Hour
}

// hoursKept is how long recordings of a bot are kept; nil for ever.
func hoursKept(row *ent.Bot) (*int, error) {
	kept, err := fleet.RetentionOf(row)
	if err != nil || kept == 0 {
		return nil, err
	}
	hours := int(kept / time.Hour)
	return &hours, nil
}
