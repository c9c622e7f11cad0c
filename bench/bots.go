// Package bench measures what the product costs, as its users would see it.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
	"github.com/google/pprof/profile"
)

const (
	// peopleEach is how many people speak in each room, one after the other's
	// pauses and all at once.
	peopleEach = 3
	// settling is what passes between the arrival of the last bot and the measuring.
	settling = 2 * time.Second
	// arrivalGap is the time that each bot is given to arrive.
	arrivalGap = 20 * time.Millisecond
	// begin is what the host writes when the measuring begins.
	begin = "measuring"
)

// BotsConfig says how many bots record what.
type BotsConfig struct {
	// Bots record in Rooms, spread evenly; each room has 3 people who send 50
	// packets of Opus a second each.
	Bots, Rooms int
	// For is how long is measured.
	For time.Duration
	// Log defaults to no log.
	Log *slog.Logger
}

// BotsReport is what bots cost, in one process with the meeting and the people, over
// UDP on loopback and in real time.
type BotsReport struct {
	Bots   int `json:"bots"`
	Rooms  int `json:"rooms"`
	People int `json:"people"`
	// Seconds is how long was measured.
	Seconds float64 `json:"seconds"`
	// Cores is how many processors the whole process kept busy, and BotPercent the
	// share of one that each bot took: its side of WebRTC, recording, and reporting,
	// without the meeting and the people. It is sampled, 100 times a second.
	Cores      float64 `json:"cores"`
	BotPercent float64 `json:"bot_percent_of_a_core"`
	// MemoryKB is what each bot and its seat in the meeting hold of heap and stacks.
	MemoryKB   float64 `json:"memory_kb_per_bot"`
	Goroutines float64 `json:"goroutines_per_bot"`
	// Report judges what was recorded.
	Report *scenario.Report `json:"report"`
}

// OK says whether everything was recorded that there was to record.
func (r BotsReport) OK() bool { return r.Report.OK }

// Bots measures what bots cost that record.
func Bots(ctx context.Context, config BotsConfig) (result *BotsReport, err error) {
	data, err := os.MkdirTemp("", "breakout-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the recordings: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	play, err := scenario.Parse("bench.yaml", config.scenario())
	if err != nil {
		return nil, err
	}
	house, err := scenario.StartHouse(ctx, scenario.HouseConfig{Data: data, Seed: 1, Log: config.Log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, house.Stop(context.WithoutCancel(ctx))) }()
	m := &meter{config: config}
	report, err := scenario.Play(ctx, house.Stage(), play, scenario.Progress{Step: m.step})
	if err = errors.Join(err, m.failed); err != nil {
		return nil, err
	}
	return m.report(report)
}

// scenario is a meeting whose rooms are open with people in them when the bots come,
// each for a room of its own.
func (c BotsConfig) scenario() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "name: bench\nmeeting: {closing_countdown: 0s, choose_room: true}\npeople:\n")
	fmt.Fprintf(&b, "  - {name: Host, role: host}\n  - {count: %d, pause: [0s, 1s]}\nbots:\n", c.Rooms*peopleEach)
	rooms := make([]string, c.Rooms)
	for i := range c.Rooms {
		rooms[i] = fmt.Sprintf("Room %d", i+1)
	}
	for i := range c.Bots {
		fmt.Fprintf(&b, "  - {name: Bot %d, mode: join_specific_room, room: %s}\n", i+1, rooms[i%c.Rooms])
	}
	measured := 3*time.Second + time.Duration(c.Bots)*arrivalGap + settling
	fmt.Fprintf(&b, "steps:\n  - {at: 0s, create_rooms: [%s]}\n  - {at: 0s, join: people}\n", strings.Join(rooms, ", "))
	fmt.Fprintf(&b, "  - {at: 1s, assign_automatically: {seed: 1}}\n  - {at: 2s, open_rooms: }\n  - {at: 3s, send: bots}\n")
	fmt.Fprintf(&b, "  - {at: %s, chat: {who: Host, text: %s}}\n", measured, begin)
	fmt.Fprintf(&b, "  - {at: %s, end_meeting: }\n", measured+c.For)
	fmt.Fprintf(&b, "expect: {lost_packets: 0}\n")
	return b.Bytes()
}

// meter measures a process while a scenario is played in it.
type meter struct {
	config BotsConfig
	// before is what there was without bots.
	before load
	during load
	began  load
	cpu    bytes.Buffer
	failed error
}

// load is what a process holds, and what it has spent.
type load struct {
	memory     uint64 // heap and stacks, in bytes
	goroutines int
	cpu        time.Duration
	at         time.Time
}

func loadNow() (load, error) {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return load{}, fmt.Errorf("read what the process has spent: %w", err)
	}
	return load{
		memory: stats.HeapAlloc + stats.StackInuse, goroutines: runtime.NumGoroutine(),
		cpu: time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), at: time.Now(),
	}, nil
}

// step measures at the steps between which something changes.
func (m *meter) step(_ time.Duration, action scenario.Action) {
	var err error
	switch action := action.(type) {
	case scenario.SendBots:
		m.before, err = loadNow()
	case scenario.ByHost:
		if strings.HasSuffix(action.What, begin) {
			m.began, err = loadNow()
			err = errors.Join(err, pprof.StartCPUProfile(&m.cpu))
		}
	case scenario.EndMeeting:
		pprof.StopCPUProfile()
		m.during, err = loadNow()
	}
	m.failed = errors.Join(m.failed, err)
}

// report sums up.
func (m *meter) report(judged *scenario.Report) (*BotsReport, error) {
	spent, err := botTime(&m.cpu)
	if err != nil {
		return nil, err
	}
	took, bots := m.during.at.Sub(m.began.at), float64(m.config.Bots)
	return &BotsReport{
		Bots: m.config.Bots, Rooms: m.config.Rooms, People: m.config.Rooms * peopleEach, Seconds: took.Seconds(),
		Cores: float64(m.during.cpu-m.began.cpu) / float64(took), BotPercent: 100 * float64(spent) / float64(took) / bots,
		MemoryKB:   (float64(m.during.memory) - float64(m.before.memory)) / bots / 1024,
		Goroutines: float64(m.during.goroutines-m.before.goroutines) / bots,
		Report:     judged,
	}, nil
}

// botTime is the time that a profile attributes to bots.
func botTime(taken *bytes.Buffer) (time.Duration, error) {
	p, err := profile.Parse(taken)
	if err != nil {
		return 0, fmt.Errorf("read the profile: %w", err)
	}
	var spent int64
	for _, sample := range p.Sample {
		if sample.HasLabel("side", "bot") {
			spent += sample.Value[1] // nanoseconds
		}
	}
	return time.Duration(spent), nil
}
