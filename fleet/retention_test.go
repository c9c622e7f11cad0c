package fleet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/track"
	"github.com/breakoutrooms/breakout/meeting"
)

// record has two bots record the main room for three seconds, the recordings of the
// first of which are kept for a time.
func (m *held) record(kept time.Duration) (bots []meeting.BotID) {
	m.t.Helper()
	m.guest("Ada")
	for _, spec := range []fleet.BotSpec{{Name: "Short", Retention: kept}, {Name: "Long"}} {
		spec.Meeting, spec.Mode = m.id, bot.JoinMainRoom
		id, err := m.CreateBot(viewer("A"), spec)
		if err != nil {
			m.t.Fatal(err)
		}
		bots = append(bots, id)
		m.until(id, "in_call_recording")
	}
	time.Sleep(3 * time.Second)
	for _, id := range bots {
		if err := m.RemoveBot(viewer("A"), id); err != nil {
			m.t.Fatal(err)
		}
		m.until(id, "done")
	}
	return bots
}

// deletions tell of each recording that was deleted, when and why, and that its
// files were erased; and of bots of which nothing is left.
func (m *held) deletions(since time.Time) (list []string) {
	m.t.Helper()
	for _, e := range m.events() {
		passed := e.At.Sub(since).Round(time.Second)
		switch fact := e.Fact.(type) {
		case meeting.SegmentDeleted:
			list = append(list, fmt.Sprintf("%s of %s deleted by %s after %s", fact.Segment, e.Bot.Name, fact.Cause, passed))
		case meeting.SegmentErased:
			list = append(list, fmt.Sprintf("%s of %s erased after %s", fact.Segment, e.Bot.Name, passed))
		case meeting.BotStatusChanged:
			if fact.Code == meeting.StatusMediaExpired {
				list = append(list, fmt.Sprintf("%s has nothing after %s", e.Bot.Name, passed))
			}
		}
	}
	return list
}

// of is the only segment of a bot, and whether its files are there.
func (m *held) of(id meeting.BotID) (row segmentRow, there bool) {
	m.t.Helper()
	found := m.client.Segment.Query().Where(segment.BotID(id)).OnlyX(system())
	files, err := filepath.Glob(filepath.Join(m.data, "recordings", found.Folder, "*"))
	if err != nil {
		m.t.Fatal(err)
	}
	return segmentRow{found.ID, found.EndedAt.Time(), found.DeletedAt.Time(), found.ErasedAt.Time(), found.Folder}, len(files) > 0
}

type segmentRow struct {
	id                     meeting.SegmentID
	ended, deleted, erased time.Time
	folder                 string
}

func (m *held) expect(since time.Time, want ...string) {
	m.t.Helper()
	if got := m.deletions(since); !slices.Equal(got, want) {
		m.t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestRecordingsAreDeletedWhenTheyHaveBeenKeptForLongEnough(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		bots := m.record(10 * time.Minute)
		m.do(meeting.End{}) // nobody talks for hours
		short, there := m.of(bots[0])
		if !there {
			t.Fatal("nothing was recorded")
		}
		time.Sleep(time.Until(short.ended.Add(10*time.Minute - time.Second)))
		synctest.Wait()
		m.expect(short.ended)
		if _, there := m.of(bots[0]); !there {
			t.Error("it is gone before its time")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		m.expect(short.ended,
			fmt.Sprintf("%s of Short deleted by EXPIRY after 10m0s", short.id), "Short has nothing after 10m0s", fmt.Sprintf("%s of Short erased after 10m0s", short.id))
		row, there := m.of(bots[0])
		if there || row.deleted.IsZero() || row.erased.Before(row.deleted) {
			t.Errorf("%+v, with files: %v", row, there)
		}
		if n := m.client.Track.Query().Where(track.SegmentID(short.id)).CountX(system()); n != 0 {
			t.Errorf("%d tracks are still known", n)
		}
		time.Sleep(time.Hour)
		if _, there := m.of(bots[1]); !there || len(m.deletions(short.ended)) != 3 {
			t.Errorf("what is kept for ever is gone: %q", m.deletions(short.ended))
		}
	})
}

// TestRecordingsFallDueWhileNobodyRuns stops the house, and opens it again when the
// time is over.
func TestRecordingsFallDueWhileNobodyRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		m := h.meet()
		bots := m.record(10 * time.Minute)
		short, _ := m.of(bots[0])
		h.close()
		time.Sleep(time.Hour)
		again := reopen(t, h.data, m)
		again.run()
		synctest.Wait()
		again.expect(short.ended,
			fmt.Sprintf("%s of Short deleted by EXPIRY after 1h0m0s", short.id), "Short has nothing after 1h0m0s", fmt.Sprintf("%s of Short erased after 1h0m0s", short.id))
	})
}

// TestWhatADeadProcessLeftOfDeletedRecordingsIsErased has a process die between
// saying that a recording is deleted and removing its files, and when part of them
// was removed.
func TestWhatADeadProcessLeftOfDeletedRecordingsIsErased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		stop := h.run()
		m := h.meet()
		bots := m.record(0)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		for _, id := range bots {
			row, _ := m.of(id)
			if _, err := m.journal.Append(system(), m.id, meeting.Event{At: time.Now(), Bot: &meeting.BotRef{ID: id}, Fact: meeting.SegmentDeleted{Segment: row.id, Visit: 1}}); err != nil {
				t.Fatal(err)
			}
		}
		gone, _ := m.of(bots[0])
		if err := os.RemoveAll(filepath.Join(m.data, "recordings", gone.folder)); err != nil {
			t.Fatal(err)
		}
		h.close()
		again := reopen(t, h.data, m)
		again.run()
		synctest.Wait()
		for _, id := range bots {
			if row, there := again.of(id); there || row.erased.IsZero() {
				t.Errorf("%+v, with files: %v", row, there)
			}
		}
	})
}

func TestRecordingsAreDeletedOnRequest(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		running := m.send(bot.JoinMainRoom, "")
		m.until(running, "in_call_recording")
		bots := m.record(0)
		first, _ := m.of(bots[0])
		before := h.footprint()
		open, _ := m.of(running)
		for name, one := range map[string]struct {
			which fleet.Deletion
			want  meeting.Code
		}{
			"nothing":              {fleet.Deletion{}, meeting.CodeInvalid},
			"two things":           {fleet.Deletion{Bot: bots[0], Meeting: m.id}, meeting.CodeInvalid},
			"no segment":           {fleet.Deletion{Segment: "seg_x"}, fleet.CodeSegmentNotFound},
			"no bot":               {fleet.Deletion{Bot: "bot_x"}, fleet.CodeBotNotFound},
			"no meeting":           {fleet.Deletion{Meeting: "mtg_x"}, meeting.CodeMeetingNotFound},
			"what is recorded now": {fleet.Deletion{Segment: open.id}, fleet.CodeRecordingRunning},
			"all with that":        {fleet.Deletion{Meeting: m.id}, fleet.CodeRecordingRunning},
		} {
			_, err := m.DeleteRecording(viewer("A"), one.which)
			m.refused(name, err, one.want)
		}
		_, err := m.DeleteRecording(viewer("B"), fleet.Deletion{Segment: first.id})
		m.refused("another workspace's", err, fleet.CodeSegmentNotFound)
		if after := h.footprint(); after != before {
			t.Errorf("refusals made of %s %s", before, after)
		}
		for range 2 { // the second time, nothing is left to do
			if _, err := m.DeleteRecording(viewer("A"), fleet.Deletion{Segment: first.id}); err != nil {
				t.Fatal(err)
			}
		}
		m.expect(time.Now(), fmt.Sprintf("%s of Short deleted by REQUEST after 0s", first.id), "Short has nothing after 0s", fmt.Sprintf("%s of Short erased after 0s", first.id))
		if err := m.RemoveBot(viewer("A"), running); err != nil {
			t.Fatal(err)
		}
		m.until(running, "done")
		if n, err := m.DeleteRecording(viewer("A"), fleet.Deletion{Meeting: m.id}); n != 2 || err != nil {
			t.Errorf("%d were deleted, %v", n, err)
		}
		files, err := filepath.Glob(filepath.Join(m.data, "recordings", "*", "*", "*", "*"))
		if err != nil || len(files) != 0 {
			t.Errorf("%v are left, %v", files, err)
		}
	})
}

func TestRetentionHasBounds(t *testing.T) {
	inHouse(t, func(h *house) {
		m := h.meet()
		for _, kept := range []time.Duration{-time.Hour, fleet.MaxRetention + time.Hour} {
			_, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Retention: kept})
			m.refused(kept.String(), err, meeting.CodeInvalid)
		}
	})
}
