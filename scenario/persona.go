package scenario

import (
	"errors"

	"github.com/breakoutrooms/breakout/meeting"
)

// PassedBy is a step that another persona than the file's own does not let happen.
type PassedBy struct {
	Line int          `json:"line"`
	Step string       `json:"step"`
	Code meeting.Code `json:"code"`
}

// neverCame says of a step that its event did not come.
const neverCame meeting.Code = "EVENT_NEVER_CAME"

// As is the scenario on another platform: the meeting takes on its persona, and
// begins with its defaults and those of the file's options that it offers. Steps
// that it refuses are noted in the report and passed by. What the file expects was
// meant for its own persona; what is expected of every run still is.
func (s *Scenario) As(persona string) (*Scenario, error) {
	p, err := meeting.PersonaOf(persona)
	if err != nil {
		return nil, err
	}
	other := *s
	other.Persona, other.Options, other.elsewhere = p.Name, p.Defaults, true
	other.Expect = Expectations{LostPackets: s.Expect.LostPackets}
	for _, change := range s.changes {
		options := other.Options
		change(&options)
		if p.Allows(options) {
			other.Options = options
		}
	}
	return &other, nil
}

// passes says whether the scenario goes on after a step that failed.
func (p *player) passes(step Step, err error) bool {
	refusals, refused := errors.AsType[meeting.Refusals](err)
	if refused && p.scenario.elsewhere {
		p.passedBy = append(p.passedBy, PassedBy{Line: step.Line, Step: step.Action.String(), Code: refusals[0].Code})
	}
	return refused && p.scenario.elsewhere
}
