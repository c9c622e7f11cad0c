package seat_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// TestASeatWithSignalsOnly takes a seat without media: it is in the room at once, hears who
// else is there, and has no voice.
func TestASeatWithSignalsOnly(t *testing.T) {
	r := serve(t)
	const id = meeting.ID("mtg_signals")
	if err := r.Create(t.Context(), meeting.Create{Meeting: id, Title: "Signals", Options: meeting.DefaultOptions()}); err != nil {
		t.Fatal(err)
	}
	plain := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	link := strings.Replace(r.links.To(seat.Path+string(id), url.Values{}, time.Now().Add(time.Minute)), "http", "ws", 1)
	socket, _, err := websocket.Dial(t.Context(), link, &websocket.DialOptions{HTTPClient: plain, Subprotocols: []string{seat.Subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.CloseNow() }() // it has left by then
	ask := func(message seat.Message, answer string) (m seat.Message) {
		t.Helper()
		if err := wsjson.Write(t.Context(), socket, message); err != nil {
			t.Fatal(err)
		}
		for m.Type != answer {
			m = seat.Message{}
			if err := wsjson.Read(t.Context(), socket, &m); err != nil {
				t.Fatal(err)
			}
			if m.Type == seat.TypeOffer {
				t.Error("media was offered")
			}
		}
		return m
	}
	if joined := ask(seat.Message{Type: seat.TypeJoin, Name: "Notes", SignalsOnly: true}, seat.TypeJoined); joined.Participant != 100 {
		t.Errorf("joined is %+v", joined)
	}
	for i, do := range []string{seat.DoOpenMouth, seat.DoMicrophone} {
		reply := ask(seat.Message{Type: seat.TypeRequest, ID: i + 1, Do: do, On: true}, seat.TypeReply)
		if len(reply.Refusals) != 1 || reply.Refusals[0].Code != meeting.CodeInvalid {
			t.Errorf("%s is answered by %+v", do, reply)
		}
	}
	if reply := ask(seat.Message{Type: seat.TypeRequest, ID: 3, Do: seat.DoSendChat, Text: "Hello"}, seat.TypeReply); reply.Err() != nil {
		t.Error(reply.Err())
	}
	if reply := ask(seat.Message{Type: seat.TypeRequest, ID: 4, Do: seat.DoLeave}, seat.TypeReply); reply.Err() != nil {
		t.Error(reply.Err())
	}
}
