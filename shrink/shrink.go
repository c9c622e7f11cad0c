// Package shrink reduces a scenario that fails to a short one that fails in the same
// way, by leaving out what it fails without.
package shrink

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/breakoutrooms/breakout/scenario"
)

// ErrHolds says that there is nothing to reduce.
var ErrHolds = errors.New("the scenario does not fail, so that nothing can be left out of it")

// Config says how a scenario is reduced.
type Config struct {
	// Play plays a candidate. The same candidate must come out the same each time, as
	// in virtual time.
	Play func(ctx context.Context, s *scenario.Scenario) (*scenario.Report, error)
	// Told is told after each candidate that was played. Defaults to nobody.
	Told func(Progress)
}

// Progress is how far it is.
type Progress struct {
	// Plays counts the candidates that were played.
	Plays int
	// Before and Steps are how many steps there were, and are in the shortest so far.
	Before, Steps int
}

// Result is what is left.
type Result struct {
	Progress
	// File is the scenario, which plays and fails as Failure says.
	File    []byte
	Failure string
	// Whole says that nothing more can be left out; false when there was no time to
	// find that out.
	Whole bool
}

// Reduce finds the shortest scenario that fails as s does: of its steps, then of its
// bots, people, options and of what steps are about, it leaves out as much as it can,
// the largest pieces first (delta debugging). Random steps are written out before. It
// ends with the context, and gives the shortest so far.
func Reduce(ctx context.Context, s *scenario.Scenario, c Config) (*Result, error) {
	if c.Told == nil {
		c.Told = func(Progress) {}
	}
	file, err := s.Unrolled().File()
	if err != nil {
		return nil, err
	}
	whole, err := read(file)
	if err != nil {
		return nil, err
	}
	r := &reducer{Config: c, ctx: ctx, best: whole, played: whole, known: make(map[[sha256.Size]byte]bool), before: len(whole.steps())}
	failed := r.play(whole)
	if failed.what == "" {
		return nil, ErrHolds
	}
	r.way = failed.way
	r.reduce()
	r.tidy()
	text, err := r.best.text()
	if err != nil {
		return nil, err
	}
	return &Result{Progress: r.progress(), File: text, Failure: r.way.what, Whole: ctx.Err() == nil}, nil
}

// reducer reduces one scenario.
type reducer struct {
	Config
	ctx  context.Context //nolint:containedctx // it lives as long as one call of Reduce
	best *document
	// played is the best as it was played: with the steps that were refused.
	played *document
	way    way
	known  map[[sha256.Size]byte]bool // what was tried
	plays  int
	before int
}

func (r *reducer) progress() Progress {
	return Progress{Plays: r.plays, Before: r.before, Steps: len(r.best.steps())}
}

// reduce leaves out what can be, until nothing more can.
func (r *reducer) reduce() {
	for {
		before, err := r.best.text()
		if err != nil || r.ctx.Err() != nil {
			return
		}
		r.hurry()
		r.leaveOut(steps)
		r.hurry()
		for _, kind := range []func(*document) []cut{bots, people, settings, parts} {
			r.leaveOut(kind)
		}
		if after, err := r.best.text(); err != nil || string(after) == string(before) {
			return
		}
	}
}

// leaveOut leaves out cuts of a kind, half of them at once at first, then fewer.
func (r *reducer) leaveOut(kind func(*document) []cut) {
	for size := max(1, len(kind(r.best))/2); ; size /= 2 {
		for from := 0; from < len(kind(r.best)) && r.ctx.Err() == nil; {
			candidate := r.best.clone()
			cuts := kind(candidate)
			for _, one := range cuts[from:min(len(cuts), from+size)] {
				one()
			}
			if !r.try(candidate) {
				from += size
			}
		}
		if size <= 1 {
			return
		}
	}
}

// try takes a candidate for the best if it fails in the same way. What it asks for
// in vain, after what was left out, is left out too.
func (r *reducer) try(candidate *document) bool {
	text, err := candidate.text()
	if best, wrong := r.best.text(); err != nil || wrong != nil || string(best) == string(text) {
		return false
	}
	sum := sha256.Sum256(text)
	if r.known[sum] {
		return false // it was tried
	}
	r.known[sum] = true
	run := r.play(candidate)
	if r.ctx.Err() != nil {
		return false
	}
	same := run.like(r.way)
	if same {
		r.best, r.played = candidate, candidate.clone()
		for _, step := range run.refused {
			step.remove()
		}
	}
	r.Told(r.progress())
	return same
}

// run is what came of a candidate.
type run struct {
	way
	refused []item // steps
}

// play plays a candidate; one that can't be read fails in no way.
func (r *reducer) play(candidate *document) (done run) {
	lenient := candidate.clone()
	lenient.mayBeRefused()
	text, err := lenient.text()
	if err != nil {
		return done
	}
	s, err := scenario.Parse("candidate.yaml", text)
	if err != nil {
		return done
	}
	r.plays++
	report, err := r.Play(r.ctx, s)
	if err != nil {
		return run{way: wayOf(nil, err)}
	}
	refused := make(map[int]bool)
	for _, passed := range report.PassedBy {
		refused[passed.Line] = true
	}
	for i, step := range s.Steps {
		if refused[step.Line] {
			done.refused = append(done.refused, candidate.steps()[i])
		}
	}
	done.way = wayOf(report, nil)
	return done
}

// hurry lets less time pass between steps, which makes candidates quicker to play.
func (r *reducer) hurry() {
	for _, longest := range gaps {
		candidate := r.best.clone()
		if candidate.hurry(longest); r.ctx.Err() == nil && r.try(candidate) {
			return
		}
	}
}

// tidy has steps need no leave to be refused, if it fails in the same way then, and
// tells in the file what it is.
func (r *reducer) tidy() {
	strict := r.best.clone()
	strict.mustNotBeRefused()
	again := context.WithoutCancel(r.ctx) // what is written must fail, also when the time is up
	for _, candidate := range []*document{strict, r.best, r.played} {
		r.best = candidate
		if r.fails(again, candidate) {
			break
		}
	}
	r.best.say(fmt.Sprintf("Reduced from %d steps. It fails: %s.", r.before, r.way.what))
}

// fails says whether a document, as it stands, fails in the same way.
func (r *reducer) fails(ctx context.Context, candidate *document) bool {
	text, err := candidate.text()
	if err != nil {
		return false
	}
	s, err := scenario.Parse("candidate.yaml", text)
	if err != nil {
		return false
	}
	r.plays++
	report, err := r.Play(ctx, s)
	return wayOf(report, err).like(r.way)
}
