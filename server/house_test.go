package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/server"
	"github.com/breakoutrooms/breakout/simulator"
)

// house is a server in virtual time.
type house struct {
	*scenario.House
	t *testing.T
}

// open opens a house on a folder, which ends with the test. Houses on the same
// folder need seeds of their own: equal seeds make equal ids.
func open(t *testing.T, data string, seed uint64) *house {
	t.Helper()
	started, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{
		Virtual: true, Data: data, Seed: seed, Change: func(c *server.Config) { c.Scenarios = scenario.NewPlayhouse(report.Tell) },
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{started, t}
	t.Cleanup(h.close)
	return h
}

func (h *house) close() {
	h.t.Helper()
	if err := h.Stop(context.Background()); err != nil {
		h.t.Error(err)
	}
}

// ask runs a query or mutation.
func (h *house) ask(query string, result any) {
	h.t.Helper()
	if err := h.Client.Do(context.Background(), query, nil, result); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
}

// meet opens a meeting in which a guest speaks and a bot records both main and a
// room.
func (h *house) meet() (id string) {
	h.t.Helper()
	var created struct {
		CreateMeeting struct{ Meeting struct{ ID string } }
	}
	h.ask(`mutation { createMeeting(input: {title: "Test", options: {chooseRoom: true, closingCountdownSeconds: 0}}) { meeting { id } } }`, &created)
	id = created.CreateMeeting.Meeting.ID
	guest, err := h.Server.Simulator().JoinGuest(h.t.Context(), simulator.GuestSpec{Meeting: meeting.ID(id), Name: "Ada"})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := guest.Leave(context.Background()); err != nil {
			h.t.Error(err)
		}
	})
	h.ask(fmt.Sprintf(`mutation { createRooms(input: {meetingId: %q, names: ["Red"]}) { userErrors { code } } }`, id), nil)
	h.ask(fmt.Sprintf(`mutation { createBot(input: {meetingId: %q, breakoutRoom: {mode: JOIN_SPECIFIC_ROOM, roomId: "Red"}}) { userErrors { code } } }`, id), nil)
	h.follow(id, func(e scenario.Seen) bool { return e.Type == "SEGMENT_STARTED" })
	time.Sleep(3 * time.Second) // in which Ada speaks
	h.ask(fmt.Sprintf(`mutation { openRooms(input: {meetingId: %q}) { userErrors { code } } }`, id), nil)
	h.follow(id, func(e scenario.Seen) bool { return e.Type == "SEGMENT_COMPLETED" })
	return id
}

// follow reads the events of a meeting up to one.
func (h *house) follow(id string, until func(scenario.Seen) bool) (events []scenario.Seen) {
	h.t.Helper()
	errEnough := errors.New("enough")
	query := fmt.Sprintf(`subscription { meetingEvents(meetingId: %q) { cursor sequence at type } }`, id)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := h.Client.Subscribe(ctx, query, nil, func(data json.RawMessage) error {
		var answer struct{ MeetingEvents scenario.Seen }
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		if events = append(events, answer.MeetingEvents); until(answer.MeetingEvents) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		h.t.Errorf("after %d events: %v", len(events), err)
	}
	return events
}

// link is the address of the first recording of a meeting.
func (h *house) link(id string) string {
	h.t.Helper()
	var list struct {
		Segments struct {
			Nodes []struct {
				Tracks struct{ Nodes []struct{ URL string } }
			}
		}
	}
	h.ask(fmt.Sprintf(`{ segments(meetingId: %q) { nodes { tracks { nodes { url } } } } }`, id), &list)
	if len(list.Segments.Nodes) == 0 || len(list.Segments.Nodes[0].Tracks.Nodes) == 0 {
		h.t.Fatal("nothing was recorded")
	}
	return list.Segments.Nodes[0].Tracks.Nodes[0].URL
}

// request sends a request and returns the status and the body.
func (h *house) request(method, address, authorization string) (int, string) {
	h.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(`{"query": "{ meetings { nodes { id } } }"}`)
	}
	request, err := http.NewRequest(method, address, body)
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := h.Client.HTTP.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// left is in what state a meeting, its bots and segments are.
func (h *house) left(id string) string {
	h.t.Helper()
	var answer struct {
		Meeting struct {
			EndedAt *time.Time
			Bots    struct{ Nodes []struct{ StatusCode string } }
		}
		Segments struct{ Nodes []struct{ State string } }
	}
	h.ask(fmt.Sprintf(`{ meeting(id: %[1]q) { endedAt bots { nodes { statusCode } } } segments(meetingId: %[1]q) { nodes { state } } }`, id), &answer)
	states := []string{"running"}
	if answer.Meeting.EndedAt != nil {
		states[0] = "ended"
	}
	for _, bot := range answer.Meeting.Bots.Nodes {
		states = append(states, bot.StatusCode)
	}
	for _, segment := range answer.Segments.Nodes {
		states = append(states, segment.State)
	}
	return strings.Join(states, "/")
}
