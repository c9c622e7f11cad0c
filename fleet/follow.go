package fleet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// lookEvery is how long a follower of a transcript waits when nothing wakes it.
const lookEvery = time.Second

// feed wakes those who follow what a bot hears being said. What is written down
// they read from the files; the feed holds what is still being said, of which none
// is kept once it is over.
type feed struct {
	mu        sync.Mutex
	followers map[chan struct{}]bool
	partials  map[voice]partial
	version   int
}

// voice is somebody heard on one visit, who says one thing at a time.
type voice struct {
	who   meeting.ParticipantID
	visit meeting.VisitNumber
}

// partial is what somebody is saying.
type partial struct {
	recording.Utterance
	place   recording.Place
	version int
}

// hear takes what a bot's recorder has written down, or hears being said.
func (f *Fleet) hear(id meeting.BotID, place recording.Place, said recording.Utterance) {
	if running := f.runner(id); running != nil {
		running.said.take(place, said)
		running.said.ring()
	}
}

func (f *Fleet) runner(id meeting.BotID) *runner {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running[id]
}

func (f *feed) take(place recording.Place, said recording.Utterance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.partials == nil {
		f.partials = make(map[voice]partial)
	}
	key := voice{said.Participant, place.Visit}
	if !said.Partial {
		delete(f.partials, key)
		return
	}
	f.version++
	f.partials[key] = partial{said, place, f.version}
}

// ring wakes every follower.
func (f *feed) ring() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for bell := range f.followers {
		select {
		case bell <- struct{}{}:
		default: // it is awake already
		}
	}
}

// listen returns a channel that holds a token whenever something was said since
// the last look.
func (f *feed) listen() (bell chan struct{}, stop func()) {
	bell = make(chan struct{}, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.followers == nil {
		f.followers = make(map[chan struct{}]bool)
	}
	f.followers[bell] = true
	return bell, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.followers, bell)
	}
}

// since are the partial utterances after a version, oldest first.
func (f *feed) since(version int) (news []partial) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.partials {
		if one.version > version {
			news = append(news, one)
		}
	}
	slices.SortFunc(news, func(a, b partial) int { return cmp.Compare(a.version, b.version) })
	return news
}

// follower is where somebody is who follows what a bot hears being said.
type follower struct {
	fleet *Fleet
	bot   meeting.BotID
	emit  func(Said) error
	// after is the number of the last utterance that was emitted, and offsets are
	// how many bytes of each segment's transcript were read.
	after    int64
	offsets  map[meeting.SegmentID]int64
	segments map[meeting.SegmentID]*ent.Segment
	waiting  []Said
	// version is the last partial utterance's; over are the last whole ones, whose
	// parts are no news any more.
	version int
	over    map[voice]string
}

// FollowTranscript hands everything that a bot of the viewer's workspace hears
// being said, after what bears a number, to emit: first what is written down, then
// what is being said, in the order of writing, whole utterances each once. It
// returns nil when the bot's life is over and all of it was emitted.
func (f *Fleet) FollowTranscript(ctx context.Context, id meeting.BotID, after int64, emit func(Said) error) error {
	r := &follower{fleet: f, bot: id, emit: emit, after: after, offsets: make(map[meeting.SegmentID]int64), over: make(map[voice]string)}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		over, err := r.turn(ctx, tick.C)
		if err != nil || over {
			return err
		}
	}
}

// turn emits what there is and waits for more. It says whether there will be none.
func (r *follower) turn(ctx context.Context, tick <-chan time.Time) (over bool, err error) {
	var bell chan struct{}
	running := r.fleet.runner(r.bot)
	if running != nil {
		// Listening before reading makes the seam tight.
		listening, stop := running.said.listen()
		defer stop()
		bell = listening
	} else if over, err = r.fleet.isOver(ctx, r.bot); err != nil {
		return false, err
	}
	if err := r.catchUp(ctx); err != nil || over {
		return over, err
	}
	if running != nil {
		if err := r.glimpse(running.said.since(r.version)); err != nil {
			return false, err
		}
	}
	select {
	case <-bell:
	case <-tick:
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	return false, nil
}

// isOver says whether a bot's life is over.
func (f *Fleet) isOver(ctx context.Context, id meeting.BotID) (bool, error) {
	row, err := f.ownBot(ctx, id)
	return err == nil && row.EndedAt != 0, err
}

// catchUp emits what is written down, by its numbers. A number that is missing was
// written to a file that was read before the one with the next number: it is there
// when the files are read again, unless it is lost.
func (r *follower) catchUp(ctx context.Context) error {
	rows, err := r.fleet.Client.Segment.Query().Where(segment.BotID(r.bot)).WithRoom().Order(ent.Asc(segment.FieldVisit)).All(ctx)
	if err != nil {
		return fmt.Errorf("read what bot %s recorded: %w", r.bot, err)
	}
	r.segments = make(map[meeting.SegmentID]*ent.Segment, len(rows))
	for {
		fresh, err := r.read(rows)
		if err != nil {
			return err
		}
		for len(r.waiting) > 0 && (fresh == 0 || r.waiting[0].Number <= r.after+1) {
			if err := r.pass(r.waiting[0]); err != nil {
				return err
			}
			r.waiting = r.waiting[1:]
		}
		if len(r.waiting) == 0 {
			return nil
		}
	}
}

// read puts what was added to the files among what waits to be emitted, and counts
// it.
func (r *follower) read(rows []*ent.Segment) (fresh int, err error) {
	for _, row := range rows {
		r.segments[row.ID] = row
		said, next, err := r.fleet.Store.TranscriptAfter(row.Folder, r.offsets[row.ID])
		if err != nil {
			return 0, fmt.Errorf("segment %s: %w", row.ID, err)
		}
		r.offsets[row.ID] = next
		for _, one := range said {
			if one.Number > r.after {
				r.waiting = append(r.waiting, Said{one, row})
				fresh++
			}
		}
	}
	slices.SortFunc(r.waiting, func(a, b Said) int { return cmp.Compare(a.Number, b.Number) })
	return fresh, nil
}

// pass emits what is written down.
func (r *follower) pass(said Said) error {
	r.after = said.Number
	r.over[voice{said.Participant, meeting.VisitNumber(said.Segment.Visit)}] = said.ID
	return r.emit(said)
}

// glimpse emits what is being said and was not written down meanwhile.
func (r *follower) glimpse(news []partial) error {
	for _, one := range news {
		r.version = one.version
		row := r.segments[one.place.Segment]
		if row == nil || r.over[voice{one.Participant, one.place.Visit}] == one.ID {
			continue
		}
		if err := r.emit(Said{one.Utterance, row}); err != nil {
			return err
		}
	}
	return nil
}
