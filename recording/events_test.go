package recording_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

var (
	ada = meeting.ParticipantRef{ID: 100, Name: "Ada", Role: meeting.RoleHost}
	ben = meeting.ParticipantRef{ID: 200, Name: "Ben", Role: meeting.RoleParticipant}
)

// enter begins a segment now, in which Ada is.
func (d *desk) enter(t testing.TB) meeting.SegmentStarted {
	t.Helper()
	started, err := d.Begin(meeting.EnteredRoom{At: time.Now(), Visit: 1, Room: room, Roster: []meeting.ParticipantRef{ada}})
	if err != nil {
		t.Fatal(err)
	}
	return started
}

// speech sends so many packets of 20 ms, in their time, from the nth on.
func (d *desk) speech(from, count int, change func(*meeting.Packet)) {
	for n := from; n < from+count; n++ {
		p := sent(100, 1, 7, n)
		p.RTP.Payload = append([]byte{0xF8}, make([]byte, 79)...)
		if change != nil {
			change(&p)
		}
		d.Receive(p)
		time.Sleep(20 * time.Millisecond)
	}
}

func silent(p *meeting.Packet) { p.RTP.Payload = opusfile.Silence }

// told are the events of a segment as text: what, who and when.
func (d *desk) told(t testing.TB, folder string) (lines []string) {
	t.Helper()
	events, err := d.store.Events(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		line := fmt.Sprintf("%s %s %.2f", e.Action, e.Participant.Name, e.Timestamp.Relative)
		if e.Data != nil {
			line += " " + e.Data.Text + " to " + e.Data.To
		}
		lines = append(lines, line)
	}
	return lines
}

func expect(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestSpeechBeginsAtOnceAndEndsWithTheLastWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		d.speech(0, 50, silent)   // 0 to 1 s
		d.speech(50, 50, nil)     // 1 to 2 s
		d.speech(100, 30, silent) // a breath of 0.6 s
		d.speech(130, 20, nil)    // 2.6 to 3 s
		d.speech(150, 50, silent) // 3 to 4 s
		d.speech(200, 50, nil)    // 4 to 5 s, and then nothing comes at all
		time.Sleep(2 * time.Second)
		d.Flush()
		want := []string{"join Ada 0.00", "speech_on Ada 1.00", "speech_off Ada 3.00", "speech_on Ada 4.00", "speech_off Ada 5.00"}
		expect(t, d.told(t, started.Folder), want)
		d.speech(350, 10, nil)
		if _, err := d.End(1, time.Now()); err != nil {
			t.Fatal(err)
		}
		expect(t, d.told(t, started.Folder), append(want, "speech_on Ada 7.00", "speech_off Ada 7.20"))
	})
}

// TestTheSendersOwnWordCounts has a sender that tells when it speaks, as noise is
// no speech.
func TestTheSendersOwnWordCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		d.speech(0, 50, func(p *meeting.Packet) { p.Speaking = true })
		d.speech(50, 100, nil)
		d.speech(150, 50, func(p *meeting.Packet) { p.Speaking = true })
		if _, err := d.End(1, time.Now()); err != nil {
			t.Fatal(err)
		}
		expect(t, d.told(t, started.Folder), []string{"join Ada 0.00", "speech_on Ada 0.00", "speech_off Ada 1.00", "speech_on Ada 3.00", "speech_off Ada 4.00"})
	})
}

func TestWhatPeopleDoIsWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		note := func(signal meeting.Signal) {
			t.Helper()
			if err := d.Note(1, signal); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		note(meeting.SomebodyEntered{At: time.Now(), Participant: ben})
		note(meeting.MediaShown{At: time.Now(), Participant: ben, Media: meeting.Media{Camera: true, Microphone: true}})
		note(meeting.MediaShown{At: time.Now(), Participant: ben, Media: meeting.Media{Screen: true}})
		note(meeting.MediaShown{At: time.Now(), Participant: meeting.ParticipantRef{ID: 900, Name: "the bot"}, Media: meeting.Media{Camera: true}})
		note(meeting.ChatReceived{At: time.Now(), From: &ben, Text: "Hello"})
		note(meeting.ChatReceived{At: time.Now(), From: &ada, Text: "Go", Private: true})
		d.Pause(true)
		note(meeting.ChatReceived{At: time.Now(), From: &ben, Text: "A secret"})
		d.Pause(false)
		note(meeting.MediaShown{At: time.Now(), Participant: ben, Media: meeting.Media{}})
		note(meeting.SomebodyChanged{At: time.Now(), Participant: meeting.ParticipantRef{ID: 200, Name: "Benjamin", Role: meeting.RoleCohost}})
		note(meeting.SomebodyLeft{At: time.Now(), Participant: ben})
		if err := d.Note(2, meeting.SomebodyEntered{At: time.Now(), Participant: ben}); err != nil {
			t.Errorf("a visit that is not recorded: %v", err)
		}
		want := []string{
			"join Ada 0.00", "join Ben 0.00", "webcam_on Ben 1.00", "webcam_off Ben 2.00", "screenshare_on Ben 2.00",
			"chat_message Ben 4.00 Hello to everyone", "chat_message Ada 5.00 Go to only_bot",
			"screenshare_off Ben 7.00", "update Benjamin 8.00", "leave Ben 9.00",
		}
		expect(t, d.told(t, started.Folder), want)
		events, err := d.store.Events(started.Folder)
		if err != nil || !events[0].Participant.IsHost || events[1].Participant.IsHost || !events[0].Timestamp.Absolute.Equal(events[1].Timestamp.Absolute) {
			t.Errorf("%+v, %v", events[:2], err)
		}
	})
}

// TestAPauseHasNoSpeech ends speech where a recording is paused, and lets it begin
// anew.
func TestAPauseHasNoSpeech(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		d.speech(0, 50, nil)
		d.Pause(true)
		d.speech(50, 50, nil)
		d.Pause(false)
		d.speech(100, 50, nil)
		if err := d.Note(1, meeting.SomebodyLeft{At: time.Now(), Participant: ada}); err != nil {
			t.Fatal(err)
		}
		expect(t, d.told(t, started.Folder), []string{"join Ada 0.00", "speech_on Ada 0.00", "speech_off Ada 1.00", "speech_on Ada 2.00", "speech_off Ada 3.00", "leave Ada 3.00"})
	})
}

func TestEventsOfADeadRecorderAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.enter(t)
		d.speech(0, 10, nil)
		file, err := os.OpenFile(filepath.Join(d.folder, started.Folder, recording.EventsFile), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(`{"action":"lea`); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		expect(t, d.told(t, started.Folder), []string{"join Ada 0.00", "speech_on Ada 0.00"})
		if events, err := d.store.Events("nowhere"); err != nil || len(events) != 0 {
			t.Errorf("a segment without a file has %v, %v", events, err)
		}
	})
}
