package recording_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func second(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }

// filmed is footage with a keyframe every two seconds.
func filmed(who meeting.ParticipantID, screen bool, from, to int) recording.Footage {
	f := recording.Footage{Participant: who, Screen: screen, From: second(from), To: second(to)}
	for s := from; s < to; s += 2 {
		f.Keyframes = append(f.Keyframes, second(s))
	}
	return f
}

func spoken(who meeting.ParticipantID, from, to int) recording.Stretch {
	return recording.Stretch{Participant: recording.Participant{ID: who}, From: second(from), To: second(to)}
}

func TestThePictureGoesToScreensAndSpeakers(t *testing.T) {
	for name, test := range map[string]struct {
		speech  []recording.Stretch
		footage []recording.Footage
		want    string
	}{
		"nothing":                       {nil, nil, ""},
		"one camera, nobody speaks":     {nil, []recording.Footage{filmed(1, false, 0, 10)}, "0 from 0 to 10"},
		"who speaks is shown":           {[]recording.Stretch{spoken(1, 0, 4), spoken(2, 4, 9)}, []recording.Footage{filmed(1, false, 0, 20), filmed(2, false, 0, 20)}, "0 from 0 to 6, 1 from 6 to 20"},
		"who was last to speak stays":   {[]recording.Stretch{spoken(2, 2, 5)}, []recording.Footage{filmed(1, false, 0, 20), filmed(2, false, 0, 20)}, "0 from 0 to 4, 1 from 4 to 20"},
		"a cut waits for a keyframe":    {[]recording.Stretch{spoken(2, 2, 9)}, []recording.Footage{filmed(1, false, 0, 20), filmed(2, false, 1, 20)}, "0 from 0 to 3, 1 from 3 to 20"},
		"who speaks without a camera":   {[]recording.Stretch{spoken(3, 2, 9)}, []recording.Footage{filmed(1, false, 0, 20)}, "0 from 0 to 20"},
		"a screen goes before speakers": {[]recording.Stretch{spoken(1, 0, 20)}, []recording.Footage{filmed(1, false, 0, 20), filmed(2, true, 5, 9)}, "0 from 0 to 5, 1 from 5 to 9, 0 from 10 to 20"},
		"a gap has no picture":          {nil, []recording.Footage{filmed(1, false, 0, 4), filmed(1, false, 9, 12)}, "0 from 0 to 4, 1 from 9 to 12"},
		"something rather than nothing": {nil, []recording.Footage{filmed(1, true, 0, 1), filmed(2, false, 0, 9), filmed(3, false, 1, 9)}, "0 from 0 to 1, 2 from 1 to 2, 1 from 2 to 9"},
		"the latest screen":             {nil, []recording.Footage{filmed(1, true, 0, 20), filmed(2, true, 4, 8)}, "0 from 0 to 4, 1 from 4 to 8, 0 from 8 to 20"},
	} {
		var got []string
		for _, cut := range recording.Direct(test.speech, test.footage) {
			got = append(got, fmt.Sprintf("%d from %.0f to %.0f", cut.Footage, cut.From.Sub(noon).Seconds(), cut.To.Sub(noon).Seconds()))
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// TestAWordInBetweenDoesNotDrawThePicture has somebody say half a second.
func TestAWordInBetweenDoesNotDrawThePicture(t *testing.T) {
	word := spoken(2, 4, 5)
	word.To = word.From.Add(time.Second / 2)
	cuts := recording.Direct([]recording.Stretch{spoken(1, 0, 20), word}, []recording.Footage{filmed(1, false, 0, 20), filmed(2, false, 0, 20)})
	if len(cuts) != 1 || cuts[0].Footage != 0 {
		t.Errorf("%+v", cuts)
	}
}

// TestCutsCanBePlayed holds the cuts of random meetings against what a player needs:
// each begins at a keyframe of its footage and lies within it, and none overlap.
func TestCutsCanBePlayed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var speech []recording.Stretch
		var footage []recording.Footage
		for range rapid.IntRange(0, 5).Draw(t, "footage") {
			from := rapid.IntRange(0, 50).Draw(t, "from")
			footage = append(footage, filmed(meeting.ParticipantID(rapid.IntRange(1, 3).Draw(t, "who")), rapid.Bool().Draw(t, "screen"), from, from+rapid.IntRange(1, 30).Draw(t, "long")))
		}
		for range rapid.IntRange(0, 5).Draw(t, "speech") {
			from := rapid.IntRange(0, 60).Draw(t, "from")
			speech = append(speech, spoken(meeting.ParticipantID(rapid.IntRange(1, 3).Draw(t, "who")), from, from+rapid.IntRange(1, 20).Draw(t, "long")))
		}
		cuts := recording.Direct(speech, footage)
		for i, cut := range cuts {
			of := footage[cut.Footage]
			if !slices.ContainsFunc(of.Keyframes, cut.From.Equal) || cut.To.After(of.To) || !cut.To.After(cut.From) {
				t.Errorf("%+v is not of %+v", cut, of)
			}
			if i > 0 && cut.From.Before(cuts[i-1].To) {
				t.Errorf("%+v overlaps %+v", cut, cuts[i-1])
			}
		}
		for _, one := range footage {
			first := one.Keyframes[0]
			if !slices.ContainsFunc(cuts, func(c recording.Cut) bool { return !c.From.After(first) && c.To.After(first) }) {
				t.Errorf("at %s there is %+v and nothing is shown", first, one)
			}
		}
	})
}
