package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

var (
	large   = flag.Bool("large", false, "play large meetings in their whole size")
	profile = flag.String("bubble-profile", "", "write what the processor did while they were played to this file")
)

// workshop60 is an hour with three rounds for people who are not heard: spread at
// random, moved by hand, called back, spread anew.
const workshop60 = `name: large
story: A workshop of an hour, in which three times everybody goes to a room and back.
seed: 7
people:
  - {name: Grace, role: host, media: false}
  - {count: %[2]d, media: false}
steps:
  - {at: 0s, join: people}
  - {at: 1m, create_rooms: %[1]d}
  - {at: 2m, assign_automatically: {seed: 1}}
  - {at: 3m, open_rooms: }
  - {at: 4m, random_moves: {count: %[1]d, every: 100ms..2s}}
  - {at: 18m, close_rooms: {countdown: 60s}}
  - {at: 20m, assign_automatically: {seed: 2}}
  - {at: 21m, open_rooms: }
  - {at: 22m, broadcast: {text: Twenty minutes to go.}}
  - {at: 36m, close_rooms: {countdown: 60s}}
  - {at: 38m, assign_automatically: {seed: 3}}
  - {at: 39m, open_rooms: }
  - {at: 56m, close_rooms: {countdown: 30s}}
  - {at: 60m, end_meeting: }
expect:
  events:
    - {event: round_opened, count: 3}
    - {event: round_closed, count: 3}
    - {event: room_opened, count: %[3]d}
    - {event: participant_joined, count: %[4]d}
`

// TestLargeWorkshop plays an hour of 300 rooms and 900 people with -large, and a tenth
// of that without.
func TestLargeWorkshop(t *testing.T) {
	skipWithRaceDetector(t)
	rooms, people := 30, 90
	if *large {
		rooms, people = 300, 900
	}
	s, err := scenario.Parse("large.yaml", fmt.Appendf(nil, workshop60, rooms, people, 3*rooms, people+1))
	if err != nil {
		t.Fatal(err)
	}
	if *profile != "" {
		out, err := os.Create(*profile)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = out.Close() }()
		if err := pprof.StartCPUProfile(out); err != nil {
			t.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	began, spent := time.Now(), processorTime(t)
	r := play(t, s, scenario.Progress{})
	t.Logf("%d rooms, %d people, an hour: %.1f s, of which the processor worked %.1f s; %d events, %d moves", rooms, people,
		time.Since(began).Seconds(), (processorTime(t) - spent).Seconds(), r.Events, r.Moves)
	for _, v := range r.Verdicts {
		if !v.OK {
			t.Errorf("%s: want %s, got %s", v.What, v.Want, v.Got)
		}
	}
}

// TestManyMoves plays 120 moves of bots with media in 12 minutes with -large, and 20 in
// two without.
func TestManyMoves(t *testing.T) {
	skipWithRaceDetector(t)
	rounds := 2
	if *large {
		rounds = hourRounds
	}
	began, spent := time.Now(), processorTime(t)
	r := play(t, hour(rounds, time.Minute), scenario.Progress{})
	t.Logf("%d moves in %d minutes: %.1f s, of which the processor worked %.1f s; %d packets", rounds*hourRooms, rounds,
		time.Since(began).Seconds(), (processorTime(t) - spent).Seconds(), r.PacketsRecorded)
	if !r.OK || r.LostPackets != 0 || r.Coverage < 0.99 || r.Segments != hourRooms*(rounds+3) {
		t.Errorf("%+v", r)
	}
}

// processorTime is for how long processors have worked for this process.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
