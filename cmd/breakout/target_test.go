package main_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/webhook"
)

// asked is what a product reads of the body that docs/protocol.md describes.
type asked struct {
	Type string `json:"type"`
	Data struct {
		Bot struct {
			ID   string `json:"id"`
			Name string `json:"name"`
			Mode string `json:"mode"`
		} `json:"bot"`
		Seat struct {
			URL string `json:"url"`
		} `json:"seat"`
		Reason string `json:"reason"`
	} `json:"data"`
}

type visit struct {
	RoomID    meeting.RoomID `json:"roomId"`
	EnteredAt time.Time      `json:"enteredAt"`
	LeftAt    time.Time      `json:"leftAt"`
}

// product is a product of somebody's that sends bots: a server of its own, whose bots take
// seats by the seat protocol.
type product struct {
	t      *testing.T
	secret string
	// answers says whether a bot accepts an invitation, of which it has had so many.
	answers func(n int) bool
	// quits has it leave after so many rooms; 0 for never.
	quits int

	mu      sync.Mutex
	visits  map[string][]visit // by bot
	told    []string
	sending sync.WaitGroup
}

// open serves the product's door and returns its address.
func (p *product) open() string {
	server := httptest.NewServer(p)
	p.t.Cleanup(func() {
		p.sending.Wait()
		server.Close()
	})
	return server.URL + "/bots"
}

func (p *product) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !p.signed(r, body) {
		http.Error(w, "The signature is wrong.", http.StatusUnauthorized)
		return
	}
	var request asked
	if err := json.Unmarshal(body, &request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.told = append(p.told, strings.TrimSpace(request.Type+" "+request.Data.Bot.Name+" "+request.Data.Reason))
	p.mu.Unlock()
	if request.Type == "bot.join" {
		p.sending.Go(func() { p.attend(request) })
		w.WriteHeader(http.StatusAccepted)
		return
	}
	p.sending.Wait() // the meeting is over, so that it has left
	p.mu.Lock()
	defer p.mu.Unlock()
	told, err := json.Marshal(map[string][]visit{"visits": p.visits[request.Data.Bot.Name]})
	if err != nil {
		p.t.Error(err)
	}
	_, _ = w.Write(told)
}

func (p *product) signed(r *http.Request, body []byte) bool {
	signer, err := webhook.ParseSecret(p.secret)
	if err != nil {
		p.t.Error(err)
		return false
	}
	seconds, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	return err == nil && r.Header.Get("webhook-signature") == signer.Sign(r.Header.Get("webhook-id"), time.Unix(seconds, 0), body)
}

// attend is the product's bot.
func (p *product) attend(request asked) {
	ctx := context.Background()
	session, err := seat.Client{}.Join(ctx, request.Data.Seat.URL, meeting.JoinRequest{
		Name: request.Data.Bot.Name, Bot: meeting.BotID(request.Data.Bot.ID), Receive: func(meeting.Packet) {},
	})
	if err != nil {
		p.t.Error(err)
		return
	}
	invitations, rooms := 0, 0
	for signal := range session.Signals() {
		switch said := signal.(type) {
		case meeting.Invited:
			if invitations++; p.answers(invitations) {
				_ = session.Answer(ctx, said.Invitation, true) // one that is superseded is refused
			}
		case meeting.EnteredRoom:
			p.enter(request.Data.Bot.Name, said)
			if rooms++; rooms == p.quits {
				go func() { _ = session.Leave(ctx) }()
			}
		case meeting.Removed:
			p.enter(request.Data.Bot.Name, meeting.EnteredRoom{At: said.At, Room: meeting.RoomRef{Kind: meeting.RoomMain}})
		}
	}
	if err := session.Leave(ctx); err != nil {
		p.t.Error(err)
	}
}

// enter takes note of where the bot is, as a product does that shows its users.
func (p *product) enter(name string, in meeting.EnteredRoom) {
	p.mu.Lock()
	defer p.mu.Unlock()
	visits := p.visits[name]
	if n := len(visits); n > 0 && visits[n-1].LeftAt.IsZero() {
		visits[n-1].LeftAt = in.At
	}
	if in.Room.Kind == meeting.RoomBreakout {
		p.visits[name] = append(visits, visit{RoomID: in.Room.ID, EnteredAt: in.At})
	}
}

// twoRooms sends a bot to a room, to another one, and back.
const twoRooms = `name: two-rooms
people: [{name: Grace, role: host}, {name: Ada}]
bots: [{name: Notes}]
steps:
  - {at: 0s, join: people}
  - {at: 0s, create_rooms: [Red, Blue]}
  - {at: 0.1s, send: bots}
  - {at: 0.5s, assign: {Red: [Ada, Notes]}}
  - {at: 0.6s, open_rooms: }
  - {at: 1.5s, move: {who: Notes, to: Blue}}
  - {at: 3.5s, close_rooms: {countdown: 0s}}
  - {at: 4s, end_meeting: }
expect:
  coverage: 0.9
  events:
    - {event: breakout_room_entered, bot: Notes, room: Blue, count: 1}
    - {event: segment_completed, bot: Notes, at_least: 1}
  score: {wrong_rooms: 0, presence_error: 200ms, leaked: 0}
`

// verdict is one that is printed.
type verdict struct {
	What, Said string
	OK         bool
}

// tested is the last line of breakout test --json.
type tested struct {
	OK        bool
	Scenarios []struct {
		Score struct {
			MissedRooms          int     `json:"missed_rooms"`
			PresenceErrorSeconds float64 `json:"presence_error_seconds"`
		}
		Verdicts []verdict
		Target   struct {
			Measured []string
			LeftOut  []string `json:"left_out"`
		}
	}
}

func (t tested) failed() (said []string) {
	for _, v := range t.Scenarios[0].Verdicts {
		if !v.OK {
			said = append(said, v.Said)
		}
	}
	return said
}

// try plays a scenario with the bots of a product, and says what the command printed.
func try(t *testing.T, address, secret string, args ...string) (result tested, said string, failed error) {
	t.Helper()
	args = append([]string{"test", "--json", "--target", address, "--target-secret", secret, "--target-move-within", "1s"}, args...)
	command := exec.CommandContext(t.Context(), program, args...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, failed := command.Output()
	lines := strings.Split(strings.TrimSpace(string(stdout)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		if err := json.Unmarshal([]byte(last), &result); err != nil {
			t.Fatalf("%v in %s", err, last)
		}
	}
	return result, stderr.String(), failed
}

// TestBotsOfATarget plays a scenario with the bots of a product in another process: one
// that does what it should, and some that don't.
func TestBotsOfATarget(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "two-rooms.yaml")
	if err := os.WriteFile(file, []byte(twoRooms), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := webhook.NewSigner(meeting.SigningHMAC).Secret()
	always := func(int) bool { return true }
	for name, test := range map[string]struct {
		answers func(int) bool
		quits   int
		// failed match what is said of what fails, in order.
		failed []string
	}{
		"all is well": {answers: always},
		"it ignores a second invitation": {answers: func(n int) bool { return n == 1 }, failed: []string{
			`^Notes was sent to Blue at 1\.\d+s, and was to be there within 1s; it never came\.$`, `^breakout_room_entered by "Notes" in "Blue" was expected 1 times; it was seen not at all\.$`,
		}},
		"it leaves early": {answers: always, quits: 3, failed: []string{`^Notes was to stay until it is told to leave; it left at 1\.\d+s \(LEFT\)\.$`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &product{t: t, secret: secret, visits: make(map[string][]visit), answers: test.answers, quits: test.quits}
			result, said, failed := try(t, p.open(), secret, file)
			if len(result.Scenarios) != 1 || result.OK != (test.failed == nil) || (failed == nil) != result.OK {
				t.Fatalf("%+v %v\n%s", result, failed, said)
			}
			sentences := result.failed()
			if !slices.EqualFunc(sentences, test.failed, func(got, want string) bool { return regexp.MustCompile(want).MatchString(got) }) {
				t.Errorf("what failed is %q", sentences)
			}
			for _, sentence := range sentences {
				if !strings.Contains(said, sentence) {
					t.Errorf("%q is not printed in\n%s", sentence, said)
				}
			}
			score, target := result.Scenarios[0].Score, result.Scenarios[0].Target
			if want := []string{"coverage", `segment_completed by "Notes" (line 17)`, "leaked (line 18)"}; !slices.Equal(target.LeftOut, want) {
				t.Errorf("left out are %q, want %q", target.LeftOut, want)
			}
			if !slices.Contains(target.Measured, "presence_error") || score.PresenceErrorSeconds > 0.2 || (score.MissedRooms > 0) != (len(test.failed) == 2) {
				t.Errorf("measured were %v: %+v", target.Measured, score)
			}
			if want := []string{"bot.join Notes", "bot.leave Notes over"}; !slices.Equal(p.told, want) {
				t.Errorf("the product was told %q, want %q", p.told, want)
			}
		})
	}
}

// TestABundledScenarioWithATarget has two bots of a product in a meeting that ends while
// they are in rooms.
func TestABundledScenarioWithATarget(t *testing.T) {
	t.Parallel()
	secret := webhook.NewSigner(meeting.SigningEd25519).Secret()
	p := &product{t: t, secret: secret, visits: make(map[string][]visit), answers: func(int) bool { return true }}
	report := filepath.Join(t.TempDir(), "junit.xml")
	result, said, err := try(t, p.open(), secret, "--bundled", "close-ends-main", "--junit", report)
	if err != nil || !result.OK || result.Scenarios[0].Score.PresenceErrorSeconds > 0.4 {
		t.Errorf("%+v %v\n%s", result, err, said)
	}
	if text, err := os.ReadFile(report); err != nil || !strings.Contains(string(text), `<skipped message="Nobody outside of the target knows."`) {
		t.Errorf("%v in\n%s", err, text)
	}
	for _, want := range []string{"Rover goes where it is sent", "Scout stays to the end"} {
		if !slices.ContainsFunc(result.Scenarios[0].Verdicts, func(v verdict) bool { return v.What == want }) {
			t.Errorf("%q is not among %+v", want, result.Scenarios[0].Verdicts)
		}
	}
}

// TestATargetThatDoesNotDoIt has targets that are not there, that answer with an error,
// and that never send their bot.
func TestATargetThatDoesNotDoIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "two-rooms.yaml")
	if err := os.WriteFile(file, []byte(twoRooms), 0o600); err != nil {
		t.Fatal(err)
	}
	answers := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "")
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	for name, test := range map[string]struct {
		address string
		args    []string
		said    string
	}{
		"nobody is there":     {"http://127.0.0.1:1", []string{file}, `the target http://127\.0\.0\.1:1 could not be asked for Notes \(bot\.join\): .*connection refused`},
		"it is broken":        {answers(500), []string{file}, `answered 500 Internal Server Error to bot\.join for Notes; it answers 200 to 299 when it has taken a request`},
		"nobody comes":        {answers(202), []string{file, "--target-join-within", "300ms"}, `The target was asked for Notes, which was to take its seat within 300ms of \d+ms; it never came\.`},
		"no address":          {"127.0.0.1:1", []string{file}, `a target is an address such as http://127\.0\.0\.1:9000/bots, not "127\.0\.0\.1:1"`},
		"another time":        {answers(202), []string{file, "--time", "virtual"}, `leave --time virtual out`},
		"orders to a bot":     {answers(202), []string{"--bundled", "bot-told-to-move"}, `moveBot is an order that only bots of this server are given`},
		"steps that wait":     {answers(202), []string{"--bundled", "bot-speaks"}, `bot-speaks:21: This step waits for bot_speech_ended, which a bot of a target does not show`},
		"rooms to be covered": {answers(202), []string{"--bundled", "more-rooms-than-bots"}, `coverRooms is an order`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, said, failed := try(t, test.address, "", test.args...)
			if failed == nil || !regexp.MustCompile(test.said).MatchString(said) {
				t.Errorf("%v; it said\n%s", failed, said)
			}
		})
	}
}
