package scenario

import "github.com/breakoutrooms/breakout/meeting"

// PassedBy is a step that was refused and passed by: by another persona than the file's
// own, or where the step says that it may be.
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
