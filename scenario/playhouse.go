package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/graph/view"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/server"
)

const (
	// maxRuns is how many runs a playhouse remembers.
	maxRuns = 100
	// keyLife is for how long after its last step the key of a run opens at most.
	keyLife = 24 * time.Hour
)

// errStopped says that somebody wanted no more of a run.
var errStopped = errors.New("the run was stopped")

// Playhouse plays scenarios on a server for those who ask for it by the API.
type Playhouse struct {
	server *server.Server
	http   *http.Client
	tell   Tell // nil without pages

	mu      sync.Mutex
	runs    []*run // the oldest first
	closed  bool
	playing sync.WaitGroup
}

// NewPlayhouse makes the playhouses of servers, which keep pages of their runs unless tell
// is nil.
func NewPlayhouse(tell Tell) func(*server.Server) view.Scenarios {
	return func(s *server.Server) view.Scenarios {
		return &Playhouse{server: s, tell: tell, http: &http.Client{Transport: &http.Transport{DialContext: s.DialDoors}}}
	}
}

// run is a scenario that is or was played.
type run struct {
	workspace string
	scenario  *Scenario
	stop      context.CancelCauseFunc
	created   chan struct{} // is closed when the meeting is there
	begun     chan struct{} // is closed when its steps begin
	done      chan struct{}

	mu     sync.Mutex
	shown  view.ScenarioRun
	inject Inject // nil until its steps begin
	page   []byte // compressed; nil until it is judged
}

// List are the bundled scenarios.
func (h *Playhouse) List() (list []*view.Scenario, err error) {
	for _, name := range Library() {
		s, err := Bundled(name)
		if err != nil {
			return nil, err
		}
		list = append(list, &view.Scenario{
			Name: s.Name, Story: strings.TrimSpace(s.Story), Steps: len(s.Steps), Expectations: s.Expect.Count(), LastStepAtSeconds: s.lastStep().Seconds(),
		})
	}
	return list, nil
}

// lastStep is when the last step is that has a time of its own.
func (s *Scenario) lastStep() (last time.Duration) {
	for _, step := range s.Steps {
		if step.At != nil {
			last = max(last, *step.At)
		}
	}
	return last
}

// Play begins to play, and returns when the meeting is there.
func (h *Playhouse) Play(ctx context.Context, workspace string, order view.ScenarioOrder) (*view.ScenarioRun, error) {
	s, text, err := ordered(order)
	if err != nil {
		return nil, err
	}
	s, laid, err := afflicted(s, order.Faults)
	if err != nil {
		return nil, err
	}
	if err := canMake(s, h.stage("")); err != nil {
		return nil, refused(err, "faults")
	}
	key, giveBack, err := h.server.LendKey(ctx, workspace, "scenario "+s.Name, s.lastStep()+keyLife)
	if err != nil {
		return nil, fmt.Errorf("play %s: %w", s.Name, err)
	}
	playing, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	r := &run{
		workspace: workspace, scenario: s, stop: stop, created: make(chan struct{}), begun: make(chan struct{}), done: make(chan struct{}),
		shown: view.ScenarioRun{
			ID: "run_" + strings.ToLower(rand.Text()[:16]), Scenario: s.Name, Story: strings.TrimSpace(s.Story), Seed: int64(s.Seed),
			State: view.ScenarioPlaying, StartedAt: meeting.InstantOf(time.Now()), Steps: len(s.Steps), Verdicts: []*view.ScenarioVerdict{},
			YAML: text, Persona: order.Persona, Faults: laid,
		},
	}
	begun := h.begin(r, func() {
		defer stop(nil)
		defer close(r.done)
		progress, tell := h.tellOf(r)
		report, err := Play(playing, h.stage(key), s, progress)
		r.end(report, errors.Join(err, tell(report), h.clear(playing, r), giveBack(context.WithoutCancel(playing))), context.Cause(playing))
	})
	if !begun {
		return nil, errors.Join(meeting.ErrClosed, giveBack(ctx))
	}
	select {
	case <-r.created:
	case <-r.done:
	case <-ctx.Done():
	}
	return r.show(), nil
}

// stage is the server as a place to play scenarios.
func (h *Playhouse) stage(key string) Stage {
	return Stage{
		Simulator: h.server.Simulator(), Recordings: h.server.RecordingsFolder(), Virtual: h.server.InVirtualTime(),
		Client: &client.Client{URL: "http://doors", Key: key, HTTP: h.http},
	}
}

// begin remembers a run and has it played, unless the playhouse is closed.
func (h *Playhouse) begin(r *run, play func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	if h.runs = append(h.runs, r); len(h.runs) > maxRuns {
		h.runs = slices.Delete(h.runs, 0, 1)
	}
	h.playing.Go(play)
	return true
}

// clear ends the meeting of a run that was stopped before its end.
func (h *Playhouse) clear(playing context.Context, r *run) error {
	id := r.show().MeetingID
	if playing.Err() == nil || id == "" {
		return nil
	}
	_, err := h.server.Simulator().Command(context.WithoutCancel(playing), id, meeting.End{})
	if refused, ok := errors.AsType[meeting.Refusals](err); ok && refused.Has(meeting.CodeMeetingEnded) {
		return nil
	}
	return err
}

// Stop has a run end.
func (h *Playhouse) Stop(workspace, id string) *view.ScenarioRun {
	r := h.findIn(workspace, id)
	if r == nil {
		return nil
	}
	r.stop(errStopped)
	return r.show()
}

// findIn finds a run of a workspace; nil when there is none.
func (h *Playhouse) findIn(workspace, id string) *run {
	if r := h.find(id); r != nil && r.workspace == workspace {
		return r
	}
	return nil
}

// find finds a run of any workspace; nil when there is none.
func (h *Playhouse) find(id string) *run {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at := slices.IndexFunc(h.runs, func(r *run) bool { return r.show().ID == id }); at >= 0 {
		return h.runs[at]
	}
	return nil
}

// Runs are those of a workspace, the newest first.
func (h *Playhouse) Runs(workspace string) []*view.ScenarioRun {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := []*view.ScenarioRun{}
	for _, r := range slices.Backward(h.runs) {
		if r.workspace == workspace {
			list = append(list, r.show())
		}
	}
	return list
}

// Close ends all runs, and returns when they have ended.
func (h *Playhouse) Close(context.Context) error {
	h.mu.Lock()
	h.closed = true
	for _, r := range h.runs {
		r.stop(errStopped)
	}
	h.mu.Unlock()
	h.playing.Wait()
	h.http.CloseIdleConnections()
	return nil
}

// progress notes how far a run is.
func (r *run) progress() Progress {
	return Progress{
		Created: func(id meeting.ID) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.shown.MeetingID = id
			close(r.created)
		},
		Begun: func(inject Inject) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.inject = inject
			close(r.begun)
		},
		Step: func(_ time.Duration, action Action) {
			r.mu.Lock()
			defer r.mu.Unlock()
			step := action.String()
			r.shown.Step = &step
			r.shown.StepsDone++
		},
	}
}

// end notes what came of a run.
func (r *run) end(report *Report, err, cause error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown.EndedAt = meeting.InstantOf(time.Now())
	switch {
	case report == nil && errors.Is(cause, errStopped):
		r.shown.State = view.ScenarioStopped
		return
	case report == nil:
		text := err.Error()
		r.shown.State, r.shown.Error = view.ScenarioBroken, &text
		return
	case report.OK:
		r.shown.State = view.ScenarioPassed
	default:
		r.shown.State = view.ScenarioFailed
	}
	r.shown.PacketsRecorded, r.shown.Coverage = &report.PacketsRecorded, &report.Coverage
	for _, v := range report.Verdicts {
		shown := &view.ScenarioVerdict{What: v.What, Want: v.Want, Got: v.Got, OK: v.OK}
		if v.Line > 0 {
			shown.Line = &v.Line
		}
		r.shown.Verdicts = append(r.shown.Verdicts, shown)
	}
}

// show is the run as it is now.
func (r *run) show() *view.ScenarioRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	shown := r.shown
	return &shown
}
