package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
)

const (
	ada  meeting.ParticipantID = 100
	ben  meeting.ParticipantID = 200
	bob  meeting.ParticipantID = 300 // the bot
	red  meeting.RoomID        = "room_red"
	blue meeting.RoomID        = "room_blue"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// after is a moment of the meeting.
func after(d time.Duration) time.Time { return noon.Add(d) }

// voice is what somebody can have said.
func voice(who meeting.ParticipantID, n int) []byte {
	return []byte{0xF8, byte(who / 100), byte(n % 7), 1}
}

// bench is a meeting with files to be judged: for ten seconds, Ada and the bot
// were in room Red and Ben was in room Blue.
type bench struct {
	t      *testing.T
	truth  *truth
	folder string
}

func newBench(t *testing.T) *bench {
	there := func(room meeting.RoomID) presence {
		return presence{room, noon, after(10 * time.Second), after(10 * time.Second)}
	}
	return &bench{t: t, folder: t.TempDir(), truth: &truth{
		rooms: map[meeting.RoomID]meeting.RoomRef{red: {ID: red, Kind: meeting.RoomBreakout}, blue: {ID: blue, Kind: meeting.RoomBreakout}},
		people: map[meeting.ParticipantID]meeting.ParticipantRef{
			ada: {ID: ada}, ben: {ID: ben}, bob: {ID: bob, IsBot: true},
		},
		bots:      map[meeting.BotID]meeting.ParticipantID{"bot_1": bob},
		presences: map[stay]presence{{ada, 1}: there(red), {ben, 1}: there(blue), {bob, 1}: there(red)},
		sent:      map[stay]time.Time{},
	}}
}

// write records packets under somebody's name.
func (b *bench) write(who meeting.ParticipantID, room meeting.RoomID, packets ...[]byte) {
	b.t.Helper()
	folder := filepath.Join(b.folder, "mtg_1", "segment")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		b.t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, fmt.Sprint(who)+recording.Extension))
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	w := opusfile.NewWriter(file, opusfile.Header{Serial: 1, Channels: 1, Tags: []opusfile.Tag{
		{Name: recording.TagParticipant, Value: fmt.Sprint(who)}, {Name: recording.TagVisit, Value: "1"},
		{Name: recording.TagBot, Value: "bot_1"}, {Name: recording.TagRoom, Value: string(room)},
		{Name: recording.TagStartedAt, Value: noon.Format(time.RFC3339Nano)},
	}})
	for i, packet := range packets {
		if err := w.WritePage([][]byte{packet}, i == len(packets)-1); err != nil {
			b.t.Fatal(err)
		}
	}
}

// speech is what somebody says in an unbroken row of frames.
func speech(who meeting.ParticipantID, from time.Duration, frames int) (packets [][]byte) {
	for n := range frames {
		packets = append(packets, stamped(who, from+time.Duration(n)*frame, voice(who, n)))
	}
	return packets
}

func stamped(who meeting.ParticipantID, at time.Duration, packet []byte) []byte {
	return simulator.Stamp{Participant: who, Visit: 1, At: after(at)}.Mark(packet)
}

func (b *bench) judge() *judgement {
	b.t.Helper()
	voices := map[meeting.ParticipantID]map[string]bool{ada: {}, ben: {}}
	for who := range voices {
		for n := range 7 {
			voices[who][string(voice(who, n))] = true
		}
	}
	j, err := judge(b.folder, "mtg_1", b.truth, voices)
	if err != nil {
		b.t.Fatal(err)
	}
	return j
}

func (j *judgement) String() string {
	return fmt.Sprintf("%d packets, %d leaked, %d lost, %d misattributed", j.packets, j.leaked, j.lost, j.misattributed)
}

// TestJudge plants one fault at a time into files that are right otherwise.
func TestJudge(t *testing.T) {
	said := speech(ada, 0, 100)
	cases := []struct {
		name string
		of   meeting.ParticipantID
		file [][]byte
		want string
	}{
		{"all is well", ada, said, "100 packets, 0 leaked, 0 lost, 0 misattributed"},
		{"heard from another room", ben, speech(ben, 0, 3), "3 packets, 3 leaked, 0 lost, 0 misattributed"},
		{"heard after the bot had left", ada, speech(ada, 10*time.Second-frame, 4), "4 packets, 2 leaked, 0 lost, 0 misattributed"},
		{"under another name", ada, append(speech(ben, 0, 1), said...), "101 packets, 0 leaked, 0 lost, 1 misattributed"},
		{"in another voice", ada, [][]byte{stamped(ada, 0, voice(ben, 0))}, "1 packets, 0 leaked, 0 lost, 1 misattributed"},
		{"of nobody", ada, append([][]byte{{0xF8, 9, 9}}, said...), "100 packets, 0 leaked, 0 lost, 1 misattributed"},
		{"three packets missing", ada, append(said[:50:50], said[53:]...), "97 packets, 0 leaked, 3 lost, 0 misattributed"},
		{"the recorder's silence", ada, append([][]byte{opusfile.Silence}, said...), "100 packets, 0 leaked, 0 lost, 0 misattributed"},
		{
			"a silent speaker sends little", ada,
			[][]byte{stamped(ada, 0, opusfile.Silence), stamped(ada, 20*frame, opusfile.Silence), stamped(ada, 21*frame, voice(ada, 1))},
			"3 packets, 0 leaked, 0 lost, 0 misattributed",
		},
		{
			"silence as long as that is a loss", ada,
			[][]byte{stamped(ada, 0, opusfile.Silence), stamped(ada, 23*frame, voice(ada, 1))},
			"2 packets, 0 leaked, 22 lost, 0 misattributed",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.write(c.of, red, c.file...)
			if got := b.judge().String(); got != c.want {
				t.Errorf("judged %s, want %s", got, c.want)
			}
		})
	}
}

func TestJudgeOfCoverage(t *testing.T) {
	b := newBench(t)
	b.write(ada, red, append(speech(ada, time.Second, 100), speech(ada, 5*time.Second, 50)...)...)
	// Red was occupied for ten seconds of which three are recorded; of Blue's
	// ten seconds there is nothing.
	if share, missed := b.judge().coverage(); share != 3.0/20 || missed != 17*time.Second {
		t.Errorf("coverage %v, missed %s", share, missed)
	}
}

func TestJudgeWithoutFiles(t *testing.T) {
	if share, _ := newBench(t).judge().coverage(); share != 0 {
		t.Errorf("coverage %v of nothing", share)
	}
}

func TestJudgeRefusesFilesThatLie(t *testing.T) {
	b := newBench(t)
	b.write(ada, blue, speech(ada, 0, 3)...)
	if _, err := judge(b.folder, "mtg_1", b.truth, nil); err == nil || !strings.Contains(err.Error(), "was in room_red on visit 1") {
		t.Error(err)
	}
}
