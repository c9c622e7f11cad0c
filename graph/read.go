package graph

import (
	"context"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	entbot "github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/botmetadata"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/socket"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// node finds anything by its id, whose prefix tells what it is.
func (r *Resolver) node(ctx context.Context, id string) (view.Node, error) {
	prefix, _, _ := strings.Cut(id, "_")
	if err := access.Require(ctx, access.ScopeAdmin, "node"); err != nil && (prefix == "whe" || prefix == "msg") {
		return nil, nil //nolint:nilnil // what a key may not read is not there for it
	}
	switch prefix {
	case "mtg":
		return nodeOf(r.Client.Meeting.Get(ctx, meeting.ID(id)))
	case "room":
		return nodeOf(r.Client.Room.Get(ctx, meeting.RoomID(id)))
	case "par":
		return nodeOf(r.Client.Participant.Get(ctx, id))
	case "prs":
		return nodeOf(r.Client.Presence.Get(ctx, id))
	case "bot":
		return nodeOf(r.Client.Bot.Get(ctx, meeting.BotID(id)))
	case "seg":
		return nodeOf(r.Client.Segment.Get(ctx, meeting.SegmentID(id)))
	case "whe":
		return nodeOf(r.webhookEndpoint(ctx, id))
	case "msg":
		return nodeOf(r.Client.Delivery.Get(ctx, meeting.DeliveryID(id)))
	case "trk":
		return nodeOf(r.Client.Track.Get(ctx, id))
	}
	return nil, nil //nolint:nilnil // null is the schema's word for what is not there
}

// nodeOf keeps a missing row from becoming a node that holds nothing.
func nodeOf[R any](row *R, err error) (view.Node, error) {
	if found, err := orNull(row, err); found == nil {
		return nil, err
	}
	return row, nil
}

// botFilter says which bots of the workspace are wanted.
type botFilter struct {
	meeting  *string
	status   []string
	metadata []*gql.MetadataEntryInput
}

func (r *Resolver) bots(ctx context.Context, want botFilter, first *int, after *string) (*gql.BotConnection, error) {
	if n := len(want.metadata); n > fleet.MaxMetadata {
		return nil, meeting.Refuse(meeting.CodeInvalid, []string{"metadata"}, "Metadata has up to %d entries; %d were asked for.", fleet.MaxMetadata, n)
	}
	query := r.Client.Bot.Query()
	if want.meeting != nil {
		query.Where(entbot.MeetingID(meeting.ID(*want.meeting)))
	}
	if want.status != nil {
		query.Where(entbot.StatusCodeIn(want.status...))
	}
	for _, entry := range want.metadata {
		query.Where(entbot.HasEntriesWith(botmetadata.Key(entry.Key), botmetadata.Value(entry.Value)))
	}
	return listBots(ctx, query, true, first, after)
}

// segmentFilter says which segments of a meeting are wanted.
type segmentFilter struct {
	meeting   string
	room, bot *string
}

func (r *Resolver) segments(ctx context.Context, want segmentFilter, first *int, after *string) (*gql.SegmentConnection, error) {
	query := r.Client.Segment.Query().Where(segment.MeetingID(meeting.ID(want.meeting)))
	if want.room != nil {
		query.Where(segment.RoomID(meeting.RoomID(*want.room)))
	}
	if want.bot != nil {
		query.Where(segment.BotID(meeting.BotID(*want.bot)))
	}
	return listSegments(ctx, query, first, after)
}

func (r *Resolver) meetingEvents(ctx context.Context, id meeting.ID, after *string) (<-chan view.Event, error) {
	return r.follow(ctx, journal.Topic{Meeting: id}, after)
}

func (r *Resolver) botEvents(ctx context.Context, id meeting.BotID, after *string) (<-chan view.Event, error) {
	row, err := r.Client.Bot.Get(ctx, id)
	if ent.IsNotFound(err) {
		return nil, meeting.Refuse(fleet.CodeBotNotFound, []string{"botId"}, "There is no bot %q.", id)
	}
	if err != nil {
		return nil, err
	}
	return r.follow(ctx, journal.Topic{Meeting: row.MeetingID, Bot: id}, after)
}

// follow sends the events of a topic to a subscriber until it goes away.
func (r *Resolver) follow(ctx context.Context, topic journal.Topic, after *string) (<-chan view.Event, error) {
	row, err := r.Client.Meeting.Get(ctx, topic.Meeting)
	if ent.IsNotFound(err) {
		return nil, meeting.Refuse(meeting.CodeMeetingNotFound, []string{"meetingId"}, "There is no meeting %q.", topic.Meeting)
	}
	if err != nil {
		return nil, err
	}
	persona, err := meeting.PersonaOf(row.Persona)
	if err != nil {
		return nil, err
	}
	sequence, err := view.ParseCursor(topic.Meeting, after)
	if err != nil {
		return nil, err
	}
	events := make(chan view.Event, 1)
	send := func(ctx context.Context, after, until int64, note func(int64)) error {
		defer close(events)
		defer r.Observer.subscribed()()
		began := time.Now()
		return r.read(ctx, topic, after, until, func(event meeting.Event) error {
			shown, err := view.EventOf(topic.Meeting, persona, event)
			if err != nil {
				return err
			}
			note(event.Sequence)
			select {
			case events <- shown:
				r.Observer.handedOver(began, event)
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}
	isOffered := socket.Offer(ctx, &socket.Source{
		After: sequence, Head: row.HeadSequence, Send: send,
		More: func(ctx context.Context, after int64) (bool, error) {
			next, err := r.Journal.Read(ctx, topic, after, 1)
			return len(next) > 0, err
		},
		Cursor: func(sequence int64) string { return view.Cursor(topic.Meeting, sequence) },
	})
	if !isOffered {
		go func() {
			err := send(ctx, sequence, socket.Forever, func(int64) {})
			if ctx.Err() == nil {
				r.Log.Error("a subscription ended before its subscriber went away", "meeting", topic.Meeting, "error", err)
			}
		}()
	}
	return events, nil
}

// eventPage is how many events are read at once.
const eventPage = 500

// read hands the events of a topic after a number to emit, until one included or for
// ever.
func (r *Resolver) read(ctx context.Context, topic journal.Topic, after, until int64, emit func(meeting.Event) error) error {
	if until == socket.Forever {
		return r.Journal.Follow(ctx, topic, after, emit)
	}
	for after < until {
		events, err := r.Journal.Read(ctx, topic, after, eventPage)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, event := range events {
			if event.Sequence > until {
				return nil
			}
			if err := emit(event); err != nil {
				return err
			}
			after = event.Sequence
		}
	}
	return nil
}
