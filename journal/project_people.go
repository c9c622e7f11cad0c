package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/connection"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/meeting"
)

// ofParticipant takes facts about who is where.
func (p *projection) ofParticipant(e meeting.Event) bool {
	if e.Participant == nil {
		return false
	}
	at, who := meeting.InstantOf(e.At), e.Participant
	row := ParticipantRow(p.row.ID, who.ID)
	switch fact := e.Fact.(type) {
	case meeting.ParticipantJoined:
		p.joined(e, fact)
	case meeting.ParticipantWaiting, meeting.ParticipantAdmitted, meeting.ParticipantDenied, meeting.ParticipantLeftWaitingRoom:
		p.inWaitingRoom(e)
	case meeting.ParticipantLeft:
		p.gone[row] = at
		d := departure{at, fact.Cause}
		p.cut[d] = append(p.cut[d], connectionRow(p.row.ID, fact.Connection))
	case meeting.ParticipantEnteredRoom:
		p.entered = append(p.entered, p.tx.Presence.Create().SetID(presenceRow(p.row.ID, who.ID, fact.Visit)).
			SetWorkspaceID(p.row.WorkspaceID).SetParticipantID(row).SetRoomID(e.Room.ID).
			SetConnection(int(fact.Connection)).SetVisit(int(fact.Visit)).SetEnteredAt(at))
	case meeting.ParticipantLeftRoom:
		d := departure{at, fact.Cause}
		p.left[d] = append(p.left[d], presenceRow(p.row.ID, who.ID, fact.Visit))
	case meeting.ParticipantAssigned:
		p.assigned[row] = roomOf(e)
	case meeting.MediaChanged:
		p.media[row] = fact.Media
	default:
		return p.ofPerson(e)
	}
	return true
}

// joined writes a connection down, and the participant whose first it is.
func (p *projection) joined(e meeting.Event, fact meeting.ParticipantJoined) {
	at, who := meeting.InstantOf(e.At), e.Participant
	row := ParticipantRow(p.row.ID, who.ID)
	p.connections = append(p.connections, p.tx.Connection.Create().SetID(connectionRow(p.row.ID, fact.Connection)).
		SetWorkspaceID(p.row.WorkspaceID).SetParticipantID(row).SetNumber(int(fact.Connection)).SetDevice(fact.Device).SetJoinedAt(at))
	if !fact.Admitted { // otherwise it is known since it waits
		p.known(e, fact)
	}
}

// known writes down what somebody is called and brings along who comes, and the
// participant, if it comes for the first time.
func (p *projection) known(e meeting.Event, fact meeting.ParticipantJoined) {
	at, who := meeting.InstantOf(e.At), e.Participant
	row := ParticipantRow(p.row.ID, who.ID)
	p.name(e)
	if fact.Rejoined {
		p.gone[row] = 0
		p.doOne(p.participant(e).SetName(who.Name).SetRole(who.Role).SetBotID(fact.Bot).SetEmail(fact.Email).SetExternalID(fact.ExternalID).
			SetDevice(fact.Device).SetPreset(fact.Preset).SetMedia(fact.Media))
		return
	}
	p.participants = append(p.participants, p.tx.Participant.Create().SetID(row).
		SetWorkspaceID(p.row.WorkspaceID).SetMeetingID(p.row.ID).SetNumber(int(who.ID)).SetName(who.Name).SetRole(who.Role).
		SetIsBot(who.IsBot).SetBotID(fact.Bot).SetEmail(fact.Email).SetExternalID(fact.ExternalID).
		SetDevice(fact.Device).SetPreset(fact.Preset).SetMedia(fact.Media).SetJoinedAt(at))
}

// inWaitingRoom takes what becomes of somebody who waits.
func (p *projection) inWaitingRoom(e meeting.Event) {
	at, row := meeting.InstantOf(e.At), ParticipantRow(p.row.ID, e.Participant.ID)
	switch fact := e.Fact.(type) {
	case meeting.ParticipantWaiting:
		p.waiting[row] = at
		if !fact.Back {
			p.known(e, fact.Arrival)
		}
	case meeting.ParticipantAdmitted:
		p.waiting[row] = 0
	default:
		p.gone[row], p.waiting[row] = at, 0
	}
}

// ofPerson takes facts about what a participant is and may do.
func (p *projection) ofPerson(e meeting.Event) bool {
	switch fact := e.Fact.(type) {
	case meeting.ParticipantRenamed:
		p.name(e)
		p.doOne(p.participant(e).SetName(e.Participant.Name))
	case meeting.ParticipantRoleChanged:
		p.doOne(p.participant(e).SetRole(e.Participant.Role))
	case meeting.PresetGiven:
		p.doOne(p.participant(e).SetPreset(fact.Preset))
	case meeting.RecordingAllowed:
		p.doOne(p.participant(e).SetMayRecord(fact.Allowed))
	case meeting.RecordingChanged:
		p.doOne(p.participant(e).SetRecording(fact.State))
	case meeting.HelpRequested:
		p.doOne(p.participant(e).SetHelp(meeting.HelpRequestedState))
	case meeting.HelpAnswered:
		p.doOne(p.participant(e).SetHelp(fact.Outcome))
	case meeting.InvitationSent, meeting.InvitationResolved, meeting.CapabilitiesChanged, meeting.RecordingRequested, meeting.BroadcastStarted, meeting.BroadcastStopped:
		// The journal alone keeps these.
	default:
		return false
	}
	return true
}

func (p *projection) participant(e meeting.Event) *ent.ParticipantUpdate {
	return p.tx.Participant.Update().Where(participant.ID(ParticipantRow(p.row.ID, e.Participant.ID)))
}

// name keeps what a participant is called from now on.
func (p *projection) name(e meeting.Event) {
	p.names = append(p.names, p.tx.KnownName.Create().SetWorkspaceID(p.row.WorkspaceID).
		SetParticipantID(ParticipantRow(p.row.ID, e.Participant.ID)).SetName(e.Participant.Name).SetSince(meeting.InstantOf(e.At)))
}

// flushPeople writes who is where: rows before what refers to them, arrivals
// before departures.
func (p *projection) flushPeople(ctx context.Context) error {
	for _, write := range []func(context.Context) error{p.arrive, p.depart, p.settle} {
		if err := write(ctx); err != nil {
			return fmt.Errorf("participants: %w", err)
		}
	}
	return nil
}

// arrive writes new rows.
func (p *projection) arrive(ctx context.Context) error {
	return errors.Join(
		inBulk(p.participants, func(c []*ent.ParticipantCreate) error { return p.tx.Participant.CreateBulk(c...).Exec(ctx) }),
		inBulk(p.connections, func(c []*ent.ConnectionCreate) error { return p.tx.Connection.CreateBulk(c...).Exec(ctx) }),
		inBulk(p.names, func(c []*ent.KnownNameCreate) error { return p.tx.KnownName.CreateBulk(c...).Exec(ctx) }),
		inBulk(p.entered, func(c []*ent.PresenceCreate) error { return p.tx.Presence.CreateBulk(c...).Exec(ctx) }),
	)
}

// settle writes what is true of people in the end.
func (p *projection) settle(ctx context.Context) error {
	return errors.Join(
		grouped(p.assigned, func(id meeting.RoomID, who []string) error {
			return p.tx.Participant.Update().Where(participant.IDIn(who...)).SetAssignedRoomID(id).Exec(ctx)
		}),
		grouped(p.gone, func(at meeting.Instant, who []string) error {
			return p.tx.Participant.Update().Where(participant.IDIn(who...)).SetLeftAt(at).Exec(ctx)
		}),
		grouped(p.waiting, func(since meeting.Instant, who []string) error {
			return p.tx.Participant.Update().Where(participant.IDIn(who...)).SetWaitingSince(since).Exec(ctx)
		}),
		grouped(p.media, func(media meeting.Media, who []string) error {
			return p.tx.Participant.Update().Where(participant.IDIn(who...)).SetMedia(media).Exec(ctx)
		}),
	)
}

// depart ends presences and connections.
func (p *projection) depart(ctx context.Context) error {
	for d, ids := range p.left {
		err := inBulk(ids, func(ids []string) error {
			return p.tx.Presence.Update().Where(presence.IDIn(ids...)).SetLeftAt(d.at).SetCause(d.cause).Exec(ctx)
		})
		if err != nil {
			return err
		}
	}
	for d, ids := range p.cut {
		err := inBulk(ids, func(ids []string) error {
			return p.tx.Connection.Update().Where(connection.IDIn(ids...)).SetLeftAt(d.at).SetCause(d.cause).Exec(ctx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// grouped writes a value of many rows by as few statements as there are values.
func grouped[V comparable](values map[string]V, write func(value V, rows []string) error) error {
	rows := make(map[V][]string)
	for row, value := range values {
		rows[value] = append(rows[value], row)
	}
	for value, ids := range rows {
		if err := inBulk(ids, func(ids []string) error { return write(value, ids) }); err != nil {
			return err
		}
	}
	return nil
}
