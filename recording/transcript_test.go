package recording_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// TestTranscriptsAreReadAsTheyGrow reads a transcript after every byte that is
// added to it: each utterance once, and no half ones.
func TestTranscriptsAreReadAsTheyGrow(t *testing.T) {
	d := newDesk(t)
	var told []recording.Utterance
	d.OnUtterance(func(_ recording.Place, said recording.Utterance) { told = append(told, said) })
	started := d.begin(t, 1)
	caption := func(visit meeting.VisitNumber, text string, partial bool) {
		words := []meeting.Word{{Text: text, From: time.Unix(1, 0), To: time.Unix(2, 0)}}
		err := d.Caption(meeting.Captioned{Participant: meeting.ParticipantRef{ID: 100, Name: "Ada"}, Visit: visit, Utterance: text, Partial: partial, Words: words})
		if err != nil {
			t.Error(err)
		}
	}
	for i := range 10 {
		caption(1, fmt.Sprintf("line-%d", i), true)
		caption(1, fmt.Sprintf("line-%d", i), false)
	}
	caption(2, "elsewhere", false)
	if len(told) != 20 {
		t.Fatalf("%d utterances were told", len(told))
	}
	file := filepath.Join(d.folder, started.Folder, recording.TranscriptFile)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []recording.Utterance
	offset := int64(0)
	for n := range len(whole) + 1 {
		if err := os.WriteFile(file, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		said, next, err := d.store.TranscriptAfter(started.Folder, offset)
		if err != nil {
			t.Fatal(err)
		}
		got, offset = append(got, said...), next
	}
	for i, said := range got {
		if want := fmt.Sprintf("line-%d", i); said.Text != want || said.Number != int64(i+1) || said.ID != told[2*i].ID {
			t.Errorf("utterance %d is %+v, want %s", i, said, want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d utterances were read, not 10", len(got))
	}
}

// TestNumbersGoOnInAnotherProcess has a recorder go on where one before it died.
func TestNumbersGoOnInAnotherProcess(t *testing.T) {
	d := newDesk(t)
	words := []meeting.Word{{Text: "word", From: time.Unix(1, 0), To: time.Unix(2, 0)}}
	for visit := range meeting.VisitNumber(3) {
		r := recording.NewRecorder(d.store, "mtg_1", "bot_1", slog.New(slog.DiscardHandler))
		started, err := r.Begin(meeting.EnteredRoom{Visit: visit + 1, Room: room})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			if err := r.Caption(meeting.Captioned{Participant: meeting.ParticipantRef{ID: 100, Name: "Ada"}, Visit: visit + 1, Words: words}); err != nil {
				t.Fatal(err)
			}
			said, err := d.store.Transcript(started.Folder)
			if want := int64(visit)*2 + int64(i) + 1; err != nil || said[i].Number != want {
				t.Errorf("the utterance has the number %d (%v), want %d", said[i].Number, err, want)
			}
		}
		if _, err := r.End(visit+1, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}
