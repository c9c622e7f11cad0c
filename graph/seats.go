package graph

import (
	"context"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// longestLink is for how long a link to a seat can open.
const longestLink = 24 * time.Hour

func (r *Resolver) createGuestLink(ctx context.Context, input gql.CreateGuestLinkInput) (*gql.CreateGuestLinkPayload, error) {
	problems := checkLink(input.ExpiresInSeconds)
	if n := utf8.RuneCountInString(strings.TrimSpace(input.Name)); n < 1 || n > meeting.MaxNameLength {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "A guest's name has 1 to %d characters; this one has %d.", meeting.MaxNameLength, n)...)
	}
	of, err := r.heldMeeting(ctx, input.MeetingID)
	parameters := url.Values{"name": {input.Name}}
	if err == nil && input.RoomID != nil {
		var in meeting.ID
		if in, _, err = r.Fleet.MeetingOf(ctx, meeting.RoomID(*input.RoomID)); err == nil && in != of.ID {
			err = meeting.Refuse(meeting.CodeRoomNotFound, []string{"roomId"}, "The meeting has no room %q.", *input.RoomID)
		}
		parameters.Set("roomId", *input.RoomID)
	}
	refused, err := userErrors(problems.with(err))
	if err != nil || len(refused) > 0 {
		return &gql.CreateGuestLinkPayload{UserErrors: refused}, err
	}
	link := r.linkTo("/whip/"+input.MeetingID, parameters, input.ExpiresInSeconds)
	return &gql.CreateGuestLinkPayload{Link: link, UserErrors: refused}, nil
}

func (r *Resolver) createListenLink(ctx context.Context, input gql.CreateListenLinkInput) (*gql.CreateListenLinkPayload, error) {
	problems := checkLink(input.ExpiresInSeconds)
	in, room, err := r.Fleet.MeetingOf(ctx, meeting.RoomID(input.RoomID))
	if err == nil {
		_, err = r.heldMeeting(ctx, string(in))
	}
	refused, err := userErrors(problems.with(err))
	if err != nil || len(refused) > 0 {
		return &gql.CreateListenLinkPayload{UserErrors: refused}, err
	}
	link := r.linkTo("/whep/"+string(in)+"/"+string(room), nil, input.ExpiresInSeconds)
	return &gql.CreateListenLinkPayload{Link: link, UserErrors: refused}, nil
}

func (r *Resolver) createSeatLink(ctx context.Context, input gql.CreateSeatLinkInput) (*gql.CreateSeatLinkPayload, error) {
	problems := checkLink(input.ExpiresInSeconds)
	_, err := r.heldMeeting(ctx, input.MeetingID)
	refused, err := userErrors(problems.with(err))
	if err != nil || len(refused) > 0 {
		return &gql.CreateSeatLinkPayload{UserErrors: refused}, err
	}
	link := r.linkTo("/seats/"+input.MeetingID, nil, input.ExpiresInSeconds)
	link.URL = "ws" + strings.TrimPrefix(link.URL, "http")
	return &gql.CreateSeatLinkPayload{Link: link, UserErrors: refused}, nil
}

// problems are refusals that are told together.
type problems meeting.Refusals

// with adds what an error refuses; any other error stands for itself.
func (p problems) with(err error) error {
	if refusals, is := err.(meeting.Refusals); is { //nolint:errorlint // refusals come as they are
		return append(meeting.Refusals(p), refusals...)
	}
	if err == nil && len(p) > 0 {
		return meeting.Refusals(p)
	}
	return err
}

func checkLink(seconds int) (refused problems) {
	if most := int(longestLink.Seconds()); seconds < 1 || seconds > most {
		refused = problems(meeting.Refuse(meeting.CodeInvalid, []string{"expiresInSeconds"}, "A link opens for 1 to %d s; %d s were asked for.", most, seconds))
	}
	return refused
}

// heldMeeting finds a meeting that is not over.
func (r *Resolver) heldMeeting(ctx context.Context, id string) (*ent.Meeting, error) {
	row, err := r.Client.Meeting.Get(ctx, meeting.ID(id))
	switch {
	case ent.IsNotFound(err):
		return nil, meeting.Refuse(meeting.CodeMeetingNotFound, []string{"meetingId"}, "There is no meeting %q.", id)
	case err == nil && row.EndedAt != 0:
		return nil, meeting.Refuse(meeting.CodeMeetingEnded, nil, "The meeting ended at %s; create a new one.", row.EndedAt)
	}
	return row, err
}

func (r *Resolver) linkTo(path string, parameters url.Values, seconds int) *gql.SeatLink {
	expires := time.Now().Add(time.Duration(seconds) * time.Second)
	return &gql.SeatLink{URL: r.Seats.To(path, parameters, expires), ExpiresAt: meeting.InstantOf(expires)}
}
