package journal_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
)

func BenchmarkRound(b *testing.B) {
	client, err := journal.OpenDatabase(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "breakout.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close() })
	j := journal.New(client, journal.NewBell(), slog.New(slog.DiscardHandler))
	s := meeting.New()
	do := func(c meeting.Command) time.Duration {
		ev, err := meeting.Apply(s, c, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		st := time.Now()
		if _, err := j.Append(b.Context(), "mtg_x", ev...); err != nil {
			b.Fatal(err)
		}
		d := time.Since(st)
		s.Fold(ev...)
		return d
	}
	do(meeting.Create{Meeting: "mtg_x", Title: "T", Owner: "ws", Options: meeting.DefaultOptions()})
	do(meeting.CreateRooms{Names: []string{"a", "b", "c", "d", "e", "f"}})
	for i := range 30 {
		do(meeting.Join{Name: fmt.Sprint(i), FollowsMoves: true})
		do(meeting.Assign{Room: s.Rooms[1+i%6].ID, Participants: []meeting.ParticipantID{meeting.ParticipantID(i+1) * 100}})
	}
	bot := func() { do(meeting.Join{Name: "bot"}) }
	bot()
	var open, cl, move time.Duration
	n := 0
	zero := time.Duration(0)
	for b.Loop() {
		open += do(meeting.OpenRooms{})
		move += do(meeting.Move{Participant: 100, Room: s.Rooms[3].ID})
		move += do(meeting.Move{Participant: 100, Room: s.Rooms[1].ID})
		cl += do(meeting.CloseRooms{Countdown: &zero})
		n++
	}
	b.ReportMetric(float64(open.Microseconds())/float64(n), "µs/open")
	b.ReportMetric(float64(cl.Microseconds())/float64(n), "µs/close")
	b.ReportMetric(float64(move.Microseconds())/float64(2*n), "µs/move")
}
