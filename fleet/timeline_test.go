package fleet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// kinds counts the entries of a timeline.
func kinds(entries []*fleet.Entry) map[fleet.EntryKind]int {
	count := make(map[fleet.EntryKind]int)
	for _, e := range entries {
		count[e.Kind]++
	}
	return count
}

func (m *held) timeline() []*fleet.Entry {
	m.t.Helper()
	entries, err := m.Timeline(viewer("A"), m.id, fleet.TimelineQuery{})
	if err != nil {
		m.t.Fatal(err)
	}
	return entries
}

// TestATimelineKnowsWhatHappenedSince reads one again and again: at the very moment at
// which something was written, while people speak, and when it is all over. What is kept
// of it is shown to nobody of another workspace.
func TestATimelineKnowsWhatHappenedSince(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		ada := m.guest("Ada")
		rover := m.send(bot.JoinMainRoom, "")
		m.until(rover, "in_call_recording")
		time.Sleep(10 * time.Second)
		before := kinds(m.timeline())
		m.do(meeting.SendChat{Actor: meeting.As(ada), Text: "Hello"})
		if now := kinds(m.timeline()); now[fleet.EntryChat] != 1 {
			t.Errorf("at the moment of the message the timeline has %v", now)
		}
		time.Sleep(20 * time.Second)
		if now := kinds(m.timeline()); now[fleet.EntryUtterance] <= before[fleet.EntryUtterance] || now[fleet.EntrySpeech] <= before[fleet.EntrySpeech] {
			t.Errorf("20 s later it has %v, and had %v", now, before)
		}
		m.do(meeting.End{})
		m.until(rover, "done")
		over := m.timeline()
		time.Sleep(time.Hour)
		if again := m.timeline(); len(again) != len(over) || again[0] != over[0] {
			t.Error("the timeline of a meeting that is over was read twice")
		}
		m.lengthen(1)
		if now := kinds(m.timeline()); now[fleet.EntryUtterance] <= kinds(over)[fleet.EntryUtterance] {
			t.Errorf("with a transcript that came late it has %v, and had %v", now, kinds(over))
		}
		if entries, err := m.Timeline(viewer("B"), m.id, fleet.TimelineQuery{}); err == nil {
			t.Errorf("another workspace sees %d entries", len(entries))
		}
	})
}

// lengthen repeats what was said in a meeting that is over, each time as much later as it lasted.
func (m *held) lengthen(times int) {
	m.t.Helper()
	for _, row := range m.client.Segment.Query().AllX(system()) {
		lasted := row.EndedAt.Time().Sub(row.StartedAt.Time())
		m.client.Segment.UpdateOne(row).SetEndedAt(meeting.InstantOf(row.EndedAt.Time().Add(time.Duration(times) * lasted))).ExecX(system())
		folder := filepath.Join(m.data, "recordings", row.Folder)
		lengthen(m.t, filepath.Join(folder, recording.TranscriptFile), times, func(said *recording.Utterance, n int) {
			later := time.Duration(n) * lasted
			said.StartedAt, said.EndedAt = said.StartedAt.Add(later), said.EndedAt.Add(later)
			for i := range said.Words {
				said.Words[i].From, said.Words[i].To = said.Words[i].From.Add(later), said.Words[i].To.Add(later)
			}
		})
		lengthen(m.t, filepath.Join(folder, recording.EventsFile), times, func(done *recording.ParticipantEvent, n int) {
			done.Timestamp.Absolute = done.Timestamp.Absolute.Add(time.Duration(n) * lasted)
		})
	}
}

// lengthen repeats the lines of a file, each time changed.
func lengthen[L any](t testing.TB, name string, times int, change func(line *L, n int)) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var longer bytes.Buffer
	longer.Write(text)
	for n := range times {
		for line := range bytes.Lines(text) {
			var one L
			if err := json.Unmarshal(line, &one); err != nil {
				t.Fatal(err)
			}
			change(&one, n+1)
			if err := json.NewEncoder(&longer).Encode(one); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(name, longer.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkTimeline reads the timeline of a meeting of an hour with many voices, as a page does
// that is scrolled through: again and again. It is made of half a minute that is repeated.
func BenchmarkTimeline(b *testing.B) {
	h := open(b, b.TempDir(), nil)
	h.run()
	m := h.meet()
	for _, name := range []string{"Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"} {
		m.guest(name)
	}
	rover := m.send(bot.JoinMainRoom, "")
	m.until(rover, "in_call_recording")
	time.Sleep(15 * time.Second)
	m.do(meeting.End{})
	m.until(rover, "done")
	m.lengthen(240)
	entries := 0
	for b.Loop() {
		entries = len(m.timeline())
	}
	b.ReportMetric(float64(entries), "entries")
}
