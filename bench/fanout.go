package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
)

// FanoutConfig says to how many events are sent.
type FanoutConfig struct {
	// Subscribers subscribe to one meeting, and hear so many Events.
	Subscribers, Events int
	// Idle are subscribers who hear nothing while it is measured. 0 leaves them out.
	Idle int
	// Clients makes the process of the subscribers: one that runs [Subscribers] with
	// its own input and output.
	Clients func(ctx context.Context) *exec.Cmd
	// Log defaults to no log.
	Log *slog.Logger
}

// FanoutRow is what it cost to send events by one door.
type FanoutRow struct {
	Door        string `json:"door"`
	Subscribers int    `json:"subscribers"`
	// MessagesPerSecond is how fast the server and the subscribers were together.
	MessagesPerSecond float64 `json:"messages_per_second"`
	// MicrosecondsPerMessage is the processor's time, user's and system's, that the
	// server spent on each message to each subscriber.
	MicrosecondsPerMessage float64 `json:"microseconds_per_message"`
	// MemoryKB is what the server's resident memory grew by for each subscriber.
	MemoryKB float64 `json:"memory_kb_per_subscriber"`
	// P50 and P99 are how long events took to a subscriber, in milliseconds.
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

// The doors of the rows.
const (
	doorBare     = "a frame built ahead, no GraphQL"
	doorOurs     = "Breakout"
	doorDistinct = "Breakout, every query another"
	doorStock    = "gqlgen's own transport"
	doorIdle     = "Breakout, idle"
)

// FanoutReport compares doors in one run.
type FanoutReport struct {
	Rows []FanoutRow `json:"rows"`
	// OfStock and OfBare compare what a message costs with gqlgen's own transport, and
	// with writing a frame that was built ahead.
	OfStock float64 `json:"ours_of_stock"`
	OfBare  float64 `json:"ours_of_bare"`
}

// The bounds that a report is held against.
const (
	maxOfStock      = 1.0 / 3
	maxOfBare       = 1.3
	maxSubscriberKB = 40
)

// OK says whether the product keeps to its bounds.
func (r FanoutReport) OK() bool {
	for _, row := range r.Rows {
		if row.Door == doorOurs && row.MemoryKB > maxSubscriberKB {
			return false
		}
	}
	return r.OfStock <= maxOfStock && r.OfBare <= maxOfBare
}

// Fanout measures what it costs to send events to many subscribers, by this product's
// door and by others, one after the other.
func Fanout(ctx context.Context, config FanoutConfig) (report *FanoutReport, err error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	d, err := openDesk(ctx, config.Log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	report, cost := &FanoutReport{}, make(map[string]float64)
	for i, door := range []string{doorBare, doorOurs, doorDistinct, doorStock, doorIdle} {
		run := &fanout{FanoutConfig: config, desk: d, door: door, meeting: meeting.ID("mtg_bench_" + strconv.Itoa(i))}
		if door == doorIdle {
			if run.Subscribers, run.Events = config.Idle, 0; config.Idle == 0 {
				continue
			}
		}
		row, err := run.measure(ctx)
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", door, err)
		}
		report.Rows = append(report.Rows, *row)
		cost[door] = row.MicrosecondsPerMessage
	}
	report.OfStock, report.OfBare = cost[doorOurs]/cost[doorStock], cost[doorOurs]/cost[doorBare]
	return report, nil
}

// fanout is one row.
type fanout struct {
	FanoutConfig
	*desk
	door    string
	meeting meeting.ID
	// pace is the time between two events; 0 sends as fast as they are heard.
	pace time.Duration
}

// open opens the door of the row.
func (f *fanout) open(ctx context.Context) (http.Handler, func()) {
	switch f.door {
	case doorBare:
		b := &bare{journal: f.journal, meeting: f.meeting, writers: make(map[chan []byte]struct{})}
		ctx, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() { defer close(done); b.run(ctx) }()
		return b, func() { stop(); <-done }
	case doorStock:
		return f.stock()
	}
	return f.ours()
}

func (f *fanout) measure(ctx context.Context) (row *FanoutRow, err error) {
	if err := f.begin(ctx, f.meeting); err != nil {
		return nil, err
	}
	door, stop := f.open(ctx)
	address, end, err := serve(ctx, door)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	defer stop()
	before, err := resident()
	if err != nil {
		return nil, err
	}
	clients, err := f.clients(ctx, Subscribing{
		Address: address, Query: fmt.Sprintf(measured, f.meeting), Subscribers: f.Subscribers, Distinct: f.door == doorDistinct, Timed: true,
	})
	if err != nil {
		return nil, err
	}
	row = &FanoutRow{Door: f.door, Subscribers: f.Subscribers}
	if err := f.send(ctx, clients, row); err != nil {
		return nil, errors.Join(err, clients.end(row))
	}
	after, err := resident()
	row.MemoryKB = (after - before) / float64(f.Subscribers) / 1024
	return row, errors.Join(err, clients.end(row))
}

// outstanding is how many events are on their way at a time.
const outstanding = 2

// send writes events down as fast as they are heard, or waits when there are none.
func (f *fanout) send(ctx context.Context, clients *clients, row *FanoutRow) error {
	began, err := loadNow()
	if err != nil {
		return err
	}
	for sent := 1; sent <= f.Events; sent++ {
		if err := f.announce(ctx, f.meeting); err != nil {
			return err
		}
		if f.pace > 0 {
			time.Sleep(time.Until(began.at.Add(time.Duration(sent) * f.pace)))
		} else if err := clients.wait(sent - outstanding + 1); err != nil {
			return err
		}
	}
	if err := clients.wait(f.Events); err != nil {
		return err
	}
	ended, err := loadNow()
	if messages := float64(f.Events * f.Subscribers); messages > 0 {
		row.MessagesPerSecond = messages / ended.at.Sub(began.at).Seconds()
		row.MicrosecondsPerMessage = float64((ended.cpu - began.cpu).Microseconds()) / messages
	}
	return err
}

// clients are the process of the subscribers.
type clients struct {
	command *exec.Cmd
	in      io.WriteCloser
	lines   *bufio.Scanner
	heard   heard
}

func (f *fanout) clients(ctx context.Context, order Subscribing) (*clients, error) {
	c := &clients{command: f.Clients(ctx)}
	c.command.Stderr = os.Stderr
	var err error
	if c.in, err = c.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.lines = bufio.NewScanner(out)
	if err := c.command.Start(); err != nil {
		return nil, fmt.Errorf("start the subscribers: %w", err)
	}
	if err := json.NewEncoder(c.in).Encode(order); err != nil {
		return nil, fmt.Errorf("tell the subscribers: %w", err)
	}
	return c, c.read() // when all have come
}

// read reads the next line.
func (c *clients) read() error {
	if !c.lines.Scan() {
		return errors.Join(errors.New("the subscribers ended"), c.lines.Err(), c.command.Wait())
	}
	return json.Unmarshal(c.lines.Bytes(), &c.heard)
}

// wait returns when everybody has heard so many events.
func (c *clients) wait(events int) error {
	for c.heard.Events < events {
		if err := c.read(); err != nil {
			return err
		}
	}
	return nil
}

// end ends the process, and notes how long events took.
func (c *clients) end(row *FanoutRow) error {
	if err := c.in.Close(); err != nil {
		return err
	}
	for c.heard.Events >= 0 {
		if err := c.read(); err != nil {
			return err
		}
	}
	row.P50, row.P99 = float64(c.heard.P50.Microseconds())/1000, float64(c.heard.P99.Microseconds())/1000
	return c.command.Wait()
}

// resident is this process's resident memory, in bytes, without what is garbage.
func resident() (float64, error) {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("read the resident memory, which this does on Linux only: %w", err)
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	return pages * float64(os.Getpagesize()), err
}
