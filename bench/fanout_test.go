package bench_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/bench"
)

// isSubscribers makes a process of this test one of subscribers.
const isSubscribers = "BREAKOUT_TEST_SUBSCRIBERS"

func TestMain(m *testing.M) {
	if os.Getenv(isSubscribers) == "" {
		os.Exit(m.Run())
	}
	if err := bench.Subscribers(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func subscribers(ctx context.Context) *exec.Cmd {
	command := exec.CommandContext(ctx, os.Args[0])
	command.Env = append(os.Environ(), isSubscribers+"=1")
	return command
}

func TestSubscribersAreSentWhatIsMeasured(t *testing.T) {
	report, err := bench.Fanout(t.Context(), bench.FanoutConfig{Subscribers: 20, Events: 15, Idle: 5, Clients: subscribers})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 5 || report.OfStock <= 0 || report.OfBare <= 0 {
		t.Errorf("%+v", report)
	}
	for _, row := range report.Rows[:4] {
		if row.Subscribers != 20 || row.MessagesPerSecond <= 0 || row.MicrosecondsPerMessage <= 0 || row.P50 <= 0 || row.P99 < row.P50 {
			t.Errorf("%+v", row)
		}
	}
}

func TestOrdersAreCarriedOutWhileTheyAreMeasured(t *testing.T) {
	report, err := bench.Mutations(t.Context(), bench.MutationsConfig{Clients: 2, For: 300 * time.Millisecond, Subscribers: 5, PerSecond: 20, Listeners: subscribers})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 2 || report.Rows[0].Meetings != 2 || report.Rows[1].Meetings != 1 || report.Latency.P50 <= 0 {
		t.Errorf("%+v", report)
	}
	for _, row := range report.Rows {
		if row.PerSecond <= 0 || row.P50 <= 0 || row.P99 < row.P50 {
			t.Errorf("%+v", row)
		}
	}
}
