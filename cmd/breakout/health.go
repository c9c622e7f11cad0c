package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthWithin bounds how long a server may take to say how it is.
const healthWithin = 5 * time.Second

// healthCommand asks a running server how it is.
type healthCommand struct {
	Listen string `help:"The TCP address that the server serves HTTP on." default:"127.0.0.1:8080" env:"BREAKOUT_LISTEN"`
	Ready  bool   `help:"Ask whether it can do its work, and not only whether it lives."`
}

// Run runs the command. It fails unless the server is well.
func (c healthCommand) Run(ctx context.Context) error {
	address, err := reachable(c.Listen)
	if err != nil {
		return err
	}
	path := "/healthz"
	if c.Ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", address, err)
	}
	response, err := http.DefaultClient.Do(ask)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w; name its address with --listen", address, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	const most = 1 << 10
	text, _ := io.ReadAll(io.LimitReader(response.Body, most)) // what came is told
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s is not well: %s %s", address, response.Status, strings.TrimSpace(string(text)))
	}
	fmt.Println("The server at", address, "is well.")
	return nil
}

// reachable is where a server that listens on an address can be asked: one that
// listens everywhere is here, too.
func reachable(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("the address %q is not HOST:PORT: %w", listen, err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
