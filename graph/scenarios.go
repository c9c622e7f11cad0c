package graph

import (
	"context"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
)

// The codes of what can't be played.
const (
	codeNoScenarios        meeting.Code = "SCENARIOS_NOT_PLAYED"
	codeScenarioRunUnknown meeting.Code = "SCENARIO_RUN_NOT_FOUND"
)

// maxScenario bounds a scenario that is given as text, in bytes.
const maxScenario = 256 << 10

func (r *Resolver) scenarios() ([]*view.Scenario, error) {
	if r.Scenarios == nil {
		return []*view.Scenario{}, nil
	}
	return r.Scenarios.List()
}

func (r *Resolver) scenarioRuns(ctx context.Context) ([]*view.ScenarioRun, error) {
	viewer, err := access.From(ctx)
	if r.Scenarios == nil || err != nil {
		return []*view.ScenarioRun{}, err
	}
	return r.Scenarios.Runs(viewer.Workspace), nil
}

func (r *Resolver) scenarioRun(ctx context.Context, id string) (*view.ScenarioRun, error) {
	runs, err := r.scenarioRuns(ctx)
	if at := slices.IndexFunc(runs, func(run *view.ScenarioRun) bool { return run.ID == id }); at >= 0 {
		return runs[at], nil
	}
	return nil, err
}

// playedIn is the meeting of a run; null when it could not be made.
func (r *Resolver) playedIn(ctx context.Context, run *view.ScenarioRun) (*ent.Meeting, error) {
	if run.MeetingID == "" {
		return nil, nil //nolint:nilnil // null is the schema's word for it
	}
	return orNull(r.Client.Meeting.Get(ctx, run.MeetingID))
}

// ReportPath is where the pages of runs are.
const ReportPath = "/reports/"

// reportLife is for how long the address of a run's page opens.
const reportLife = time.Hour

// reportOf is the address of a run's page.
func (r *Resolver) reportOf(run *view.ScenarioRun) *string {
	if !run.HasPage {
		return nil
	}
	address := r.Seats.To(ReportPath+run.ID, nil, time.Now().Add(reportLife))
	return &address
}

func (r *Resolver) playScenario(ctx context.Context, input gql.PlayScenarioInput) (*gql.PlayScenarioPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	order, err := r.scenarioOrder(input)
	var run *view.ScenarioRun
	if err == nil {
		run, err = r.Scenarios.Play(ctx, viewer.Workspace, order)
	}
	refused, err := userErrors(err)
	return &gql.PlayScenarioPayload{Run: run, UserErrors: refused}, err
}

// scenarioOrder reads what is to be played.
func (r *Resolver) scenarioOrder(input gql.PlayScenarioInput) (order view.ScenarioOrder, err error) {
	order = view.ScenarioOrder{Name: orEmpty(input.Name), YAML: orEmpty(input.Yaml), Seed: uint64(orEmpty(input.Seed))}
	if input.Persona != nil {
		order.Persona = personaName(*input.Persona)
	}
	var problems meeting.Refusals
	switch {
	case r.Scenarios == nil:
		return order, meeting.Refuse(codeNoScenarios, nil, "This server plays no scenarios. The program breakout serve does.")
	case (order.Name == "") == (order.YAML == ""):
		problems = meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "Say what to play: either name, a bundled scenario, or yaml.")
	case len(order.YAML) > maxScenario:
		problems = meeting.Refuse(meeting.CodeInvalid, []string{"yaml"}, "A scenario has up to %d bytes; this one has %d.", maxScenario, len(order.YAML))
	}
	if input.Seed != nil && *input.Seed < 1 {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"seed"}, "A seed is 1 or more; %d was given.", *input.Seed)...)
	}
	var wrong meeting.Refusals
	order.Faults, wrong = readFaults(input.Faults)
	if problems = append(problems, wrong...); len(problems) > 0 {
		return order, problems
	}
	return order, nil
}

func (r *Resolver) stopScenario(ctx context.Context, id string) (*gql.StopScenarioPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	var run *view.ScenarioRun
	if r.Scenarios != nil {
		run = r.Scenarios.Stop(viewer.Workspace, id)
	}
	if run == nil {
		err = runUnknown(id)
	}
	refused, err := userErrors(err)
	return &gql.StopScenarioPayload{Run: run, UserErrors: refused}, err
}
