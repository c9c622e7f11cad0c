package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/webhookendpoint"
	"github.com/breakoutrooms/breakout/journal"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/outbound"
)

const (
	// grace is how long requests that are on their way may take when the server stops.
	grace = time.Second
	// defaultKeep is for how long deliveries are kept after their end.
	defaultKeep = 30 * 24 * time.Hour
)

// Config says what a service works with.
type Config struct {
	Client  *ent.Client
	Journal *journal.Journal
	Bell    *journal.Bell
	// Outbound says which addresses may be sent to.
	Outbound outbound.Guard
	// HTTP makes the requests. Defaults to what the guard connects.
	HTTP http.RoundTripper
	// Key encrypts secrets in the database; see [LoadKey].
	Key []byte
	// Keep is for how long deliveries are kept after their end. Defaults to 30 days.
	Keep time.Duration
	Log  *slog.Logger
}

// Service makes deliveries of events and sends them.
type Service struct {
	config Config
	vault  vault
	http   *http.Client
	counts counts

	// mu is held while it changes who is an endpoint, and while events are made into
	// deliveries, so that each event is for those who were endpoints then.
	mu sync.Mutex
	// endpoints are those that are enabled, by workspace.
	endpoints map[string]map[meeting.WebhookEndpointID]*endpoint
	senders   map[meeting.WebhookEndpointID]*sender
	latest    meeting.Instant // when the last delivery was made
	changed   chan struct{}   // holds a token when senders are to be started
}

// counts are what [Stats] shows.
type counts struct{ delivered, refused, givenUp, disabled atomic.Int64 }

// Stats are what has happened since the process began.
type Stats struct {
	// Delivered are messages that were taken, Refused attempts that were not, GivenUp
	// messages that will not be tried again, Disabled endpoints that were disabled
	// because they took nothing.
	Delivered, Refused, GivenUp, Disabled int64
}

// Open reads which endpoints there are. Run begins to send.
func Open(ctx context.Context, config Config) (*Service, error) {
	if config.Keep == 0 {
		config.Keep = defaultKeep
	}
	vault, err := newVault(config.Key)
	if err != nil {
		return nil, err
	}
	s := &Service{
		config: config, vault: vault, http: clientOf(config), changed: make(chan struct{}, 1),
		endpoints: make(map[string]map[meeting.WebhookEndpointID]*endpoint), senders: make(map[meeting.WebhookEndpointID]*sender),
	}
	rows, err := config.Client.WebhookEndpoint.Query().Where(webhookendpoint.Enabled(true), webhookendpoint.DeletedAt(0)).
		WithSecrets().All(access.AsSystem(ctx))
	if err != nil {
		return nil, fmt.Errorf("read the webhook endpoints: %w", err)
	}
	for _, row := range rows {
		s.put(s.endpointOf(row))
	}
	return s, nil
}

// Stats says what has happened since the process began.
func (s *Service) Stats() Stats {
	return Stats{s.counts.delivered.Load(), s.counts.refused.Load(), s.counts.givenUp.Load(), s.counts.disabled.Load()}
}

// put has an endpoint sent to from now on, as it is now. The lock is held, or
// nobody knows the service yet.
func (s *Service) put(e *endpoint) {
	previous := s.senders[e.row.ID]
	for previous != nil && !previous.started {
		previous = previous.previous
	}
	if previous != nil {
		previous.stop()
	}
	if s.endpoints[e.row.WorkspaceID] == nil {
		s.endpoints[e.row.WorkspaceID] = make(map[meeting.WebhookEndpointID]*endpoint)
	}
	s.endpoints[e.row.WorkspaceID][e.row.ID] = e
	s.senders[e.row.ID] = newSender(s, e, previous)
	token(s.changed)
}

// drop has nothing sent to an endpoint any more. The lock is held. Its sender stays
// known, for another to wait until it has ended.
func (s *Service) drop(row *ent.WebhookEndpoint) {
	if of := s.endpoints[row.WorkspaceID]; of != nil {
		delete(of, row.ID)
		if len(of) == 0 {
			delete(s.endpoints, row.WorkspaceID)
		}
	}
	if sender := s.senders[row.ID]; sender != nil {
		sender.stop()
	}
}

// Run sends until the context ends. Requests that are on their way then have a
// second to be answered; what was not answered is sent again by the next process.
func (s *Service) Run(ctx context.Context) error {
	rings := s.config.Bell.ListenAll()
	defer rings.Stop()
	sending, cancel := context.WithCancel(access.AsSystem(context.WithoutCancel(ctx)))
	defer cancel()
	var helpers, senders sync.WaitGroup
	helpers.Go(func() { s.dispatch(access.AsSystem(ctx), rings) })
	helpers.Go(func() { s.prune(access.AsSystem(ctx)) })
	helpers.Go(func() { s.startSenders(ctx, sending, &senders) })
	helpers.Wait()
	s.stopSenders()
	hurry := time.AfterFunc(grace, cancel)
	defer hurry.Stop()
	senders.Wait()
	s.http.CloseIdleConnections()
	return nil
}

// startSenders starts the senders that there are, and those that come.
func (s *Service) startSenders(ctx, sending context.Context, senders *sync.WaitGroup) {
	for {
		s.mu.Lock()
		for _, sender := range s.senders {
			if !sender.started {
				sender.started = true
				senders.Go(func() { sender.run(sending) })
			}
		}
		s.mu.Unlock()
		select {
		case <-s.changed:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Service) stopSenders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sender := range s.senders {
		sender.stop()
	}
}

// token puts a token into a channel that holds one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// clientOf makes requests that follow no redirect and read no long headers.
func clientOf(config Config) *http.Client {
	client := config.Outbound.Client("the webhook delivery", func(transport *http.Transport) {
		transport.MaxResponseHeaderBytes = maxHeaders
		transport.MaxIdleConnsPerHost = concurrency
		transport.DisableCompression = true // what is kept of an answer is what came
	})
	if config.HTTP != nil {
		client.Transport = config.HTTP
	}
	return client
}
