package bot_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/logging"
	"github.com/pion/transport/v4/vnet"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long, in virtual time, what must come is waited for.
const patience = 10 * time.Second

// seatDelay is how long signals take: orders and answers can cross on the way.
const seatDelay = 5 * time.Millisecond

// stage is a simulated meeting with the rooms Red and Blue, and a place for
// recordings.
type stage struct {
	t         *testing.T
	simulator *simulator.Simulator
	store     *recording.Store
	id        meeting.ID
	rooms     map[string]meeting.RoomID
}

// onStage runs a test in virtual time in a meeting of its own. Participants may
// choose rooms, or not.
func onStage(t *testing.T, chooseRoom bool, test func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, id: "mtg_1", rooms: make(map[string]meeting.RoomID)}
		s.openStore(t.TempDir())
		s.startSimulator()
		options := meeting.DefaultOptions()
		options.ChooseRoom, options.ClosingCountdown = chooseRoom, 0
		if err := s.simulator.Create(t.Context(), meeting.Create{Meeting: s.id, Title: "Test", Options: options}); err != nil {
			t.Fatal(err)
		}
		for _, event := range s.do(meeting.CreateRooms{Names: []string{"Red", "Blue"}}) {
			if _, created := event.Fact.(meeting.RoomCreated); created {
				s.rooms[event.Room.Name] = event.Room.ID
			}
		}
		s.rooms["main"] = s.state().Main().ID
		test(s)
	})
}

func (s *stage) openStore(folder string) {
	store, err := recording.OpenStore(folder)
	if err != nil {
		s.t.Fatal(err)
	}
	s.store = store
	s.t.Cleanup(func() {
		if err := store.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *stage) startSimulator() {
	router, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "10.0.0.0/8", LoggerFactory: logging.NewDefaultLoggerFactory()})
	if err != nil {
		s.t.Fatal(err)
	}
	network, err := vnet.NewNet(&vnet.NetConfig{})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := router.AddNet(network); err != nil {
		s.t.Fatal(err)
	}
	s.simulator = simulator.New(simulator.Config{
		Net: network, Listen: "127.0.0.1:4000", Log: s.log(),
		Delay: func(meeting.ParticipantID) time.Duration { return seatDelay },
	})
	if err := s.simulator.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := s.simulator.Close(context.Background()); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *stage) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func (s *stage) do(command meeting.Command) []meeting.Event {
	s.t.Helper()
	events, err := s.simulator.Command(s.t.Context(), s.id, command)
	if err != nil {
		s.t.Fatalf("%T: %v", command, err)
	}
	return events
}

// assign says who should be in a room.
func (s *stage) assign(room string, who ...meeting.ParticipantID) {
	s.t.Helper()
	s.do(meeting.Assign{Room: s.rooms[room], Participants: who})
}

// guest brings a person into the meeting, who speaks at once.
func (s *stage) guest(name string) *simulator.Guest { return s.person(name, "") }

// host brings a host into the meeting.
func (s *stage) host(name string) *simulator.Guest { return s.person(name, meeting.RoleHost) }

func (s *stage) person(name string, role meeting.Role) *simulator.Guest {
	s.t.Helper()
	g, err := s.simulator.JoinGuest(s.t.Context(), simulator.GuestSpec{Meeting: s.id, Name: name, Role: role})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := g.Leave(context.Background()); err != nil {
			s.t.Error(err)
		}
	})
	return g
}

// talk lets people talk for a while.
func (s *stage) talk() { time.Sleep(2 * time.Second) }

// settle lets everything come to rest that is on its way.
func (s *stage) settle() {
	time.Sleep(4 * seatDelay)
	synctest.Wait()
}

func (s *stage) history() []simulator.Past {
	s.t.Helper()
	past, err := s.simulator.History(s.id)
	if err != nil {
		s.t.Fatal(err)
	}
	return past
}

// state is what the meeting itself knows now.
func (s *stage) state() *meeting.State {
	s.t.Helper()
	state := meeting.New()
	for _, past := range s.history() {
		state.Fold(past.Event)
	}
	return state
}

// answers is what became of the invitations of a participant, in order.
func (s *stage) answers(who meeting.ParticipantID) []string {
	var answers []string
	for _, past := range s.history() {
		if resolved, ok := past.Fact.(meeting.InvitationResolved); ok && past.Participant.ID == who {
			answers = append(answers, fmt.Sprintf("%s %s", past.Room.Name, resolved.Outcome))
		}
	}
	return answers
}

// life is a bot's life and what it told of it.
type life struct {
	stage *stage
	stop  context.CancelCauseFunc
	ended chan struct{}
	// orders are what the bot is told, and fetched says that a host may send it where
	// it may not go by itself.
	orders  chan bot.Order
	fetched bool
	// id, start and notice are the bot's own.
	id     meeting.BotID
	start  bot.RecordingStart
	notice string
	err    error // what Run returned, once it has ended

	mu   sync.Mutex
	told []meeting.Event
	news chan struct{} // holds a token when something was told
	// refuse fails what is told.
	refuse func(meeting.Event) error
}

// send sends a bot to the meeting.
func (s *stage) send(mode bot.Mode, room string) *life {
	return s.sendTo(s.id, func(*life) {}, mode, room)
}

// sendTo sends a bot to any meeting, after some preparation.
func (s *stage) sendTo(id meeting.ID, prepare func(*life), mode bot.Mode, room string) *life {
	l := &life{stage: s, ended: make(chan struct{}), news: make(chan struct{}, 1), orders: make(chan bot.Order)}
	ctx, stop := context.WithCancelCause(context.Background())
	l.stop = stop
	prepare(l)
	l.id = cmp.Or(l.id, "bot_1")
	config := bot.Config{
		Platform: s.simulator, Meeting: id, Bot: meeting.BotRef{ID: l.id, Name: "Bot"}, Mode: mode, Room: room, Start: l.start, Notice: l.notice,
		Recorder: recording.NewRecorder(s.store, id, l.id, s.log()), Report: l.report, Log: slog.New(slog.DiscardHandler),
		Orders: l.orders,
	}
	if l.fetched {
		config.Fetch = func(ctx context.Context, who meeting.ParticipantRef, room meeting.RoomRef) error {
			_, err := s.simulator.Command(ctx, id, meeting.Move{Participant: who.ID, Room: room.ID})
			return err
		}
	}
	go func() {
		defer close(l.ended)
		l.err = bot.Run(ctx, config)
	}()
	s.t.Cleanup(func() { stop(bot.ErrStopping); <-l.ended })
	return l
}

func (l *life) report(_ context.Context, events ...meeting.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, event := range events {
		if l.refuse != nil {
			if err := l.refuse(event); err != nil {
				return err
			}
		}
	}
	l.told = append(l.told, events...)
	select {
	case l.news <- struct{}{}:
	default:
	}
	return nil
}

// events is what was told so far.
func (l *life) events() []meeting.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.told)
}

// step is what an event tells, in a few words.
func step(event meeting.Event) string {
	where := ""
	if event.Room != nil {
		where = ": " + event.Room.Name
	}
	switch fact := event.Fact.(type) {
	case meeting.BotStatusChanged:
		if fact.SubCode != "" {
			return fact.Code + "/" + fact.SubCode + where
		}
		return fact.Code + where
	case meeting.BotMoveEnded:
		return "bot_move_ended/" + string(fact.Outcome) + where
	case meeting.BotSpeechEnded:
		return "bot_speech_ended/" + string(fact.Outcome) + where
	case meeting.SegmentCompleted:
		var who []string
		for _, track := range fact.Tracks {
			who = append(who, fmt.Sprintf("%d %s", track.Participant, track.Name))
		}
		return "segment_completed" + where + " [" + strings.Join(who, ", ") + "]"
	}
	return string(event.Type()) + where
}

// story is what was told so far, a step each.
func (l *life) story() []string {
	var steps []string
	for _, event := range l.events() {
		steps = append(steps, step(event))
	}
	return steps
}

// until waits until a step was told a number of times.
func (l *life) until(step string, times int) {
	l.stage.t.Helper()
	timeout := time.After(patience)
	for {
		n := 0
		for _, told := range l.story() {
			if strings.HasPrefix(told, step) {
				n++
			}
		}
		if n >= times {
			return
		}
		select {
		case <-l.news:
		case <-timeout:
			l.stage.t.Fatalf("%q was told %d times, want %d; the story is\n%s", step, n, times, strings.Join(l.story(), "\n"))
		}
	}
}

// over waits for the end of the bot's life and returns what Run returned.
func (l *life) over() error {
	l.stage.t.Helper()
	select {
	case <-l.ended:
	case <-time.After(patience):
		l.stage.t.Fatalf("the bot's life does not end; the story is\n%s", strings.Join(l.story(), "\n"))
	}
	return l.err
}

// end waits for the end of the bot's life and checks its whole story, and that
// its seat is free.
func (l *life) end(want ...string) {
	l.stage.t.Helper()
	if err := l.over(); err != nil {
		l.stage.t.Errorf("the bot ended with: %v", err)
	}
	if got := l.story(); !slices.Equal(got, want) {
		l.stage.t.Errorf("the bot told\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	l.gone()
}

// gone checks that no bot has a seat in the meeting.
func (l *life) gone() {
	l.stage.t.Helper()
	for _, person := range l.stage.state().Roster() {
		if person.IsBot && person.Present() {
			l.stage.t.Errorf("%s keeps its seat", person.Name)
		}
	}
}
