// Package dispatch asks a program of somebody else to send its bots: how a bot that is
// under test comes into the meeting of a scenario. docs/protocol.md describes the requests.
package dispatch

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/webhook"
)

// The types of requests.
const (
	// TypeJoin asks for a bot.
	TypeJoin = "bot.join"
	// TypeLeave says that a bot is to go, or that its meeting is over.
	TypeLeave = "bot.leave"
)

// Why a bot is to leave.
const (
	ReasonRemoved = "removed" // a step of the scenario calls it back
	ReasonOver    = "over"    // the scenario was played
)

const (
	// answerWithin is how long a target may take to answer.
	answerWithin = 10 * time.Second
	// maxAnswer bounds what is read of an answer, and maxQuoted what is told of one.
	maxAnswer = 1 << 20
	maxQuoted = 200
)

// How long a target's bots may take where nobody says otherwise.
const (
	DefaultJoinWithin = 15 * time.Second
	DefaultMoveWithin = 5 * time.Second
)

// Target is a program that sends bots when it is asked to.
type Target struct {
	// URL is where it is asked: http or https.
	URL string
	// Sign signs requests, as webhooks are signed; nil where nobody verifies.
	Sign func(id string, at time.Time, body []byte) string
	// HTTP makes the requests.
	HTTP *http.Client
	// JoinWithin is how long a bot may take from the request to its seat, and MoveWithin
	// from being sent to a room to being there.
	JoinWithin, MoveWithin time.Duration
}

// New makes a target with the default times. Its secret, whsec_… or whsk_…, is what
// requests are signed by; an empty one leaves them unsigned.
func New(address, secret string) (*Target, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("a target is an address such as http://127.0.0.1:9000/bots, not %q", address)
	}
	t := &Target{URL: address, HTTP: &http.Client{CheckRedirect: stay}, JoinWithin: DefaultJoinWithin, MoveWithin: DefaultMoveWithin}
	if secret == "" {
		return t, nil
	}
	signer, err := webhook.ParseSecret(secret)
	if err != nil {
		return nil, fmt.Errorf("read the target's secret: %w", err)
	}
	t.Sign = signer.Sign
	return t, nil
}

// Request is the body of a request.
type Request struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      Order     `json:"data"`
}

// Order says which bot is meant, and by which doors it can come.
type Order struct {
	// Run is the same in all requests of one run.
	Run       string     `json:"run"`
	Scenario  string     `json:"scenario"`
	MeetingID meeting.ID `json:"meetingId"`
	Bot       Bot        `json:"bot"`
	// Seat and Guest are links to the seat protocol's door and to WHIP, and API what
	// links can't do. Requests to leave have none of them.
	Seat  *Link `json:"seat,omitempty"`
	Guest *Link `json:"whip,omitempty"`
	API   *API  `json:"api,omitempty"`
	// Reason is why it is to leave.
	Reason string `json:"reason,omitempty"`
}

// Bot is the bot that the scenario sends.
type Bot struct {
	// ID is the bot's in this run: the externalId to take a seat with.
	ID string `json:"id"`
	// Name is the name to join under, by which the bot is known.
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	// Mode is how it is to behave towards rooms, and Room the room of the mode
	// join_specific_room.
	Mode string `json:"mode"`
	Room string `json:"room,omitempty"`
	// JoinAt is when it is to join; at once when nil.
	JoinAt *time.Time `json:"joinAt,omitempty"`
	// AutomaticLeave is when it is to leave by itself, as AutomaticLeaveInput has it.
	AutomaticLeave map[string]any    `json:"automaticLeave,omitempty"`
	Metadata       map[string]string `json:"metadata,omitempty"`
}

// Link is an address that opens without a key.
type Link struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// API is the server's GraphQL door and a key for it, with the scopes read and control.
type API struct {
	URL string `json:"url"`
	Key string `json:"key"`
}

// Answer is what a target can tell when its bot has left.
type Answer struct {
	// Visits are where the bot says it was, in breakout rooms; nil when it does not say.
	Visits []Visit `json:"visits"`
}

// Visit is a stay in a breakout room.
type Visit struct {
	RoomID    meeting.RoomID `json:"roomId"`
	EnteredAt time.Time      `json:"enteredAt"`
	LeftAt    time.Time      `json:"leftAt"`
}

// stay has redirects not be followed: what is signed for one program is not for another.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Join asks for a bot. It returns when the target has said that it sends one.
func (t *Target) Join(ctx context.Context, order Order) error {
	_, err := t.ask(ctx, TypeJoin, order)
	return err
}

// Leave tells that a bot is to go.
func (t *Target) Leave(ctx context.Context, order Order) (answer Answer, err error) {
	text, err := t.ask(ctx, TypeLeave, order)
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return answer, err
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("the target %s answered %s for %s with what can't be read: %w; it answers with nothing, or with visits as docs/protocol.md says", t.URL, TypeLeave, order.Bot.Name, err)
	}
	return answer, nil
}

// ask sends a request and reads the answer.
func (t *Target) ask(ctx context.Context, kind string, order Order) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, answerWithin, fmt.Errorf("no answer came within %s", answerWithin))
	defer cancel()
	request, err := t.request(ctx, Request{Type: kind, Timestamp: time.Now().UTC(), Data: order})
	if err != nil {
		return nil, err
	}
	response, err := t.HTTP.Do(request)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, fmt.Errorf("the target %s could not be asked for %s (%s): %w", t.URL, order.Bot.Name, kind, err)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("the answer of the target %s broke off: %w", t.URL, err)
	}
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("the target %s answered %s to %s for %s%s; it answers 200 to 299 when it has taken a request", t.URL, response.Status, kind, order.Bot.Name, quoted(text))
	}
	return text, nil
}

// request makes a request, with the headers of Standard Webhooks.
func (t *Target) request(ctx context.Context, body Request) (*http.Request, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("write a request to the target: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("make a request to the target: %w", err)
	}
	id := "msg_" + rand.Text()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(body.Timestamp.Unix(), 10))
	if t.Sign != nil {
		request.Header.Set("Webhook-Signature", t.Sign(id, body.Timestamp, text))
	}
	return request, nil
}

// quoted is what can be told of an answer.
func quoted(text []byte) string {
	said := []rune(strings.TrimSpace(strings.ToValidUTF8(string(text), "�")))
	switch {
	case len(said) == 0:
		return ""
	case len(said) > maxQuoted:
		said = append(said[:maxQuoted], '…')
	}
	return fmt.Sprintf(" and said %q", string(said))
}
