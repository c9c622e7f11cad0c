package recording

import (
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// permit is a time in which a visit might be recorded.
type permit struct{ from, to time.Time } // to is zero while it lasts

func (p permit) covers(at time.Time) bool {
	return !at.Before(p.from) && (p.to.IsZero() || at.Before(p.to))
}

// Skip lets the packets of a visit go by that may not be recorded, or not yet.
func (r *Recorder) Skip(visit meeting.VisitNumber) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest = max(r.latest, visit)
	r.early = slices.DeleteFunc(r.early, func(a arrival) bool { return a.packet.Visit <= r.latest })
}

// Permit says whether what is heard on a visit, whose segment has begun, may be
// recorded from a time on. In between it is silence in the files.
func (r *Recorder) Permit(visit meeting.VisitNumber, allowed bool, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.permits[visit]
	switch last := len(list) - 1; {
	case last < 0 || allowed == list[last].to.IsZero(): // it is as it should be
	case allowed:
		r.permits[visit] = append(list, permit{from: at})
	default:
		list[last].to = at
	}
}

// permitted says whether a visit may be recorded now. The caller holds mu.
func (r *Recorder) permitted(visit meeting.VisitNumber) bool {
	list := r.permits[visit]
	return len(list) > 0 && list[len(list)-1].to.IsZero()
}

// spoken are those of some words that were said when the visit might be recorded.
// The caller holds mu.
func (r *Recorder) spoken(visit meeting.VisitNumber, words []meeting.Word) []meeting.Word {
	return slices.DeleteFunc(slices.Clone(words), func(word meeting.Word) bool {
		middle := word.From.Add(word.To.Sub(word.From) / 2)
		return !slices.ContainsFunc(r.permits[visit], func(p permit) bool { return p.covers(middle) })
	})
}
