package output_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
)

func always(int) time.Duration { return 0 }

// energy is the root mean square of samples of 16 bits.
func energy(samples []byte) float64 {
	sum := 0.0
	for at := 0; at+1 < len(samples); at += 2 {
		sample := float64(int16(binary.LittleEndian.Uint16(samples[at:])))
		sum += sample * sample
	}
	return math.Sqrt(sum / float64(len(samples)/2))
}

// TestEverythingHeardIsSent follows a bot through rooms, and finds every packet that it
// recorded, encoded and as samples, with its room, its speaker and its time.
func TestEverythingHeardIsSent(t *testing.T) {
	outputs := []string{"AUDIO_SEPARATE_RAW", "AUDIO_SEPARATE_ENCODED", "TRANSCRIPT", "PARTICIPANT_EVENTS"}
	onStage(t, always, outputs, func(t *testing.T, s *stage) {
		rooms := s.CreateRooms("Red")
		s.OpenRooms()
		time.Sleep(8 * time.Second)
		for _, room := range []string{rooms[0], s.ID} {
			s.Do(`mutation($id: ID!, $room: ID!) { moveBot(input: {botId: $id, roomId: $room}) { userErrors { message } } }`, map[string]any{"id": s.bot, "room": room}, nil)
			time.Sleep(time.Second)
			s.Join("Cem in " + room)
			time.Sleep(8 * time.Second)
		}
		s.end()

		packets, all := s.recorded(t)
		encoded, raw := s.receiver.got("audio_separate_encoded.data"), s.receiver.got("audio_separate_raw.data")
		if len(encoded) != all || len(raw) != all || all < 1000 {
			t.Fatalf("%d packets were recorded, %d came encoded and %d as samples", all, len(encoded), len(raw))
		}
		known := make(map[simulator.Stamp]bool)
		got := make(map[string]int)
		loud, silent := 0.0, 0.0
		voiced := 0
		for i, one := range encoded {
			data := one.Data.Data
			stamp, packet, ok := simulator.ReadStamp(data.Buffer)
			if !ok || known[stamp] || int(stamp.Participant) != data.Participant.ID || data.Codec != "opus" || data.SampleRate != 48000 || data.Samples != 960 {
				t.Fatalf("packet %d is %+v of %+v", i, data, stamp)
			}
			known[stamp] = true
			got[one.Data.Segment.ID]++
			if late := data.Timestamp.Absolute.Sub(stamp.At); late < 0 || late > 20*time.Millisecond {
				t.Errorf("packet %d was said at %s and is told to be of %s", i, stamp.At, data.Timestamp.Absolute)
			}
			samples := raw[i].Data.Data
			if samples.SampleRate != 16000 || samples.Samples != 320 || len(samples.Buffer) != 640 || !samples.Timestamp.Absolute.Equal(data.Timestamp.Absolute) {
				t.Fatalf("samples %d are %d bytes at %d", i, len(samples.Buffer), samples.SampleRate)
			}
			if opusfile.Silent(packet) {
				silent = max(silent, 0) + energy(samples.Buffer)
			} else {
				voiced++
				loud += energy(samples.Buffer)
			}
		}
		for segment, n := range packets {
			if got[segment] != n {
				t.Errorf("of segment %s %d packets were recorded and %d sent", segment, n, got[segment])
			}
		}
		if loud/float64(voiced) < 500 || silent/float64(len(encoded)-voiced) > loud/float64(voiced)/20 {
			t.Errorf("speech has the energy %.0f, silence %.0f", loud/float64(voiced), silent/float64(len(encoded)-voiced))
		}
		if gone := s.endpoint(s.bot); gone.Sent != all || gone.Dropped != 0 || gone.Status != "DONE" || !slices.Equal(gone.Outputs, outputs) {
			t.Errorf("the endpoint is %+v", gone)
		}
		s.rooms(t)
		s.words(t)
	})
}

// rooms checks that every message stands between the coming and going of its room.
func (s *stage) rooms(t *testing.T) {
	t.Helper()
	open := make(map[int]bool)
	var story []string
	for _, one := range s.receiver.got("") {
		segment := one.Data.Segment
		switch {
		case one.Event == "room.entered":
			open[segment.Visit] = true
			story = append(story, one.Data.Room.Name)
		case one.Event == "room.left":
			open[segment.Visit] = false
		case strings.HasPrefix(one.Event, "participant_events."):
			story = append(story, fmt.Sprintf("%s %s", one.Data.Data.Participant.Name[:3], strings.TrimPrefix(one.Event, "participant_events.")))
			fallthrough
		case strings.HasPrefix(one.Event, "audio"):
			if !open[segment.Visit] && !strings.HasSuffix(one.Event, ".leave") || one.Data.Recording.ID != segment.ID || one.Data.Bot.ID != s.bot || one.Data.Bot.Metadata["case"] != "7" {
				t.Fatalf("out of place: %+v", one)
			}
		}
	}
	// The other bot is in main, and so is Cem, twice.
	want := "Main room, Ada join, Ben join, Bre join, Ada leave, Ben leave, Bre leave, Red, Main room, Ada join, Ben join, Bre join, Cem join, Cem join"
	if got := strings.Join(story, ", "); got != want {
		t.Errorf("the story is\n%s\nwant\n%s", got, want)
	}
}

// words checks that the transcript that was sent is the one that was written.
func (s *stage) words(t *testing.T) {
	t.Helper()
	var sent, written []string
	for _, one := range s.receiver.got("transcript.data") {
		for _, word := range one.Data.Data.Words {
			sent = append(sent, word.Text)
		}
	}
	errOver := errors.New("over")
	err := s.Client.Subscribe(t.Context(), `subscription($id: ID!) { transcript(botId: $id) { text } }`, map[string]any{"id": s.bot}, func(data json.RawMessage) error {
		var answer struct{ Transcript struct{ Text string } }
		written = append(written, "")
		err := json.Unmarshal(data, &answer)
		written[len(written)-1] = answer.Transcript.Text
		return err
	})
	if errors.Is(err, errOver) || strings.Join(sent, " ") != strings.Join(written, " ") || len(sent) < 20 {
		t.Errorf("sent was %q, written %q (%v)", sent, written, err)
	}
}

// TestReceiversThatStallLoseTheOldest stalls a receiver: it is told what it has missed,
// to the packet; the recording lacks nothing.
func TestReceiversThatStallLoseTheOldest(t *testing.T) {
	onStage(t, always, []string{"AUDIO_SEPARATE_ENCODED"}, func(t *testing.T, s *stage) {
		for _, stalled := range []time.Duration{13 * time.Second, 5 * time.Second, 40 * time.Second} {
			time.Sleep(5 * time.Second)
			s.receiver.stall(true)
			time.Sleep(stalled)
			s.receiver.stall(false)
		}
		time.Sleep(10 * time.Second)
		s.end()
		_, all := s.recorded(t)
		heard, gaps := s.receiver.got("audio_separate_encoded.data"), s.receiver.got("realtime_endpoint.dropped")
		missed, byPerson := 0, 0
		for _, gap := range gaps {
			missed += gap.Data.Data.Packets
			for _, who := range gap.Data.Data.Participants {
				byPerson += who.Packets
			}
		}
		// Ten seconds of two people are kept; of what was kept, the newest.
		end := s.endpoint(s.bot)
		if end.Sent+end.Dropped != all || end.Dropped != missed || byPerson != missed || missed < 2*50*(3+30-2) {
			t.Errorf("of %d packets, %d were sent and %d dropped; %d came, and %d (%d) were told of", all, end.Sent, end.Dropped, len(heard), missed, byPerson)
		}
		// What was in a connection that was given up as dead may not have come.
		if len(heard) > end.Sent || len(heard) < end.Sent-5 {
			t.Errorf("%d packets were sent, and %d came", end.Sent, len(heard))
		}
		told := 0
		for _, event := range s.WaitForCount("realtime_endpoint_changed", 1) {
			if event.Bot != nil && event.Bot.ID == s.bot {
				told++
			}
		}
		if told < 4 || told > 20 {
			t.Errorf("%d events tell of it", told)
		}
	})
}

// TestReceiversThatGoAwayAreConnectedToAgain cuts connections and refuses some: what
// waits is sent by the next one.
func TestReceiversThatGoAwayAreConnectedToAgain(t *testing.T) {
	greet := func(n int) time.Duration {
		if n%3 == 2 {
			return -1
		}
		return 4 * time.Second
	}
	onStage(t, greet, []string{"AUDIO_SEPARATE_ENCODED", "TRANSCRIPT"}, func(t *testing.T, s *stage) {
		time.Sleep(time.Minute)
		s.end()
		_, all := s.recorded(t)
		end, heard := s.endpoint(s.bot), s.receiver.got("audio_separate_encoded.data")
		if connections := s.receiver.got("realtime_endpoint.connected"); len(connections) < 6 || connections[4].Data.Data.Connection != 5 {
			t.Errorf("there were %d connections", len(connections))
		}
		if end.Sent+end.Dropped != all || len(heard) > end.Sent || len(heard) < end.Sent-20 || len(heard) < all*9/10 {
			t.Errorf("of %d packets, %d were sent, %d dropped, and %d came", all, end.Sent, end.Dropped, len(heard))
		}
	})
}

// TestReceiversThatAreNotThereAreGivenUp counts everything as dropped, says so, and
// keeps nobody waiting.
func TestReceiversThatAreNotThereAreGivenUp(t *testing.T) {
	onStage(t, func(int) time.Duration { return -1 }, []string{"AUDIO_SEPARATE_RAW"}, func(t *testing.T, s *stage) {
		time.Sleep(2 * time.Minute)
		if n := s.receiver.tried(); n != 30 {
			t.Errorf("it was tried %d times", n)
		}
		s.end()
		_, all := s.recorded(t)
		if end := s.endpoint(s.bot); end.Status != "FAILED" || end.Sent != 0 || end.Dropped != all || end.Message == nil || strings.Contains(*end.Message, "secret") {
			t.Errorf("of %d packets: %+v", all, end)
		}
	})
}

// TestOnlyPublicAddressesAreSentTo refuses at once what can be seen at once, and looks
// where names lead when it connects.
func TestOnlyPublicAddressesAreSentTo(t *testing.T) {
	onStage(t, always, []string{"TRANSCRIPT"}, func(t *testing.T, s *stage) {
		for _, test := range []struct {
			endpoints string
			want      string
		}{
			{`[{url: "ws://127.0.0.1/", outputs: [TRANSCRIPT]}, {url: "ws://[fd00::1]/", outputs: [TRANSCRIPT]}]`, "ADDRESS_NOT_ALLOWED realtimeEndpoints.0.url, ADDRESS_NOT_ALLOWED realtimeEndpoints.1.url"},
			{`[{url: "https://example.org/", outputs: []}]`, "INVALID_INPUT realtimeEndpoints.0.url, INVALID_INPUT realtimeEndpoints.0.outputs"},
			{`[{url: "wss://me:pass@example.org/", outputs: [TRANSCRIPT, TRANSCRIPT]}]`, "INVALID_INPUT realtimeEndpoints.0.url, INVALID_INPUT realtimeEndpoints.0.outputs"},
			{`[{url: "wss:///", outputs: [TRANSCRIPT]}]`, "INVALID_INPUT realtimeEndpoints.0.url"},
			{`[{url: "wss://x/` + strings.Repeat("x", 2000) + `", outputs: [TRANSCRIPT]}]`, "INVALID_INPUT realtimeEndpoints.0.url"},
			{`[` + strings.Repeat(`{url: "wss://receiver.example", outputs: [TRANSCRIPT]}`, 5) + `]`, "INVALID_INPUT realtimeEndpoints"},
		} {
			var answer struct {
				CreateBot struct {
					UserErrors []struct {
						Code string
						Path []string
					}
				}
			}
			s.Do(`mutation { createBot(input: {meetingId: "`+s.ID+`", realtimeEndpoints: `+test.endpoints+`}) { userErrors { code path } } }`, nil, &answer)
			var got []string
			for _, refusal := range answer.CreateBot.UserErrors {
				got = append(got, refusal.Code+" "+strings.Join(refusal.Path, "."))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("%.60s: got %q, want %q", test.endpoints, got, test.want)
			}
		}
		var bots struct {
			Meeting struct {
				Bots struct {
					Nodes []struct{ RealtimeEndpoints []endpoint }
				}
			}
		}
		s.Do(`query($id: ID!) { meeting(id: $id) { bots { nodes { realtimeEndpoints { url status message sent } } } } }`, map[string]any{"id": s.ID}, &bots)
		inside := bots.Meeting.Bots.Nodes[0].RealtimeEndpoints[0]
		if other := bots.Meeting.Bots.Nodes[1].RealtimeEndpoints[0]; other.URL == "wss://inside.example/" {
			inside = other
		}
		if inside.Status != "CONNECTING" || inside.Message == nil || !strings.Contains(*inside.Message, "not a public one") {
			t.Errorf("the endpoint inside is %+v", inside)
		}
		for _, address := range s.receiver.got("") {
			if address.Data.Bot.ID != s.bot {
				t.Errorf("what was for the endpoint inside came: %+v", address)
			}
		}
	})
}
