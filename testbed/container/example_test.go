package container_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/breakoutrooms/breakout/testbed/container"
	"github.com/breakoutrooms/breakout/testbed/sink"
	"github.com/testcontainers/testcontainers-go"
)

// A server for one test, which sends every event to the test's own process.
func ExampleRun() { //nolint:testableexamples // it takes a Docker engine
	ctx, told := context.Background(), sink.New()
	breakout, err := container.Run(ctx, "breakout:latest", container.WithWebhooks(told))
	defer func() {
		if err := testcontainers.TerminateContainer(breakout); err != nil {
			log.Print(err)
		}
	}()
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println("The application under test calls", breakout.GraphQLEndpoint(), "with", breakout.Key())

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := told.Wait(ctx, "MEETING_CREATED", 1); err != nil {
		log.Print(err)
	}
}
