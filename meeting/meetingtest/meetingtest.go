// Package meetingtest proves that a platform keeps the contract of package
// meeting. A platform is done when Exercise passes; there is no list of skips.
package meetingtest

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// patience is how long something that must come is waited for.
const patience = 10 * time.Second

// Harness is a platform under test and what the tests need beside it.
type Harness struct {
	Platform meeting.Platform
	// Speak brings a person into a meeting who speaks without end and goes where
	// the host sends people, and returns the person's number.
	Speak func(t *testing.T, id meeting.ID, name string) meeting.ParticipantID
}

// Exercise runs the contract against a platform. Open is called for each test;
// what it opens must be closed by the test's cleanup. Run gives each test its
// surroundings, such as a bubble of virtual time.
func Exercise(t *testing.T, run func(t *testing.T, test func(*testing.T)), open func(t *testing.T) Harness) {
	for name, test := range map[string]func(*table){
		"a seat hears its room and nobody else":    hearsItsRoom,
		"an invitation can be declined":            declines,
		"a later invitation supersedes":            supersedes,
		"a round that closes brings everyone back": returns,
		"a person keeps one number":                keepsNumber,
		"the end of a meeting ends the seat":       ends,
		"leaving is final and can be repeated":     leaves,
		"a seat speaks to its room alone":          speaks,
		"what is against the rules is refused":     refuses,
		"a seat that must be let in hears nothing": waits,
		"a seat can be turned away":                turnsAway,
		"a seat that is not let in can be left":    givesUp,
		"a seat records when it is let":            asks,
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T) { test(lay(t, open(t))) })
		})
	}
}

// table is a meeting with two rooms and a seat under test.
type table struct {
	t *testing.T
	Harness
	id    meeting.ID
	rooms []meeting.RoomID
}

func lay(t *testing.T, h Harness) *table {
	b := &table{t: t, Harness: h, id: "mtg_contract"}
	options := meeting.DefaultOptions()
	options.ClosingCountdown = 0
	if err := h.Platform.Create(t.Context(), meeting.Create{Meeting: b.id, Title: "Contract", Options: options}); err != nil {
		t.Fatal(err)
	}
	for _, event := range b.do(meeting.CreateRooms{Names: []string{"Red", "Blue"}}) {
		if _, created := event.Fact.(meeting.RoomCreated); created {
			b.rooms = append(b.rooms, event.Room.ID)
		}
	}
	return b
}

func (b *table) do(command meeting.Command) []meeting.Event {
	b.t.Helper()
	events, err := b.Platform.Command(b.t.Context(), b.id, command)
	if err != nil {
		b.t.Fatalf("%T: %v", command, err)
	}
	return events
}

// seat is a seat under test and what it heard.
type seat struct {
	t       *testing.T
	session meeting.Session

	mu      sync.Mutex
	packets map[meeting.VisitNumber]map[meeting.ParticipantID]int
	came    chan struct{}
}

func (b *table) join(name string) *seat {
	b.t.Helper()
	s := &seat{t: b.t, packets: make(map[meeting.VisitNumber]map[meeting.ParticipantID]int), came: make(chan struct{}, 1)}
	session, err := b.Platform.Join(b.t.Context(), meeting.JoinRequest{Meeting: b.id, Name: name, Receive: s.receive})
	if err != nil {
		b.t.Fatal(err)
	}
	s.session = session
	b.t.Cleanup(func() {
		if err := session.Leave(context.Background()); err != nil {
			b.t.Errorf("leave: %v", err)
		}
	})
	return s
}

func (s *seat) receive(p meeting.Packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packets[p.Visit] == nil {
		s.packets[p.Visit] = make(map[meeting.ParticipantID]int)
	}
	s.packets[p.Visit][p.Participant]++
	select {
	case s.came <- struct{}{}:
	default:
	}
}

// heard counts the packets of a visit by who sent them.
func (s *seat) heard(visit meeting.VisitNumber) map[meeting.ParticipantID]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.packets[visit])
}

// untilHears waits until somebody is heard on a visit.
func (s *seat) untilHears(visit meeting.VisitNumber, who meeting.ParticipantID) {
	s.t.Helper()
	timeout := time.After(patience)
	for s.heard(visit)[who] == 0 {
		select {
		case <-s.came:
		case <-timeout:
			s.t.Fatalf("participant %d is not heard on visit %d", who, visit)
		}
	}
}

// until waits for a signal of a kind, and passes by others.
func until[S meeting.Signal](s *seat) S {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case signal, open := <-s.session.Signals():
			if wanted, ok := signal.(S); ok {
				return wanted
			}
			if !open {
				var none S
				s.t.Fatalf("the signals ended before %T", none)
			}
		case <-timeout:
			var none S
			s.t.Fatalf("no %T came", none)
		}
	}
}

func wantRefusal(t *testing.T, err error, code meeting.Code) {
	t.Helper()
	if refusals, ok := errors.AsType[meeting.Refusals](err); !ok || !refusals.Has(code) {
		t.Errorf("got %v, want a refusal with code %s", err, code)
	}
}

func hearsItsRoom(b *table) {
	ada, ben := b.Speak(b.t, b.id, "Ada"), b.Speak(b.t, b.id, "Ben")
	s := b.join("Bot")
	if first := until[meeting.EnteredRoom](s); first.Visit != 1 || first.Room.Kind != meeting.RoomMain || len(first.Roster) != 2 {
		b.t.Errorf("the seat begins with %+v", first)
	}
	s.untilHears(1, ada)
	s.untilHears(1, ben)

	b.do(meeting.Assign{Room: b.rooms[0], Participants: []meeting.ParticipantID{ada, s.session.Participant()}})
	b.do(meeting.OpenRooms{})
	invited := until[meeting.Invited](s)
	if err := s.session.Answer(b.t.Context(), invited.Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	entered := until[meeting.EnteredRoom](s)
	if entered.Visit != 2 || entered.Room.ID != b.rooms[0] || len(entered.Roster) != 1 || entered.Roster[0].ID != ada {
		b.t.Errorf("the seat enters %+v", entered)
	}
	s.untilHears(2, ada)
	if n := s.heard(2)[ben]; n != 0 {
		b.t.Errorf("%d packets of somebody in another room came", n)
	}
}

func declines(b *table) {
	s := b.join("Bot")
	b.do(meeting.Assign{Room: b.rooms[0], Participants: []meeting.ParticipantID{s.session.Participant()}})
	b.do(meeting.OpenRooms{})
	invited := until[meeting.Invited](s)
	if err := s.session.Answer(b.t.Context(), invited.Invitation, false); err != nil {
		b.t.Fatal(err)
	}
	if ended := until[meeting.InvitationEnded](s); ended.Outcome != meeting.InvitationDeclined {
		b.t.Errorf("the invitation ended %+v", ended)
	}
	// It stays good while the room is open.
	if err := s.session.Answer(b.t.Context(), invited.Invitation, true); err != nil {
		b.t.Errorf("a declined invitation could not be taken up: %v", err)
	}
}

func supersedes(b *table) {
	s := b.join("Bot")
	b.do(meeting.Assign{Room: b.rooms[0], Participants: []meeting.ParticipantID{s.session.Participant()}})
	b.do(meeting.OpenRooms{})
	first := until[meeting.Invited](s)
	b.do(meeting.Move{Participant: s.session.Participant(), Room: b.rooms[1]})
	second := until[meeting.Invited](s)
	wantRefusal(b.t, s.session.Answer(b.t.Context(), first.Invitation, true), meeting.CodeInvitationNotPending)
	if err := s.session.Answer(b.t.Context(), second.Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	for entered := until[meeting.EnteredRoom](s); entered.Room.ID != b.rooms[1]; {
		entered = until[meeting.EnteredRoom](s)
	}
}

func returns(b *table) {
	ada := b.Speak(b.t, b.id, "Ada")
	s := b.join("Bot")
	b.do(meeting.Assign{Room: b.rooms[0], Participants: []meeting.ParticipantID{ada, s.session.Participant()}})
	b.do(meeting.OpenRooms{})
	if err := s.session.Answer(b.t.Context(), until[meeting.Invited](s).Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	s.untilHears(2, ada)
	b.do(meeting.CloseRooms{})
	for entered := until[meeting.EnteredRoom](s); entered.Visit != 3; {
		entered = until[meeting.EnteredRoom](s)
	}
	s.untilHears(3, ada)
}

func keepsNumber(b *table) {
	ada := b.Speak(b.t, b.id, "Ada")
	s := b.join("Bot")
	number := s.session.Participant()
	if number == ada || number%100 != 0 || ada%100 != 0 {
		b.t.Errorf("the numbers are %d and %d", ada, number)
	}
	s.untilHears(1, ada)
	b.do(meeting.Assign{Room: b.rooms[1], Participants: []meeting.ParticipantID{ada, number}})
	b.do(meeting.OpenRooms{})
	if err := s.session.Answer(b.t.Context(), until[meeting.Invited](s).Invitation, true); err != nil {
		b.t.Fatal(err)
	}
	s.untilHears(2, ada)
	if s.session.Participant() != number {
		b.t.Errorf("the seat's number became %d", s.session.Participant())
	}
}

func ends(b *table) {
	s := b.join("Bot")
	b.do(meeting.End{})
	if removed := until[meeting.Removed](s); removed.Cause != meeting.LeftByMeetingEnd {
		b.t.Errorf("the seat was removed for %s", removed.Cause)
	}
	if signal, open := <-s.session.Signals(); open {
		b.t.Errorf("%+v came after the last signal", signal)
	}
	_, err := b.Platform.Join(b.t.Context(), meeting.JoinRequest{Meeting: b.id, Name: "Late", Receive: func(meeting.Packet) {}})
	wantRefusal(b.t, err, meeting.CodeMeetingEnded)
}

func leaves(b *table) {
	ada := b.Speak(b.t, b.id, "Ada")
	s := b.join("Bot")
	s.untilHears(1, ada)
	for range 2 {
		if err := s.session.Leave(b.t.Context()); err != nil {
			b.t.Errorf("leave: %v", err)
		}
	}
	before := s.heard(1)[ada]
	other := b.join("Other")
	other.untilHears(1, ada)
	if after := s.heard(1)[ada]; after != before {
		b.t.Errorf("%d packets came after leaving", after-before)
	}
}

func refuses(b *table) {
	s := b.join("Bot")
	ctx := b.t.Context()
	_, err := b.Platform.Command(ctx, "mtg_none", meeting.OpenRooms{})
	wantRefusal(b.t, err, meeting.CodeMeetingNotFound)
	_, err = b.Platform.Join(ctx, meeting.JoinRequest{Meeting: "mtg_none", Name: "Bot", Receive: func(meeting.Packet) {}})
	wantRefusal(b.t, err, meeting.CodeMeetingNotFound)
	wantRefusal(b.t, s.session.EnterRoom(ctx, "room_none"), meeting.CodeRoomNotFound)
	wantRefusal(b.t, s.session.EnterRoom(ctx, b.rooms[0]), meeting.CodeRoomNotOpen)
	wantRefusal(b.t, s.session.ReturnToMain(ctx), meeting.CodeAlreadyThere)
	wantRefusal(b.t, s.session.Answer(ctx, 99, true), meeting.CodeInvitationNotFound)
	b.do(meeting.OpenRooms{})
	wantRefusal(b.t, s.session.EnterRoom(ctx, b.rooms[0]), meeting.CodeNotAllowed)
}
