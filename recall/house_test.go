package recall_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/testbed"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inHouse runs a test in a house of its own, in virtual time.
func inHouse(t *testing.T, test func(t *testing.T, house *testbed.House, api *integration), options ...testbed.Option) {
	synctest.Test(t, func(t *testing.T) {
		house := testbed.Start(t, append(options, testbed.VirtualTime())...)
		test(t, house, integrate(t, house))
	})
}

// integration is somebody else's program that knows the API that the door speaks: it
// has a base URL and a token, and no more. All that it is told is held against the
// description.
type integration struct {
	t       *testing.T
	base    string
	token   string
	http    *http.Client
	checked *checker
	headers []string // pairs of name and value
}

// with is the same integration, which sends headers along, in pairs of name and value.
func (i *integration) with(headers ...string) *integration {
	also := *i
	also.headers = headers
	return &also
}

func integrate(t *testing.T, house *testbed.House) *integration {
	return &integration{t: t, base: house.URL, token: house.Key, http: house.Client.HTTP, checked: newChecker(t)}
}

// reply is what a request was answered with.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// into reads the body.
func (r reply) into(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("the answer %d %s: %v", r.status, r.body, err)
	}
}

// send sends a request.
func (i *integration) send(method, path, body string) reply {
	i.t.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = i.base + "/api/v1" + path
	}
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Token "+i.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range pairs(i.headers) {
		request.Header.Set(name, value)
	}
	asked := request.Clone(i.t.Context())
	asked.Body = io.NopCloser(strings.NewReader(body))
	response, err := i.http.Do(request)
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	got := reply{response.StatusCode, response.Header, text}
	if strings.Contains(address, "/api/v1/") && !strings.Contains(address, "/download/") {
		i.checked.check(i.t, asked, got)
	}
	return got
}

func pairs(list []string) map[string]string {
	named := make(map[string]string)
	for pair := range slices.Chunk(list, 2) {
		named[pair[0]] = pair[1]
	}
	return named
}

// do sends a request that must be answered with a status.
func (i *integration) do(method, path, body string, want int, into any) reply {
	i.t.Helper()
	got := i.send(method, path, body)
	if got.status != want {
		i.t.Fatalf("%s %s %s: answered %d %s, want %d", method, path, body, got.status, got.body, want)
	}
	if into != nil {
		got.into(i.t, into)
	}
	return got
}

// seed is a body as the documentation of Recall.ai's breakout rooms has it, for a
// meeting and, where it has one, a room.
func seed(t *testing.T, mode, meetingID, roomID string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + mode + ".json")
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("/j/..."), []byte("/j/"+meetingID), 1)
	return string(bytes.Replace(text, []byte("f82e1db1-f41b-466e-bdfa-38343436d434"), []byte(roomID), 1))
}

// robot is a bot as integrations read it.
type robot struct {
	ID            string            `json:"id"`
	BotName       string            `json:"bot_name"`
	JoinAt        *time.Time        `json:"join_at"`
	Metadata      map[string]string `json:"metadata"`
	StatusChanges []status          `json:"status_changes"`
	Recordings    []recorded        `json:"recordings"`
	Leave         json.RawMessage   `json:"automatic_leave"`
	Config        json.RawMessage   `json:"recording_config"`
	Room          json.RawMessage   `json:"breakout_room"`
	MeetingURL    struct {
		ID       string `json:"meeting_id"`
		Platform string `json:"platform"`
	} `json:"meeting_url"`
}

type status struct {
	Code      string          `json:"code"`
	SubCode   *string         `json:"sub_code"`
	Message   json.RawMessage `json:"message"`
	CreatedAt time.Time       `json:"created_at"`
}

type room struct{ ID, Name string }

// room is the room that a status tells of.
func (s status) room(t *testing.T) (r room) {
	t.Helper()
	if err := json.Unmarshal(s.Message, &r); err != nil || r.ID == "" || r.Name == "" {
		t.Errorf("%s has the message %s (%v), which is no room", s.Code, s.Message, err)
	}
	return r
}

type recorded struct {
	ID          string     `json:"id"`
	CompletedAt *time.Time `json:"completed_at"`
	Status      struct{ Code string }
	Room        *room `json:"breakout_room"`
	Shortcuts   map[string]struct {
		ID   string
		Data map[string]*string
	} `json:"media_shortcuts"`
}

// codes are the steps of a bot's life so far.
func (r robot) codes() (codes []string) {
	for _, step := range r.StatusChanges {
		codes = append(codes, step.Code)
	}
	return codes
}

// last is the last step with a code.
func (r robot) last(code string) (found status, ok bool) {
	for _, step := range r.StatusChanges {
		if step.Code == code {
			found, ok = step, true
		}
	}
	return found, ok
}

// create sends a bot.
func (i *integration) create(body string) (r robot) {
	i.t.Helper()
	i.do(http.MethodPost, "/bot/", body, http.StatusCreated, &r)
	return r
}

// bot reads a bot.
func (i *integration) bot(id string) (r robot) {
	i.t.Helper()
	i.do(http.MethodGet, "/bot/"+id+"/", "", http.StatusOK, &r)
	return r
}

// until polls a bot, as integrations do that have no webhooks, until a status has
// come, and returns it.
func (i *integration) until(id, code string) (status, robot) {
	i.t.Helper()
	var r robot
	for range 300 {
		r = i.bot(id)
		if step, came := r.last(code); came {
			return step, r
		}
		time.Sleep(100 * time.Millisecond)
	}
	i.t.Fatalf("no %s came, but %v", code, r.codes())
	return status{}, r
}

// fetch downloads a file, with no key.
func (i *integration) fetch(address *string, into any) []byte {
	i.t.Helper()
	if address == nil {
		i.t.Fatal("there is no address")
	}
	response, err := i.http.Get(*address)
	if err != nil {
		i.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		i.t.Fatalf("%s: %d %s (%v)", *address, response.StatusCode, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			i.t.Fatalf("%s: %s: %v", *address, text, err)
		}
	}
	return text
}
