package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// claims holds the events that were seen against those that are expected.
type claims struct {
	seen []Seen
}

// at is when something was seen, since the first event.
func (c claims) at(when time.Time) time.Duration { return when.Sub(c.seen[0].At) }

func (c claims) clock(when time.Time) string { return "at " + short(c.at(when)) }

// short is a time to the millisecond.
func short(d time.Duration) string { return d.Round(time.Millisecond).String() }

// end is when the last event was seen.
func (c claims) end() time.Time { return c.seen[len(c.seen)-1].At }

// judge judges everything that is expected of events.
func (c claims) judge(e Expectations) (list []Verdict) {
	if len(c.seen) == 0 {
		return nil // the meeting could not be watched, and gaps say so
	}
	for _, want := range e.Events {
		list = append(list, c.count(want))
	}
	for _, want := range slices.Concat(e.Within, e.Eventually) {
		list = append(list, c.follows(want))
	}
	for _, want := range e.Never {
		list = append(list, c.never(want))
	}
	for _, want := range e.Order {
		list = append(list, c.order(want))
	}
	return list
}

// count judges how often an event was seen.
func (c claims) count(want EventExpectation) Verdict {
	found := c.all(want.Condition)
	text, ok := fmt.Sprint(want.Count), len(found) == want.Count
	if want.AtLeast != nil || want.AtMost != nil {
		text, ok = "", true
		if want.AtLeast != nil {
			text, ok = fmt.Sprintf("at least %d", *want.AtLeast), len(found) >= *want.AtLeast
		}
		if want.AtMost != nil {
			text, ok = strings.TrimPrefix(text+" and at most "+fmt.Sprint(*want.AtMost), " and "), ok && len(found) <= *want.AtMost
		}
	}
	v := Verdict{What: want.String(), Want: text, Got: fmt.Sprint(len(found)), OK: ok, Line: want.Line, Event: want.Event}
	v.Said = fmt.Sprintf("%s was expected %s times; it was seen %s%s.", want.name(), text, times(len(found)), c.when(found))
	if len(found) > 0 {
		v.see(c.at(found[len(found)-1].At))
	}
	return v
}

// times says how often.
func times(n int) string {
	switch n {
	case 0:
		return "not at all"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// mostTimes are how many moments a sentence names.
const mostTimes = 5

// when tells when events were seen.
func (c claims) when(found []Seen) string {
	var moments []string
	for _, event := range found {
		if len(moments) == mostTimes {
			moments = append(moments, "…")
			break
		}
		moments = append(moments, short(c.at(event.At)))
	}
	if len(moments) == 0 {
		return ""
	}
	return ", at " + strings.Join(moments, ", ")
}

func (c claims) all(want Condition) (found []Seen) {
	for _, event := range c.seen {
		if event.meets(want) {
			found = append(found, event)
		}
	}
	return found
}

// starts are where to look for what follows: behind each event on which it does.
func (c claims) starts(after *Condition) (from []int) {
	if after == nil {
		return []int{-1}
	}
	for i, event := range c.seen {
		if event.meets(*after) {
			from = append(from, i)
		}
	}
	return from
}

// agrees says whether an event has the same names as the one that it follows.
func (c claims) agrees(want FollowExpectation, first int, event Seen) bool {
	return !slices.ContainsFunc(want.Same, func(key string) bool { return c.seen[first].name(key) != event.name(key) })
}

// name is the name that an event has of a bot, a room or somebody.
func (s Seen) name(key string) string {
	switch {
	case key == "bot" && s.Bot != nil:
		return s.Bot.Name
	case key == "room" && s.Room != nil:
		return s.Room.ID
	case key == "who" && s.Participant != nil:
		return s.Participant.Name
	}
	return ""
}

// next finds the first event behind a place that is the one that must or must not come.
func (c claims) next(want FollowExpectation, behind int) (int, bool) {
	for i := behind + 1; i < len(c.seen); i++ {
		if c.seen[i].meets(want.Condition) && c.agrees(want, behind, c.seen[i]) {
			return i, true
		}
	}
	return 0, false
}

// follows judges what must follow.
func (c claims) follows(want FollowExpectation) Verdict {
	limit := "before the end"
	if want.Time > 0 {
		limit = "within " + want.Time.String()
	}
	starts := c.starts(want.After)
	v := Verdict{What: want.text(limit), Want: times(len(starts)), OK: true, Line: want.Line, Event: want.Event}
	if len(starts) == 0 {
		v.OK, v.Want, v.Got = false, "once at least", "nothing to follow on"
		v.Said = fmt.Sprintf("%s was expected %s after each %s; of these, none was seen.", want.name(), limit, want.After.name())
		return v
	}
	kept := 0
	for _, first := range starts {
		i, found := c.next(want, first)
		since, before := c.seen[max(0, first)].At, ""
		if first >= 0 {
			before = fmt.Sprintf("After %s %s, ", c.seen[first], c.clock(since))
		}
		switch {
		case found && (want.Time == 0 || c.seen[i].At.Sub(since) <= want.Time):
			kept++
			if v.Said == "" {
				v.Said = fmt.Sprintf("%s%s was expected %s; it came %s.", before, want.name(), limit, c.clock(c.seen[i].At))
			}
			continue
		case !v.OK:
			continue // the first that failed is told of
		case found:
			v.Said = fmt.Sprintf("%s%s was expected %s; it came %s, after %s.", before, want.name(), limit, c.clock(c.seen[i].At), short(c.seen[i].At.Sub(since)))
			v.see(c.at(since) + want.Time)
		default:
			v.Said = fmt.Sprintf("%s%s was expected %s; it never came, and the last event was %s.", before, want.name(), limit, c.clock(c.end()))
			v.see(min(c.at(since)+want.Time, c.at(c.end())))
		}
		v.OK = false
	}
	v.Got = times(kept)
	return v
}

// never judges what must not come.
func (c claims) never(want FollowExpectation) Verdict {
	v := Verdict{What: want.text("never"), Want: "never", OK: true, Line: want.Line, Event: want.Event}
	for _, first := range c.starts(want.After) {
		last := len(c.seen)
		if want.Before != nil {
			if at, ended := c.next(FollowExpectation{Condition: *want.Before}, first); ended {
				last = at
			}
		}
		if i, found := c.next(want, first); found && i < last {
			v.OK, v.Got = false, c.clock(c.seen[i].At)
			v.Said = fmt.Sprintf("%s was never to be seen%s; it was seen %s.", want.name(), want.span(), c.clock(c.seen[i].At))
			v.see(c.at(c.seen[i].At))
			return v
		}
	}
	v.Got, v.Said = "never", fmt.Sprintf("%s was never to be seen%s, and was not.", want.name(), want.span())
	return v
}

// order judges whether events came one after another.
func (c claims) order(want OrderExpectation) Verdict {
	names := want.names()
	v := Verdict{What: want.String(), Want: "in this order", Got: "in this order", OK: true, Line: want.Line, Event: want.Events[0].Event}
	last, moments := -1, []string{}
	for i, one := range want.Events {
		at, found := c.next(FollowExpectation{Condition: one}, last)
		if !found {
			v.OK, v.Got = false, "not "+names[i]
			v.Said = fmt.Sprintf("%s was expected after %s; it did not come by the end%s.", names[i], strings.Join(names[:i], ", "), c.when(c.all(one)))
			if i == 0 {
				v.Said = fmt.Sprintf("%s was expected before %s; it was not seen.", names[0], strings.Join(names[1:], ", "))
			} else {
				v.see(c.at(c.seen[last].At))
			}
			return v
		}
		last, moments = at, append(moments, short(c.at(c.seen[at].At)))
	}
	v.Said = fmt.Sprintf("%s were expected in this order; they came at %s.", strings.Join(names, ", "), strings.Join(moments, ", "))
	return v
}

func (o OrderExpectation) names() (list []string) {
	for _, one := range o.Events {
		list = append(list, one.name())
	}
	return list
}

// String says what is expected.
func (o OrderExpectation) String() string { return "in this order: " + strings.Join(o.names(), ", ") }

// String says which event is meant, and on what it follows.
func (f FollowExpectation) String() string { return f.name() + f.span() }

// text says in a few words what must follow, or must not.
func (f FollowExpectation) text(limit string) string { return f.name() + " " + limit + f.span() }

// span says after and before what.
func (f FollowExpectation) span() string {
	text := ""
	if f.After != nil {
		text += " after " + f.After.name()
	}
	if f.Before != nil {
		text += " before " + f.Before.name()
	}
	if len(f.Same) > 0 {
		text += " of the same " + strings.Join(f.Same, " and ")
	}
	return text
}

// see says when something was seen that an expectation speaks of.
func (v *Verdict) see(at time.Duration) {
	seconds := at.Seconds()
	v.At = &seconds
}
