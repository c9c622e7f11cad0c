package graph_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/testbed"
)

// kept is what the API tells of what is kept of a segment.
type kept struct {
	ID, State                     string
	DurationSeconds               float64
	ExpiresAt, DeletedAt          *time.Time
	MixedAudio, Composed          *file
	Tracks                        struct{ Nodes []struct{ URL string } }
	Transcript, ParticipantEvents struct{ Nodes []struct{ Typename string } }
	EndedAt                       *time.Time
}

type file struct {
	ContentType, URL string
	DurationSeconds  float64
}

func (h *hosting) kept() []kept {
	h.t.Helper()
	var answer struct{ Segments struct{ Nodes []kept } }
	h.house.Do(`query($id: ID!) { segments(meetingId: $id) { nodes { id state durationSeconds expiresAt deletedAt endedAt
	  mixedAudio { contentType url durationSeconds } composed { contentType url durationSeconds }
	  tracks { nodes { url } } transcript { nodes { typename: __typename } } participantEvents { nodes { typename: __typename } }
	} } }`, map[string]any{"id": h.ID}, &answer)
	return answer.Segments.Nodes
}

// fetch fetches a file, or a part of it.
func (h *hosting) fetch(url, part string) (status int, body []byte) {
	h.t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if part != "" {
		request.Header.Set("Range", "bytes="+part)
	}
	response, err := h.house.Client.HTTP.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(response.Body); err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, body
}

// lasts is how long a file of Opus audio plays.
func lasts(t *testing.T, data []byte) time.Duration {
	t.Helper()
	reader, err := opusfile.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	samples := int64(-reader.Header().PreSkip)
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return opusfile.Duration(samples)
		}
		if err != nil {
			t.Fatal(err)
		}
		samples += int64(opusfile.Samples(packet))
	}
}

// TestASegmentIsMixedWhenItIsFetched has five clients fetch the mix at once, which
// is made for them once, and has the recording deleted afterwards.
func TestASegmentIsMixedWhenItIsFetched(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada", "Ben")
		bot := h.CreateBot("Bot", "JOIN_MAIN_ROOM", "")
		h.WaitForCount("in_call_recording", 1)
		time.Sleep(12*time.Second + 345*time.Millisecond)
		if running := h.kept()[0]; running.MixedAudio != nil || running.Composed != nil {
			t.Errorf("while the visit lasts, there is %+v", running)
		}
		h.do("deleteRecording", map[string]any{"botId": bot}, "RECORDING_RUNNING")
		h.do("removeBot", map[string]any{"botId": bot})
		h.WaitForCount("done", 1)
		whole := h.kept()[0]
		if whole.MixedAudio == nil || whole.MixedAudio.ContentType != "audio/ogg; codecs=opus" || whole.MixedAudio.DurationSeconds != whole.DurationSeconds {
			t.Fatalf("%+v", whole.MixedAudio)
		}
		mixes := make([][]byte, 5)
		var clients sync.WaitGroup
		for i := range mixes {
			clients.Go(func() {
				status, mix := h.fetch(whole.MixedAudio.URL, "")
				if mixes[i] = mix; status != http.StatusOK {
					t.Errorf("the mix is answered by %d: %s", status, mixes[i])
				}
			})
		}
		clients.Wait()
		for _, mix := range mixes {
			if !bytes.Equal(mix, mixes[0]) {
				t.Error("two clients got different mixes")
			}
		}
		if off := lasts(t, mixes[0]).Seconds() - whole.DurationSeconds; max(off, -off) > 0.04 {
			t.Errorf("the mix is %f s longer than the visit", off)
		}
		if status, part := h.fetch(whole.MixedAudio.URL, "100-199"); status != http.StatusPartialContent || !bytes.Equal(part, mixes[0][100:200]) {
			t.Errorf("a part is answered by %d, %d bytes", status, len(part))
		}
		if status, film := h.fetch(whole.Composed.URL, "0-3"); status != http.StatusPartialContent || !bytes.Equal(film, []byte{0x1A, 0x45, 0xDF, 0xA3}) {
			t.Errorf("the composed file is answered by %d, %x", status, film)
		}
		h.gone(whole)
	})
}

// gone deletes a recording and looks whether anything of it can still be had.
func (h *hosting) gone(was kept) {
	h.t.Helper()
	if len(was.Tracks.Nodes) != 2 || len(was.Transcript.Nodes) == 0 || len(was.ParticipantEvents.Nodes) == 0 {
		h.t.Errorf("before: %+v", was)
	}
	h.do("deleteRecording", map[string]any{"segmentId": was.ID, "botId": "bot_x"}, "INVALID_INPUT")
	h.do("deleteRecording", map[string]any{"segmentId": was.ID})
	h.WaitForCount("segment_erased", 1)
	is := h.kept()[0]
	if is.State != "DELETED" || is.DeletedAt == nil || is.MixedAudio != nil || is.Composed != nil ||
		len(is.Tracks.Nodes)+len(is.Transcript.Nodes)+len(is.ParticipantEvents.Nodes) != 0 {
		h.t.Errorf("after: %+v", is)
	}
	for _, url := range []string{was.MixedAudio.URL, was.Composed.URL, was.Tracks.Nodes[0].URL} {
		if status, body := h.fetch(url, ""); status != http.StatusGone || !strings.Contains(string(body), "was deleted") {
			h.t.Errorf("%s is answered by %d: %s", url, status, body)
		}
	}
}

func TestABotsRecordingsExpire(t *testing.T) {
	inHouse(t, func(t *testing.T, house *testbed.House) {
		h := newHosting(t, house, "Ada")
		for _, hours := range []int{0, -1, 87601, 1 << 60} {
			h.do("createBot", map[string]any{"recording": map[string]any{"retentionHours": hours}}, "INVALID_INPUT")
		}
		h.do("createBot", map[string]any{"recording": map[string]any{"retentionHours": 2}, "breakoutRoom": map[string]any{"mode": "JOIN_MAIN_ROOM"}})
		h.WaitForCount("in_call_recording", 1)
		time.Sleep(2 * time.Second)
		h.do("endMeeting", map[string]any{})
		h.WaitForCount("done", 1)
		one := h.kept()[0]
		if one.ExpiresAt == nil || !one.ExpiresAt.Equal(one.EndedAt.Add(2*time.Hour)) {
			t.Fatalf("%+v", one)
		}
		time.Sleep(2*time.Hour + time.Second)
		h.WaitForCount("media_expired", 1)
		if one := h.kept()[0]; one.State != "DELETED" || !one.DeletedAt.Equal(*one.ExpiresAt) {
			t.Errorf("%+v", one)
		}
	})
}
