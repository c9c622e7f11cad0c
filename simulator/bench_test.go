package simulator_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
)

// crowd is a meeting with rooms and people who speak in each.
type crowd struct {
	held
	ids []meeting.RoomID
}

func newCrowd(b *testing.B, rooms, peopleEach int) crowd {
	return newCrowdWith(b, rooms, peopleEach, meeting.DefaultMedia())
}

// newCrowdWith is the same for people who come with some media on.
func newCrowdWith(b *testing.B, rooms, peopleEach int, media meeting.Media) crowd {
	s := start(b, simulator.Config{})
	c := crowd{held: create(b, s, "mtg_bench")}
	var names []string
	for r := range rooms {
		names = append(names, fmt.Sprintf("Room %d", r+1))
	}
	c.ids = c.rooms(names...)
	for i := range rooms * peopleEach {
		g := guest(b, s, simulator.GuestSpec{Meeting: "mtg_bench", Name: fmt.Sprintf("Guest %d", i), Voice: i, Media: &media})
		c.do(meeting.Assign{Room: c.ids[i%rooms], Participants: []meeting.ParticipantID{g.Participant()}})
		time.Sleep(frameStagger) // people do not speak in step
	}
	c.do(meeting.OpenRooms{})
	return c
}

const frameStagger = 3300 * time.Microsecond

// firsts notes when the first packet of each visit comes.
type firsts struct {
	mu    sync.Mutex
	first map[meeting.VisitNumber]time.Time
	came  chan meeting.VisitNumber
}

func newFirsts() *firsts {
	return &firsts{first: make(map[meeting.VisitNumber]time.Time), came: make(chan meeting.VisitNumber, 64)}
}

func (f *firsts) receive(p meeting.Packet) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.first[p.Visit]; !known {
		f.first[p.Visit] = time.Now()
		f.came <- p.Visit
	}
}

// until waits for the first packet of a visit and tells when it came.
func (f *firsts) until(visit meeting.VisitNumber) time.Time {
	for v := range f.came {
		if v == visit {
			break
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first[visit]
}

// report gives percentiles of durations as metrics.
func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(p int) float64 {
		return float64(took[min(len(took)-1, len(took)*p/100)]) / float64(time.Millisecond)
	}
	b.ReportMetric(ms(50), "ms-p50")
	b.ReportMetric(ms(99), "ms-p99")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkJoin measures from the request for a seat to the first packet.
func BenchmarkJoin(b *testing.B) {
	c := newCrowd(b, 1, 1)
	var took []time.Duration
	// People who stay in main are heard by those who join.
	for i := range 6 {
		guest(b, c.s, simulator.GuestSpec{Meeting: c.ID, Name: fmt.Sprintf("Main %d", i), Voice: i})
		time.Sleep(frameStagger)
	}
	for b.Loop() {
		f := newFirsts()
		began := time.Now()
		session, err := c.s.Join(b.Context(), meeting.JoinRequest{Meeting: c.ID, Name: "Bot", Receive: f.receive})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, f.until(1).Sub(began))
		if err := session.Leave(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	report(b, took)
}

// BenchmarkMove measures from the host's move to the first packet of the new
// room, for one bot that is invited and accepts.
func BenchmarkMove(b *testing.B) {
	c := newCrowd(b, 2, 6)
	f := newFirsts()
	bot := c.bot("Bot", f.receive)
	var took []time.Duration
	visit := meeting.VisitNumber(1)
	for b.Loop() {
		visit++
		began := time.Now()
		c.do(meeting.Move{Participant: bot.Participant(), Room: c.ids[visit%2]})
		took = append(took, f.until(visit).Sub(began))
	}
	report(b, took)
}

// BenchmarkMassMove measures the same for 100 bots that are all moved at once.
func BenchmarkMassMove(b *testing.B) {
	const rooms, bots = 10, 100
	c := newCrowd(b, rooms, 6)
	heard := make([]*firsts, bots)
	numbers := make([]meeting.ParticipantID, bots)
	for i := range bots {
		heard[i] = newFirsts()
		numbers[i] = c.bot(fmt.Sprintf("Bot %d", i), heard[i].receive).Participant()
	}
	var mu sync.Mutex
	var took []time.Duration
	visit := meeting.VisitNumber(1)
	for b.Loop() {
		visit++
		var moving sync.WaitGroup
		for i := range bots {
			moving.Go(func() {
				began := time.Now()
				c.do(meeting.Move{Participant: numbers[i], Room: c.ids[(i+int(visit))%rooms]})
				waited := heard[i].until(visit).Sub(began)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, waited)
			})
		}
		moving.Wait()
	}
	report(b, took)
}

// BenchmarkForward measures what a packet costs, from the simulator through the
// network into a bot, both sides together: 10 rooms with 6 people and bots in
// each. Profiles tell the sides apart by their label "side".
func BenchmarkForward(b *testing.B) {
	for _, bots := range []int{10, 100, 300} {
		b.Run(fmt.Sprintf("bots=%d", bots), func(b *testing.B) { forward(b, bots, meeting.DefaultMedia()) })
	}
}

// BenchmarkForwardVideo measures the same with cameras of about 100 kbit/s on: for
// bots that do not look, and for bots that do.
func BenchmarkForwardVideo(b *testing.B) {
	on := meeting.Media{Microphone: true, Camera: true}
	b.Run("looking=no", func(b *testing.B) { forward(b, 60, on) })
	b.Run("looking=yes", func(b *testing.B) { forward(b, 60, on, meeting.KindCamera) })
}

func forward(b *testing.B, bots int, media meeting.Media, video ...meeting.MediaKind) {
	const rooms = 10
	c := newCrowdWith(b, rooms, 6, media)
	before := memory()
	var packets, lost atomic.Int64
	for i := range bots {
		last := make(map[uint32]uint16)
		bot := c.seat(meeting.JoinRequest{Meeting: c.ID, Name: fmt.Sprintf("Bot %d", i), Video: video, Receive: func(p meeting.Packet) {
			packets.Add(1)
			if before, known := last[p.RTP.SSRC]; known {
				lost.Add(int64(int16(p.RTP.SequenceNumber-before)) - 1)
			}
			last[p.RTP.SSRC] = p.RTP.SequenceNumber
		}})
		c.do(meeting.Move{Participant: bot.Participant(), Room: c.ids[i%rooms]})
	}
	time.Sleep(time.Second) // joins are over
	grown := memory() - before
	packets.Store(0)
	lost.Store(0)
	for b.Loop() {
		cpu, wall := cpuTime(), time.Now()
		time.Sleep(4 * time.Second)
		spent := float64(cpuTime() - cpu)
		b.ReportMetric(spent/float64(packets.Load())/1000, "µs-cpu/packet")
		b.ReportMetric(100*spent/float64(time.Since(wall))/float64(bots), "%core/bot")
		b.ReportMetric(float64(lost.Load()), "lost")
		b.ReportMetric(float64(grown)/float64(bots)/1024, "kB-heap/bot")
		b.ReportMetric(0, "ns/op")
		packets.Store(0)
	}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func memory() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}
