package fleet

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// Said is something that somebody said, and the segment that holds it.
type Said struct {
	recording.Utterance
	Segment *ent.Segment
}

// Transcript is what was said in a segment, in its order.
func (f *Fleet) Transcript(row *ent.Segment) ([]Said, error) { return f.said([]*ent.Segment{row}) }

// WholeTranscript is what was said in all rooms of a meeting that bots recorded, on
// one clock. What several bots heard in one room stands there once.
func (f *Fleet) WholeTranscript(ctx context.Context, id meeting.ID) ([]Said, error) {
	rows, err := f.Client.Segment.Query().Where(segment.MeetingID(id)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was recorded of %s: %w", id, err)
	}
	return f.said(rows)
}

func (f *Fleet) said(rows []*ent.Segment) (all []Said, err error) {
	for _, row := range rows {
		if row.DeletedAt != 0 {
			continue
		}
		utterances, err := f.Store.Transcript(row.Folder)
		if err != nil {
			return nil, fmt.Errorf("segment %s: %w", row.ID, err)
		}
		for _, one := range utterances {
			all = append(all, Said{one, row})
		}
	}
	return once(all), nil
}

// once leaves out what several bots heard: words of one person at one time. Bots
// that have them from a server disagree on the time by a little.
func once(all []Said) []Said {
	// Of those that begin with the same word, the longest comes first: what the
	// others hold is then known.
	slices.SortStableFunc(all, func(a, b Said) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Participant, b.Participant), cmp.Compare(len(b.Words), len(a.Words)))
	})
	known := make(map[meeting.ParticipantID][]meeting.Word)
	return slices.DeleteFunc(all, func(s Said) bool {
		news := len(s.Words) == 0 // it says why there are none
		for _, word := range s.Words {
			if !covered(known[s.Participant], word) {
				news = true
				known[s.Participant] = append(known[s.Participant], word)
			}
		}
		return !news
	})
}

// recentWords is how far back words are looked for: as many as are said while the
// longest utterance lasts.
const recentWords = 200

// covered says whether a word was said when another is known to have been said.
func covered(known []meeting.Word, word meeting.Word) bool {
	middle := word.From.Add(word.To.Sub(word.From) / 2)
	for _, other := range known[max(0, len(known)-recentWords):] {
		if !middle.Before(other.From) && middle.Before(other.To) {
			return true
		}
	}
	return false
}
