package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/privacy"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// databases are the databases that every test of this package runs on.
func databases(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "breakout.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		address := os.Getenv("BREAKOUT_TEST_POSTGRES")
		if address == "" {
			t.Skip("set BREAKOUT_TEST_POSTGRES to the URL of an empty Postgres database to run this test on it")
		}
		test(t, address)
	})
}

// house is a journal and what it stands on.
type house struct {
	*journal.Journal
	client *ent.Client
	bell   *journal.Bell
}

func open(t *testing.T, address string) house {
	t.Helper()
	client, err := journal.OpenDatabase(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	bell := journal.NewBell()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	return house{journal.New(client, bell, log), client, bell}
}

// rules plays commands by the rules and journals what follows.
type rules struct {
	t     *testing.T
	j     house
	id    meeting.ID
	state *meeting.State
	now   time.Time
	last  int64 // the sequence number of the last event
}

func newMeeting(t *testing.T, j house, id meeting.ID, owner string) *rules {
	r := &rules{t: t, j: j, id: id, state: meeting.New(), now: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	r.do(meeting.Create{Meeting: id, Title: "Test", Platform: "simulator", Owner: owner, Options: meeting.DefaultOptions()})
	return r
}

func (r *rules) do(command meeting.Command) []meeting.Event {
	r.t.Helper()
	events, err := meeting.Apply(r.state, command, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	numbered, err := r.j.Append(r.t.Context(), r.id, events...)
	if err != nil {
		r.t.Fatal(err)
	}
	r.state.Fold(numbered...)
	r.now = r.now.Add(time.Second)
	r.last = numbered[len(numbered)-1].Sequence
	return numbered
}

func uniqueID() meeting.ID {
	return meeting.ID(fmt.Sprintf("mtg_%x", time.Now().UnixNano()))
}

func TestRowsFollowTheRules(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		ctx := access.AsSystem(t.Context())
		id := uniqueID()
		r := newMeeting(t, j, id, "ws_a")
		r.do(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
		for i := range 30 {
			r.do(meeting.Join{Name: fmt.Sprintf("Guest %d", i), FollowsMoves: true})
		}
		r.do(meeting.Assign{Room: r.state.Rooms[1].ID, Participants: []meeting.ParticipantID{100, 200}})
		r.do(meeting.OpenRooms{})
		r.do(meeting.Leave{Actor: meeting.As(300)})

		row := j.client.Meeting.GetX(ctx, id)
		rooms := row.QueryRooms().AllX(ctx)
		for _, room := range rooms {
			want, _ := r.state.Room(room.ID)
			if room.State != want.State || room.Name != want.Name {
				t.Errorf("the row of %q says %s, the rules %s", room.Name, room.State, want.State)
			}
		}
		for _, person := range r.state.Roster() {
			row := j.client.Participant.GetX(ctx, journal.ParticipantRow(id, person.ID))
			if row.AssignedRoomID != person.Assigned || (row.LeftAt == 0) != person.Present() {
				t.Errorf("the row of %s is %+v, the rules say %+v", person.Name, row, person)
			}
			presences := row.QueryPresences().AllX(ctx)
			last := presences[len(presences)-1]
			if person.Present() && (last.RoomID != person.Room || meeting.VisitNumber(last.Visit) != person.Visit || last.LeftAt != 0) {
				t.Errorf("%s: the last presence is %+v, the rules say room %s, visit %d", person.Name, last, person.Room, person.Visit)
			}
		}
	})
}

func TestFollowersSeeEveryEventOnce(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		id := uniqueID()
		newMeeting(t, j, id, "ws_a")
		const writers, each = 4, 50
		total := int64(2 + writers*each)

		var work sync.WaitGroup
		for w := range writers {
			work.Go(func() {
				for n := range each {
					event := meeting.Event{At: time.Now(), Fact: meeting.InvitationResolved{Invitation: meeting.InvitationID(1000*w + n)}}
					if _, err := j.Append(t.Context(), id, event); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 8 {
			work.Go(func() { followToTheEnd(t, j, id, total) })
		}
		work.Wait()
	})
}

// followToTheEnd follows a meeting in pieces, coming back with the cursor after
// every few events, and checks that the sequence has no gap and no repetition.
func followToTheEnd(t *testing.T, j house, id meeting.ID, total int64) {
	errEnough := errors.New("enough")
	var at int64
	for at < total {
		stop := at + 1 + at%7
		err := j.Follow(access.AsSystem(t.Context()), journal.Topic{Meeting: id}, at, func(event meeting.Event) error {
			if event.Sequence != at+1 {
				t.Errorf("event %d came after %d", event.Sequence, at)
			}
			at = event.Sequence
			if at >= min(stop, total) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			t.Error(err)
			return
		}
	}
}

func TestALostBellCostsNoEvent(t *testing.T) {
	j := open(t, "sqlite:"+filepath.Join(t.TempDir(), "breakout.db"))
	id := uniqueID()
	newMeeting(t, j, id, "ws_a")
	// This journal's bell rings where nobody listens.
	deaf := open(t, "sqlite:"+filepath.Join(t.TempDir(), "other.db"))
	silent := journal.New(j.client, deaf.bell, slog.New(slog.DiscardHandler))

	errSeen := errors.New("seen")
	err := j.Follow(access.AsSystem(t.Context()), journal.Topic{Meeting: id}, 2, sync.OnceValue(func() func(meeting.Event) error {
		if _, err := silent.Append(t.Context(), id, meeting.Event{At: time.Now(), Fact: meeting.InvitationResolved{}}); err != nil {
			t.Fatal(err)
		}
		return func(meeting.Event) error { return errSeen }
	})())
	if !errors.Is(err, errSeen) {
		t.Fatal(err)
	}
}

func TestWorkspacesAreApart(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		id := uniqueID()
		newMeeting(t, j, id, "ws_a")
		own := access.With(t.Context(), access.Viewer{Workspace: "ws_a"})
		foreign := access.With(t.Context(), access.Viewer{Workspace: "ws_b"})

		if _, err := j.client.Meeting.Get(own, id); err != nil {
			t.Errorf("the owner can't see its meeting: %v", err)
		}
		if _, err := j.client.Meeting.Get(foreign, id); !ent.IsNotFound(err) {
			t.Errorf("a foreign workspace gets %v, want not found", err)
		}
		if _, err := j.client.Meeting.Get(context.Background(), id); !errors.Is(err, privacy.Deny) {
			t.Errorf("nobody gets %v, want a denial", err)
		}
		if err := j.client.Meeting.UpdateOneID(id).SetTitle("mine").Exec(foreign); !errors.Is(err, privacy.Deny) {
			t.Errorf("a foreign workspace writes: %v, want a denial", err)
		}
		events, err := j.Read(foreign, journal.Topic{Meeting: id}, 0, 10)
		if err != nil || len(events) != 0 {
			t.Errorf("a foreign workspace reads %d events, %v", len(events), err)
		}
	})
}

func TestARefusedTransactionLeavesNoTrace(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		id := uniqueID()
		newMeeting(t, j, id, "ws_a")
		// The second event names a bot that does not exist.
		_, err := j.Append(t.Context(), id,
			meeting.Event{At: time.Now(), Fact: meeting.RoundPrepared{Round: 1}},
			meeting.Event{At: time.Now(), Bot: &meeting.BotRef{ID: "bot_none"}, Fact: meeting.BotStatusChanged{Code: "done"}})
		if err == nil {
			t.Fatal("a status of a bot that does not exist was taken")
		}
		numbered, err := j.Append(t.Context(), id, meeting.Event{At: time.Now(), Fact: meeting.RoundPrepared{Round: 1}})
		if err != nil || numbered[0].Sequence != 3 {
			t.Fatalf("the next event is %+v, %v; want sequence 3", numbered, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	client, err := journal.OpenDatabase(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "breakout.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	j := journal.New(client, journal.NewBell(), slog.New(slog.DiscardHandler))
	id := meeting.ID("mtg_bench")
	if _, err := j.Append(b.Context(), id, meeting.Event{At: time.Now(), Fact: meeting.MeetingCreated{Meeting: id, Owner: "ws"}}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := j.Append(b.Context(), id, meeting.Event{At: time.Now(), Fact: meeting.InvitationResolved{}}); err != nil {
			b.Fatal(err)
		}
	}
}
