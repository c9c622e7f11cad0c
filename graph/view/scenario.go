package view

import (
	"context"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// Scenarios plays scenarios on a server. Whoever runs the server gives it, as playing
// is not the server's own work.
type Scenarios interface {
	// List are those that come with the program.
	List() ([]*Scenario, error)
	// Play begins to play in a workspace, and returns when the meeting is there. What
	// can't be played is refused.
	Play(ctx context.Context, workspace string, order ScenarioOrder) (*ScenarioRun, error)
	// Stop has a run of a workspace end; nil is for one that is not there.
	Stop(workspace, id string) *ScenarioRun
	// Inject lays faults over a run of a workspace while it is played, from now on for some
	// time; nil is for one that is not there. What can't be laid over it is refused.
	Inject(ctx context.Context, workspace, id string, faults Faults, lasts time.Duration) (*ScenarioRun, error)
	// Overlays are the faults that come with the program, and FaultKinds are all kinds.
	Overlays() ([]*FaultOverlay, error)
	FaultKinds() []*FaultKind
	// Runs are those of a workspace, the newest first.
	Runs(workspace string) []*ScenarioRun
	// Page is an HTML page that tells of a run of any workspace; nil when there is none.
	Page(id string) ([]byte, error)
	// Close ends all runs.
	Close(ctx context.Context) error
}

// ScenarioOrder says what to play: a bundled scenario by its name, or one in YAML.
type ScenarioOrder struct {
	Name, YAML string
	// Seed is used instead of the scenario's, unless it is 0.
	Seed uint64
	// Persona is another platform to play it as; empty for the scenario's own.
	Persona string
	// Faults are laid over it.
	Faults []Faults
}

// Scenario is one that can be played.
type Scenario struct {
	Name, Story         string
	Steps, Expectations int
	LastStepAtSeconds   float64
}

// ScenarioRunState says how a run is.
type ScenarioRunState string

// The states of a run.
const (
	ScenarioPlaying ScenarioRunState = "PLAYING"
	ScenarioPassed  ScenarioRunState = "PASSED"
	ScenarioFailed  ScenarioRunState = "FAILED"
	ScenarioBroken  ScenarioRunState = "BROKEN"
	ScenarioStopped ScenarioRunState = "STOPPED"
)

// ScenarioRun is one run.
type ScenarioRun struct {
	ID, Scenario, Story string
	Seed                int64
	MeetingID           meeting.ID
	State               ScenarioRunState
	StartedAt, EndedAt  meeting.Instant
	StepsDone, Steps    int
	Step, Error         *string
	Verdicts            []*ScenarioVerdict
	PacketsRecorded     *int
	Coverage            *float64
	// YAML is the text that is played.
	YAML string
	// Persona is the platform that was asked for; empty for the scenario's own.
	Persona string
	Faults  []*LaidFaults
	// HasPage says that there is a page that tells of it.
	HasPage bool
}

// ScenarioVerdict is what came of one expectation.
type ScenarioVerdict struct {
	What, Want, Got string
	OK              bool
	Line            *int
}
