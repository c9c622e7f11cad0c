package spans_test

import (
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/spans"
	"pgregory.net/rapid"
)

var began = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

func at(second int) time.Time { return began.Add(time.Duration(second) * time.Second) }

// draw makes up stretches, and which seconds lie in them.
func draw(t *rapid.T, name string) (list spans.List, in [60]bool) {
	for range rapid.IntRange(0, 6).Draw(t, name) {
		from := rapid.IntRange(0, 58).Draw(t, "from")
		to := rapid.IntRange(from+1, 59).Draw(t, "to")
		list = append(list, spans.Span{From: at(from), To: at(to)})
		for s := from; s < to; s++ {
			in[s] = true
		}
	}
	return list, in
}

// TestReckoning holds the reckoning against counting seconds.
func TestReckoning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, inA := draw(t, "a")
		b, inB := draw(t, "b")
		total, common, left := 0, 0, 0
		for s := range inA {
			if inA[s] && !inB[s] {
				left++
			}
			if inA[s] {
				total++
			}
			if inA[s] && inB[s] {
				common++
			}
		}
		a, b = a.Joined(), b.Joined()
		if got := a.Total(); got != time.Duration(total)*time.Second {
			t.Errorf("the total of %v is %s, want %d s", a, got, total)
		}
		if got := a.Common(b); got != time.Duration(common)*time.Second {
			t.Errorf("%v and %v have %s in common, want %d s", a, b, got, common)
		}
		if got := a.Without(b); got.Total() != time.Duration(left)*time.Second || got.Common(b) != 0 || got.Common(a) != got.Total() {
			t.Errorf("%v without %v is %v, want %d s", a, b, got, left)
		}
		for i := 1; i < len(a); i++ {
			if !a[i].From.After(a[i-1].To) {
				t.Errorf("%v are not apart", a)
			}
		}
	})
}
