// Package simulator holds meetings on your own machine: people who speak,
// breakout rooms that open, change and close by the rules of package meeting,
// and real WebRTC between every seat and the meeting.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/pion/transport/v4"
)

// Name is what the simulator is called among platforms.
const Name = "simulator"

// Config says how a simulator runs.
type Config struct {
	// Listen is the UDP address that all media goes over. Defaults to
	// 127.0.0.1 and any free port.
	Listen string
	// Announce are the addresses at which clients reach Listen, where they
	// differ from its own, as behind a NAT or in a container.
	Announce []string
	// Net is the network that media goes over. Defaults to the machine's.
	Net transport.Net
	// Record writes down what happened before anybody acts on it. Events that
	// it fails to write did not happen. Defaults to writing nothing.
	Record func(ctx context.Context, id meeting.ID, events []meeting.Event) error
	// Delay is how long signals take to a seat and back, each way. Defaults to
	// none. Different delays for different seats make a virtual meeting run the
	// same each time: what seats do at one moment has no order otherwise.
	Delay func(meeting.ParticipantID) time.Duration
	// Seed makes the guests' pauses. Equal seeds make equal meetings.
	Seed uint64
	// Log defaults to no log.
	Log *slog.Logger
}

// Simulator is a [meeting.Platform] that holds its meetings itself.
type Simulator struct {
	config Config
	log    *slog.Logger
	engine *engine
	voices func() ([]Voice, error)
	// pictures are what guests can show, by what it is for.
	pictures func() (map[meeting.MediaKind][]Picture, error)

	mu       sync.Mutex
	meetings map[meeting.ID]*live
	closed   bool
	// creating counts the meetings that are being created.
	creating  sync.WaitGroup
	returning *returning
}

var _ meeting.Platform = (*Simulator)(nil)

// New makes a simulator. It runs from Start on.
func New(config Config) *Simulator {
	if config.Listen == "" {
		config.Listen = "127.0.0.1:0"
	}
	if config.Record == nil {
		config.Record = func(context.Context, meeting.ID, []meeting.Event) error { return nil }
	}
	if config.Delay == nil {
		config.Delay = func(meeting.ParticipantID) time.Duration { return 0 }
	}
	config.Log = discard(config.Log)
	return &Simulator{
		config: config, log: config.Log,
		voices: sync.OnceValues(LoadVoices), pictures: sync.OnceValues(LoadPictures), meetings: make(map[meeting.ID]*live), returning: newReturning(),
	}
}

// Start opens the media port.
func (s *Simulator) Start() error {
	engine, err := newEngine(s.config)
	if err != nil {
		return fmt.Errorf("start the simulator: %w", err)
	}
	s.engine = engine
	return nil
}

// MediaAddress is where media goes.
func (s *Simulator) MediaAddress() net.Addr { return s.engine.udp.LocalAddr() }

// Close ends every meeting and returns when nothing runs any more. Seats must
// be left by then.
func (s *Simulator) Close(ctx context.Context) error {
	s.mu.Lock()
	meetings := s.meetings
	s.closed = true
	s.mu.Unlock()
	s.creating.Wait() // a meeting that is being created ends too
	failed := []error{s.returning.leave(ctx)}
	for _, m := range meetings {
		failed = append(failed, m.close(ctx))
	}
	return errors.Join(errors.Join(failed...), s.engine.close())
}

// Create opens a meeting.
func (s *Simulator) Create(ctx context.Context, create meeting.Create) error {
	create.Platform = Name
	if !s.beginCreating() {
		return meeting.ErrClosed
	}
	defer s.creating.Done()
	m := newLive(s)
	if _, err := m.apply(ctx, create, nil); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meetings[create.Meeting] = m
	return nil
}

// beginCreating says whether meetings can still be created. If so, Close waits
// for the one that is.
func (s *Simulator) beginCreating() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.creating.Add(1)
	}
	return !s.closed
}

// Command has a meeting carry out a command.
func (s *Simulator) Command(ctx context.Context, id meeting.ID, command meeting.Command) ([]meeting.Event, error) {
	m, err := s.find(id)
	if err != nil {
		return nil, err
	}
	return m.apply(ctx, command, nil)
}

// View lets somebody look at a meeting.
func (s *Simulator) View(_ context.Context, id meeting.ID, look func(*meeting.State)) error {
	m, err := s.find(id)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	look(m.state)
	return nil
}

// Join takes a seat for a bot: it listens, and it goes where it is sent only
// when it says so.
func (s *Simulator) Join(ctx context.Context, request meeting.JoinRequest) (meeting.Session, error) {
	join := meeting.Join{
		Name: request.Name, IsBot: true, Bot: request.Bot, Email: request.Email, FollowsMoves: request.FollowsMoves, Media: &meeting.Media{},
	}
	session, err := s.join(ctx, request.Meeting, join, client{
		receive: request.Receive, roomsOnly: request.RoomsOnly, captions: request.Captions, partial: request.PartialCaptions, video: request.Video,
	})
	if err != nil {
		return nil, err
	}
	return session, nil
}

// History is everything that happened in a meeting, as the simulator itself
// remembers it: the truth against which recordings are judged.
func (s *Simulator) History(id meeting.ID) ([]Past, error) {
	m, err := s.find(id)
	if err != nil {
		return nil, err
	}
	return m.past(), nil
}

func (s *Simulator) find(id meeting.ID) (*live, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, meeting.ErrClosed
	}
	m := s.meetings[id]
	if m == nil {
		return nil, meeting.Refuse(meeting.CodeMeetingNotFound, []string{"meetingId"}, "The simulator holds no meeting %q.", id)
	}
	return m, nil
}
