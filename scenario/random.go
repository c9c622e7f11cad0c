package scenario

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"go.yaml.in/yaml/v3"
)

// RandomMoves is a step that stands for many: the host sends one after another to
// other rooms, drawn by the scenario's seed. [Scenario.Unrolled] writes them out.
type RandomMoves struct {
	// Count is how many moves there are, and Least and Most bound the time between two.
	Count       int
	Least, Most time.Duration
	// Who may be sent, and To are the rooms where to.
	Who, To []string
}

func (a RandomMoves) String() string {
	return fmt.Sprintf("%d times somebody is moved, every %s to %s", a.Count, a.Least, a.Most)
}

func (r *reader) randomMoves(n *yaml.Node) RandomMoves {
	a := RandomMoves{Who: []string{Everybody}}
	r.fields(n, "random_moves", map[string]func(*yaml.Node){
		"count": func(n *yaml.Node) { a.Count = r.number(n, "count", 1) },
		"every": func(n *yaml.Node) { a.Least, a.Most = r.span(n, "every") },
		"who":   func(n *yaml.Node) { a.Who = r.who(n, "who", Everybody) },
		"to":    func(n *yaml.Node) { a.To = r.texts(n, "to") },
	})
	if a.Count == 0 || a.Most == 0 {
		r.fault(n, "random_moves says how many and how often: {count: 20, every: 1s..5s}.")
	}
	return a
}

// checkRandom puts names in the place of what random moves leave open: all people but
// hosts, and all rooms that steps create.
func (r *reader) checkRandom(line int, a RandomMoves) RandomMoves {
	if len(a.Who) == 1 && a.Who[0] == Everybody {
		a.Who = nil
		for _, p := range r.scenario.People {
			if p.Role != meeting.RoleHost {
				a.Who = append(a.Who, p.Name)
			}
		}
	}
	if len(a.To) == 0 {
		for _, step := range r.scenario.Steps {
			if made, ok := step.Action.(CreateRooms); ok {
				a.To = append(a.To, made.Names...)
			}
		}
	}
	for _, name := range a.Who {
		r.checkAnybody(line, name)
	}
	for _, name := range a.To {
		r.checkRoom(line, name)
	}
	if len(a.Who) == 0 || len(a.To) < 2 {
		r.problem(line, "Random moves need somebody to be sent and two rooms at least; there are %d people and %d rooms.", len(a.Who), len(a.To))
	}
	return a
}

// Unrolled is the scenario with every random step written out as the steps that its
// seed makes of it. What they ask for may be refused: whoever was to be sent can be
// away by then.
func (s *Scenario) Unrolled() *Scenario {
	other := *s
	other.Steps = nil
	for i, step := range s.Steps {
		if a, random := step.Action.(RandomMoves); random {
			other.Steps = append(other.Steps, a.unrolled(step, rand.New(rand.NewPCG(s.Seed, uint64(i))))...)
		} else {
			other.Steps = append(other.Steps, step)
		}
	}
	return &other
}

// unrolled are the moves. The first comes when the step itself is due.
func (a RandomMoves) unrolled(from Step, random *rand.Rand) []Step {
	var steps []Step
	since := time.Duration(0)
	places := make(map[string]string)
	for range a.Count {
		who := a.Who[random.IntN(len(a.Who))]
		to := slices.DeleteFunc(slices.Clone(a.To), func(room string) bool { return room == places[who] })
		move := Move{Who: who, To: to[random.IntN(len(to))]}
		places[who] = move.To
		step := Step{Action: move, Line: from.Line, MayBeRefused: true, source: mapping(field{"move", mapping(field{"who", text(move.Who)}, field{"to", text(move.To)})})}
		gap := draw(random, a.Least, a.Most)
		switch {
		case from.At != nil:
			at := *from.At + since
			step.At, since = &at, since+gap
		case len(steps) == 0:
			step.After, step.Wait = from.After, from.Wait
		default:
			step.Wait = &gap
		}
		steps = append(steps, step)
	}
	return steps
}

// draw draws a time, in steps of a millisecond.
func draw(random *rand.Rand, least, most time.Duration) time.Duration {
	if span := int64((most - least) / time.Millisecond); span > 0 {
		return least + time.Duration(random.Int64N(span))*time.Millisecond
	}
	return least
}

// longest is how long the step takes at most.
func (a RandomMoves) longest() time.Duration { return time.Duration(a.Count-1) * a.Most }
