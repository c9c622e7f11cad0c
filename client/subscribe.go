package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// subprotocol is GraphQL over WebSocket
// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md).
const subprotocol = "graphql-transport-ws"

// maxMessage bounds one message of a subscription, in bytes.
const maxMessage = 4 << 20

// ErrEnded says that the server ended a subscription.
var ErrEnded = errors.New("the server ended the subscription")

// message is a message of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Subscribe runs a subscription and hands the data of each answer to receive.
// It returns when the context ends, when receive fails, with its error, or when
// the server ends the subscription, with [ErrEnded].
func (c *Client) Subscribe(ctx context.Context, query string, variables map[string]any, receive func(json.RawMessage) error) error {
	address := "ws" + strings.TrimPrefix(c.URL, "http") + "/graphql"
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient: c.http(), Subprotocols: []string{subprotocol},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + c.Key}},
	})
	if err != nil {
		return fmt.Errorf("open a WebSocket: %w", err)
	}
	defer func() { _ = conn.CloseNow() }() // closed in order below, where that can be
	conn.SetReadLimit(maxMessage)
	payload, err := json.Marshal(request{query, variables})
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	if err := wsjson.Write(ctx, conn, message{Type: "connection_init"}); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err = serve(ctx, conn, message{ID: "1", Type: "subscribe", Payload: payload}, receive)
	if ctx.Err() == nil {
		_ = conn.Close(websocket.StatusNormalClosure, "") // the error at hand is the one to tell
	}
	return err
}

// serve subscribes when the server is ready, and reads until something ends.
func serve(ctx context.Context, conn *websocket.Conn, subscribe message, receive func(json.RawMessage) error) error {
	for {
		var m message
		if err := wsjson.Read(ctx, conn, &m); err != nil {
			return fmt.Errorf("read a message: %w", err)
		}
		var err error
		switch m.Type {
		case "connection_ack":
			err = wsjson.Write(ctx, conn, subscribe)
		case "ping":
			err = wsjson.Write(ctx, conn, message{Type: "pong"})
		case "next":
			err = next(m.Payload, receive)
		case "error":
			var failed Errors
			if err := json.Unmarshal(m.Payload, &failed); err != nil {
				return fmt.Errorf("read an error: %w", err)
			}
			return failed
		case "complete":
			return ErrEnded
		}
		if err != nil {
			return err
		}
	}
}

func next(payload json.RawMessage, receive func(json.RawMessage) error) error {
	var a answer
	if err := json.Unmarshal(payload, &a); err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	if len(a.Errors) > 0 {
		return a.Errors
	}
	return receive(a.Data)
}
