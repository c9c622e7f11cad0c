package view

import "github.com/breakoutrooms/breakout/meeting"

// Faults are to be laid over a scenario: those that come with the program, by their name,
// or some in YAML.
type Faults struct{ Name, YAML string }

// LaidFaults are faults that were laid over a run.
type LaidFaults struct {
	Name   *string
	YAML   string
	Faults []string
	// Injected says that they were laid over it while it was played, At a time, Until another.
	Injected bool
	At       meeting.Instant
	Until    meeting.Instant
}

// FaultOverlay is a file of faults that comes with the program.
type FaultOverlay struct {
	Name, Story, YAML string
	Faults            []string
	Refusal           *string
}

// FaultKind is a kind of faults.
type FaultKind struct {
	Name, What   string
	Takes, Needs []string
	Example      string
	Refusal      *string
}
