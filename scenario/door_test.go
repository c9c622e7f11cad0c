package scenario_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// morning is what the clocks of these tests show first.
var morning = time.Date(2030, time.January, 1, 9, 0, 0, 0, time.UTC)

// outside is a server in virtual time, seen from the world.
type outside struct {
	*client.Client
	t *testing.T
}

// openDoor starts a server in virtual time that ends with the test.
func openDoor(t *testing.T, door bubble.Config) *outside {
	t.Helper()
	door.Start = morning
	ctx, cancel := context.WithCancel(t.Context())
	connections := &http.Transport{}
	o := &outside{&client.Client{HTTP: &http.Client{Transport: connections}}, t}
	ready, ended := make(chan struct{}), make(chan error, 1)
	config := server.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), Seed: 7, Outbound: outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	go func() {
		ended <- scenario.InBubbleWithDoor(ctx, door, config, func(ctx context.Context, config server.Config, gate *bubble.Gate) error {
			s := server.New(config)
			if err := s.Start(ctx); err != nil {
				return err
			}
			gate.Open()
			o.URL, o.Key = s.URL(), s.NewKey()
			close(ready) // is of the world, and nobody of the bubble waits for it
			return s.Wait(ctx)
		})
	}()
	t.Cleanup(func() {
		cancel()
		connections.CloseIdleConnections()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return o
}

// ask asks the server over TCP.
func (o *outside) ask(query string, variables map[string]any, answer any) {
	o.t.Helper()
	if err := o.Do(context.Background(), query, variables, answer); err != nil {
		o.t.Errorf("%s: %v", query, err)
	}
}

// clockShown is what the API says of the clock.
type clockShown struct {
	State string
	Clock struct {
		Speed, State string
		Now          time.Time
		Holds        []struct{ Name, Kind string }
	}
	UserErrors []struct {
		Code, Message string
		Path          []string
	}
}

const clockFields = `clock { speed state now holds { name kind } } userErrors { code message path }`

// advance gives the clock an order.
func (o *outside) advance(input map[string]any) clockShown {
	o.t.Helper()
	var answer struct{ AdvanceClock clockShown }
	o.ask(`mutation($input: AdvanceClockInput!) { advanceClock(input: $input) { state `+clockFields+` } }`, map[string]any{"input": input}, &answer)
	return answer.AdvanceClock
}

func (o *outside) hold(name string, expires float64) clockShown {
	o.t.Helper()
	var answer struct{ HoldClock clockShown }
	o.ask(`mutation($input: HoldClockInput!) { holdClock(input: $input) { `+clockFields+` } }`, map[string]any{"input": map[string]any{"name": name, "expiresInSeconds": expires}}, &answer)
	return answer.HoldClock
}

func (o *outside) release(name string) clockShown {
	o.t.Helper()
	var answer struct{ ReleaseClock clockShown }
	o.ask(`mutation($input: ReleaseClockInput!) { releaseClock(input: $input) { `+clockFields+` } }`, map[string]any{"input": map[string]any{"name": name}}, &answer)
	return answer.ReleaseClock
}

func TestMeetingClock(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	if got := o.advance(map[string]any{"bySeconds": 0}); got.State != "READY" || !got.Clock.Now.Equal(morning) || got.Clock.Speed != "VIRTUAL" {
		t.Errorf("the clock does not begin in the morning: %+v", got)
	}
	if got := o.advance(map[string]any{"bySeconds": 3600}); got.State != "READY" || !got.Clock.Now.Equal(morning.Add(time.Hour)) {
		t.Errorf("an hour later it is %+v", got)
	}
	if got := o.advance(map[string]any{"to": morning.Add(2 * time.Hour)}); got.State != "READY" || !got.Clock.Now.Equal(morning.Add(2*time.Hour)) {
		t.Errorf("at eleven it is %+v", got)
	}
	for want, input := range map[string]map[string]any{
		"The clock shows 2030-01-01T11:00:00Z and does not go back to 2030-01-01T09:00:00Z.": {"to": morning},
		"Say how far the clock is to go: either to, a moment, or bySeconds.":                 {},
		"The clock can go on by 0 to 31622400 seconds; -1 were asked for.":                   {"bySeconds": -1},
		"The clock can be waited for 0 to 300 seconds; 301 were asked for.":                  {"bySeconds": 1, "waitSeconds": 301},
		"The clock can stand for 0 to 60 seconds after an answer; 61 were asked for.":        {"bySeconds": 1, "settleSeconds": 61},
	} {
		if got := o.advance(input); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "INVALID_INPUT" || got.UserErrors[0].Message != want {
			t.Errorf("%v: %+v", input, got)
		}
	}
	o.hold("index", 60)
	if got := o.advance(map[string]any{"bySeconds": 60, "waitSeconds": 1.2}); got.State != "STALLED" || len(got.Clock.Holds) != 1 || got.Clock.Holds[0].Name != "index" {
		t.Errorf("held by the index, it is %+v", got)
	}
	if got := o.release("index"); len(got.UserErrors) != 0 {
		t.Errorf("%+v", got)
	}
	if got := o.release("index"); len(got.UserErrors) != 1 || got.UserErrors[0].Code != "CLOCK_NOT_HELD" {
		t.Errorf("%+v", got)
	}
	if got := o.advance(map[string]any{"to": morning.Add(2*time.Hour + time.Minute)}); got.State != "READY" || !got.Clock.Now.Equal(morning.Add(2*time.Hour+time.Minute)) {
		t.Errorf("a minute after eleven it is %+v", got)
	}
	if got := o.hold("", 0); len(got.UserErrors) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestNobodyMovesTheClockOfTheWorld(t *testing.T) {
	house, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := house.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	o := &outside{house.Client, t}
	for what, got := range map[string]clockShown{"advanced": o.advance(map[string]any{"bySeconds": 1}), "held": o.hold("index", 1), "released": o.release("index")} {
		if len(got.UserErrors) != 1 || got.UserErrors[0].Code != "CLOCK_IS_WALL_TIME" || got.Clock.Speed != "WALL" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	var answer struct{ PlayScenario runAnswer }
	o.ask(playQuery, map[string]any{"input": map[string]any{"name": "silent-room"}}, &answer)
	if refused := answer.PlayScenario.UserErrors; len(refused) != 1 || refused[0].Code != "SCENARIOS_NOT_PLAYED" {
		t.Errorf("%+v", answer)
	}
}

// runShown is what the API says of a run.
type runShown struct {
	ID, State       string
	Meeting         struct{ ID string }
	Error           string
	Steps           int
	StepsDone       int
	PacketsRecorded int
	Verdicts        []struct {
		What, Got string
		OK        bool
	}
}

type runAnswer struct {
	Run        *runShown
	UserErrors []struct{ Code, Message string }
}

const (
	runFields = `id state meeting { id } error steps stepsDone packetsRecorded verdicts { what got ok }`
	playQuery = `mutation($input: PlayScenarioInput!) { playScenario(input: $input) { run { ` + runFields + ` } userErrors { code message } } }`
)

func (o *outside) play(input map[string]any) runAnswer {
	o.t.Helper()
	var answer struct{ PlayScenario runAnswer }
	o.ask(playQuery, map[string]any{"input": input}, &answer)
	return answer.PlayScenario
}

func (o *outside) run(id string) (run runShown) {
	o.t.Helper()
	var answer struct{ ScenarioRun *runShown }
	o.ask(`query($id: ID!) { scenarioRun(id: $id) { `+runFields+` } }`, map[string]any{"id": id}, &answer)
	if answer.ScenarioRun != nil {
		run = *answer.ScenarioRun
	}
	return run
}

// TestScenarioAndApplication plays a scenario on a server in virtual time, whose
// webhooks come to an application of the world. It sees the meeting as it was when the
// webhook left, whatever its own time.
func TestScenarioAndApplication(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	var mu sync.Mutex
	var came []string
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var event struct {
			Type      string
			Timestamp time.Time
		}
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &event); err != nil {
			t.Error(err)
		}
		var now struct{ Clock struct{ Now time.Time } }
		o.ask(`{ clock { now } }`, nil, &now)
		mu.Lock()
		defer mu.Unlock()
		came = append(came, event.Type)
		if late := now.Clock.Now.Sub(event.Timestamp); late < 0 || late > 500*time.Millisecond {
			t.Errorf("%s of %s came at %s", event.Type, event.Timestamp, now.Clock.Now)
		}
	}))
	defer application.Close()
	o.ask(`mutation($url: String!) { createWebhookEndpoint(input: {url: $url, ordered: true}) { userErrors { message } } }`, map[string]any{"url": application.URL}, nil)
	run := o.play(map[string]any{"name": "silent-room"}).Run
	if run == nil || run.State != "PLAYING" || run.Meeting.ID == "" {
		t.Fatalf("%+v", run)
	}
	if got := o.advance(map[string]any{"bySeconds": 120, "waitSeconds": 60}); got.State != "READY" {
		t.Errorf("%+v", got)
	}
	if got := o.run(run.ID); got.State != "PASSED" || got.StepsDone != got.Steps || got.PacketsRecorded == 0 || len(got.Verdicts) == 0 {
		t.Errorf("%+v", got)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(came) < 20 || came[0] != "MEETING_CREATED" {
		t.Errorf("%d webhooks came, %v", len(came), came)
	}
}

func TestScenariosAreRefusedStoppedAndListed(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	for want, input := range map[string]map[string]any{
		"There is no bundled scenario \"nothing\"": {"name": "nothing"},
		"Say what to play":                         {},
		"Line 1: The scenario has no steps":        {"yaml": "name: mine\nfeople: []\n"},
		"A seed is 1 or more; 0 was given.":        {"name": "silent-room", "seed": 0},
	} {
		got := o.play(input)
		if got.Run != nil || len(got.UserErrors) == 0 || !strings.HasPrefix(got.UserErrors[0].Message, want) {
			t.Errorf("%v: %+v", input, got)
		}
	}
	var list struct {
		Scenarios []struct{ Name, Story string }
	}
	o.ask(`{ scenarios { name story } }`, nil, &list)
	if len(list.Scenarios) != len(scenario.Library()) {
		t.Errorf("%d scenarios are listed", len(list.Scenarios))
	}
	run := o.play(map[string]any{"name": "workshop", "seed": 3}).Run
	o.advance(map[string]any{"bySeconds": 5})
	stop := `mutation($id: ID!) { stopScenario(input: {runId: $id}) { run { id } userErrors { code } } }`
	o.ask(stop, map[string]any{"id": run.ID}, nil)
	o.advance(map[string]any{"bySeconds": 60})
	var ended struct{ Meeting struct{ EndedAt *time.Time } }
	o.ask(`query($id: ID!) { meeting(id: $id) { endedAt } }`, map[string]any{"id": run.Meeting.ID}, &ended)
	if got := o.run(run.ID); got.State != "STOPPED" || ended.Meeting.EndedAt == nil {
		t.Errorf("%+v, its meeting ended at %v", got, ended.Meeting.EndedAt)
	}
	var unknown struct {
		StopScenario struct{ UserErrors []struct{ Code string } }
	}
	o.ask(stop, map[string]any{"id": "run_unknown"}, &unknown)
	if got := fmt.Sprint(unknown); got != "{{[{SCENARIO_RUN_NOT_FOUND}]}}" {
		t.Error(got)
	}
}
