package scenario_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

func TestWorkshopVirtual(t *testing.T) {
	s, err := scenario.Bundled("workshop")
	if err != nil {
		t.Fatal(err)
	}
	st := time.Now()
	data := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		report := play(t, s, scenario.HouseConfig{Virtual: true, Data: data, Seed: s.Seed, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))})
		b, _ := json.MarshalIndent(report, "", " ")
		t.Logf("%s", b)
	})
	t.Log(time.Since(st))
}

func play(t *testing.T, s *scenario.Scenario, c scenario.HouseConfig) *scenario.Report {
	house, err := scenario.StartHouse(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	report, err := scenario.Play(context.Background(), house.Stage(), s, scenario.Progress{})
	if err := errors.Join(err, house.Stop(context.Background())); err != nil {
		t.Fatal(err)
	}
	return report
}
