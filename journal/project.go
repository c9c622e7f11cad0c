package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/bot"
	"github.com/breakoutrooms/breakout/gen/ent/botmetadata"
	entmeeting "github.com/breakoutrooms/breakout/gen/ent/meeting"
	"github.com/breakoutrooms/breakout/gen/ent/room"
	"github.com/breakoutrooms/breakout/gen/ent/round"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/track"
	"github.com/breakoutrooms/breakout/meeting"
)

// ParticipantRow is the id of a participant's row.
func ParticipantRow(id meeting.ID, number meeting.ParticipantID) string {
	return fmt.Sprintf("par_%s_%d", bare(id), number)
}

func connectionRow(id meeting.ID, number meeting.ConnectionID) string {
	return fmt.Sprintf("con_%s_%d", bare(id), number)
}

func presenceRow(id meeting.ID, number meeting.ParticipantID, visit meeting.VisitNumber) string {
	return fmt.Sprintf("prs_%s_%d_%d", bare(id), number, visit)
}

func roundRow(id meeting.ID, ordinal int) string { return fmt.Sprintf("rnd_%s_%d", bare(id), ordinal) }

func trackRow(id meeting.SegmentID, track meeting.Track) string {
	row := fmt.Sprintf("trk_%s_%d", strings.TrimPrefix(string(id), "seg_"), track.Participant)
	if track.Kind != meeting.KindAudio {
		row += "_" + string(track.Kind)
	}
	return row
}

func gapRow(id meeting.BotID, gap meeting.RecordingGap) string {
	return fmt.Sprintf("gap_%s_%d", strings.TrimPrefix(string(id), "bot_"), gap.From.UnixMicro())
}

func bare(id meeting.ID) string { return strings.TrimPrefix(string(id), "mtg_") }

// projection turns the events of one transaction into as few statements as may
// be: a round that opens for a thousand people is a handful of bulk writes.
type projection struct {
	tx  *ent.Tx
	row *ent.Meeting

	rooms        []*ent.RoomCreate
	opened       map[meeting.Instant][]meeting.RoomID
	closed       map[meeting.Instant][]meeting.RoomID
	participants []*ent.ParticipantCreate
	entered      []*ent.PresenceCreate
	left         map[departure][]string
	connections  []*ent.ConnectionCreate
	cut          map[departure][]string // connections that ended
	names        []*ent.KnownNameCreate
	// By participant, the last word counts: when it left, 0 while it is there;
	// where it should be; what it sends.
	gone     map[string]meeting.Instant
	waiting  map[string]meeting.Instant // since when it waits to be let in, 0 while it does not
	assigned map[string]meeting.RoomID
	media    map[string]meeting.Media
	// updates are the statements that do not come in bulk, in their order.
	updates []func(context.Context) error
}

// departure is what presences that end together have in common.
type departure struct {
	at    meeting.Instant
	cause meeting.LeaveCause
}

// project writes what follows from the events.
func project(ctx context.Context, tx *ent.Tx, row *ent.Meeting, events []meeting.Event) error {
	p := &projection{
		tx: tx, row: row, left: make(map[departure][]string), cut: make(map[departure][]string),
		gone: make(map[string]meeting.Instant), waiting: make(map[string]meeting.Instant), assigned: make(map[string]meeting.RoomID), media: make(map[string]meeting.Media),
		opened: make(map[meeting.Instant][]meeting.RoomID), closed: make(map[meeting.Instant][]meeting.RoomID),
	}
	for _, event := range events {
		if !p.ofMeeting(event) && !p.ofParticipant(event) {
			p.ofBot(event)
		}
	}
	return p.flush(ctx)
}

// ofMeeting takes facts about the meeting, its rounds and its rooms.
func (p *projection) ofMeeting(e meeting.Event) bool {
	at := meeting.InstantOf(e.At)
	switch fact := e.Fact.(type) {
	case meeting.MeetingCreated: // the counter's row is the meeting's row
	case meeting.MeetingEnded:
		p.doOne(p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID)).SetEndedAt(at))
	case meeting.RoundPrepared:
		p.do(p.tx.Round.Create().SetID(roundRow(p.row.ID, fact.Round)).SetWorkspaceID(p.row.WorkspaceID).
			SetMeetingID(p.row.ID).SetOrdinal(fact.Round).SetState(meeting.RoundStateEdit))
	case meeting.CoverageSet:
		p.doOne(p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID)).SetCoverPolicy(fact.Policy))
	case meeting.WebhookEndpointDisabled:
		p.disable(fact, at)
	case meeting.OptionsChanged:
		p.doOne(p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID)).SetOptions(fact.Options))
	case meeting.MessageBroadcast, meeting.ChatSent, meeting.PollStarted, meeting.PollAnswered, meeting.PollEnded,
		meeting.ListeningStarted, meeting.ListeningStopped:
		// The journal alone keeps what people say, and who hears it from outside.
	case meeting.PresetSaved:
		p.rewrite(entmeeting.FieldPresets, func(row *ent.Meeting, update *ent.MeetingUpdate) {
			update.SetPresets(meeting.WithPreset(row.Presets, fact.Preset))
		})
	case meeting.PresetDeleted:
		p.rewrite(entmeeting.FieldPresets, func(row *ent.Meeting, update *ent.MeetingUpdate) {
			update.SetPresets(meeting.WithoutPreset(row.Presets, fact.Name))
		})
	case meeting.PlanSaved:
		p.rewrite(entmeeting.FieldPlans, func(row *ent.Meeting, update *ent.MeetingUpdate) {
			update.SetPlans(meeting.WithPlan(row.Plans, fact.Plan))
		})
	case meeting.PlanDeleted:
		p.rewrite(entmeeting.FieldPlans, func(row *ent.Meeting, update *ent.MeetingUpdate) {
			update.SetPlans(meeting.WithoutPlan(row.Plans, fact.Name))
		})
		p.do(p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID), entmeeting.AppliedPlan(fact.Name)).SetAppliedPlan(""))
	case meeting.PlanApplied:
		p.doOne(p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID)).SetAppliedPlan(fact.Name))
	case meeting.RoundOpened:
		p.doOne(p.round(fact.Round).SetState(meeting.RoundStateOpen).SetOpenedAt(at).SetEndsAt(meeting.InstantOf(fact.EndsAt)))
	case meeting.RoundExtended:
		p.doOne(p.round(fact.Round).SetEndsAt(meeting.InstantOf(fact.EndsAt)))
	case meeting.RoundTimeUp:
		p.doOne(p.round(fact.Round).SetEndsAt(0))
	case meeting.RoundClosing:
		p.doOne(p.round(fact.Round).SetState(meeting.RoundStateClosing).SetEndsAt(0).SetClosesAt(meeting.InstantOf(fact.ClosesAt)))
		p.do(p.tx.Room.Update().Where(room.MeetingID(p.row.ID), room.StateEQ(meeting.RoomStateOpen), room.KindEQ(meeting.RoomBreakout)).
			SetState(meeting.RoomStateClosing))
	case meeting.RoundClosed:
		p.doOne(p.round(fact.Round).SetState(meeting.RoundStateClosed).SetEndsAt(0).SetClosedAt(at).SetCause(fact.Cause))
	default:
		return p.ofRoom(e)
	}
	return true
}

// ofRoom takes facts about one room.
func (p *projection) ofRoom(e meeting.Event) bool {
	at := meeting.InstantOf(e.At)
	switch fact := e.Fact.(type) {
	case meeting.RoomRenamed:
		p.doOne(p.room(e).SetName(e.Room.Name))
	case meeting.RecordingAllowed:
		if e.Room == nil {
			return false
		}
		p.doOne(p.room(e).SetRecordable(fact.Allowed))
	case meeting.RoomDeleted:
		p.doOne(p.room(e).SetState(meeting.RoomStateDeleted))
	case meeting.RoomClosing:
		p.doOne(p.room(e).SetState(meeting.RoomStateClosing).SetClosesAt(meeting.InstantOf(fact.ClosesAt)))
	case meeting.RoomCreated:
		state := meeting.RoomStatePrepared
		if e.Room.Kind == meeting.RoomMain {
			state = meeting.RoomStateOpen
		}
		p.rooms = append(p.rooms, p.tx.Room.Create().SetID(e.Room.ID).SetWorkspaceID(p.row.WorkspaceID).SetMeetingID(p.row.ID).
			SetKind(e.Room.Kind).SetOrdinal(fact.Ordinal).SetName(e.Room.Name).SetState(state).SetCreatedAt(at))
	case meeting.RoomOpened:
		p.opened[at] = append(p.opened[at], e.Room.ID)
	case meeting.RoomClosed:
		p.closed[at] = append(p.closed[at], e.Room.ID)
	default:
		return false
	}
	return true
}

// rewrite changes a column of the meeting whose new value follows from the old one.
func (p *projection) rewrite(column string, change func(row *ent.Meeting, update *ent.MeetingUpdate)) {
	p.updates = append(p.updates, func(ctx context.Context) error {
		row, err := p.tx.Meeting.Query().Where(entmeeting.ID(p.row.ID)).Select(column).Only(ctx)
		if err != nil {
			return err
		}
		update := p.tx.Meeting.Update().Where(entmeeting.ID(p.row.ID))
		change(row, update)
		return update.Exec(ctx)
	})
}

func (p *projection) round(ordinal int) *ent.RoundUpdate {
	return p.tx.Round.Update().Where(round.ID(roundRow(p.row.ID, ordinal)))
}

func (p *projection) room(e meeting.Event) *ent.RoomUpdate {
	return p.tx.Room.Update().Where(room.ID(e.Room.ID))
}

// ofBot takes facts about bots and what they record.
func (p *projection) ofBot(e meeting.Event) {
	at := meeting.InstantOf(e.At)
	switch fact := e.Fact.(type) {
	case meeting.BotCreated:
		p.do(p.tx.Bot.Create().SetID(e.Bot.ID).SetWorkspaceID(p.row.WorkspaceID).SetMeetingID(p.row.ID).SetName(e.Bot.Name).
			SetMode(fact.Mode).SetRoomWanted(fact.RoomWanted).SetMetadata(fact.Metadata).SetOrder(fact.Order).
			SetJoinAt(meeting.InstantOf(fact.JoinAt)).SetDeduplicationKey(fact.DeduplicationKey).
			SetTranscription(fact.Transcription).SetCreatedAt(at))
		p.metadata(e.Bot.ID, fact.Metadata)
		p.endpoints(e, fact.Endpoints)
	case meeting.RealtimeEndpointChanged:
		p.endpoint(fact)
	case meeting.BotUpdated:
		p.doOne(p.tx.Bot.Update().Where(bot.ID(e.Bot.ID)).SetName(e.Bot.Name).SetMode(fact.Mode).SetRoomWanted(fact.RoomWanted).
			SetMetadata(fact.Metadata).SetOrder(fact.Order).SetTranscription(fact.Transcription).SetJoinAt(meeting.InstantOf(fact.JoinAt)))
		p.updates = append(p.updates, func(ctx context.Context) error {
			_, err := p.tx.BotMetadata.Delete().Where(botmetadata.BotID(e.Bot.ID)).Exec(ctx)
			return err
		})
		p.metadata(e.Bot.ID, fact.Metadata)
	case meeting.BotStatusChanged:
		p.status(e, fact)
	case meeting.BotMoveStarted, meeting.BotMoveEnded, meeting.BotSpeechStarted, meeting.BotSpeechEnded, meeting.BotNoticeRefused, meeting.BotConnectionLost, meeting.BotConnectionRestored:
		// The journal alone keeps these.
	case meeting.RecordingGap:
		p.do(p.tx.Gap.Create().SetID(gapRow(e.Bot.ID, fact)).SetWorkspaceID(p.row.WorkspaceID).SetMeetingID(p.row.ID).SetBotID(e.Bot.ID).
			SetRoomID(e.Room.ID).SetFrom(meeting.InstantOf(fact.From)).SetTo(meeting.InstantOf(fact.To)).SetCause(fact.Cause))
	case meeting.SegmentStarted:
		p.do(p.tx.Segment.Create().SetID(fact.Segment).SetWorkspaceID(p.row.WorkspaceID).SetMeetingID(p.row.ID).
			SetBotID(e.Bot.ID).SetRoomID(e.Room.ID).SetVisit(int(fact.Visit)).SetFolder(fact.Folder).SetStartedAt(at))
	case meeting.SegmentCompleted:
		p.doOne(p.tx.Segment.Update().Where(segment.ID(fact.Segment)).SetEndedAt(meeting.InstantOf(fact.EndedAt)).SetInterrupted(fact.Interrupted).SetExpiresAt(meeting.InstantOf(fact.ExpiresAt)))
		p.tracks(fact)
	case meeting.SegmentDeleted:
		p.doOne(p.tx.Segment.Update().Where(segment.ID(fact.Segment)).SetDeletedAt(at))
		// Who was recorded is part of what was deleted.
		p.updates = append(p.updates, func(ctx context.Context) error {
			_, err := p.tx.Track.Delete().Where(track.SegmentID(fact.Segment)).Exec(ctx)
			return err
		})
	case meeting.SegmentErased:
		p.doOne(p.tx.Segment.Update().Where(segment.ID(fact.Segment)).SetErasedAt(at))
	}
}

// metadata keeps the entries of a bot's metadata, for bots to be found by them.
func (p *projection) metadata(id meeting.BotID, entries map[string]string) {
	rows := make([]*ent.BotMetadataCreate, 0, len(entries))
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		rows = append(rows, p.tx.BotMetadata.Create().SetWorkspaceID(p.row.WorkspaceID).SetBotID(id).SetKey(key).SetValue(entries[key]))
	}
	if len(rows) > 0 {
		p.do(p.tx.BotMetadata.CreateBulk(rows...))
	}
}

// status keeps the bot's place in its life. Entering, leaving and seeing rooms
// are steps that leave it where it is.
func (p *projection) status(e meeting.Event, fact meeting.BotStatusChanged) {
	if meeting.BreakoutStatus(fact.Code) {
		return
	}
	update := p.tx.Bot.Update().Where(bot.ID(e.Bot.ID)).SetStatusCode(fact.Code).SetStatusSubCode(fact.SubCode)
	if meeting.TerminalStatus(fact.Code) {
		update.SetEndedAt(meeting.InstantOf(e.At))
	}
	p.doOne(update)
}

func (p *projection) tracks(fact meeting.SegmentCompleted) {
	rows := make([]*ent.TrackCreate, len(fact.Tracks))
	for i, track := range fact.Tracks {
		rows[i] = p.tx.Track.Create().SetID(trackRow(fact.Segment, track)).SetWorkspaceID(p.row.WorkspaceID).
			SetSegmentID(fact.Segment).SetNumber(int(track.Participant)).SetName(track.Name).SetFile(track.File).
			SetStartedAt(meeting.InstantOf(track.StartedAt)).SetDuration(int64(track.Duration / time.Nanosecond)).
			SetPackets(track.Packets).SetLost(track.Lost).SetBytes(track.Bytes).
			SetKind(track.Kind).SetWidth(track.Width).SetHeight(track.Height).SetFrames(track.Frames).SetMissed(int64(track.Missed))
	}
	p.updates = append(p.updates, func(ctx context.Context) error {
		return inBulk(rows, func(chunk []*ent.TrackCreate) error { return p.tx.Track.CreateBulk(chunk...).Exec(ctx) })
	})
}

// do adds one statement.
func (p *projection) do(statement interface{ Exec(context.Context) error }) {
	p.updates = append(p.updates, statement.Exec)
}

// doOne adds a statement that must change one row: an event about something
// that is not there is an error.
func (p *projection) doOne(statement interface {
	Save(context.Context) (int, error)
}) {
	p.updates = append(p.updates, func(ctx context.Context) error {
		n, err := statement.Save(ctx)
		if err == nil && n != 1 {
			return fmt.Errorf("%T changed %d rows, not 1", statement, n)
		}
		return err
	})
}

// flush writes everything: rows before what refers to them, arrivals before
// departures.
func (p *projection) flush(ctx context.Context) error {
	if err := inBulk(p.rooms, func(c []*ent.RoomCreate) error { return p.tx.Room.CreateBulk(c...).Exec(ctx) }); err != nil {
		return fmt.Errorf("rooms: %w", err)
	}
	if err := p.flushPeople(ctx); err != nil {
		return err
	}
	if err := p.openAndClose(ctx); err != nil {
		return fmt.Errorf("rooms: %w", err)
	}
	for _, update := range p.updates {
		if err := update(ctx); err != nil {
			return err
		}
	}
	return nil
}

// openAndClose sets the states of rooms. A room that did both within the same
// transaction is left as the later of the two.
func (p *projection) openAndClose(ctx context.Context) error {
	for at, ids := range p.opened {
		if err := p.tx.Room.Update().Where(room.IDIn(ids...)).SetState(meeting.RoomStateOpen).SetOpenedAt(at).SetClosesAt(0).Exec(ctx); err != nil {
			return err
		}
	}
	for at, ids := range p.closed {
		err := p.tx.Room.Update().Where(room.IDIn(ids...), room.OpenedAtLTE(at)).SetState(meeting.RoomStateClosed).SetClosedAt(at).SetClosesAt(0).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
