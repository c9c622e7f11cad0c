package recording

import (
	"cmp"
	"slices"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// attention is how long somebody must speak for the picture to go to them: a word
// in between does not draw it.
const attention = time.Second

// Footage is what was recorded of a camera or a screen without a break.
type Footage struct {
	Participant meeting.ParticipantID
	Screen      bool
	From, To    time.Time
	// Keyframes are the pictures that can be shown without those before, in order.
	// The first of them is where the footage can first be seen.
	Keyframes []time.Time
}

// Cut is a time during which a footage, by its place in the list, is shown.
type Cut struct {
	Footage  int
	From, To time.Time
}

// Direct chooses what is shown when: the latest screen when there is one, else the
// camera of whoever spoke last, else the camera that was on first. Pictures are
// passed on as they are, so that a cut waits for a keyframe of what comes next. When
// nothing is shown, it waits for none in particular.
func Direct(speech []Stretch, footage []Footage) (cuts []Cut) {
	d := director{speech, footage}
	now := -1
	for _, at := range d.moments() {
		if now >= 0 && !footage[now].To.After(at) {
			now = -1
		}
		next := d.wants(at, now < 0)
		if next >= 0 && next != now && footage[next].canBegin(at) {
			if now >= 0 {
				cuts[len(cuts)-1].To = at
			}
			cuts = append(cuts, Cut{next, at, footage[next].To})
			now = next
		}
	}
	return cuts
}

type director struct {
	speech  []Stretch
	footage []Footage
}

// moments are those at which it can change what is shown.
func (d director) moments() (list []time.Time) {
	for _, one := range d.footage {
		list = append(append(list, one.To), one.Keyframes...)
	}
	slices.SortFunc(list, time.Time.Compare)
	return slices.CompactFunc(list, time.Time.Equal)
}

// canBegin says whether there is a keyframe at a moment.
func (f Footage) canBegin(at time.Time) bool { return slices.ContainsFunc(f.Keyframes, at.Equal) }

// wants is the footage to show at a moment, or to begin with; -1 when there is none.
func (d director) wants(at time.Time, begin bool) int {
	best := -1
	for i, one := range d.footage {
		running := !one.From.After(at) && one.To.After(at) && (!begin || one.canBegin(at))
		if running && (best < 0 || d.better(one, d.footage[best], at)) {
			best = i
		}
	}
	return best
}

// better says whether to show a footage rather than another.
func (d director) better(a, b Footage, at time.Time) bool {
	switch {
	case a.Screen != b.Screen:
		return a.Screen
	case a.Screen:
		return a.From.After(b.From)
	}
	return cmp.Or(d.spoke(a.Participant, at).Compare(d.spoke(b.Participant, at)), b.From.Compare(a.From), cmp.Compare(b.Participant, a.Participant)) > 0
}

// spoke is when somebody last began to speak for long enough; the zero time for
// never.
func (d director) spoke(who meeting.ParticipantID, at time.Time) (last time.Time) {
	for _, said := range d.speech {
		heard := said.From.Add(attention)
		if said.Participant.ID == who && !heard.After(at) && !heard.After(said.To) && said.From.After(last) {
			last = said.From
		}
	}
	return last
}
