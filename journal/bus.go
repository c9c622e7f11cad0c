package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// busReady is how long the embedded bus may take to start.
const busReady = 10 * time.Second

// Bus is core NATS inside this process: it listens on no port and keeps nothing.
type Bus struct {
	server *server.Server
	conn   *nats.Conn
}

// StartBus starts the embedded bus. Close ends it.
func StartBus() (*Bus, error) {
	// Without the system's account, it measures nothing for others each ten seconds.
	bus, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true, NoSystemAccount: true})
	if err != nil {
		return nil, fmt.Errorf("make the embedded bus: %w", err)
	}
	bus.Start()
	if !bus.ReadyForConnections(busReady) {
		bus.Shutdown()
		return nil, errors.New("the embedded bus did not start within " + busReady.String())
	}
	conn, err := nats.Connect("", nats.InProcessServer(bus))
	if err != nil {
		bus.Shutdown()
		return nil, fmt.Errorf("connect to the embedded bus: %w", err)
	}
	return &Bus{server: bus, conn: conn}, nil
}

// Conn is the connection of this process to the bus.
func (b *Bus) Conn() *nats.Conn { return b.conn }

// Close ends the bus and returns when nothing of it runs any more.
func (b *Bus) Close() {
	b.conn.Close()
	b.server.Shutdown()
	b.server.WaitForShutdown()
}
