package recall

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
)

// meetingPrefix begins the ids of meetings.
const meetingPrefix = "mtg_"

// meetingURL is what a bot says of where it was sent.
type meetingURL struct {
	MeetingID       string  `json:"meeting_id"`
	MeetingPassword *string `json:"meeting_password"`
	Platform        string  `json:"platform"`
}

// addressed finds the meeting that an address names: its path ends in the meeting's
// id, whatever the host and what stands before.
func (d *door) addressed(ctx context.Context, address string) (*ent.Meeting, error) {
	refuse := func(format string, args ...any) error {
		return faultAt([]string{"meeting_url"}, format, args...)
	}
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return nil, refuse("The address of a meeting is a URL such as %s/meetings/mtg_…; %q is none.", d.Links.Base, address)
	}
	id := path.Base(parsed.Path)
	if !strings.HasPrefix(id, meetingPrefix) {
		return nil, refuse("No meeting has the address %q: end its path in the id of a meeting, as in %s/meetings/mtg_….", address, d.Links.Base)
	}
	row, err := d.Client.Meeting.Get(ctx, meeting.ID(id))
	if ent.IsNotFound(err) {
		return nil, refuse("There is no meeting %q; create it first by the mutation createMeeting.", id)
	}
	if err != nil {
		return nil, fmt.Errorf("find meeting %s: %w", id, err)
	}
	return row, nil
}

func addressOf(row *ent.Meeting) meetingURL {
	platform := row.Persona
	if platform == meeting.PersonaIdeal {
		platform = row.Platform
	}
	return meetingURL{MeetingID: string(row.ID), Platform: platform}
}

// faultAt is one field that is at fault.
func faultAt(path []string, format string, args ...any) failure {
	f := faults{}
	f.add(path, format, args...)
	return f.failure()
}
