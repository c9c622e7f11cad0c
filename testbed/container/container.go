// Package container is a module for testcontainers-go: it runs Breakout from an image for
// as long as a test needs it, with media over UDP to and from the test.
//
// It follows the conventions of testcontainers-go's own modules.
package container

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed/sink"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	doors = "8080/tcp"
	// startWithin is how long the server may take to be ready.
	startWithin = time.Minute
	// logLines is how much of the container's log is told when something fails.
	logLines = 40
)

// Container is a server that runs.
type Container struct {
	testcontainers.Container
	settings settings
	endSink  func() error
}

// settings are how a server is to run.
type settings struct {
	key     string
	address string
	port    uint16 // of the doors, on the host
	sink    *sink.Sink
	// sinkPort is where it listens.
	sinkPort uint16
	env      map[string]string
}

// Run starts a server from an image. The container is returned also with an error, for
// [testcontainers.CleanupContainer].
func Run(ctx context.Context, img string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	c := &Container{settings: settings{address: "127.0.0.1", key: "bk_" + strings.ToLower(rand.Text()), env: make(map[string]string)}, endSink: func() error { return nil }}
	for _, opt := range opts {
		if own, is := opt.(Option); is {
			own(&c.settings)
		}
	}
	if err := c.settings.prepare(); err != nil {
		return c, fmt.Errorf("run breakout: %w", err)
	}
	if err := c.openSink(); err != nil {
		return c, fmt.Errorf("run breakout: %w", err)
	}
	started, err := testcontainers.Run(ctx, img, append(c.settings.request(), opts...)...)
	if started != nil { // a nil of another type is not nil
		c.Container = started
	}
	if err == nil {
		err = c.createEndpoint(ctx)
	}
	if err != nil {
		return c, fmt.Errorf("run breakout: %w%s", err, c.told(ctx))
	}
	return c, nil
}

// prepare finds ports of the host. The server has to know both before it starts: those
// of media go into what clients are told (RFC 8839), and that of the doors into links.
func (s *settings) prepare() error {
	media, err := freePort("udp")
	if err != nil {
		return err
	}
	if s.port, err = freePort("tcp"); err != nil {
		return err
	}
	maps.Copy(s.env, map[string]string{
		"BREAKOUT_INITIAL_KEY":    s.key,
		"BREAKOUT_MEDIA_LISTEN":   "0.0.0.0:" + strconv.Itoa(int(media)),
		"BREAKOUT_MEDIA_ANNOUNCE": s.address,
		"BREAKOUT_PUBLIC_URL":     s.url(),
	})
	return nil
}

func (s *settings) url() string {
	return "http://" + net.JoinHostPort(s.address, strconv.Itoa(int(s.port)))
}

// mediaPort is the port that media goes over, within the container and outside.
func (s *settings) mediaPort() uint16 {
	_, port, _ := strings.Cut(s.env["BREAKOUT_MEDIA_LISTEN"], ":")
	number, _ := strconv.ParseUint(port, 10, 16) // prepare has written it
	return uint16(number)
}

// freePort is a port of the host that nobody uses. Somebody could take it before the
// container does, who then fails to start.
func freePort(protocol string) (uint16, error) {
	var address net.Addr
	var closer io.Closer
	if protocol == "udp" {
		conn, err := (&net.ListenConfig{}).ListenPacket(context.Background(), "udp4", "127.0.0.1:0")
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		address, closer = conn.LocalAddr(), conn
	} else {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		address, closer = listener.Addr(), listener
	}
	at, err := netip.ParseAddrPort(address.String())
	return at.Port(), errors.Join(err, closer.Close())
}

// request is what every container of ours has, before what the user asks for.
func (s *settings) request() []testcontainers.ContainerCustomizer {
	media := strconv.Itoa(int(s.mediaPort())) + "/udp"
	ports := network.PortMap{
		network.MustParsePort(doors): {{HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: strconv.Itoa(int(s.port))}},
		network.MustParsePort(media): {{HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: strconv.Itoa(int(s.mediaPort()))}},
	}
	if address, err := netip.ParseAddr(s.address); err != nil || !address.IsLoopback() { // clients are elsewhere
		for port, bindings := range ports {
			bindings[0].HostIP = netip.IPv4Unspecified()
			ports[port] = bindings
		}
	}
	return []testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(s.env),
		testcontainers.WithExposedPorts(doors, media),
		testcontainers.WithHostConfigModifier(func(host *container.HostConfig) {
			host.PortBindings = ports
			host.ExtraHosts = append(host.ExtraHosts, sinkHost+":host-gateway")
		}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort(doors).WithStartupTimeout(startWithin)),
	}
}

// Terminate ends the container, and the sink's server.
func (c *Container) Terminate(ctx context.Context, opts ...testcontainers.TerminateOption) error {
	failed := c.endSink()
	if c.Container != nil {
		failed = errors.Join(failed, c.Container.Terminate(ctx, opts...))
	}
	return failed
}

// Key is the API key of the server, which allows everything.
func (c *Container) Key() string { return c.settings.key }

// DashboardURL is the address of the page.
func (c *Container) DashboardURL() string { return c.settings.url() + "/" }

// GraphQLEndpoint is where queries and mutations are sent.
func (c *Container) GraphQLEndpoint() string { return c.settings.url() + "/graphql" }

// SubscriptionEndpoint is where subscriptions are opened, by graphql-transport-ws.
func (c *Container) SubscriptionEndpoint() string {
	return "ws" + strings.TrimPrefix(c.GraphQLEndpoint(), "http")
}

// MeetingURL is the address of a meeting's page.
func (c *Container) MeetingURL(id string) string { return c.settings.url() + "/#/meetings/" + id }

// MediaAddress is where media of simulated meetings goes, as clients are told.
func (c *Container) MediaAddress() string {
	return net.JoinHostPort(c.settings.address, strconv.Itoa(int(c.settings.mediaPort())))
}

// told is the end of the container's log, for who looks for what went wrong.
func (c *Container) told(ctx context.Context) string {
	if c.Container == nil {
		return ""
	}
	logs, err := c.Logs(context.WithoutCancel(ctx))
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(logs) // what came is what there is
	_ = logs.Close()
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "\nThe container's log ends:\n" + strings.Join(lines[max(0, len(lines)-logLines):], "\n")
}

// Diagnose tells of the container when the test has failed: the end of its log, the
// webhooks that came, and where its page is. Call it after
// [testcontainers.CleanupContainer], so that the container is still there then.
func Diagnose(t testing.TB, c *Container) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() || c == nil {
			return
		}
		t.Log(c.told(context.Background()))
		if s := c.settings.sink; s != nil {
			for _, m := range s.Messages() {
				t.Logf("webhook %s %s %s, %d attempts", m.ID, m.Event, m.Code, m.Attempts)
			}
		}
		t.Logf("The page was at %s", c.DashboardURL())
	})
}

// post sends a request to the server.
func (c *Container) post(ctx context.Context, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.GraphQLEndpoint(), body)
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + c.Key()}}
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := once.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(response.Body)
	return text, errors.Join(err, response.Body.Close())
}
