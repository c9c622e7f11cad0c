package shrink

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// way is how a run fails: the first of its expectations that does, or why it could not
// be played. The zero way is that of a run that holds.
type way struct {
	what string
	// short says that there was less than was wanted, and got is how much there was.
	short bool
	got   float64
	all   []way // of all expectations that fail
}

// wayOf is how a run has failed.
func wayOf(report *scenario.Report, err error) (w way) {
	if err != nil {
		return way{what: plain(err.Error())}
	}
	if report == nil {
		return way{}
	}
	for _, v := range report.Verdicts {
		if v.OK {
			continue
		}
		one := way{what: v.What}
		if want, known := measured(v.Want); known {
			one.got, _ = measured(v.Got)
			one.short = one.got < want && !strings.HasPrefix(v.Want, "at most")
		}
		w.all = append(w.all, one)
	}
	if len(w.all) > 0 {
		w.what, w.short, w.got = w.all[0].what, w.all[0].short, w.all[0].got
	}
	return w
}

// like says whether a run fails as another did. Where there was too little of
// something there must not be less: to leave everything out is no reduction.
func (w way) like(other way) bool {
	if other.what == "" || len(w.all) == 0 {
		return w.what != "" && w.what == other.what
	}
	return slices.ContainsFunc(w.all, func(one way) bool {
		return one.what == other.what && one.short == other.short && (!one.short || one.got >= other.got)
	})
}

// places are what differs between two runs that could not be played for the same
// reason: lines and numbers of participants.
var places = regexp.MustCompile(`line \d+|participant \d+|\bmtg_\w+`)

func plain(message string) string { return places.ReplaceAllString(message, "…") }

// measured reads a number or a duration, after words.
func measured(text string) (float64, bool) {
	for field := range strings.FieldsSeq(text) {
		if n, err := strconv.ParseFloat(field, 64); err == nil {
			return n, true
		}
		if d, err := time.ParseDuration(field); err == nil {
			return d.Seconds(), true
		}
	}
	return 0, false
}
