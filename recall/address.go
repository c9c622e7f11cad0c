package recall

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/breakoutrooms/breakout/gen/ent"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/meeting"
)

// meetingURL is what a bot says of where it was sent.
type meetingURL struct {
	MeetingID       string  `json:"meeting_id"`
	MeetingPassword *string `json:"meeting_password"`
	Platform        string  `json:"platform"`
}

// addressed finds the meeting that an address names: the newest one that was given the
// address and has not ended, else the newest, and else the one in whose id the path
// ends, whatever the host and what stands before.
func (d *door) addressed(ctx context.Context, address string) (*ent.Meeting, error) {
	field := []string{"meeting_url"}
	normal, err := meeting.ParseJoinURL(address)
	if refusals, ok := errors.AsType[meeting.Refusals](err); ok {
		return nil, faultAt(field, "%s", refusals.Error())
	}
	row, err := d.Client.Meeting.Query().Where(entmeeting.JoinURL(normal)).
		Order(livingFirst, ent.Desc(entmeeting.FieldCreatedAt, entmeeting.FieldID)).First(ctx)
	if ent.IsNotFound(err) {
		row, err = d.Client.Meeting.Get(ctx, meeting.ID(path.Base(normal)))
	}
	if ent.IsNotFound(err) {
		return nil, faultAt(field, "No meeting has the address %s. Give it to one by createMeeting with joinUrl, or end the path in the id of a meeting, as in %s/meetings/mtg_….", normal, d.Links.Base)
	}
	if err != nil {
		return nil, fmt.Errorf("find the meeting at %s: %w", normal, err)
	}
	return row, nil
}

// livingFirst puts meetings that have not ended before those that have.
func livingFirst(s *sql.Selector) {
	s.OrderExpr(sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE WHEN ").Ident(s.C(entmeeting.FieldEndedAt)).WriteString(" = 0 THEN 0 ELSE 1 END")
	}))
}

// hosts are the platforms whose addresses are known by their hosts, in the API's words.
var hosts = []struct{ host, platform string }{
	{"zoom.us", "zoom"}, {"zoom.com", "zoom"}, {"meet.google.com", "google_meet"},
	{"teams.microsoft.com", "microsoft_teams"}, {"teams.live.com", "microsoft_teams"}, {"webex.com", "webex"},
}

// addressOf says where a meeting is: as its address elsewhere says, if it has one.
func addressOf(row *ent.Meeting) meetingURL {
	shown := meetingURL{MeetingID: string(row.ID), Platform: row.Persona}
	if row.Persona == meeting.PersonaIdeal {
		shown.Platform = row.Platform
	}
	given, err := url.Parse(row.JoinURL)
	if err != nil || row.JoinURL == "" {
		return shown
	}
	shown.MeetingID = path.Base(given.Path)
	for _, known := range hosts {
		if given.Hostname() == known.host || strings.HasSuffix(given.Hostname(), "."+known.host) {
			shown.Platform = known.platform
		}
	}
	return shown
}

// faultAt is one field that is at fault.
func faultAt(path []string, format string, args ...any) failure {
	f := faults{}
	f.add(path, format, args...)
	return f.failure()
}
