package scenario

import (
	"errors"
	"fmt"
	"strings"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"go.yaml.in/yaml/v3"
)

// circumstances reads when a step happens, and whether it must be refused.
func (r *reader) circumstances(step *Step) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"at":             func(n *yaml.Node) { at := r.duration(n, "at"); step.At = &at },
		"wait":           func(n *yaml.Node) { wait := r.duration(n, "wait"); step.Wait = &wait },
		"after":          func(n *yaml.Node) { c := r.condition(n, "after"); step.After = &c },
		"may_be_refused": func(n *yaml.Node) { step.MayBeRefused = r.yes(n, "may_be_refused") },
		"refused":        func(n *yaml.Node) { step.Refused = meeting.Code(strings.ToUpper(r.text(n, "refused"))) },
	}
}

func (r *reader) checkCircumstances(item *yaml.Node, step Step) {
	waits := 0
	for _, set := range []bool{step.At != nil, step.Wait != nil, step.After != nil} {
		if set {
			waits++
		}
	}
	if waits > 1 {
		r.fault(item, "A step waits for a time (at), for a while (wait) or for an event (after), not for more than one of them.")
	}
	if step.Refused != "" && step.MayBeRefused {
		r.fault(item, "A step must be refused or may be, not both.")
	}
}

// noWay says of a step that somebody could not join by the network that a fault made.
const noWay meeting.Code = "NO_WAY_FOR_MEDIA"

// outcome is what a step's error means for the run: nil where it goes on.
func (p *player) outcome(step Step, err error) error {
	refusals, refused := errors.AsType[meeting.Refusals](err)
	switch {
	case err == nil && step.Refused == "":
		return nil
	case errors.Is(err, simulator.ErrNoWay) && (len(p.scenario.Faults) > 0 || p.isInjected()):
		p.note(step, noWay)
		return nil
	case err == nil:
		return fmt.Errorf("it was not refused; it should have been, with %s", step.Refused)
	case refused && refusals.Has(step.Refused):
		return nil
	case refused && (step.MayBeRefused || p.isElsewhere()):
		p.note(step, refusals[0].Code)
		return nil
	case refused && step.Refused != "":
		return fmt.Errorf("it should have been refused with %s: %w (%s)", step.Refused, err, refusals[0].Code)
	}
	return err
}

// note takes note of a step that was refused.
func (p *player) note(step Step, code meeting.Code) {
	p.passedBy = append(p.passedBy, PassedBy{Line: step.Line, Step: step.Action.String(), Code: code})
}
