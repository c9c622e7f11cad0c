package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

const (
	// rememberedTimelines is how many timelines are kept, and rememberedEntries how long
	// those are: people look at few meetings at a time.
	rememberedTimelines = 4
	rememberedEntries   = 200_000
	// asOld is how old a timeline can be of a meeting that goes on: people speak all the
	// time, and a reader takes page after page.
	asOld = 250 * time.Millisecond
)

// timelineStamp is what a timeline follows from. Timelines with one stamp are the same.
type timelineStamp struct {
	meeting meeting.ID
	head    int64 // the number of the latest event
	// bytes are in files that can grow after the last event: transcripts come late.
	bytes int64
	// moment is when it is, while the meeting goes on; zero afterwards.
	moment time.Time
}

// timelines are those that were read last, the latest first: who scrolls through an hour
// reads page after page of one.
type timelines struct {
	mu   sync.Mutex
	kept []knownTimeline
}

type knownTimeline struct {
	timelineStamp
	entries []*Entry
}

// find gives the timeline with a stamp; nil when it is not known.
func (t *timelines) find(stamp timelineStamp) []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := slices.IndexFunc(t.kept, func(one knownTimeline) bool { return one.timelineStamp == stamp }); at >= 0 {
		return t.kept[at].entries
	}
	return nil
}

// keep remembers a timeline, in the place of what was known of its meeting.
func (t *timelines) keep(stamp timelineStamp, entries []*Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = slices.DeleteFunc(t.kept, func(one knownTimeline) bool { return one.meeting == stamp.meeting })
	if len(entries) > rememberedEntries {
		return
	}
	t.kept = slices.Insert(t.kept, 0, knownTimeline{stamp, entries})
	t.kept = t.kept[:min(len(t.kept), rememberedTimelines)]
}

// stamp is what a meeting's timeline follows from now. It is read by whoever asks, who
// may know of the meeting or not.
func (f *Fleet) stamp(ctx context.Context, id meeting.ID, now time.Time) (stamp timelineStamp, err error) {
	row, err := f.Client.Meeting.Get(ctx, id)
	if err != nil {
		return stamp, fmt.Errorf("look how far %s is: %w", id, err)
	}
	stamp = timelineStamp{meeting: id, head: row.HeadSequence}
	segments, err := f.Client.Segment.Query().Where(segment.MeetingID(id)).All(ctx)
	if err != nil {
		return stamp, fmt.Errorf("look what was recorded of %s: %w", id, err)
	}
	goesOn := func(one *ent.Segment) bool { return one.EndedAt == 0 }
	if row.EndedAt == 0 || slices.ContainsFunc(segments, goesOn) {
		stamp.moment = now.Truncate(asOld)
		return stamp, nil
	}
	for _, one := range segments {
		bytes, err := f.bytesOf(one)
		if err != nil {
			return stamp, err
		}
		stamp.bytes += bytes
	}
	return stamp, nil
}

// bytesOf is how long the files of a segment are that a timeline is read from.
func (f *Fleet) bytesOf(row *ent.Segment) (bytes int64, err error) {
	for _, name := range []string{recording.EventsFile, recording.TranscriptFile} {
		info, err := fs.Stat(f.Store.Root(), path.Join(row.Folder, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return 0, fmt.Errorf("segment %s: %w", row.ID, err)
		default:
			bytes += info.Size()
		}
	}
	return bytes, nil
}

// inOrder names entries, and puts them in the order of their beginning.
func inOrder(entries []Entry) []*Entry {
	sorted := make([]*Entry, len(entries))
	for i := range entries {
		entries[i].id = entries[i].name()
		sorted[i] = &entries[i]
	}
	slices.SortFunc(sorted, func(a, b *Entry) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return cmp.Compare(a.id, b.id)
	})
	return sorted
}
