package webhook_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/delivery"
	"github.com/breakoutrooms/breakout/gen/ent/deliveryattempt"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const workspace = "ws_test"

// house is a journal with a service that delivers what is in it.
type house struct {
	t        *testing.T
	data     string
	database string // a file in data, unless it is said
	receiver *receiver
	change   func(*webhook.Config)

	client  *ent.Client
	journal *journal.Journal
	service *webhook.Service
	running context.CancelFunc
	done    chan error
}

// open opens a house on a new folder, which ends with the test.
func open(t *testing.T, r *receiver, change func(*webhook.Config)) *house {
	t.Helper()
	h := &house{t: t, data: t.TempDir(), receiver: r, change: change}
	h.start()
	t.Cleanup(h.close)
	return h
}

// start starts the house on its folder.
func (h *house) start() {
	h.t.Helper()
	var err error
	if h.client, err = journal.OpenDatabase(context.Background(), cmp.Or(h.database, "sqlite:"+filepath.Join(h.data, "breakout.db"))); err != nil {
		h.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	bell := journal.NewBell()
	h.journal = journal.New(h.client, bell, log)
	key, err := webhook.LoadKey(filepath.Join(h.data, "secrets.key"))
	if err != nil {
		h.t.Fatal(err)
	}
	config := webhook.Config{Client: h.client, Journal: h.journal, Bell: bell, Key: key, Log: log}
	if h.receiver != nil {
		config.HTTP = h.receiver
	}
	if h.change != nil {
		h.change(&config)
	}
	if h.service, err = webhook.Open(context.Background(), config); err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.running, h.done = cancel, make(chan error, 1)
	done, service := h.done, h.service
	go func() { done <- service.Run(ctx) }()
}

func (h *house) close() {
	h.t.Helper()
	h.running()
	if err := <-h.done; err != nil {
		h.t.Error(err)
	}
	if err := h.client.Close(); err != nil {
		h.t.Error(err)
	}
}

// viewer is somebody of the workspace.
func viewer() context.Context {
	return access.With(context.Background(), access.Viewer{Workspace: workspace})
}

func system() context.Context { return access.AsSystem(context.Background()) }

// endpoint makes an endpoint, and gives its id and its secret.
func (h *house) endpoint(change func(*webhook.Spec)) (meeting.WebhookEndpointID, webhook.Signer) {
	h.t.Helper()
	spec := webhook.Spec{URL: "https://receiver.example/events", Format: meeting.FormatEvent}
	if change != nil {
		change(&spec)
	}
	id, signer, err := h.service.Create(viewer(), spec, webhook.NewSigner(meeting.SigningHMAC), meeting.Request{})
	if err != nil {
		h.t.Fatal(err)
	}
	return id, *signer
}

// meeting begins a meeting.
func (h *house) meeting(id meeting.ID) {
	h.t.Helper()
	h.happen(id, meeting.MeetingCreated{Meeting: id, Title: "Test", Platform: "simulator", Owner: workspace, Options: meeting.DefaultOptions()})
}

// happen writes events down.
func (h *house) happen(id meeting.ID, facts ...meeting.Fact) []meeting.Event {
	h.t.Helper()
	events := make([]meeting.Event, len(facts))
	for i, fact := range facts {
		events[i] = meeting.Event{At: time.Now(), Fact: fact}
	}
	events, err := h.journal.Append(context.Background(), id, events...)
	if err != nil {
		h.t.Fatal(err)
	}
	return events
}

// say is something that happens and changes nothing.
func say(n int) meeting.Fact { return meeting.MessageBroadcast{Text: fmt.Sprint("message ", n)} }

func (h *house) row(id meeting.WebhookEndpointID) *ent.WebhookEndpoint {
	h.t.Helper()
	row, err := h.client.WebhookEndpoint.Get(system(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return row
}

// got is a message that a receiver was sent.
type got struct {
	at      time.Time
	request *http.Request
	body    string
}

func (g got) id() string { return g.request.Header.Get("webhook-id") }

// receiver is an endpoint, in memory. It answers as it is told: by default, 204.
type receiver struct {
	answer func(n int, g got) (*http.Response, error)

	// forget says that what came is counted only.
	forget bool

	mu   sync.Mutex
	n    int
	list []got
	news chan struct{}
}

func newReceiver(answer func(n int, g got) (*http.Response, error)) *receiver {
	return &receiver{answer: answer, news: make(chan struct{}, 1)}
}

// RoundTrip takes a message, the n-th counted from 0.
func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	g := got{time.Now(), request, string(body)}
	r.mu.Lock()
	n := r.n
	if r.n++; !r.forget {
		r.list = append(r.list, g)
	}
	r.mu.Unlock()
	defer func() {
		select {
		case r.news <- struct{}{}:
		default:
		}
	}()
	if r.answer == nil {
		return status(http.StatusNoContent), nil
	}
	return r.answer(n, g)
}

func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]got(nil), r.list...)
}

// wait waits until there are so many messages.
func (r *receiver) wait(t *testing.T, n int) []got {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		if list := r.all(); len(list) >= n {
			return list
		}
		select {
		case <-r.news:
		case <-deadline:
			t.Fatalf("after 20 s, %d messages of %d had come", len(r.all()), n)
		}
	}
}

func status(code int, headers ...string) *http.Response {
	header := make(http.Header)
	for i := 0; i+1 < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(bytes.NewReader([]byte("answer " + fmt.Sprint(code))))}
}

// hang answers never.
func hang(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, context.Cause(request.Context())
}

var errReset = errors.New("connection reset by peer")

func journalOf(id meeting.ID) journal.Topic { return journal.Topic{Meeting: id} }

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// kill ends the service in the middle of everything, as far as a test can: what it
// knows is forgotten, and what is in the database stays.
func (h *house) kill() {
	h.t.Helper()
	h.close()
	h.start()
}

// hurry makes everything due that waits.
func (h *house) hurry() {
	h.t.Helper()
	err := h.journal.Write(context.Background(), func(ctx context.Context, tx *ent.Tx) error {
		now := meeting.InstantOf(time.Now())
		_, err := tx.Delivery.Update().Where(delivery.StateEQ(meeting.DeliveryWaiting), delivery.NextAtGT(now)).SetNextAt(now).Save(ctx)
		return err
	})
	if err != nil {
		h.t.Error(err)
	}
	h.kill()
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// ended waits until so many attempts are written down, and gives them.
func (h *house) ended(n int) []*ent.DeliveryAttempt {
	h.t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		rows, err := h.client.DeliveryAttempt.Query().Order(ent.Asc(deliveryattempt.FieldAt)).All(system())
		if err != nil || time.Since(began) > 20*time.Second {
			h.t.Fatalf("%d attempts of %d are written down: %v", len(rows), n, err)
		}
		if len(rows) >= n {
			return rows
		}
	}
}
