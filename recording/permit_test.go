package recording_test

import (
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// TestOnlyWhatIsPermittedIsWrittenDown takes the permission back in the middle of a
// sentence, and gives it again: neither packets nor words of the time between stay.
func TestOnlyWhatIsPermittedIsWrittenDown(t *testing.T) {
	d := newDesk(t)
	d.Receive(sent(100, 1, 7, 0)) // before anybody has permitted it
	d.Skip(1)
	d.Receive(sent(100, 1, 7, 1))
	began := time.Now()
	started, err := d.Begin(meeting.EnteredRoom{At: began, Visit: 1, Room: room})
	if err != nil {
		t.Fatal(err)
	}
	d.Receive(sent(100, 1, 7, 2))
	d.Permit(1, false, began.Add(2*time.Second))
	d.Receive(sent(100, 1, 7, 3))
	d.Permit(1, true, began.Add(4*time.Second))
	d.Receive(sent(100, 1, 7, 4))
	word := func(text string, second int) meeting.Word {
		from := began.Add(time.Duration(second) * time.Second)
		return meeting.Word{Text: text, From: from, To: from.Add(time.Second)}
	}
	said := []meeting.Word{word("before", -2), word("yes", 1), word("no", 3), word("again", 5)}
	if err := d.Caption(meeting.Captioned{Visit: 1, Participant: meeting.ParticipantRef{ID: 100, Name: "Ada"}, Words: said}); err != nil {
		t.Fatal(err)
	}
	completed, err := d.End(1, time.Now())
	if err != nil || len(completed.Tracks) != 1 || completed.Tracks[0].Packets != 2 {
		t.Errorf("recorded %+v (%v)", completed, err)
	}
	written, err := d.store.Transcript(started.Folder)
	if err != nil || len(written) != 1 || written[0].Text != "yes again" {
		t.Errorf("written down: %+v (%v)", written, err)
	}
}
