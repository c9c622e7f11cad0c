// Package spans reckons with stretches of time: how long several last together,
// and how much two lists of them have in common.
package spans

import (
	"slices"
	"time"
)

// Span is a stretch of time, from its beginning up to its end.
type Span struct{ From, To time.Time }

// List is several stretches of time.
type List []Span

// Joined sorts stretches and makes one of those that touch.
func (l List) Joined() List {
	slices.SortFunc(l, func(a, b Span) int { return a.From.Compare(b.From) })
	var merged List
	for _, next := range l {
		if n := len(merged); n > 0 && !next.From.After(merged[n-1].To) {
			merged[n-1].To = Latest(merged[n-1].To, next.To)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}

// Total is how long the stretches last together.
func (l List) Total() (d time.Duration) {
	for _, one := range l {
		d += one.To.Sub(one.From)
	}
	return d
}

// Common is the time that lies in both; both must be joined.
func (l List) Common(other List) (d time.Duration) {
	for i, j := 0, 0; i < len(l) && j < len(other); {
		from, to := Latest(l[i].From, other[j].From), Earliest(l[i].To, other[j].To)
		if to.After(from) {
			d += to.Sub(from)
		}
		if l[i].To.Before(other[j].To) {
			i++
		} else {
			j++
		}
	}
	return d
}

// Without is what is left of a list when another is taken away; both must be joined.
func (l List) Without(other List) (left List) {
	for _, one := range l {
		for _, hole := range other {
			if !hole.To.After(one.From) || !hole.From.Before(one.To) {
				continue
			}
			if hole.From.After(one.From) {
				left = append(left, Span{one.From, hole.From})
			}
			one.From = hole.To
		}
		if one.To.After(one.From) {
			left = append(left, one)
		}
	}
	return left
}

// Latest is the later of two moments.
func Latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Earliest is the earlier of two moments.
func Earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
