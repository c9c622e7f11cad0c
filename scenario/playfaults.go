package scenario

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
)

// CodeRunOver says that a run is played no more.
const CodeRunOver meeting.Code = "SCENARIO_RUN_OVER"

// ordered reads the scenario that is to be played, and gives its text.
func ordered(order view.ScenarioOrder) (s *Scenario, text string, err error) {
	text = order.YAML
	if order.Name != "" {
		if !slices.Contains(Library(), order.Name) {
			return nil, "", meeting.Refuse(meeting.CodeInvalid, []string{"name"}, "There is no bundled scenario %q; there are %s.", order.Name, strings.Join(Library(), ", "))
		}
		data, err := bundledText(order.Name)
		if err != nil {
			return nil, "", err
		}
		text = string(data)
	}
	if s, err = Parse("scenario.yaml", []byte(text)); err != nil {
		return nil, "", refused(err, "yaml")
	}
	if order.Seed != 0 {
		s.Seed = order.Seed
	}
	if order.Persona != "" {
		s, err = s.As(order.Persona)
	}
	return s, text, err
}

// refused says of each problem of a file where in the input it is at fault.
func refused(err error, path ...string) error {
	problems, ok := errors.AsType[Problems](err)
	if !ok {
		return err
	}
	var refusals meeting.Refusals
	for _, problem := range problems {
		refusals = append(refusals, meeting.Refuse(meeting.CodeInvalid, path, "Line %d: %s", problem.Line, problem.Message)...)
	}
	return refusals
}

// afflicted lays faults over a scenario, one file after the other.
func afflicted(s *Scenario, files []view.Faults) (*Scenario, []*view.LaidFaults, error) {
	laid := []*view.LaidFaults{}
	for i, file := range files {
		with, one, err := s.overlaid(file, "faults", strconv.Itoa(i))
		if err != nil {
			return nil, nil, err
		}
		s, laid = with, append(laid, one)
	}
	return s, laid, nil
}

// overlaid is the scenario with the faults of one file, which stands at a place in the input.
func (s *Scenario) overlaid(file view.Faults, path ...string) (*Scenario, *view.LaidFaults, error) {
	laid := &view.LaidFaults{YAML: file.YAML, At: meeting.InstantOf(time.Now())}
	at := "yaml"
	if file.Name != "" {
		if !slices.Contains(Overlays(), file.Name) {
			return nil, nil, meeting.Refuse(meeting.CodeInvalid, append(path, "name"), "There are no faults called %q; there are %s.", file.Name, strings.Join(Overlays(), ", "))
		}
		data, err := overlay(file.Name)
		if err != nil {
			return nil, nil, err
		}
		at, laid.Name, laid.YAML = "name", &file.Name, string(data)
	}
	with, err := s.withFaults("faults.yaml", []byte(laid.YAML))
	if err != nil {
		return nil, nil, refused(err, append(path, at)...)
	}
	for _, f := range with.Faults[len(s.Faults):] {
		laid.Faults = append(laid.Faults, f.String())
	}
	return with, laid, nil
}

// Inject lays faults over a run while it is played.
func (h *Playhouse) Inject(ctx context.Context, workspace, id string, file view.Faults, lasts time.Duration) (*view.ScenarioRun, error) {
	r := h.findIn(workspace, id)
	if r == nil {
		return nil, nil //nolint:nilnil // nil is for one that is not there
	}
	with, laid, err := r.scenario.overlaid(file, "faults")
	if err != nil {
		return nil, err
	}
	if with.Webhooks != r.scenario.Webhooks && !slices.ContainsFunc(with.Faults, func(f Fault) bool { return f.relay != nil }) {
		return nil, meeting.Refuse(meeting.CodeInvalid, []string{"faults"}, "Webhooks are subscribed to before a run begins; leave webhooks out.")
	}
	inject := r.awaitBegin(ctx)
	if inject == nil {
		return nil, errors.Join(ctx.Err(), runOver(id))
	}
	if err := inject(with, lasts); errors.Is(err, errOver) {
		return nil, runOver(id)
	} else if err != nil {
		return nil, refused(err, "faults")
	}
	laid.Injected, laid.Until = true, meeting.InstantOf(laid.At.Time().Add(lasts))
	r.mu.Lock()
	r.shown.Faults = append(r.shown.Faults, laid)
	r.mu.Unlock()
	return r.show(), nil
}

func runOver(id string) error {
	return meeting.Refuse(CodeRunOver, []string{"runId"}, "The run %s is over; faults are injected while it is played.", id)
}

// awaitBegin waits until the steps of a run begin; it gives nil when they never will.
func (r *run) awaitBegin(ctx context.Context) Inject {
	select {
	case <-r.begun:
	case <-r.done:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inject
}
