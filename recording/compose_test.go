package recording_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/recording"
)

// ebml is an element of a WebM file, as its bytes say.
type ebml struct {
	id      uint64
	at      int // where it begins in its parent
	content []byte
}

// number reads a number of variable size; its length is kept in ids.
func number(b []byte, keep bool) (n uint64, size int) {
	size = bits.LeadingZeros8(b[0]) + 1
	for _, one := range b[:size] {
		n = n<<8 | uint64(one)
	}
	if !keep {
		n &= 1<<(7*size) - 1
	}
	return n, size
}

// elements are the elements of a parent; the test fails when they do not fill it.
func elements(t *testing.T, b []byte) (list []ebml) {
	t.Helper()
	for at := 0; at < len(b); {
		id, n := number(b[at:], true)
		size, m := number(b[at+n:], false)
		end := at + n + m + int(size)
		if end > len(b) {
			t.Fatalf("element %X at %d has %d bytes, and its parent ends at %d", id, at, size, len(b))
		}
		list = append(list, ebml{id, at, b[at+n+m : end]})
		at = end
	}
	return list
}

// in finds the elements of an id.
func in(t *testing.T, b []byte, path ...uint64) (found []ebml) {
	t.Helper()
	for _, one := range elements(t, b) {
		switch {
		case one.id != path[0]:
		case len(path) == 1:
			found = append(found, one)
		default:
			found = append(found, in(t, one.content, path[1:]...)...)
		}
	}
	return found
}

// TestTheComposedFileIsAWholeWebM reads every element of the file: what it says of
// itself is so, and the audio is that of the mix.
func TestTheComposedFileIsAWholeWebM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		began := time.Now()
		started := d.enter(t)
		voice := newTone(t, 100, 500)
		for range 320 {
			d.Receive(voice.packet(0.4))
			time.Sleep(20 * time.Millisecond)
		}
		completed, err := d.End(1, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		mix := recording.Mixdown{Folder: started.Folder, From: began, To: time.Now(), Tracks: completed.Tracks}
		if err := d.store.Compose(t.Context(), mix); err == nil {
			t.Error("a segment was composed before it was mixed")
		}
		if err := d.store.Mix(t.Context(), mix); err != nil {
			t.Fatal(err)
		}
		if err := d.store.Compose(t.Context(), mix); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(d.folder, started.Folder, recording.ComposedFile))
		if err != nil {
			t.Fatal(err)
		}
		mixed, err := os.Open(filepath.Join(d.folder, started.Folder, recording.MixedFile))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = mixed.Close() }()
		reader, err := opusfile.NewReader(mixed)
		if err != nil {
			t.Fatal(err)
		}
		segment := in(t, data, 0x18538067)[0].content
		checkHead(t, data, segment, reader.Header(), time.Since(began))
		checkAudio(t, segment, reader)
		checkPlaces(t, segment)
	})
}

func checkHead(t *testing.T, data, segment []byte, header opusfile.Header, duration time.Duration) {
	t.Helper()
	if kind := in(t, data, 0x1A45DFA3, 0x4282)[0].content; string(kind) != "webm" {
		t.Errorf("it is a %s", kind)
	}
	said := math.Float64frombits(binary.BigEndian.Uint64(in(t, segment, 0x1549A966, 0x4489)[0].content))
	if said != float64(duration.Milliseconds()) {
		t.Errorf("it says that it lasts %f ms, and the visit %s", said, duration)
	}
	private := in(t, segment, 0x1654AE6B, 0xAE, 0x63A2)[0].content
	if !bytes.HasPrefix(private, []byte("OpusHead")) || int(binary.LittleEndian.Uint16(private[10:])) != header.PreSkip {
		t.Errorf("the codec's header is %q", private)
	}
	delay := binary.BigEndian.Uint64(in(t, segment, 0x1654AE6B, 0xAE, 0x56AA)[0].content)
	if time.Duration(delay) != opusfile.Duration(int64(header.PreSkip)) {
		t.Errorf("the codec's delay is %d ns", delay)
	}
}

// checkAudio holds the blocks against the packets of the mix.
func checkAudio(t *testing.T, segment []byte, mix *opusfile.Reader) {
	t.Helper()
	n := 0
	for _, cluster := range in(t, segment, 0x1F43B675) {
		began := binary.BigEndian.Uint64(in(t, cluster.content, 0xE7)[0].content)
		for _, block := range in(t, cluster.content, 0xA3) {
			packet, err := mix.Next()
			if err != nil {
				t.Fatal(err)
			}
			at := began + uint64(binary.BigEndian.Uint16(block.content[1:]))
			if block.content[0] != 0x81 || at != uint64(20*n) || !bytes.Equal(block.content[4:], packet) {
				t.Fatalf("block %d at %d ms has %d bytes; the packet has %d", n, at, len(block.content)-4, len(packet))
			}
			n++
		}
	}
	if _, err := mix.Next(); err == nil || n < 320 {
		t.Errorf("the file ends after %d packets", n)
	}
}

// checkPlaces looks where the file says that its parts are.
func checkPlaces(t *testing.T, segment []byte) {
	t.Helper()
	starts := make(map[int]uint64)
	for _, one := range elements(t, segment) {
		starts[one.at] = one.id
	}
	for _, seek := range in(t, segment, 0x114D9B74, 0x4DBB) {
		id, _ := number(in(t, seek.content, 0x53AB)[0].content, true)
		if at := binary.BigEndian.Uint64(in(t, seek.content, 0x53AC)[0].content); starts[int(at)] != id {
			t.Errorf("element %X is not at %d", id, at)
		}
	}
	cues := in(t, segment, 0x1C53BB6B, 0xBB)
	for i, cue := range cues {
		at := binary.BigEndian.Uint64(in(t, cue.content, 0xB7, 0xF1)[0].content)
		if when := binary.BigEndian.Uint64(in(t, cue.content, 0xB3)[0].content); starts[int(at)] != 0x1F43B675 || when != uint64(1000*i) {
			t.Errorf("the cue of %d ms leads to %X", when, starts[int(at)])
		}
	}
	if len(cues) != 7 {
		t.Errorf("there are %d cues", len(cues))
	}
}
