package opusfile_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/pion/webrtc/v4/pkg/media/oggreader"
	"pgregory.net/rapid"
)

var header = opusfile.Header{Serial: 7, Channels: 1, Tags: []opusfile.Tag{{"ARTIST", "Ada"}, {"BREAKOUT_ROOM", "Red = 1"}}}

// readAll reads every packet of a file.
func readAll(t interface{ Fatal(...any) }, file []byte) (*opusfile.Reader, [][]byte) {
	r, err := opusfile.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var packets [][]byte
	for {
		packet, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r, packets
		}
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, packet)
	}
}

// drawPacket makes a packet of 20 ms with any content.
func drawPacket(t *rapid.T) []byte {
	return append([]byte{0xF8}, rapid.SliceOfN(rapid.Byte(), 0, 1200).Draw(t, "payload")...)
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file bytes.Buffer
		w := opusfile.NewWriter(&file, header)
		var want [][]byte
		pages := rapid.IntRange(1, 5).Draw(t, "pages")
		for page := range pages {
			packets := rapid.SliceOfN(rapid.Custom(drawPacket), 0, 60).Draw(t, "packets")
			want = append(want, packets...)
			if err := w.WritePage(packets, page == pages-1); err != nil {
				t.Fatal(err)
			}
		}
		r, got := readAll(t, file.Bytes())
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("wrote %d packets, read %d", len(want), len(got))
		}
		if !reflect.DeepEqual(r.Header(), header) || r.Granule() != w.Samples() {
			t.Fatalf("read %+v at %d, wrote %+v at %d", r.Header(), r.Granule(), header, w.Samples())
		}
	})
}

// TestACutFileReads cuts a file anywhere: every page before the cut must read,
// as after a crash of the writer.
func TestACutFileReads(t *testing.T) {
	var file bytes.Buffer
	w := opusfile.NewWriter(&file, header)
	var ends []int
	for range 4 {
		if err := w.WritePage(silence(50), false); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, file.Len())
	}
	for cut := ends[0]; cut <= file.Len(); cut++ {
		whole := 0
		for _, end := range ends {
			if end <= cut {
				whole++
			}
		}
		if _, packets := readAll(t, file.Bytes()[:cut]); len(packets) != 50*whole {
			t.Fatalf("cut at %d: read %d packets, want %d", cut, len(packets), 50*whole)
		}
	}
}

func TestADamagedFileSaysSo(t *testing.T) {
	var file bytes.Buffer
	if err := opusfile.NewWriter(&file, header).WritePage(silence(10), true); err != nil {
		t.Fatal(err)
	}
	damaged := file.Bytes()
	damaged[len(damaged)-1] ^= 1
	r, err := opusfile.NewReader(bytes.NewReader(damaged))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, opusfile.ErrDamaged) {
		t.Fatalf("got %v", err)
	}
	if _, err := opusfile.NewReader(strings.NewReader("RIFF and so on, nothing of Ogg in here")); !errors.Is(err, opusfile.ErrNotOpus) {
		t.Fatalf("got %v", err)
	}
}

func TestSamples(t *testing.T) {
	const ms = 48
	for _, test := range []struct {
		packet []byte
		want   int
	}{
		{nil, 0},
		{[]byte{0xF8, 1}, 20 * ms},        // CELT 20 ms
		{[]byte{3 << 3}, 60 * ms},         // SILK 60 ms
		{[]byte{16 << 3}, 120},            // CELT 2.5 ms
		{[]byte{13<<3 | 1}, 40 * ms},      // hybrid, two frames of 20 ms
		{[]byte{0xF8 | 3, 3, 1}, 60 * ms}, // three frames by count
		{[]byte{0xF8 | 3}, 0},             // the count is missing
		{[]byte{3<<3 | 3, 3}, 0},          // 180 ms is against the rules
	} {
		if got := opusfile.Samples(test.packet); got != test.want {
			t.Errorf("%x lasts %d samples, want %d", test.packet, got, test.want)
		}
	}
}

// TestOthersReadIt has two other readers of Ogg read the file: pion's, and
// ffprobe where it is installed.
func TestOthersReadIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.ogg")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := opusfile.NewWriter(file, header)
	for i := range 3 {
		if err := w.WritePage(silence(50), i == 2); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	reader, head, err := oggreader.NewWith(file)
	if err != nil || head.Channels != 1 {
		t.Fatalf("pion reads %+v, %v", head, err)
	}
	for pages := 0; ; pages++ {
		if _, _, err = reader.ParseNextPage(); err != nil {
			if !errors.Is(err, io.EOF) || pages != 4 {
				t.Fatalf("pion reads %d pages after the first, %v", pages, err)
			}
			break
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	ffprobe, err := exec.LookPath("ffprobe")
	if err != nil {
		t.Skip("ffprobe is not installed; pion's reader alone has read the file")
	}
	out, err := exec.Command(ffprobe, "-v", "error", "-show_entries", "format=duration:stream_tags=ARTIST", "-of", "csv=p=0", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "3.000000") || !strings.Contains(string(out), "Ada") {
		t.Fatalf("ffprobe says %q, %v", out, err)
	}
}

func TestDuration(t *testing.T) {
	if got := opusfile.Duration(opusfile.SampleRate * 90); got != 90*time.Second {
		t.Fatalf("got %v", got)
	}
}

// silence makes n packets of silence.
func silence(n int) [][]byte {
	packets := make([][]byte, n)
	for i := range packets {
		packets[i] = opusfile.Silence
	}
	return packets
}

func BenchmarkWritePage(b *testing.B) {
	w := opusfile.NewWriter(io.Discard, header)
	packets := make([][]byte, 50)
	for i := range packets {
		packets[i] = append([]byte{0xF8}, make([]byte, 79)...)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := w.WritePage(packets, false); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSilentPacketsAreToldFromSound(t *testing.T) {
	sound := append([]byte{0xF8}, make([]byte, 79)...)
	padded := func(body []byte, padding ...byte) []byte {
		packet := append([]byte{0xFB, 0x41}, padding...)
		length := 0
		for _, b := range padding {
			if length += int(b); b == 255 {
				length--
			}
		}
		return append(append(packet, body...), make([]byte, length)...)
	}
	for name, test := range map[string]struct {
		packet []byte
		want   bool
	}{
		"nothing":                    {nil, true},
		"a frame that is not sent":   {[]byte{0x08}, true},
		"silence":                    {opusfile.Silence, true},
		"sound":                      {sound, false},
		"two frames of silence":      {[]byte{0xF9, 0xFF, 0xFE, 0xFF, 0xFE}, true},
		"two frames of sound":        {append([]byte{0xF9}, sound...), false},
		"padded silence":             {padded([]byte{0xFF, 0xFE}, 17), true},
		"padded sound":               {padded(sound, 17), false},
		"silence with long padding":  {padded([]byte{0xFF, 0xFE}, 255, 10), true},
		"silence cut in its padding": {[]byte{0xFB, 0x41, 200, 1}, true},
	} {
		if got := opusfile.Silent(test.packet); got != test.want {
			t.Errorf("%s is silent: %v", name, got)
		}
	}
}
