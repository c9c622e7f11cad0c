package recording_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/pion/rtp"
	"pgregory.net/rapid"
)

var room = meeting.RoomRef{ID: "room_red", Kind: meeting.RoomBreakout, Name: "Red / Blue"}

// desk is a recorder under test.
type desk struct {
	*recording.Recorder
	store  *recording.Store
	folder string
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	folder := t.TempDir()
	store, err := recording.OpenStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &desk{recording.NewRecorder(store, "mtg_1", "bot_1", slog.New(slog.NewTextHandler(t.Output(), nil))), store, folder}
}

func (d *desk) begin(t testing.TB, visit meeting.VisitNumber) meeting.SegmentStarted {
	t.Helper()
	started, err := d.Begin(meeting.EnteredRoom{Visit: visit, Room: room, Roster: []meeting.ParticipantRef{{ID: 100, Name: "Ada Ålesund"}}})
	if err != nil {
		t.Fatal(err)
	}
	return started
}

// sent makes the nth packet of 20 ms of a speaker on a stream. Its content tells
// its number.
func sent(who meeting.ParticipantID, visit meeting.VisitNumber, ssrc uint32, n int) meeting.Packet {
	return meeting.Packet{Participant: who, Visit: visit, RTP: &rtp.Packet{
		Header:  rtp.Header{SSRC: ssrc, SequenceNumber: uint16(n), Timestamp: uint32(n) * opusfile.SilenceSamples},
		Payload: []byte{0xF8, byte(n), byte(n >> 8)},
	}}
}

// read reads the packets of a file: the numbers of those that were sent, and -1
// for silence that the recorder filled in.
func (d *desk) read(t testing.TB, folder string, track meeting.Track) []int {
	t.Helper()
	file, err := d.store.Open(filepath.Join(folder, track.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	reader, err := opusfile.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return numbers
		}
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(packet, opusfile.Silence) {
			numbers = append(numbers, -1)
			continue
		}
		numbers = append(numbers, int(packet[1])|int(packet[2])<<8)
	}
}

func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

func TestWhatIsHeardIsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		for n := range 500 {
			d.Receive(sent(100, 1, 7, n))
			time.Sleep(20 * time.Millisecond)
		}
		completed, err := d.End(1, time.Now())
		if err != nil || len(completed.Tracks) != 1 {
			t.Fatalf("%+v, %v", completed, err)
		}
		track := completed.Tracks[0]
		if track.Duration != 10*time.Second || track.Packets != 500 || track.Lost != 0 || track.Name != "Ada Ålesund" {
			t.Errorf("the track is %+v", track)
		}
		if got := d.read(t, started.Folder, track); !slices.Equal(got, upTo(500)) {
			t.Errorf("the file has %d packets", len(got))
		}
		scanned, err := d.store.Scan(started.Folder)
		if err != nil || len(scanned) != 1 || scanned[0].Duration != track.Duration || scanned[0].Name != track.Name || !scanned[0].StartedAt.Equal(track.StartedAt) {
			t.Errorf("from disk it reads %+v, %v", scanned, err)
		}
	})
}

// TestTheNetworkIsNotKind loses, doubles and swaps packets at random: the file
// has every packet that came, in its place, and silence where one is missing.
func TestTheNetworkIsNotKind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		const packets = 200
		came := make(map[int]bool)
		lost := 0
		hold := -1 // a packet that comes after the next
		for n := range packets {
			what := rapid.SampledFrom([]string{"comes", "comes", "comes", "comes", "is lost", "is doubled", "comes late"}).Draw(rt, "what")
			if n == 0 || n == packets-1 {
				what = "comes"
			}
			switch what {
			case "is lost":
				lost++
				continue
			case "comes late":
				if hold < 0 {
					hold = n
					continue
				}
			case "is doubled":
				d.Receive(sent(100, 1, 7, n))
			}
			d.Receive(sent(100, 1, 7, n))
			came[n] = true
			if hold >= 0 {
				d.Receive(sent(100, 1, 7, hold))
				came[hold] = true
				hold = -1
			}
		}
		completed, err := d.End(1, time.Now())
		if err != nil {
			rt.Fatal(err)
		}
		got := d.read(t, started.Folder, completed.Tracks[0])
		if len(got) != packets {
			rt.Fatalf("the file has %d packets of %d", len(got), packets)
		}
		for n, number := range got {
			if came[n] && number != n || !came[n] && number != -1 {
				rt.Fatalf("in the place of packet %d, which came: %v, there is %d", n, came[n], number)
			}
		}
	})
}

func TestAPauseIsSilenceAndAReturnStitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		for n := range 50 {
			d.Receive(sent(100, 1, 7, n))
			time.Sleep(20 * time.Millisecond)
		}
		// Away for three seconds, and heard over another stream afterwards, whose
		// timestamps have nothing to do with the first.
		time.Sleep(3 * time.Second)
		for n := 5000; n < 5050; n++ {
			d.Receive(sent(100, 1, 8, n))
			time.Sleep(20 * time.Millisecond)
		}
		completed, err := d.End(1, time.Now())
		if err != nil || len(completed.Tracks) != 1 {
			t.Fatalf("%+v, %v", completed, err)
		}
		got := d.read(t, started.Folder, completed.Tracks[0])
		if completed.Tracks[0].Duration != 5*time.Second || got[0] != 0 || got[49] != 49 || got[50] != -1 || got[199] != -1 || got[200] != 5000 {
			t.Errorf("%v: %v", completed.Tracks[0].Duration, got)
		}
		if completed.Tracks[0].Lost != 0 {
			t.Errorf("%d packets are counted as lost", completed.Tracks[0].Lost)
		}
	})
}

func TestMediaComesBeforeItsSignal(t *testing.T) {
	d := newDesk(t)
	d.begin(t, 1)
	d.Receive(sent(100, 1, 7, 0))
	d.Receive(sent(100, 2, 7, 1)) // of the room that no signal has named yet
	second := d.begin(t, 2)
	d.Receive(sent(100, 1, 7, 2)) // of the room that was left
	first, err := d.End(1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d.Receive(sent(100, 1, 7, 3)) // of a segment that is finished
	completed, err := d.End(2, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if first.Tracks[0].Packets != 2 || completed.Tracks[0].Packets != 1 || d.read(t, second.Folder, completed.Tracks[0])[0] != 1 {
		t.Errorf("the first visit has %+v, the second %+v", first.Tracks, completed.Tracks)
	}
}

// TestAKilledRecorderLeavesAFileThatPlays abandons a recorder in the middle, as
// a dying process does.
func TestAKilledRecorderLeavesAFileThatPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		for n := range 1000 {
			d.Receive(sent(100, 1, 7, n))
			time.Sleep(20 * time.Millisecond)
		}
		tracks, err := d.store.Scan(started.Folder)
		if err != nil || len(tracks) != 1 {
			t.Fatalf("%+v, %v", tracks, err)
		}
		if missing := 20*time.Second - tracks[0].Duration; missing > time.Second {
			t.Errorf("%v of 20 s are missing", missing)
		}
		// Somebody who stops speaking is on disk a moment later too.
		time.Sleep(2 * time.Second)
		d.Flush()
		tracks, err = d.store.Scan(started.Folder)
		if err != nil || tracks[0].Duration < 20*time.Second-200*time.Millisecond {
			t.Errorf("after a flush %v are on disk, %v", tracks[0].Duration, err)
		}
		if _, err := d.End(1, time.Now()); err != nil {
			t.Error(err)
		}
	})
}

func TestAFullDiskIsToldAtTheEnd(t *testing.T) {
	d := newDesk(t)
	started := d.begin(t, 1)
	if err := os.RemoveAll(filepath.Join(d.folder, started.Folder)); err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		d.Receive(sent(100, 1, 7, n))
	}
	if _, err := d.End(1, time.Now()); err == nil {
		t.Error("a recording that could not be written ended well")
	}
	if _, err := d.End(9, time.Now()); !errors.Is(err, recording.ErrNoSegment) {
		t.Errorf("a visit that was never begun ended with %v", err)
	}
}

func TestNamesCannotLeadOutOfTheFolder(t *testing.T) {
	d := newDesk(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{outside, "../" + filepath.Base(filepath.Dir(outside)) + "/secret", "a/../../secret"} {
		if file, err := d.store.Open(name); err == nil {
			_ = file.Close()
			t.Errorf("%s opens", name)
		}
	}
	started, err := d.Begin(meeting.EnteredRoom{Visit: 1, Room: meeting.RoomRef{ID: "room_x", Name: "../../etc"}, Roster: []meeting.ParticipantRef{{ID: 100, Name: "../../ada"}}})
	if err != nil || strings.Contains(started.Folder, "..") {
		t.Errorf("%+v, %v", started, err)
	}
}

func TestLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		started := d.begin(t, 1)
		for n := range 100 {
			d.Receive(sent(100, 1, 7, n))
		}
		completed, err := d.End(1, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		links := recording.Links{Base: "http://example.org", Key: []byte("key")}
		serve := d.store.Serve(links, func(context.Context, string) error { return nil })
		get := func(address string) int {
			w := httptest.NewRecorder()
			serve.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
			return w.Code
		}
		good := links.To(started.Folder + "/" + completed.Tracks[0].File)
		if code := get(good); code != http.StatusOK {
			t.Errorf("a good address answers %d", code)
		}
		parsed, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		parsed.Path = recording.PathPrefix + "other.ogg"
		for name, address := range map[string]string{
			"another file":  parsed.String(),
			"no signature":  strings.Split(good, "?")[0],
			"another key":   recording.Links{Base: "http://example.org", Key: []byte("other")}.To("x.ogg"),
			"a longer life": strings.Replace(good, "expires=", "expires=9", 1),
		} {
			if code := get(address); code != http.StatusForbidden {
				t.Errorf("%s answers %d", name, code)
			}
		}
		time.Sleep(recording.LinkLife + time.Second)
		if code := get(good); code != http.StatusForbidden {
			t.Errorf("an expired address answers %d", code)
		}
	})
}

func BenchmarkReceive(b *testing.B) {
	d := newDesk(b)
	d.begin(b, 1)
	p := sent(100, 1, 7, 0)
	p.RTP.Payload = append([]byte{0xF8}, make([]byte, 79)...)
	b.ReportAllocs()
	for b.Loop() {
		p.RTP.SequenceNumber++
		p.RTP.Timestamp += opusfile.SilenceSamples
		d.Receive(p)
	}
}
