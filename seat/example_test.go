package seat_test

import (
	"context"
	"fmt"
	"log"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/seat"
)

// A bot of another program takes a seat by a link of createSeatLink, accepts every
// invitation and counts what it hears of whom.
func ExampleClient_Join() { //nolint:testableexamples // it takes a server
	link := "ws://127.0.0.1:8080/seats/mtg_…?expires=…&signature=…"
	session, err := seat.Client{}.Join(context.Background(), link, meeting.JoinRequest{
		Name: "Notes",
		Receive: func(p meeting.Packet) { // valid until Receive returns
			fmt.Println(p.Participant, p.Visit, len(p.RTP.Payload))
		},
	})
	if err != nil {
		log.Print(err)
		return
	}
	for signal := range session.Signals() {
		switch said := signal.(type) {
		case meeting.Invited:
			if err := session.Answer(context.Background(), said.Invitation, true); err != nil {
				log.Print(err)
			}
		case meeting.EnteredRoom:
			fmt.Println("in", said.Room.Name, "on visit", said.Visit)
		}
	}
	if err := session.Leave(context.Background()); err != nil {
		log.Print(err)
	}
}
