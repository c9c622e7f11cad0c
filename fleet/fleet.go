// Package fleet owns the verbs of the product: it opens meetings, gives host
// commands, sends bots and calls them back, and sees to it that each bot's life
// is written down. A mutation of any door is one call to it.
package fleet

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/transcription"
)

// ErrStopping says that the fleet takes no orders any more.
var ErrStopping = errors.New("the server is stopping")

// Config says what a fleet works with.
type Config struct {
	Client  *ent.Client
	Journal *journal.Journal
	Store   *recording.Store
	// Platforms are where meetings can be held, by name.
	Platforms map[string]meeting.Platform
	// ResumeWithin is for how long after its last sign of life a meeting of a process
	// that died is taken up again. Defaults to 0: such meetings are over.
	ResumeWithin time.Duration
	// Transcription is the server that transcribes. Defaults to none.
	Transcription *transcription.Service
	// Outbound guards connections to addresses that callers name. Defaults to public
	// addresses alone.
	Outbound outbound.Guard
	// Random makes ids. Defaults to the system's randomness; a seeded source
	// gives the same ids in every run.
	Random io.Reader
	Log    *slog.Logger
}

// Fleet carries out orders from New to the end of Run.
type Fleet struct {
	Config
	random sync.Mutex
	// outbound connects to addresses that callers name.
	outbound *http.Client
	holdings holdings
	// timelines are those that were read last.
	timelines timelines

	// orders hands bots to Run, which lives their lives.
	orders chan order
	// hired holds a token when stewards wait to be set to work by Run.
	hired chan struct{}
	// rescheduled holds a token when scheduled bots are to be looked at anew.
	rescheduled chan struct{}
	stopped     chan struct{}
	// scheduling is held while somebody decides what becomes of a scheduled bot.
	scheduling sync.Mutex
	// returning are bots of a process that died, which come back.
	returning []bot.Config

	mu      sync.Mutex
	running map[meeting.BotID]*runner
	// stewards see to the bots of meetings.
	stewards map[meeting.ID]*steward
	waiting  []*steward
	// asked are the keys of orders that are being carried out, by workspace.
	asked map[[2]string]bool
	// making are the files that are being made of segments, by name.
	making map[string]*product

	// products hands them to Run, and benches holds a token for each that is made.
	products chan *product
	benches  chan struct{}
	// expiries holds a token when it is to be looked which recordings are due.
	expiries chan struct{}
	// deleting lets recordings be deleted by one at a time.
	deleting sync.Mutex
}

// order is a bot to be run.
type order struct {
	config bot.Config
	// stop ends the bot; its context is made when the order is given, so that a
	// bot can be called back before it has begun.
	ctx  context.Context //nolint:containedctx // the context of a life that begins elsewhere
	stop context.CancelCauseFunc
}

// runner is a bot that runs, and how it is told things.
type runner struct {
	stop   context.CancelCauseFunc
	orders chan bot.Order
	done   <-chan struct{}
	// said wakes those who follow what is said.
	said feed
}

// New makes a fleet. Orders are carried out from Run on.
func New(config Config) *Fleet {
	if config.Random == nil {
		config.Random = rand.Reader
	}
	return &Fleet{
		outbound: config.Outbound.Client("the connection to a real-time endpoint"),
		Config:   config, orders: make(chan order), hired: make(chan struct{}, 1), rescheduled: make(chan struct{}, 1), stopped: make(chan struct{}),
		running: make(map[meeting.BotID]*runner), stewards: make(map[meeting.ID]*steward), asked: make(map[[2]string]bool),
		holdings: newHoldings(),
		making:   make(map[string]*product), products: make(chan *product), benches: make(chan struct{}, atOnce()), expiries: make(chan struct{}, 1),
	}
}

// Run lives the lives of bots until the context ends, calls all of them back,
// and returns when the last is done.
func (f *Fleet) Run(ctx context.Context) error {
	var bots sync.WaitGroup
	defer f.outbound.CloseIdleConnections()
	defer bots.Wait()
	bots.Go(f.bringBack)
	bots.Go(func() { f.schedule(ctx) })
	bots.Go(func() { f.keep(ctx) })
	for {
		select {
		case o := <-f.orders:
			bots.Go(func() { f.run(o) })
		case p := <-f.products:
			bots.Go(func() { f.work(ctx, p) })
		case <-f.hired:
			for _, s := range f.newcomers() {
				bots.Go(func() { f.employ(ctx, s) })
			}
		case <-ctx.Done():
			close(f.stopped)
			f.stopAll()
			return nil
		}
	}
}

func (f *Fleet) run(o order) {
	id := o.config.Bot.ID
	var err error
	// Profiles show what bots cost, and which.
	pprof.Do(o.ctx, pprof.Labels("side", "bot", "bot", string(id)), func(ctx context.Context) { err = bot.Run(ctx, o.config) })
	if err != nil {
		f.Log.Error("a bot could not say how it ended", "bot", id, "error", err)
		f.writeOff(o.config, bot.SubCodeErrored, err)
	}
	o.stop(nil)
	f.mu.Lock()
	ended := f.running[id]
	delete(f.running, id)
	f.mu.Unlock()
	ended.said.ring()
}

// writeOff says of a bot that could not say so itself that it is over.
func (f *Fleet) writeOff(config bot.Config, subCode string, cause error) {
	fact := meeting.BotStatusChanged{Code: meeting.StatusFatal, SubCode: subCode, Message: cause.Error()}
	event := meeting.Event{At: time.Now(), Bot: &config.Bot, Fact: fact}
	if err := config.Report(context.Background(), event); err != nil {
		f.Log.Error("the end of a bot could not be written down", "bot", config.Bot.ID, "error", err)
	}
}

func (f *Fleet) stopAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.running {
		r.stop(bot.ErrStopping)
	}
}

// Draw makes a seed for what is left to chance. A fleet of seeded randomness
// draws the same in every run.
func (f *Fleet) Draw() (uint64, error) {
	bits, err := f.draw(8)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(bits), nil
}

// draw takes bytes from the source of chance.
func (f *Fleet) draw(n int) ([]byte, error) {
	f.random.Lock()
	defer f.random.Unlock()
	bits := make([]byte, n)
	if _, err := io.ReadFull(f.Random, bits); err != nil {
		return nil, fmt.Errorf("draw %d random bytes: %w", n, err)
	}
	return bits, nil
}

// newID makes an id with a prefix.
func (f *Fleet) newID(prefix string) (string, error) {
	bits, err := f.draw(10)
	if err != nil {
		return "", err
	}
	text := base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(bits)
	return prefix + strings.ToLower(text), nil
}

// own finds a meeting of the viewer's workspace, and its platform.
func (f *Fleet) own(ctx context.Context, id meeting.ID) (*ent.Meeting, meeting.Platform, error) {
	row, err := f.Client.Meeting.Get(ctx, id)
	if ent.IsNotFound(err) {
		return nil, nil, meeting.Refuse(meeting.CodeMeetingNotFound, []string{"meetingId"}, "There is no meeting %q.", id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find meeting %s: %w", id, err)
	}
	platform, err := f.platform(row.Platform)
	return row, platform, err
}

// held finds a meeting of the viewer's workspace that is not over.
func (f *Fleet) held(ctx context.Context, id meeting.ID) (*ent.Meeting, error) {
	row, _, err := f.own(ctx, id)
	if err != nil {
		return nil, err
	}
	if row.EndedAt != 0 {
		return nil, meeting.Refuse(meeting.CodeMeetingEnded, nil, "The meeting ended at %s; create a new one.", row.EndedAt)
	}
	return row, nil
}

func (f *Fleet) platform(name string) (meeting.Platform, error) {
	platform := f.Platforms[name]
	if platform == nil {
		return nil, meeting.Refuse(meeting.CodeInvalid, []string{"platform"}, "There is no platform %q.", name)
	}
	return platform, nil
}

// MeetingSpec says which meeting to open.
type MeetingSpec struct {
	Title    string
	Platform string
	// Persona is the [meeting.Persona] that a simulated meeting takes on. Defaults
	// to the ideal one.
	Persona string
	// JoinURL is an address by which the meeting is known elsewhere, such as that of the
	// Zoom meeting that it stands for: see [meeting.ParseJoinURL].
	JoinURL string
	Options meeting.Options
	Request meeting.Request
}

// CreateMeeting opens a meeting for the viewer's workspace.
func (f *Fleet) CreateMeeting(ctx context.Context, spec MeetingSpec) (meeting.ID, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return "", err
	}
	platform, err := f.platform(spec.Platform)
	if err != nil {
		return "", err
	}
	events, err := f.once(ctx, spec.Request, func() ([]meeting.Event, error) {
		name, err := f.newID("mtg_")
		if err != nil {
			return nil, err
		}
		create := meeting.Create{
			Meeting: meeting.ID(name), Title: spec.Title, Platform: spec.Platform, Owner: viewer.Workspace,
			Options: spec.Options, Persona: spec.Persona, JoinURL: spec.JoinURL, Request: spec.Request,
		}
		created := meeting.Event{Fact: meeting.MeetingCreated{Meeting: create.Meeting}}
		return []meeting.Event{created}, platform.Create(ctx, create)
	})
	if err != nil {
		return "", err
	}
	created, _ := events[0].Fact.(meeting.MeetingCreated) // the first event of every meeting
	return created.Meeting, nil
}

// Command gives a command to a meeting of the viewer's workspace. A
// [meeting.Order] under a key that was carried out before is answered with what
// followed then.
func (f *Fleet) Command(ctx context.Context, id meeting.ID, command meeting.Command) ([]meeting.Event, error) {
	var request meeting.Request
	if order, ok := command.(meeting.Order); ok {
		request = order.Request
	}
	return f.once(ctx, request, func() ([]meeting.Event, error) { return f.command(ctx, id, command) })
}

// ViewOn lets somebody look at a meeting that a platform holds. That the viewer
// may is for the caller to know: from having read the meeting's row.
func (f *Fleet) ViewOn(ctx context.Context, platform string, id meeting.ID, look func(*meeting.State)) error {
	held, err := f.platform(platform)
	if err != nil {
		return err
	}
	return held.View(ctx, id, look)
}
