package fleet_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/gap"
	"github.com/breakoutrooms/breakout/gen/ent/participant"
	"github.com/breakoutrooms/breakout/gen/ent/presence"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/spans"
)

// await waits for an event of a type about a bot, the n-th of its kind.
func (m *held) await(id meeting.BotID, want meeting.EventType, n int) (found meeting.Event) {
	m.t.Helper()
	errSeen := errors.New("seen")
	ctx, cancel := context.WithTimeout(system(), 2*time.Minute)
	defer cancel()
	err := m.journal.Follow(ctx, journal.Topic{Meeting: m.id, Bot: id}, 0, func(event meeting.Event) error {
		if event.Type() == want {
			if found, n = event, n-1; n == 0 {
				return errSeen
			}
		}
		return nil
	})
	if !errors.Is(err, errSeen) {
		m.t.Fatalf("bot %s told no %s: it told %v (%v)", id, want, m.statuses(id), err)
	}
	return found
}

// inRed is a bot that records Ada in Red, and its number in the meeting.
func (m *held) inRed() (id meeting.BotID, number meeting.ParticipantID) {
	m.t.Helper()
	ada := m.guest("Ada")
	m.do(meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{ada}})
	id = m.send(bot.AutoAcceptAllInvites, "")
	number = m.await(id, meeting.SegmentStarted{}.EventType(), 1).Participant.ID
	m.do(meeting.Assign{Room: m.red, Participants: []meeting.ParticipantID{number}})
	m.do(meeting.OpenRooms{})
	m.until(id, meeting.StatusBreakoutRoomEntered)
	return id, number
}

// tiled checks that the segments of a bot and its gaps cover its visits, without
// anything twice, and that it is one participant.
func (m *held) tiled(id meeting.BotID) {
	m.t.Helper()
	ctx, now := system(), time.Now()
	span := func(from, to meeting.Instant) spans.Span {
		if to == 0 {
			return spans.Span{From: from.Time(), To: now}
		}
		return spans.Span{From: from.Time(), To: to.Time()}
	}
	var visits, recorded, gaps spans.List
	for _, p := range m.client.Presence.Query().Where(presence.HasParticipantWith(participant.BotID(id))).Order(ent.Asc(presence.FieldVisit)).AllX(ctx) {
		visits = append(visits, span(p.EnteredAt, p.LeftAt))
	}
	for _, s := range m.client.Segment.Query().Where(segment.BotID(id)).Order(ent.Asc(segment.FieldVisit)).AllX(ctx) {
		if n := len(recorded); n > 0 && s.StartedAt.Time().Before(recorded[n-1].To) {
			m.t.Errorf("segment %d of bot %s begins before the one before it ends", s.Visit, id)
		}
		recorded = append(recorded, span(s.StartedAt, s.EndedAt))
	}
	for _, g := range m.client.Gap.Query().Where(gap.BotID(id)).AllX(ctx) {
		gaps = append(gaps, span(g.From, g.To))
	}
	all := append(append(spans.List{}, recorded...), gaps...).Joined()
	if left := visits.Joined().Without(all); len(left) > 0 {
		m.t.Errorf("of the visits of bot %s nothing covers %v\nvisits %v\nsegments %v\ngaps %v", id, left, visits, recorded, gaps)
	}
	if n := m.client.Participant.Query().Where(participant.BotID(id)).CountX(ctx); n != 1 {
		m.t.Errorf("bot %s is %d participants", id, n)
	}
}

func TestABotOutlastsAShortCut(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id, number := m.inRed()
		time.Sleep(3 * time.Second)
		cut := time.Now()
		if err := h.simulator.Cut(m.id, number, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		restored := m.await(id, meeting.BotConnectionRestored{}.EventType(), 1)
		if fact, _ := restored.Fact.(meeting.BotConnectionRestored); fact.Rejoined || !fact.Since.Equal(cut) {
			t.Errorf("the connection was restored as %+v, cut at %s", fact, cut)
		}
		lack, _ := m.await(id, meeting.RecordingGap{}.EventType(), 1).Fact.(meeting.RecordingGap)
		if !lack.From.Equal(cut) || lack.To.Sub(lack.From) != 5*time.Second || lack.Cause != meeting.GapByLostConnection {
			t.Errorf("the gap is %+v", lack)
		}
		time.Sleep(3 * time.Second)
		if n := m.client.Segment.Query().Where(segment.BotID(id)).CountX(system()); n != 2 {
			t.Errorf("there are %d segments, want those of main and of Red", n)
		}
		m.tiled(id)
		m.do(meeting.End{})
		m.until(id, "done")
		m.tiled(id)
	})
}

func TestABotComesBackFromALongCut(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id, number := m.inRed()
		time.Sleep(3 * time.Second)
		if err := h.simulator.Cut(m.id, number, time.Minute); err != nil {
			t.Fatal(err)
		}
		restored := m.await(id, meeting.BotConnectionRestored{}.EventType(), 1)
		if fact, _ := restored.Fact.(meeting.BotConnectionRestored); !fact.Rejoined {
			t.Errorf("the connection was restored as %+v", fact)
		}
		m.await(id, meeting.SegmentStarted{}.EventType(), 4) // main, Red, main, Red
		time.Sleep(3 * time.Second)
		if person := m.whereIs(number); person.Room != m.red {
			t.Errorf("the bot is in %s", person.Room)
		}
		m.tiled(id)
		m.do(meeting.End{})
		m.until(id, "done")
		m.tiled(id)
	})
}

// TestABotSaysWhyItIsNotWhereItWas has the room close while the bot is away.
func TestABotSaysWhyItIsNotWhereItWas(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id, number := m.inRed()
		if err := h.simulator.Cut(m.id, number, time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Second)
		m.do(meeting.CloseRooms{})
		ended, _ := m.await(id, meeting.BotMoveEnded{}.EventType(), 1).Fact.(meeting.BotMoveEnded)
		if ended.Outcome != meeting.MoveRefused || ended.Message == "" {
			t.Errorf("the way back ended as %+v", ended)
		}
		m.tiled(id)
	})
}

// TestABotDoesNotComeBackToAMeetingThatIsOver ends the meeting while the bot is away.
func TestABotDoesNotComeBackToAMeetingThatIsOver(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		id, number := m.inRed()
		if err := h.simulator.Cut(m.id, number, time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		m.do(meeting.End{})
		m.await(id, meeting.RecordingGap{}.EventType(), 1)
		m.until(id, "call_ended/call_ended_by_host")
		m.until(id, "done")
		m.tiled(id)
	})
}

// whereIs is somebody as the meeting has it.
func (m *held) whereIs(number meeting.ParticipantID) (person meeting.Person) {
	m.t.Helper()
	if err := m.simulator.View(m.t.Context(), m.id, func(s *meeting.State) { person = *s.People[number] }); err != nil {
		m.t.Fatal(err)
	}
	synctest.Wait()
	return person
}

// TestWhomAHostRemovesIsNotReplaced covers two rooms, from one of which the host
// removes the bot.
func TestWhomAHostRemovesIsNotReplaced(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		m.guest("Ada")
		if err := h.CoverRooms(viewer("A"), m.id, meeting.CoverPolicy{}); err != nil {
			t.Fatal(err)
		}
		m.do(meeting.OpenRooms{})
		recording := func() int {
			return m.client.Segment.Query().Where(segment.EndedAt(0)).CountX(system())
		}
		time.Sleep(time.Second)
		if n := recording(); n != 2 {
			t.Fatalf("%d rooms are covered", n)
		}
		var inRed meeting.ParticipantID
		for _, person := range m.roster() {
			if person.Room == m.red {
				inRed = person.ID
			}
		}
		m.do(meeting.Remove{Participant: inRed})
		time.Sleep(time.Minute)
		if n := recording(); n != 1 {
			t.Errorf("%d rooms are covered when the host has removed a bot from one of two", n)
		}
		m.do(meeting.CloseRooms{})
		time.Sleep(time.Second)
		m.do(meeting.OpenRooms{})
		time.Sleep(time.Second)
		if n := recording(); n != 2 {
			t.Errorf("%d rooms are covered in the next round", n)
		}
	})
}

// roster is everybody in the meeting.
func (m *held) roster() (people []meeting.Person) {
	m.t.Helper()
	if err := m.simulator.View(m.t.Context(), m.id, func(s *meeting.State) {
		for _, person := range s.Roster() {
			if person.Present() {
				people = append(people, *person)
			}
		}
	}); err != nil {
		m.t.Fatal(err)
	}
	return people
}
