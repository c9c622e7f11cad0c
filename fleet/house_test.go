package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/bot"
	"github.com/breakoutrooms/breakout/fleet"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/recording"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/pion/logging"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long, in virtual time, what must come is waited for.
const patience = 10 * time.Second

// house is a fleet with everything that it works with, on a folder.
type house struct {
	*fleet.Fleet
	t         testing.TB
	client    *ent.Client
	journal   *journal.Journal
	store     *recording.Store
	simulator *simulator.Simulator
	data      string
	closes    []func() error
}

// inHouse runs a test in virtual time, in a house whose fleet runs.
func inHouse(t *testing.T, test func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), nil)
		h.run()
		test(h)
	})
}

// open opens a house on a folder, whose fleet does not run yet.
func open(t testing.TB, data string, random io.Reader) *house {
	t.Helper()
	h := &house{t: t, data: data}
	t.Cleanup(h.close)
	var err error
	h.client, err = journal.OpenDatabase(t.Context(), "sqlite:"+filepath.Join(data, "breakout.db"))
	h.opened(err, func() error { return h.client.Close() })
	h.store, err = recording.OpenStore(filepath.Join(data, "recordings"))
	h.opened(err, func() error { return h.store.Close() })
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError + 1}))
	h.journal = journal.New(h.client, journal.NewBell(), log)
	h.simulator = simulator.New(simulator.Config{
		Net: network(t), Listen: "127.0.0.1:4000",
		Record: func(ctx context.Context, id meeting.ID, events []meeting.Event) error {
			_, err := h.journal.Append(ctx, id, events...)
			return err
		},
	})
	h.opened(h.simulator.Start(), func() error { return h.simulator.Close(context.Background()) })
	h.Fleet = fleet.New(fleet.Config{
		Client: h.client, Journal: h.journal, Store: h.store, Random: random, Log: log,
		Platforms: map[string]meeting.Platform{simulator.Name: h.simulator},
	})
	return h
}

// opened notes how to close what was opened.
func (h *house) opened(err error, closeIt func() error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	h.closes = append(h.closes, closeIt)
}

// run runs the fleet and returns how to end it.
func (h *house) run() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx); close(done) }()
	stop = func() error { cancel(); return <-done }
	h.closes = append(h.closes, stop)
	return stop
}

// close ends everything, the last first. It can be repeated.
func (h *house) close() {
	for _, closeIt := range slices.Backward(h.closes) {
		if err := closeIt(); err != nil {
			h.t.Error(err)
		}
	}
	h.closes = nil
}

func network(t testing.TB) transport.Net {
	t.Helper()
	router, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "10.0.0.0/8", LoggerFactory: logging.NewDefaultLoggerFactory()})
	if err != nil {
		t.Fatal(err)
	}
	network, err := vnet.NewNet(&vnet.NetConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if err := router.AddNet(network); err != nil {
		t.Fatal(err)
	}
	return network
}

// viewer is a request of workspace A, of B, and of the product itself.
func viewer(workspace string) context.Context {
	return access.With(context.Background(), access.Viewer{Workspace: workspace})
}

func system() context.Context { return access.AsSystem(context.Background()) }

// held is a meeting of workspace A with the rooms Red and Blue.
type held struct {
	*house
	id        meeting.ID
	red, blue meeting.RoomID
}

// meet opens a meeting.
func (h *house) meet() *held {
	h.t.Helper()
	options := meeting.DefaultOptions()
	options.ClosingCountdown, options.ChooseRoom = 0, true
	id, err := h.CreateMeeting(viewer("A"), fleet.MeetingSpec{Title: "Test", Platform: simulator.Name, Options: options})
	if err != nil {
		h.t.Fatal(err)
	}
	m := &held{house: h, id: id}
	created := m.do(meeting.CreateRooms{Names: []string{"Red", "Blue"}})
	m.red, m.blue = created[1].Room.ID, created[2].Room.ID
	return m
}

func (m *held) do(command meeting.Command) []meeting.Event {
	m.t.Helper()
	events, err := m.Command(viewer("A"), m.id, command)
	if err != nil {
		m.t.Fatalf("%T: %v", command, err)
	}
	return events
}

// guest brings a person into the meeting until the house closes.
func (m *held) guest(name string) meeting.ParticipantID {
	m.t.Helper()
	g, err := m.simulator.JoinGuest(m.t.Context(), simulator.GuestSpec{Meeting: m.id, Name: name})
	m.opened(err, func() error { return g.Leave(context.Background()) })
	return g.Participant()
}

// send sends a bot.
func (m *held) send(mode bot.Mode, room string) meeting.BotID {
	m.t.Helper()
	id, err := m.CreateBot(viewer("A"), fleet.BotSpec{Meeting: m.id, Mode: mode, Room: room})
	if err != nil {
		m.t.Fatal(err)
	}
	return id
}

// events are all events of the meeting so far.
func (m *held) events() []meeting.Event {
	m.t.Helper()
	events, err := m.journal.Read(system(), journal.Topic{Meeting: m.id}, 0, 10_000)
	if err != nil {
		m.t.Fatal(err)
	}
	return events
}

// statuses are the codes that a bot has told so far, with their sub codes.
func (m *held) statuses(id meeting.BotID) []string {
	var codes []string
	for _, event := range m.events() {
		if fact, ok := event.Fact.(meeting.BotStatusChanged); ok && event.Bot.ID == id {
			codes = append(codes, status(fact))
		}
	}
	return codes
}

func status(fact meeting.BotStatusChanged) string {
	if fact.SubCode != "" {
		return fact.Code + "/" + fact.SubCode
	}
	return fact.Code
}

// until waits for a status of a bot.
func (m *held) until(id meeting.BotID, want string) {
	m.t.Helper()
	errSeen := errors.New("seen")
	ctx, cancel := context.WithTimeout(system(), patience)
	defer cancel()
	err := m.journal.Follow(ctx, journal.Topic{Meeting: m.id, Bot: id}, 0, func(event meeting.Event) error {
		if fact, ok := event.Fact.(meeting.BotStatusChanged); ok && status(fact) == want {
			return errSeen
		}
		return nil
	})
	if !errors.Is(err, errSeen) {
		m.t.Fatalf("bot %s did not become %s: it told %v (%v)", id, want, m.statuses(id), err)
	}
}

// footprint is all that a verb can leave behind: it is equal as long as nothing
// was written.
func (h *house) footprint() string {
	h.t.Helper()
	ctx := system()
	heads := h.client.Meeting.Query().Order(ent.Asc("id")).Select("head_sequence").IntsX(ctx)
	return fmt.Sprintf("%d events, %d bots, %d rooms, heads %v", h.client.Event.Query().CountX(ctx),
		h.client.Bot.Query().CountX(ctx), h.client.Room.Query().CountX(ctx), heads)
}

// refused checks that an order was refused with these codes, each in a sentence.
func (h *house) refused(what string, err error, want ...meeting.Code) {
	h.t.Helper()
	refusals, ok := errors.AsType[meeting.Refusals](err)
	var codes []meeting.Code
	for _, refusal := range refusals {
		codes = append(codes, refusal.Code)
		if refusal.Message == "" || refusal.Message[len(refusal.Message)-1] != '.' {
			h.t.Errorf("%s: %q is no sentence", what, refusal.Message)
		}
	}
	if !ok || !slices.Equal(codes, want) {
		h.t.Errorf("%s: got %v (%v), want %v", what, codes, err, want)
	}
}
