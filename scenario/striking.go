package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// faults are those of a run, while it is played.
type faults struct {
	running sync.WaitGroup
	stop    context.CancelFunc
	mu      sync.Mutex
	failed  error
	// injected counts the faults that were laid over the run since it began; expect is
	// what their file expects, and nil without them.
	injected int
	expect   *Expectations
}

// makeFaults has the scenario's faults happen from now on, each at its time.
func (p *player) makeFaults(ctx context.Context) error {
	if err := canMake(p.scenario, p.Stage); err != nil {
		return err
	}
	ctx, p.faults.stop = context.WithCancel(ctx)
	for i, f := range p.scenario.Faults {
		if err := p.begin(ctx, f, p.draws(i)); err != nil {
			return err
		}
	}
	if p.progress.Begun != nil {
		p.progress.Begun(func(with *Scenario, lasts time.Duration) error { return p.inject(ctx, with, lasts) })
	}
	return nil
}

// begin has a fault happen at its time.
func (p *player) begin(ctx context.Context, f Fault, random *rand.Rand) error {
	switch {
	case f.race != nil:
		return p.watchFor(ctx, f, random)
	case f.strike != nil:
		p.faults.running.Go(func() { p.strikes(ctx, f) })
	case f.relay != nil:
		p.Relay.add(*f.relay, p.began.Add(f.From), f.For, random.Uint64())
	case len(f.troubles) > 0 && f.From == 0:
		p.trouble(f) // before anybody joins
	case len(f.troubles) > 0:
		p.faults.running.Go(func() {
			if p.pass(ctx, f.From) {
				p.trouble(f)
			}
		})
	}
	return nil
}

// canMake says what of a scenario can't be made where it is to be played.
func canMake(s *Scenario, where Stage) error {
	problems := unmakeable(s.Name, s.Faults, where)
	if s.Webhooks != nil && where.Relay == nil && problems == nil {
		problems = Problems{{s.Name, 1, "Webhooks go to the scenario's own receiver, which there is in virtual time by breakout test --time virtual only."}}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// unmakeable are those of a file's faults that can't be made on a stage.
func unmakeable(file string, faults []Fault, where Stage) (problems Problems) {
	for _, f := range faults {
		if why := f.unmakeable(where); why != "" {
			problems = append(problems, Problem{file, f.Line, why})
		}
	}
	return problems
}

// unmakeable says why a fault can't be made on a stage; nothing when it can.
func (f Fault) unmakeable(where Stage) string {
	switch {
	case f.race != nil && !where.Virtual:
		return f.Kind + " hits a moment that lasts milliseconds, and can be made in virtual time only; play the scenario with --time virtual."
	case f.relay != nil && where.Relay == nil:
		return f.Kind + " breaks what is sent to webhooks on its way, and only breakout test --time virtual stands in that way; play the scenario by it."
	}
	return ""
}

// endFaults returns when no fault happens any more.
func (p *player) endFaults() error {
	if p.faults.stop == nil {
		return nil
	}
	p.faults.mu.Lock()
	p.faults.stop()
	p.faults.mu.Unlock()
	p.faults.running.Wait()
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return p.faults.failed
}

func (p *player) faultFailed(err error) {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	if err != nil && p.faults.failed == nil {
		p.faults.failed = err
	}
}

// pass lets time pass until some time since the beginning, and says whether the run goes on.
func (p *player) pass(ctx context.Context, since time.Duration) bool {
	timer := time.NewTimer(time.Until(p.began.Add(since)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *player) trouble(f Fault) {
	for _, t := range f.troubles {
		if err := p.Simulator.Trouble(p.meeting, t, f.For); err != nil {
			p.faultFailed(fmt.Errorf("line %d: %s: %w", f.Line, f.Kind, err))
		}
	}
}

// strikes has a fault happen, once or again and again.
func (p *player) strikes(ctx context.Context, f Fault) {
	for at := f.From; p.pass(ctx, at); at += f.Every {
		one := f
		if f.until > 0 {
			one.For = min(f.For, f.until-at)
		}
		f.strike(p, f.Who, one)
		if f.Every == 0 || f.until > 0 && at+f.Every >= f.until {
			return
		}
	}
}

// present is somebody who is in the meeting, or waits to be let in.
type present struct {
	id   meeting.ParticipantID
	name string
	bot  bool
}

// present are those of the names who are there; everybody who is, without names.
func (p *player) present(names []string) (list []present) {
	_ = p.Simulator.View(context.Background(), p.meeting, func(s *meeting.State) { // nobody is in a meeting that is over
		for _, person := range s.Roster() {
			if (person.Present() || person.Waits()) && (len(names) == 0 || slices.Contains(names, person.Name)) {
				list = append(list, present{person.ID, person.Name, person.IsBot})
			}
		}
	})
	return list
}

// onPresent does something to those who are there. That somebody has left meanwhile is
// as good.
func (p *player) onPresent(names []string, do func(present) error) {
	for _, one := range p.present(names) {
		_ = do(one)
	}
}

// restart ends every connection to the meeting, which can be joined again after a while:
// people do so by themselves, as bots do.
func (p *player) restart(_ []string, f Fault) {
	back := time.Now().Add(f.For).Sub(p.began)
	there := p.present(nil)
	if err := p.Simulator.Restart(p.meeting, f.For); err != nil {
		return // it is over
	}
	if !p.pass(context.Background(), back) {
		return
	}
	for _, one := range there {
		if one.bot || p.guest(one.name) == nil {
			continue
		}
		if err := p.join(context.Background(), Join{Who: []string{one.name}}); err != nil && !ended(err) {
			p.faultFailed(fmt.Errorf("line %d: %s comes back after a restart: %w", f.Line, one.name, err))
		}
	}
}

// skewOf is how wrong somebody's clock is.
func (s *Scenario) skewOf(name string) (ppm int) {
	for _, f := range s.Faults {
		if f.skew != 0 && (len(f.Who) == 0 || slices.Contains(f.Who, name)) {
			ppm += f.skew
		}
	}
	return ppm
}

// restAfterRace is how long a race leaves somebody alone whom it has hit.
const restAfterRace = 500 * time.Millisecond

// watchFor waits for the moments of a race.
func (p *player) watchFor(ctx context.Context, f Fault, random *rand.Rand) error {
	until := f.From + f.For
	latest := make(map[meeting.ParticipantID]time.Duration)
	return p.Simulator.Follow(p.meeting, func(event meeting.Event) {
		since := event.At.Sub(p.began)
		if since < f.From || f.For > 0 && since > until || !f.race.on(event) {
			return
		}
		before, again := latest[event.Participant.ID]
		if again && since-before < restAfterRace {
			return // it may be what follows from the last time
		}
		if len(f.Who) > 0 && !slices.Contains(f.Who, event.Participant.Name) || random.Float64() >= f.race.share {
			return
		}
		latest[event.Participant.ID] = since
		at := since + draw(random, 0, f.race.within) + time.Millisecond/2
		chosen := rand.New(rand.NewPCG(random.Uint64(), 0))
		p.faults.mu.Lock()
		defer p.faults.mu.Unlock()
		if ctx.Err() != nil {
			return // nobody waits for it any more
		}
		p.faults.running.Go(func() {
			if p.pass(ctx, at) {
				f.race.do(ctx, p, event, chosen)
			}
		})
	})
}

// guest is a person of the scenario who has joined.
func (p *player) guest(name string) *simulator.Guest {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return p.guests[name]
}

func (p *player) seat(name string, guest *simulator.Guest) {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	p.guests[name] = guest
}

// voice is the number of the next person's voice.
func (p *player) voice() int {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return len(p.guests)
}
