package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// maxInjected bounds the faults that are laid over one run while it is played.
const maxInjected = 200

// errOver says that nothing can be laid over a run any more.
var errOver = errors.New("the run is over")

// Inject lays faults over a run while it is played: those that a scenario has more than
// the one that is played, for some time from now on. See [Scenario.With].
type Inject func(with *Scenario, lasts time.Duration) error

// during is the fault as it happens when it is laid over a run that goes on, since some
// time after its beginning, for some time.
func (f Fault) during(since, lasts time.Duration) Fault {
	f.until = since + lasts
	f.From += since
	if left := f.until - f.From; f.For == 0 || f.For > left {
		f.For = left
	}
	return f
}

// cannotInject says which faults can't begin while a meeting goes on, or would begin too late.
func (p *player) cannotInject(given []Fault, lasts time.Duration) error {
	problems := unmakeable(p.scenario.Name, given, p.Stage)
	for _, f := range given {
		switch {
		case f.skew != 0:
			problems = append(problems, Problem{p.scenario.Name, f.Line, f.Kind + " can't begin while people speak by their clocks; lay it over the scenario before it is played."})
		case f.From >= lasts:
			problems = append(problems, Problem{p.scenario.Name, f.Line, fmt.Sprintf("%s would begin %s on, and the faults are laid over the run for %s; have it begin sooner, or lay them over it for longer.", f.Kind, f.From, lasts)})
		}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// inject is [Inject].
func (p *player) inject(ctx context.Context, with *Scenario, lasts time.Duration) error {
	given := with.Faults[len(p.scenario.Faults):]
	if err := p.cannotInject(given, lasts); err != nil {
		return err
	}
	first, err := p.admit(ctx, with, len(given))
	if err != nil {
		return err
	}
	defer p.faults.running.Done()
	for i, f := range given {
		if err := p.begin(ctx, f.during(time.Since(p.began), lasts), p.draws(first+i)); err != nil {
			return err
		}
	}
	return nil
}

// admit takes note of faults, unless the run is over, and says which number the first of
// them has. The run ends when they are marked as begun.
func (p *player) admit(ctx context.Context, with *Scenario, n int) (first int, err error) {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return 0, errOver
	case p.faults.injected+n > maxInjected:
		return 0, Problems{{p.scenario.Name, 1, fmt.Sprintf("A run takes %d faults while it is played; this one has had %d, and %d are too many.", maxInjected, p.faults.injected, n)}}
	}
	first = len(p.scenario.Faults) + p.faults.injected
	p.faults.injected += n
	p.faults.expect = &with.Expect
	p.faults.running.Add(1)
	return first, nil
}

// draws is what a fault draws from that is left to chance.
func (p *player) draws(number int) *rand.Rand {
	return rand.New(rand.NewPCG(p.scenario.Seed, uint64(number)<<32))
}

// isInjected says whether faults were laid over the run since it began.
func (p *player) isInjected() bool {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return p.faults.expect != nil
}

// isElsewhere says that the scenario is not played as its file has it: what is refused
// or never comes is passed by then.
func (p *player) isElsewhere() bool { return p.scenario.elsewhere || p.isInjected() }

// expectations are what the run is held against: of one that faults were laid over while
// it was played, what the last of their files expects.
func (p *player) expectations() Expectations {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	if p.faults.expect != nil {
		return *p.faults.expect
	}
	return p.scenario.Expect
}
