package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/scenario"
)

// afflictedRun is a run that faults were laid over, as the API shows it.
type afflictedRun struct {
	Run *struct {
		runShown
		YAML, Persona string
		Faults        []struct {
			Name, YAML string
			Faults     []string
			Injected   bool
			At, Until  time.Time
		}
	}
	UserErrors []struct {
		Code, Message string
		Path          []string
	}
}

const afflictedFields = `run { ` + runFields + ` yaml persona faults { name yaml faults injected at until } } userErrors { code message path }`

func (o *outside) playWith(input map[string]any) afflictedRun {
	o.t.Helper()
	var answer struct{ PlayScenario afflictedRun }
	o.ask(`mutation($input: PlayScenarioInput!) { playScenario(input: $input) { `+afflictedFields+` } }`, map[string]any{"input": input}, &answer)
	return answer.PlayScenario
}

func (o *outside) inject(run string, faults map[string]any, seconds int) afflictedRun {
	o.t.Helper()
	var answer struct{ InjectFaults afflictedRun }
	o.ask(`mutation($input: InjectFaultsInput!) { injectFaults(input: $input) { `+afflictedFields+` } }`,
		map[string]any{"input": map[string]any{"runId": run, "faults": faults, "forSeconds": seconds}}, &answer)
	return answer.InjectFaults
}

// isRefused looks for a sentence of a refusal at a place of the input.
func (r afflictedRun) isRefused(t *testing.T, path, sentence string) {
	t.Helper()
	for _, refused := range r.UserErrors {
		if strings.Join(refused.Path, ".") == path && strings.Contains(refused.Message, sentence) {
			return
		}
	}
	t.Errorf("got %+v, want at %s: %s", r, path, sentence)
}

// TestFaultsOfRuns lays faults over runs of a server, before they begin and while they are
// played, and looks at what bots and meetings made of them.
func TestFaultsOfRuns(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	laid := o.playWith(map[string]any{"name": "bot-moved-by-host", "persona": "ZOOM", "faults": []map[string]any{
		{"name": "split-brain"}, {"yaml": "faults:\n  - delay: {by: 30ms}\nexpect:\n  events: [{event: bot_connection_lost, at_least: 1}]\n"},
	}})
	if laid.Run == nil {
		t.Fatalf("%+v", laid)
	}
	if got := laid.Run.Faults; len(got) != 2 || got[0].Name != "split-brain" || !slices.Equal(got[1].Faults, []string{"packets take longer (by 30ms)"}) || got[1].Injected {
		t.Errorf("%+v", got)
	}
	if text := laid.Run.YAML; !strings.Contains(text, "name: bot-moved-by-host") || laid.Run.Persona != "ZOOM" {
		t.Errorf("played as %q: %s", laid.Run.Persona, text)
	}
	running := o.playWith(map[string]any{"yaml": calm}).Run
	o.advance(map[string]any{"bySeconds": 6, "waitSeconds": 60})
	injected := o.inject(running.ID, map[string]any{"yaml": "faults:\n  - outage: {who: Rover, from: 1s, for: 1m}\nexpect:\n  events: [{event: bot_connection_lost, bot: Rover, count: 1}, {event: bot_connection_restored, bot: Rover, count: 1}]\n"}, 4)
	if injected.Run == nil || len(injected.Run.Faults) != 1 {
		t.Fatalf("%+v", injected)
	}
	if got := injected.Run.Faults[0]; !got.Injected || got.Until.Sub(got.At) != 4*time.Second || got.At.Sub(morning) < 6*time.Second || len(got.Faults) != 1 {
		t.Errorf("%+v", got)
	}
	o.advance(map[string]any{"bySeconds": 120, "waitSeconds": 60})
	// 8 are expected of every run, beside those of the faults.
	for run, expected := range map[string]int{laid.Run.ID: 8 + 1, running.ID: 8 + 2} {
		if got := o.run(run); got.State != "PASSED" || len(got.Verdicts) != expected {
			t.Errorf("%+v", got)
		}
	}
	o.inject(running.ID, map[string]any{"name": "bad-wifi"}, 4).isRefused(t, "runId", "is over; faults are injected while it is played.")
}

func TestFaultsOfRunsAreRefused(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	dropped := map[string]any{"yaml": "faults: [{webhooks_dropped: {}}]"}
	for sentence, one := range map[string]struct {
		path   string
		faults map[string]any
	}{
		`There are no faults called "rain"; there are bad-webhooks,`: {"faults.0.name", map[string]any{"name": "rain"}},
		"Say which faults: either name":                              {"faults.0", map[string]any{}},
		"Line 1: The file has no faults":                             {"faults.0.yaml", map[string]any{"yaml": "name: none"}},
		`There is nobody called "Zoe"`:                               {"faults.0.yaml", map[string]any{"yaml": "faults: [{outage: {who: Zoe, for: 1s}}]"}},
		"webhooks_dropped breaks what is sent to webhooks":           {"faults", dropped},
	} {
		o.playWith(map[string]any{"yaml": calm, "faults": []map[string]any{one.faults}}).isRefused(t, one.path, sentence)
	}
	run := o.playWith(map[string]any{"yaml": calm}).Run.ID
	for sentence, one := range map[string]struct {
		path   string
		faults map[string]any
	}{
		`There are no faults called "../overlays/bad-wifi"`: {"faults.name", map[string]any{"name": "../overlays/bad-wifi"}},
		"can't begin while people speak by their clocks":    {"faults", map[string]any{"yaml": "faults: [{clock_skew: {ppm: 10}}]"}},
		"would begin 20s on":                                {"faults", map[string]any{"yaml": "faults: [{delay: {by: 1ms, from: 20s}}]"}},
		"Webhooks are subscribed to before":                 {"faults", map[string]any{"yaml": "faults: [{delay: {by: 1ms}}]\nwebhooks: {ordered: true}"}},
		"webhooks_dropped breaks what is sent to webhooks":  {"faults", dropped},
	} {
		o.inject(run, one.faults, 10).isRefused(t, one.path, sentence)
	}
	o.inject(run, map[string]any{"name": "bad-wifi"}, 0).isRefused(t, "forSeconds", "for 1 to 3600 seconds; 0 were asked for.")
	o.inject("run_of_nobody", map[string]any{}, 10).isRefused(t, "runId", `There is no run "run_of_nobody"`)
	if got := o.run(run); got.State != "PLAYING" {
		t.Errorf("what was refused ended the run: %+v", got)
	}
}

// TestKindsOfFaultsAreListed reads the example of each kind, and finds the overlays with
// what they do.
func TestKindsOfFaultsAreListed(t *testing.T) {
	o := openDoor(t, bubble.Config{})
	var answer struct {
		FaultKinds []struct {
			Name, What, Example, Refusal string
			Takes, Needs                 []string
		}
		FaultOverlays []struct {
			Name, Story, YAML, Refusal string
			Faults                     []string
		}
	}
	o.ask(`{ faultKinds { name what example refusal takes needs } faultOverlays { name story yaml refusal faults } }`, nil, &answer)
	var names []string
	for _, kind := range answer.FaultKinds {
		names = append(names, kind.Name)
		if _, err := with(t, "faults:\n  - "+kind.Example+"\n"); err != nil || kind.What == "" || len(kind.Takes) < len(kind.Needs) {
			t.Errorf("%+v: %v", kind, err)
		}
		if isOfWebhooks := strings.HasPrefix(kind.Name, "webhooks_"); isOfWebhooks != (kind.Refusal != "") {
			t.Errorf("%s can't be made: %q", kind.Name, kind.Refusal)
		}
	}
	if !slices.Equal(names, scenario.FaultKinds()) {
		t.Errorf("listed are %v", names)
	}
	names = nil
	for _, overlay := range answer.FaultOverlays {
		names = append(names, overlay.Name)
		if overlay.Story == "" || len(overlay.Faults) == 0 || !strings.Contains(overlay.YAML, "name: "+overlay.Name) || (overlay.Name == "bad-webhooks") != (overlay.Refusal != "") {
			t.Errorf("%+v", overlay)
		}
	}
	if !slices.Equal(names, scenario.Overlays()) {
		t.Errorf("listed are %v", names)
	}
}
