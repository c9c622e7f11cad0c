package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// MutationsConfig says who gives orders.
type MutationsConfig struct {
	// Clients give orders for so long, each when its last was answered.
	Clients int
	For     time.Duration
	// Subscribers hear so many events a second, while nothing else happens.
	Subscribers, PerSecond int
	// Listeners makes the process of the subscribers, as in [FanoutConfig].
	Listeners func(ctx context.Context) *exec.Cmd
	// Log defaults to no log.
	Log *slog.Logger
}

// MutationsRow is how fast orders were carried out.
type MutationsRow struct {
	Meetings  int     `json:"meetings"`
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"mutations_per_second"`
	// Microseconds is the processor's time that each took, the client's included.
	Microseconds float64 `json:"microseconds_per_mutation"`
	// P50 and P99 are how long one took, from the request to its answer, in
	// milliseconds.
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

// MutationsReport is how fast orders are carried out, and how soon others hear of
// events.
type MutationsReport struct {
	Rows []MutationsRow `json:"rows"`
	// Latency is how long events take from before they are written to subscribers, and
	// Bare how long they take where bare frames are written to them: the medians of some
	// runs, in turns.
	Latency FanoutRow `json:"latency"`
	Bare    FanoutRow `json:"latency_of_bare_frames"`
}

// The bounds that a report is held against: times in milliseconds.
const (
	minMutations  = 3000
	maxMutation99 = 15
	maxEvent50    = 2
	maxEvent99    = 10
	// maxOfBareLatency is for machines that can't write as many bare frames in time.
	maxOfBareLatency = 1.3
)

// OK says whether the product keeps to its bounds, with a meeting for each client.
func (r MutationsReport) OK() bool {
	own := r.Rows[0]
	return own.PerSecond >= minMutations && own.P99 <= maxMutation99 &&
		r.Latency.P50 <= max(maxEvent50, maxOfBareLatency*r.Bare.P50) && r.Latency.P99 <= max(maxEvent99, maxOfBareLatency*r.Bare.P99)
}

// Mutations measures how many durable orders are carried out in a second by the API
// of a whole server, and how soon subscribers hear of events.
func Mutations(ctx context.Context, config MutationsConfig) (report *MutationsReport, err error) {
	data, err := os.MkdirTemp("", "breakout-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the database: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Data: data, Log: config.Log})
	if err != nil {
		return nil, err
	}
	report = &MutationsReport{}
	for _, meetings := range []int{config.Clients, 1} {
		row, err := order(ctx, house, config, meetings)
		if err != nil {
			return nil, errors.Join(err, house.Stop(context.WithoutCancel(ctx)))
		}
		report.Rows = append(report.Rows, *row)
	}
	if err := house.Stop(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	report.Latency, report.Bare, err = latencies(ctx, config)
	return report, err
}

// rounds is how often the doors take turns: what else the machine does meanwhile is to
// meet both.
const rounds = 5

// latencies measures both doors in turns, and gives of each the medians.
func latencies(ctx context.Context, config MutationsConfig) (ours, bare FanoutRow, err error) {
	config.For /= rounds
	both := []*FanoutRow{&ours, &bare}
	measured := make([][]FanoutRow, len(both))
	for range rounds {
		for i, door := range []string{doorOurs, doorBare} {
			row, err := latency(ctx, config, door)
			if err != nil {
				return ours, bare, err
			}
			measured[i] = append(measured[i], row)
		}
	}
	for i, row := range both {
		*row = measured[i][0]
		row.P50 = median(measured[i], func(r FanoutRow) float64 { return r.P50 })
		row.P99 = median(measured[i], func(r FanoutRow) float64 { return r.P99 })
		row.MicrosecondsPerMessage = median(measured[i], func(r FanoutRow) float64 { return r.MicrosecondsPerMessage })
	}
	return ours, bare, nil
}

func median(rows []FanoutRow, of func(FanoutRow) float64) float64 {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = of(row)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// latency sends events through a door at a steady rate.
func latency(ctx context.Context, config MutationsConfig, door string) (row FanoutRow, err error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	d, err := openDesk(ctx, config.Log)
	if err != nil {
		return row, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	run := &fanout{desk: d, door: door, meeting: "mtg_bench", pace: time.Second / time.Duration(config.PerSecond), FanoutConfig: FanoutConfig{
		Subscribers: config.Subscribers, Events: int(config.For.Seconds() * float64(config.PerSecond)), Clients: config.Listeners, Log: config.Log,
	}}
	measured, err := run.measure(ctx)
	if err != nil {
		return row, err
	}
	return *measured, nil
}

// order has clients give orders, spread over some meetings.
func order(ctx context.Context, house *scenario.House, config MutationsConfig, meetings int) (*MutationsRow, error) {
	rooms := make([]string, config.Clients)
	var meeting string
	for i := range rooms {
		var created struct {
			CreateMeeting struct{ Meeting struct{ ID string } }
			CreateRooms   struct{ Rooms []struct{ ID string } }
		}
		if i < meetings {
			if err := house.Client.Do(ctx, `mutation { createMeeting(input: {title: "Measured"}) { meeting { id } } }`, nil, &created); err != nil {
				return nil, err
			}
			meeting = created.CreateMeeting.Meeting.ID
		}
		err := house.Client.Do(ctx, `mutation($id: ID!, $name: String!) { createRooms(input: {meetingId: $id, names: [$name]}) { rooms { id } } }`,
			map[string]any{"id": meeting, "name": fmt.Sprint("Room ", i)}, &created)
		if err != nil {
			return nil, err
		}
		rooms[i] = created.CreateRooms.Rooms[0].ID
	}
	took, failed := make([][]time.Duration, config.Clients), make([]error, config.Clients)
	before, err := loadNow()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	var all sync.WaitGroup
	for i, room := range rooms {
		all.Go(func() { took[i], failed[i] = rename(ctx, house, room, began.Add(config.For)) })
	}
	all.Wait()
	passed := time.Since(began)
	after, err := loadNow()
	if err != nil {
		return nil, err
	}
	var together []time.Duration
	for _, one := range took {
		together = append(together, one...)
	}
	return &MutationsRow{
		Meetings: meetings, Clients: config.Clients, PerSecond: float64(len(together)) / passed.Seconds(),
		Microseconds: float64((after.cpu - before.cpu).Microseconds()) / float64(max(1, len(together))),
		P50:          milliseconds(percentile(together, 50)), P99: milliseconds(percentile(together, 99)),
	}, errors.Join(failed...)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// rename gives a room one name after the other over a connection of its own, and
// says how long each took.
func rename(ctx context.Context, house *scenario.House, room string, until time.Time) (took []time.Duration, err error) {
	address := strings.TrimPrefix(house.Server.URL(), "http://")
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	in, out := bufio.NewReader(conn), []byte(nil)
	for i := 0; time.Now().Before(until); i++ {
		began := time.Now()
		body := fmt.Appendf(nil, `{"query":%q,"variables":{"id":%q,"name":%q}}`, renaming, room, fmt.Sprint(room, i))
		out = fmt.Appendf(out[:0], "POST /graphql HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			address, house.Client.Key, len(body), body)
		if _, err := conn.Write(out); err != nil {
			return nil, err
		}
		if err := renamed(in); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// renaming is an order that answers with what it changed.
const renaming = `mutation($id: ID!, $name: String!) { renameRoom(input: {roomId: $id, name: $name}) { room { id name } userErrors { code } } }`

// renamed reads one answer, whose length must be told. A client of net/http's would
// take a tenth of the time that is measured.
func renamed(in *bufio.Reader) error {
	length, status := -1, ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			break
		}
		if status == "" {
			status = line
		}
		if told, isLength := strings.CutPrefix(line, "Content-Length: "); isLength {
			if length, err = strconv.Atoi(told); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return fmt.Errorf("a room was renamed, and the answer's length was not told: %s", status)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(in, text); err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200") || !bytes.Contains(text, []byte(`"userErrors":[]`)) {
		return fmt.Errorf("a room was not renamed: %s %s", status, text)
	}
	return nil
}
