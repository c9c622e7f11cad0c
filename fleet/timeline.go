package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// EntryKind is what an [Entry] of a meeting's timeline tells of.
type EntryKind string

// The kinds, in the order in which entries of one moment stand.
const (
	EntryRoomOpened EntryKind = "ROOM_OPENED"
	EntryPresence   EntryKind = "PRESENCE"  // somebody was in a room
	EntryGap        EntryKind = "GAP"       // people were in a room and nobody recorded
	EntrySpeech     EntryKind = "SPEECH"    // somebody spoke
	EntryUtterance  EntryKind = "UTTERANCE" // somebody said something, as captions have it
	EntryChat       EntryKind = "CHAT"      // somebody wrote something
	EntryRoomClosed EntryKind = "ROOM_CLOSED"
)

var entryKinds = []EntryKind{EntryRoomOpened, EntryPresence, EntryGap, EntrySpeech, EntryUtterance, EntryChat, EntryRoomClosed}

// smallestGap is how long nobody must have recorded for it to be a gap: bots come a
// moment after the people.
const smallestGap = time.Second

// Entry is something of a meeting's timeline: who was where, who spoke, what was
// said and written, and when nobody recorded that.
type Entry struct {
	Kind EntryKind
	At   time.Time
	// Until is when it was over; zero for what takes no time, and for what goes on.
	Until time.Time
	Room  meeting.RoomID
	// Participant is nil for rooms and gaps, and for what the meeting's owner writes.
	Participant *meeting.ParticipantRef
	// To is whom a message was written to, if not to the room.
	To   *meeting.ParticipantRef
	Text string
	// Segments are the recordings that hold it.
	Segments []*ent.Segment

	sequence int64 // of the event that it follows from, if any
	id       string
}

// ID tells entries of one moment apart, in their order.
func (e *Entry) ID() string { return e.id }

func (e *Entry) name() string {
	who := meeting.ParticipantID(0)
	if e.Participant != nil {
		who = e.Participant.ID
	}
	return fmt.Sprintf("%d/%s/%d/%d", slices.Index(entryKinds, e.Kind), e.Room, who, e.sequence)
}

// TimelineQuery says which part of a timeline is wanted. The zero value is all of it.
type TimelineQuery struct {
	From, To    time.Time
	Room        meeting.RoomID
	Participant meeting.ParticipantID
	Kinds       []EntryKind
}

func (q TimelineQuery) wants(e *Entry) bool {
	about := func(who *meeting.ParticipantRef) bool { return who != nil && who.ID == q.Participant }
	last := spans.Latest(e.At, e.Until)
	return (q.Room == "" || q.Room == e.Room) &&
		(q.Participant == 0 || about(e.Participant) || about(e.To)) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) &&
		(q.To.IsZero() || e.At.Before(q.To)) &&
		(q.From.IsZero() || !last.Before(q.From) || e.Until.IsZero() && e.lasts())
}

// lasts says whether the entry is of a kind that goes on until it is over.
func (e *Entry) lasts() bool { return e.Kind == EntryPresence || e.Kind == EntryGap }

// Timeline is who was where in a meeting, saying what, over all rooms and bots on
// one clock, in the order of beginning. What several bots heard stands there once.
func (f *Fleet) Timeline(ctx context.Context, id meeting.ID, query TimelineQuery) ([]*Entry, error) {
	now := time.Now()
	stamp, err := f.stamp(ctx, id, now)
	if err != nil {
		return nil, err
	}
	all := f.timelines.find(stamp)
	if all == nil {
		if all, err = f.readTimeline(ctx, id, now); err != nil {
			return nil, err
		}
		f.timelines.keep(stamp, all)
	}
	wanted := make([]*Entry, 0, len(all))
	for _, e := range all {
		if query.wants(e) {
			wanted = append(wanted, e)
		}
	}
	return wanted, nil
}

// readTimeline reads all of a timeline: what the database has, and the files of all segments.
func (f *Fleet) readTimeline(ctx context.Context, id meeting.ID, now time.Time) ([]*Entry, error) {
	known, err := f.occupancy(ctx, id, now)
	if err != nil {
		return nil, err
	}
	entries := append(known.whereabouts(), known.gaps()...)
	facts, err := f.rememberedFacts(ctx, id)
	if err != nil {
		return nil, err
	}
	speeches, err := f.speeches(known.segments)
	if err != nil {
		return nil, err
	}
	said, err := f.said(known.segments)
	if err != nil {
		return nil, err
	}
	return inOrder(slices.Concat(entries, facts, speeches, known.utterances(said))), nil
}

// whereabouts are the stays of people and bots in rooms.
func (o occupancy) whereabouts() (entries []Entry) {
	for _, p := range o.presences {
		entries = append(entries, Entry{
			Kind: EntryPresence, At: p.EnteredAt.Time(), Until: p.LeftAt.Time(), Room: p.RoomID, Participant: personRef(p.Edges.Participant),
		})
	}
	return entries
}

func personRef(row *ent.Participant) *meeting.ParticipantRef {
	return &meeting.ParticipantRef{ID: meeting.ParticipantID(row.Number), Name: row.Name, Role: row.Role, IsBot: row.IsBot}
}

// gaps are when people were in a room and nobody recorded.
func (o occupancy) gaps() (entries []Entry) {
	for room, there := range o.occupied {
		for _, gap := range there.Without(o.recorded[room]) {
			if gap.To.Sub(gap.From) >= smallestGap {
				entries = append(entries, Entry{Kind: EntryGap, At: gap.From, Until: gap.To, Room: room})
			}
		}
	}
	return entries
}

// rememberedFacts are what the journal alone knows: rooms that opened and closed,
// and what was written.
func (f *Fleet) rememberedFacts(ctx context.Context, id meeting.ID) (entries []Entry, err error) {
	events, err := f.factsOf(ctx, id, meeting.RoomOpened{}.EventType(), meeting.RoomClosed{}.EventType(),
		meeting.ChatSent{}.EventType(), meeting.MessageBroadcast{}.EventType())
	for _, e := range events {
		entry := Entry{At: e.At, Participant: e.Participant, sequence: e.Sequence}
		if e.Room != nil {
			entry.Room = e.Room.ID
		}
		switch fact := e.Fact.(type) {
		case meeting.RoomOpened:
			entry.Kind = EntryRoomOpened
		case meeting.RoomClosed:
			entry.Kind = EntryRoomClosed
		case meeting.ChatSent:
			entry.Kind, entry.Text, entry.To = EntryChat, fact.Text, fact.To
		case meeting.MessageBroadcast:
			entry.Kind, entry.Text = EntryChat, fact.Text
			for _, room := range fact.Rooms {
				entry.Room = room
				entries = append(entries, entry)
			}
			continue
		}
		entries = append(entries, entry)
	}
	return entries, err
}

// place is somebody in a room.
type place struct {
	room meeting.RoomID
	who  meeting.ParticipantID
}

// speeches are who spoke when. Bots in one room hear the same: what they heard is
// joined.
func (f *Fleet) speeches(rows []*ent.Segment) (entries []Entry, err error) {
	heard := make(map[place]spans.List)
	who := make(map[place]*meeting.ParticipantRef)
	sources := make(map[place][]*ent.Segment)
	for _, row := range rows {
		list, err := f.Speech(row)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			at := place{row.RoomID, one.Participant.ID}
			heard[at], who[at] = append(heard[at], spans.Span{From: one.From, To: one.To}), one.Participant.Ref()
			if !slices.Contains(sources[at], row) {
				sources[at] = append(sources[at], row)
			}
		}
	}
	for at, list := range heard {
		for _, one := range list.Joined() {
			entries = append(entries, Entry{
				Kind: EntrySpeech, At: one.From, Until: one.To, Room: at.room, Participant: who[at], Segments: covering(sources[at], one),
			})
		}
	}
	return entries, nil
}

// covering are the segments that hold something of a stretch of time.
func covering(rows []*ent.Segment, of spans.Span) (some []*ent.Segment) {
	for _, row := range rows {
		if row.StartedAt.Time().Before(of.To) && endOf(row).After(of.From) {
			some = append(some, row)
		}
	}
	return some
}

// utterances are what was said, by those who were in the meeting.
func (o occupancy) utterances(all []Said) (entries []Entry) {
	people := make(map[meeting.ParticipantID]*meeting.ParticipantRef)
	for _, p := range o.presences {
		people[meeting.ParticipantID(p.Edges.Participant.Number)] = personRef(p.Edges.Participant)
	}
	for _, one := range all {
		entry := Entry{Kind: EntryUtterance, At: one.StartedAt, Until: one.EndedAt, Room: one.Segment.RoomID, Text: one.Text, Segments: []*ent.Segment{one.Segment}}
		if who := people[one.Participant]; who != nil {
			entry.Participant = &meeting.ParticipantRef{ID: who.ID, Name: one.Name, Role: who.Role, IsBot: who.IsBot}
		}
		entries = append(entries, entry)
	}
	return entries
}
