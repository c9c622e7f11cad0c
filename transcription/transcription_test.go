package transcription_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/testbed"
)

// said is an utterance of a transcript.
type said struct {
	Number       int
	Name, Text   string
	StartedAt    time.Time
	Failure      *string
	LanguageCode *string
	Words        []struct {
		Text     string
		From, To time.Time
	}
}

// recorded is a segment and its transcript.
type recorded struct {
	Bot              struct{ Name string }
	Room             struct{ Name string }
	Visit            int
	FailedUtterances int
	Transcript       struct{ Nodes []said }
}

// inHouse runs a test in a house that has a peer transcribe.
func inHouse(t *testing.T, p func(*testing.T) *peer, test func(t *testing.T, house *testbed.House, p *peer)) {
	synctest.Test(t, func(t *testing.T) {
		peer := p(t)
		transport := peer.transport()
		t.Cleanup(transport.CloseIdleConnections)
		house := testbed.Start(t, testbed.VirtualTime(), testbed.Change(func(c *server.Config) {
			c.Transcription = server.Transcription{URL: "http://whisper.example/v1/", Model: "large", Key: "secret", HTTP: transport}
		}))
		test(t, house, peer)
	})
}

// send sends a bot with a source of its transcript.
func send(house *testbed.House, m *testbed.Meeting, name string, transcription map[string]any) (id string) {
	var created struct {
		CreateBot struct{ Bot struct{ ID string } }
	}
	house.Do(`mutation($id: ID!, $name: String!, $how: TranscriptionInput) {
	  createBot(input: {meetingId: $id, name: $name, transcription: $how}) { bot { id } userErrors { message } } }`,
		map[string]any{"id": m.ID, "name": name, "how": transcription}, &created)
	return created.CreateBot.Bot.ID
}

// read reads what bots recorded of a meeting.
func read(house *testbed.House, m *testbed.Meeting) []recorded {
	var answer struct{ Segments struct{ Nodes []recorded } }
	house.Do(`query($id: ID!) { segments(meetingId: $id, first: 100) { nodes { bot { name } room { name } visit failedUtterances
	  transcript(first: 100) { nodes { number name text startedAt failure languageCode words { text from to } } } } } }`, map[string]any{"id": m.ID}, &answer)
	return answer.Segments.Nodes
}

func remove(house *testbed.House, m *testbed.Meeting, bots ...string) {
	for _, bot := range bots {
		house.Do(`mutation($id: ID!) { removeBot(input: {botId: $id}) { userErrors { code } } }`, map[string]any{"id": bot}, nil)
	}
	time.Sleep(25 * time.Second) // as long as a bot may take until all of it is transcribed, nearly
	m.WaitForCount("done", len(bots))
}

// TestAServerTranscribesToTheWord has two bots hear the same through rooms: one by
// the meeting's captions, one by a server, whose words and times come out the same.
func TestAServerTranscribesToTheWord(t *testing.T) {
	inHouse(t, func(t *testing.T) *peer { return startPeer(t, nil) }, func(t *testing.T, house *testbed.House, p *peer) {
		m := house.CreateMeeting("Test")
		people := m.Join("Ada", "Ben", "Cem")
		rooms := m.CreateRooms("Red", "Blue")
		bots := []string{
			send(house, m, "By captions", nil),
			send(house, m, "By server", map[string]any{"source": "SERVER", "languageCode": "en"}),
		}
		m.WaitForCount("in_call_recording", 2)
		time.Sleep(20 * time.Second)
		m.OpenRooms()
		for _, room := range append(rooms, m.ID) {
			for _, who := range bots {
				house.Do(`mutation($id: ID!, $room: ID!) { moveBot(input: {botId: $id, roomId: $room}) { userErrors { message } } }`, map[string]any{"id": who, "room": room}, nil)
			}
			for _, who := range people[:2] {
				house.Do(`mutation($id: ID!, $room: ID!) { moveParticipant(input: {participantId: $id, roomId: $room}) { userErrors { message } } }`, map[string]any{"id": who, "room": room}, nil)
			}
			time.Sleep(20*time.Second + 700*time.Millisecond)
		}
		for _, who := range people {
			// Captions of a sentence come when it is over, which it would not be for who has left.
			house.Do(`mutation($id: ID!) { setMedia(input: {participantId: $id, actorId: $id, microphone: false}) { userErrors { message } } }`, map[string]any{"id": who}, nil)
		}
		time.Sleep(10 * time.Second)
		remove(house, m, bots...)
		compare(t, read(house, m))
		for _, one := range p.sent() {
			if one.model != "large" || one.language != "en" || one.key != "Bearer secret" {
				t.Errorf("a request was for model %q in %q, with %q", one.model, one.language, one.key)
			}
		}
		if p.top > 4 {
			t.Errorf("%d utterances were transcribed at once", p.top)
		}
	})
}

// compare holds what a server heard against captions, word for word.
func compare(t *testing.T, segments []recorded) {
	t.Helper()
	type heard struct {
		name, room, text string
		from, to         time.Time
	}
	words := make(map[string][]heard)
	for _, segment := range segments {
		var last time.Time
		for _, one := range segment.Transcript.Nodes {
			if one.Failure != nil || one.StartedAt.Before(last) {
				t.Errorf("%+v", one)
			}
			last = one.StartedAt
			for _, word := range one.Words {
				words[segment.Bot.Name] = append(words[segment.Bot.Name], heard{one.Name, segment.Room.Name, word.Text, word.From, word.To})
			}
		}
	}
	captions, server := words["By captions"], words["By server"]
	for _, list := range [][]heard{captions, server} {
		slices.SortFunc(list, func(a, b heard) int { return a.from.Compare(b.from) })
	}
	missing := 0
	for _, want := range captions {
		i := slices.IndexFunc(server, func(h heard) bool {
			// A word that a change of rooms cuts has one end where the audio has it.
			away := min(h.from.Sub(want.from).Abs(), h.to.Sub(want.to).Abs())
			return h.name == want.name && h.room == want.room && h.text == want.text && away < 50*time.Millisecond
		})
		if i < 0 {
			missing++
			t.Logf("%s said %q in %s at %s", want.name, want.text, want.room, want.from.Format(time.StampMilli))
			continue
		}
		server = slices.Delete(server, i, i+1)
	}
	if len(captions) < 100 || missing > 0 || len(server) > 0 {
		t.Errorf("of %d words of the captions, the server's transcript lacks %d, and has %d others: %v", len(captions), missing, len(server), server)
	}
}

// failing is a server that fails, and what comes of it.
type failing struct {
	misbehave func(int, http.ResponseWriter, *http.Request) bool
	failure   string // how what all utterances say ends; empty when none fails
	attempts  int    // how often the first was sent; 0 when that is left open
	pause     time.Duration
}

// TestServersThatFail has a server fail in every way: what passes is tried again, and
// what does not is stated, for every utterance.
func TestServersThatFail(t *testing.T) {
	status := func(code, times int, after string) func(int, http.ResponseWriter, *http.Request) bool {
		return func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n >= times {
				return false
			}
			w.Header().Set("Retry-After", after)
			w.Header().Set("Location", "http://169.254.169.254/")
			w.WriteHeader(code)
			return true
		}
	}
	const always = 1 << 20
	for name, test := range map[string]failing{
		"too many requests":     {status(429, 3, "7"), "", 0, 7 * time.Second},
		"not well, for a while": {status(500, 2, ""), "", 0, 0},
		"not well":              {status(500, always, ""), "answered 500 Internal Server Error.", 5, 0},
		"another address":       {status(307, always, ""), "answered 307 Temporary Redirect.", 1, 0},
		"an unknown model":      {status(404, always, ""), "answered 404 Not Found.", 1, 0},
		"hangs":                 {func(_ int, _ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }, ".", 0, 31 * time.Second},
		"garbage": {func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>"))
			return true
		}, "no transcription.", 5, 0},
		"an answer without an end": {func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte(`{"text":"` + strings.Repeat("x", 2<<20) + `"}`))
			return true
		}, "no transcription.", 5, 0},
		"cut off": {func(int, http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, "could not be reached.", 5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, func(t *testing.T) *peer { return startPeer(t, test.misbehave) }, func(t *testing.T, house *testbed.House, p *peer) {
				test.play(t, house, p)
			})
		})
	}
}

// play has two bots hear the same, one of them by the server that fails.
func (test failing) play(t *testing.T, house *testbed.House, p *peer) {
	t.Helper()
	m := house.CreateMeeting("Test")
	ada := m.Join("Ada")[0]
	bots := []string{send(house, m, "By captions", nil), send(house, m, "By server", map[string]any{"source": "SERVER"})}
	m.WaitForCount("in_call_recording", 2)
	time.Sleep(30 * time.Second)
	house.Do(`mutation($id: ID!) { setMedia(input: {participantId: $id, actorId: $id, microphone: false}) { userErrors { code } } }`, map[string]any{"id": ada}, nil)
	time.Sleep(40 * time.Second) // longer than five attempts take
	remove(house, m, bots...)
	all := read(house, m)
	slices.SortFunc(all, func(a, b recorded) int { return strings.Compare(a.Bot.Name, b.Bot.Name) })
	captions, server := all[0].Transcript.Nodes, all[1].Transcript.Nodes
	if len(server) != len(captions) || len(server) < 5 {
		t.Errorf("the server's transcript has %d utterances, the captions %d", len(server), len(captions))
	}
	failed := 0
	for _, one := range server {
		if one.Failure != nil && test.failure != "" && strings.HasSuffix(*one.Failure, test.failure) && one.Name != "" {
			failed++
		}
		if (one.Failure == nil) == (one.Text == "") {
			t.Errorf("%+v", one)
		}
	}
	if want := map[bool]int{false: len(server)}[test.failure == ""]; failed != want || all[1].FailedUtterances != want {
		t.Errorf("%d utterances failed, and %d by the segment; want %d", failed, all[1].FailedUtterances, want)
	}
	first, times := p.sent()[0], 0
	for _, one := range p.sent() {
		if slices.Equal(one.audio, first.audio) {
			times++
			if wait := one.at.Sub(first.at); times == 2 && wait < max(time.Second, test.pause) {
				t.Errorf("the second attempt came after %s", wait)
			}
		}
	}
	if test.attempts > 0 && times != test.attempts {
		t.Errorf("the first utterance was sent %d times, want %d", times, test.attempts)
	}
}
