package conformance_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bubble"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
)

// startVirtual starts a server in virtual time that ends with the test, and returns
// its address and its key.
func startVirtual(t *testing.T) (url, key string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	config := server.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), Seed: 60, Outbound: outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
	}
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		start := time.Date(2030, time.January, 1, 9, 0, 0, 0, time.UTC)
		ended <- scenario.InBubbleWithDoor(ctx, bubble.Config{Start: start}, config, func(ctx context.Context, config server.Config, gate *bubble.Gate) error {
			s := server.New(config)
			if err := s.Start(ctx); err != nil {
				return err
			}
			gate.Open()
			url, key = s.URL(), s.NewKey()
			close(ready)
			return s.Wait(ctx)
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return url, key
}

// TestNodeApplicationInAWorkshop has an application in Node take part in a workshop of
// an hour: it is sent webhooks, checks their signatures, sends a bot into each room
// that opens, and works on after some of its answers. Nothing in it sleeps.
func TestNodeApplicationInAWorkshop(t *testing.T) {
	url, key := startVirtual(t)
	var came struct {
		Seconds  float64
		States   []string
		Failures []string
		Rounds   []int
		Bots     int
		Run      struct {
			State, Error    string
			PacketsRecorded int
			Coverage        float64
			Verdicts        []struct {
				What, Want, Got string
				OK              bool
			}
		}
	}
	printed := run(t, "workshop.mjs", "BREAKOUT_URL", url, "BREAKOUT_KEY", key)
	if err := json.Unmarshal(printed, &came); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	t.Logf("an hour in %.1f s: %d packets recorded, coverage %.5f", came.Seconds, came.Run.PacketsRecorded, came.Run.Coverage)
	for _, v := range came.Run.Verdicts {
		if !v.OK {
			t.Errorf("%s: wanted %s, got %s", v.What, v.Want, v.Got)
		}
	}
	if came.Run.State != "PASSED" || came.Run.Error != "" || came.Run.PacketsRecorded == 0 || came.States[len(came.States)-1] != "READY" {
		t.Errorf("%s", printed)
	}
	if came.Bots != 5 || !slices.Equal(came.Rounds, []int{4, 8}) || len(came.Failures) > 0 {
		t.Errorf("the application sent %d bots, summed up %v and failed in %v", came.Bots, came.Rounds, came.Failures)
	}
}
