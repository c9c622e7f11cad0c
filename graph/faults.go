package graph

import (
	"context"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
)

const (
	// maxOverlays is how many files of faults are laid over a scenario.
	maxOverlays = 10
	// maxFaults bounds a file of faults, in bytes.
	maxFaults = 64 << 10
	// maxInjection is for how many seconds faults are injected at most.
	maxInjection = 3600
)

func (r *Resolver) faultOverlays() ([]*view.FaultOverlay, error) {
	if r.Scenarios == nil {
		return []*view.FaultOverlay{}, nil
	}
	return r.Scenarios.Overlays()
}

func (r *Resolver) faultKinds() []*view.FaultKind {
	if r.Scenarios == nil {
		return []*view.FaultKind{}
	}
	return r.Scenarios.FaultKinds()
}

// readFaults reads the files of faults that are to be laid over a scenario.
func readFaults(given []*gql.FaultsInput) (files []view.Faults, refused meeting.Refusals) {
	if len(given) > maxOverlays {
		return nil, meeting.Refuse(meeting.CodeInvalid, []string{"faults"}, "Up to %d files of faults can be laid over a scenario; these are %d.", maxOverlays, len(given))
	}
	for i, one := range given {
		file, problems := readFile(one, "faults", strconv.Itoa(i))
		files, refused = append(files, file), append(refused, problems...)
	}
	return files, refused
}

// readFile reads a file of faults, which stands at a place in the input.
func readFile(given *gql.FaultsInput, path ...string) (file view.Faults, refused meeting.Refusals) {
	file = view.Faults{Name: orEmpty(given.Name), YAML: orEmpty(given.Yaml)}
	switch {
	case (file.Name == "") == (file.YAML == ""):
		return file, meeting.Refuse(meeting.CodeInvalid, path, "Say which faults: either name, those that come with the program, or yaml.")
	case len(file.YAML) > maxFaults:
		return file, meeting.Refuse(meeting.CodeInvalid, append(path, "yaml"), "A file of faults has up to %d bytes; this one has %d.", maxFaults, len(file.YAML))
	}
	return file, nil
}

func (r *Resolver) injectFaults(ctx context.Context, input gql.InjectFaultsInput) (*gql.InjectFaultsPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	run, err := r.scenarioRun(ctx, input.RunID)
	if err == nil {
		run, err = r.injected(ctx, viewer.Workspace, run, input)
	}
	refused, err := userErrors(err)
	return &gql.InjectFaultsPayload{Run: run, UserErrors: refused}, err
}

// injected is a run after faults were laid over it; nil is one that is not there.
func (r *Resolver) injected(ctx context.Context, workspace string, run *view.ScenarioRun, input gql.InjectFaultsInput) (*view.ScenarioRun, error) {
	file, problems := readFile(input.Faults, "faults")
	if input.ForSeconds < 1 || input.ForSeconds > maxInjection {
		problems = append(problems, meeting.Refuse(meeting.CodeInvalid, []string{"forSeconds"}, "Faults are injected for 1 to %d seconds; %d were asked for.", maxInjection, input.ForSeconds)...)
	}
	if run == nil {
		problems = append(runUnknown(input.RunID), problems...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return r.Scenarios.Inject(ctx, workspace, run.ID, file, time.Duration(input.ForSeconds)*time.Second)
}

func runUnknown(id string) meeting.Refusals {
	return meeting.Refuse(codeScenarioRunUnknown, []string{"runId"}, "There is no run %q in this workspace.", id)
}

// platformOf is the platform that a run was asked to be played as.
func platformOf(run *view.ScenarioRun) *gql.Persona {
	if run.Persona == "" {
		return nil
	}
	persona := personaOf(run.Persona)
	return &persona
}
