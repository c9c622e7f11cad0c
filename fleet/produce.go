package fleet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/predicate"
	"github.com/breakoutrooms/breakout/gen/ent/segment"
	"github.com/breakoutrooms/breakout/gen/ent/track"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
)

// product is a file that is being made of a segment.
type product struct {
	name string // below the recordings' folder
	make func(context.Context) error
	done chan struct{}
	err  error // once it is done
}

// atOnce is how many products are made at once: half of the machine, as bots need
// the other.
func atOnce() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// Prepare sees to it that a file of a recording can be given out, by its name below
// the recordings' folder: what is made of a segment is made when it is first asked
// for, and kept. It fails with [recording.ErrDeleted], with [fs.ErrNotExist] and
// with [ErrStopping].
func (f *Fleet) Prepare(ctx context.Context, name string) error {
	ctx = access.AsSystem(ctx) // whoever has the address may have the file
	row, err := f.segmentIn(ctx, path.Dir(name))
	if err != nil || row.EndedAt == 0 {
		return err
	}
	switch path.Base(name) {
	case recording.MixedFile:
		err = f.mixed(ctx, row)
	case recording.ComposedFile:
		err = f.composed(ctx, row)
	}
	if err == nil {
		return nil
	}
	_, gone := f.segmentIn(ctx, row.Folder) // it can have been deleted meanwhile
	if errors.Is(gone, recording.ErrDeleted) {
		return gone
	}
	return err
}

// segmentIn finds the segment that lies in a folder.
func (f *Fleet) segmentIn(ctx context.Context, folder string) (*ent.Segment, error) {
	parts := strings.Split(folder, "/")
	if len(parts) != 3 { // meeting, bot and visit
		return nil, fs.ErrNotExist
	}
	row, err := f.Client.Segment.Query().Where(segment.BotID(meeting.BotID(parts[1])), segment.Folder(folder)).WithRoom().Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, fs.ErrNotExist
	case err != nil:
		return nil, fmt.Errorf("find the segment in %s: %w", folder, err)
	case row.DeletedAt != 0:
		return nil, recording.ErrDeleted
	}
	return row, nil
}

// produce has a file made by Run, unless it is there, and waits for it. Whoever
// wants it meanwhile waits too, and who goes away does not undo the work.
func (f *Fleet) produce(ctx context.Context, name string, how func(context.Context) error) error {
	if f.Store.Has(name) {
		return nil
	}
	p, fresh := f.ordered(name, how)
	if fresh {
		select {
		case f.products <- p:
		case <-f.stopped:
			f.produced(p, ErrStopping)
		case <-ctx.Done():
			f.produced(p, context.Cause(ctx))
		}
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ordered finds the product of a name, or makes it up.
func (f *Fleet) ordered(name string, how func(context.Context) error) (p *product, fresh bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p = f.making[name]; p != nil {
		return p, false
	}
	p = &product{name: name, make: how, done: make(chan struct{})}
	f.making[name] = p
	return p, true
}

// produced tells those who wait what became of a product.
func (f *Fleet) produced(p *product, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.making, p.name)
	p.err = err
	close(p.done)
}

// work makes a product when it is its turn.
func (f *Fleet) work(ctx context.Context, p *product) {
	select {
	case f.benches <- struct{}{}:
		defer func() { <-f.benches }()
	case <-ctx.Done():
		f.produced(p, ErrStopping)
		return
	}
	err := p.make(access.AsSystem(ctx))
	if ctx.Err() != nil {
		err = ErrStopping
	}
	f.produced(p, err)
}

// mixed sees to the mix of a segment.
func (f *Fleet) mixed(ctx context.Context, row *ent.Segment) error {
	return f.produce(ctx, path.Join(row.Folder, recording.MixedFile), func(ctx context.Context) error { return f.mix(ctx, row) })
}

// composed sees to the composed file of a segment, for which it needs the mix.
func (f *Fleet) composed(ctx context.Context, row *ent.Segment) error {
	if err := f.mixed(ctx, row); err != nil {
		return err
	}
	return f.produce(ctx, path.Join(row.Folder, recording.ComposedFile), func(ctx context.Context) error {
		all, err := f.mixdown(ctx, row)
		if err != nil {
			return err
		}
		return f.Store.Compose(ctx, all)
	})
}

// mix mixes the voices of a segment.
func (f *Fleet) mix(ctx context.Context, row *ent.Segment) error {
	voices, err := f.mixdown(ctx, row, track.KindEQ(meeting.KindAudio))
	if err != nil {
		return err
	}
	return f.Store.Mix(ctx, voices)
}

// mixdown is a segment with some of its tracks.
func (f *Fleet) mixdown(ctx context.Context, row *ent.Segment, of ...predicate.Track) (recording.Mixdown, error) {
	tracks, err := f.Client.Track.Query().Where(append(of, track.SegmentID(row.ID))...).Order(ent.Asc(track.FieldNumber, track.FieldKind)).All(ctx)
	if err != nil {
		return recording.Mixdown{}, fmt.Errorf("read the tracks of segment %s: %w", row.ID, err)
	}
	mixdown := recording.Mixdown{
		Meeting: row.MeetingID, Bot: row.BotID, Room: meeting.RoomRef{ID: row.RoomID, Kind: row.Edges.Room.Kind, Name: row.Edges.Room.Name},
		Folder: row.Folder, From: row.StartedAt.Time(), To: row.EndedAt.Time(),
	}
	for _, one := range tracks {
		mixdown.Tracks = append(mixdown.Tracks, meeting.Track{
			Participant: meeting.ParticipantID(one.Number), Kind: one.Kind, File: one.File, StartedAt: one.StartedAt.Time(), Width: one.Width, Height: one.Height,
		})
	}
	return mixdown, nil
}
