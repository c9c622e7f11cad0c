package journal_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

// TestRecentEventsAreThoseOfTheRows writes by two journals over one database, as
// two processes do: what each remembers is what a third reads from the rows.
func TestRecentEventsAreThoseOfTheRows(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		j := open(t, address)
		other := journal.New(j.client, j.bell, nil)
		rows := func() *journal.Journal { return journal.New(j.client, j.bell, nil) } // remembers nothing
		r := newMeeting(t, j, uniqueID(), "ws_a")
		topic := journal.Topic{Meeting: r.id}
		for i := range 12 {
			writer := []*journal.Journal{j.Journal, other}[i/3%2]
			r.j.Journal = writer
			r.do(meeting.Join{Name: fmt.Sprintf("Guest %d", i), FollowsMoves: true})
			head := sequences(t, rows(), topic, 0)
			for _, reader := range []*journal.Journal{j.Journal, other} {
				for after := range int64(len(head)) {
					got, want := all(t, reader, topic, after), all(t, rows(), topic, after)
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("after %d a journal tells\n%v\nnot\n%v", after, got, want)
					}
				}
			}
		}
	})
}

// all reads as a follower does: what a journal knows, and then what follows.
func all(t *testing.T, j *journal.Journal, topic journal.Topic, after int64) (events []meeting.Event) {
	t.Helper()
	for {
		page, err := j.Read(access.AsSystem(t.Context()), topic, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return events
		}
		events, after = append(events, page...), page[len(page)-1].Sequence
	}
}

func sequences(t *testing.T, j *journal.Journal, topic journal.Topic, after int64) (list []int64) {
	t.Helper()
	for i, event := range all(t, j, topic, after) {
		if list = append(list, event.Sequence); event.Sequence != after+int64(i)+1 {
			t.Fatalf("after %d come %v", after, list)
		}
	}
	return list
}

// TestRecentEventsNeedNoRows reads without a database what was just written, as far
// back as a journal remembers; and nobody else's.
func TestRecentEventsNeedNoRows(t *testing.T) {
	j := open(t, "sqlite:"+filepath.Join(t.TempDir(), "breakout.db"))
	r := newMeeting(t, j, "mtg_1", "ws_a")
	joined := r.do(meeting.Join{Name: "Ada", FollowsMoves: true})
	ada := joined[0].Participant.ID
	for range 1500 {
		r.do(meeting.Rename{Participant: ada, Name: "Ben"})
		r.do(meeting.Rename{Participant: ada, Name: "Ada"})
	}
	head := r.last
	if err := j.client.Close(); err != nil {
		t.Fatal(err)
	}
	topic := journal.Topic{Meeting: "mtg_1"}
	for viewer, want := range map[string]bool{"ws_a": true, "ws_b": false} {
		ctx := access.With(t.Context(), access.Viewer{Workspace: viewer})
		events, err := j.Read(ctx, topic, head-900, 500)
		if got := err == nil && len(events) == 500 && events[0].Sequence == head-899; got != want {
			t.Errorf("%s reads %d events without the database: %v", viewer, len(events), err)
		}
	}
	if events, err := j.Read(access.AsSystem(t.Context()), topic, 0, 500); err == nil {
		t.Errorf("the first events of %d are still in memory: %d", head, len(events))
	}
	if events, err := j.Read(t.Context(), topic, head-1, 1); err == nil {
		t.Errorf("nobody reads %d events", len(events))
	}
}
